"""What a QCoDeS dataset says of its columns. Pure data; no storage.

`ParamSpecBase` is one column, `InterDependencies_` says which lie along which, `RunDescriber` adds the grid and is kept as
JSON text that QCoDeS reads, in each of its versions. `ParamSpec` and `InterDependencies` are the forms of the first one.
"""

from measurand.compat.description._interdependencies import FrozenInterDependencies_, InterDependencies_
from measurand.compat.description._older import InterDependencies, new_to_old, old_to_new
from measurand.compat.description._paramspec import ParamSpec, ParamSpecBase, ParamSpecBaseDict, ParamSpecDict
from measurand.compat.description._relations import IncompleteSubsetError, ParamSpecTree
from measurand.compat.description._rundescriber import (
    STORAGE_VERSION,
    RunDescriber,
    Shapes,
    from_dict_to_current,
    from_json_to_current,
    from_yaml_to_current,
    rundescriber_from_json,
    to_dict_as_version,
    to_dict_for_storage,
    to_json_as_version,
    to_json_for_storage,
    to_yaml_for_storage,
)
from measurand.compat.description._shapes import detect_shape_of_measurement

__all__ = [
    "STORAGE_VERSION",
    "FrozenInterDependencies_",
    "IncompleteSubsetError",
    "InterDependencies",
    "InterDependencies_",
    "ParamSpec",
    "ParamSpecBase",
    "ParamSpecBaseDict",
    "ParamSpecDict",
    "ParamSpecTree",
    "RunDescriber",
    "Shapes",
    "detect_shape_of_measurement",
    "from_dict_to_current",
    "from_json_to_current",
    "from_yaml_to_current",
    "new_to_old",
    "old_to_new",
    "rundescriber_from_json",
    "to_dict_as_version",
    "to_dict_for_storage",
    "to_json_as_version",
    "to_json_for_storage",
    "to_yaml_for_storage",
]
