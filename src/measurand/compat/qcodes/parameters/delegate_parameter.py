"""``qcodes.parameters.delegate_parameter``."""

from measurand.compat.parameters import DelegateParameter

__all__ = [
    "DelegateParameter",
]
