"""``qcodes.parameters.grouped_parameter``."""

from measurand.compat.parameters import DelegateGroup, DelegateGroupParameter, GroupedParameter

__all__ = [
    "DelegateGroup",
    "DelegateGroupParameter",
    "GroupedParameter",
]
