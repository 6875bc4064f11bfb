"""``qcodes.dataset.descriptions.versioning.serialization``."""

from measurand.compat.description import (
    from_dict_to_current,
    from_json_to_current,
    from_yaml_to_current,
    to_dict_as_version,
    to_dict_for_storage,
    to_json_as_version,
    to_json_for_storage,
    to_yaml_for_storage,
)

__all__ = [
    "from_dict_to_current",
    "from_json_to_current",
    "from_yaml_to_current",
    "to_dict_as_version",
    "to_dict_for_storage",
    "to_json_as_version",
    "to_json_for_storage",
    "to_yaml_for_storage",
]
