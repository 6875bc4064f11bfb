"""``qcodes.dataset.descriptions.dependencies``."""

from measurand.compat.description import (
    FrozenInterDependencies_,
    IncompleteSubsetError,
    InterDependencies_,
    ParamSpecTree,
)

__all__ = ["FrozenInterDependencies_", "IncompleteSubsetError", "InterDependencies_", "ParamSpecTree"]
