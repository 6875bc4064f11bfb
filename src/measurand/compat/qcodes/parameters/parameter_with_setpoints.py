"""``qcodes.parameters.parameter_with_setpoints``."""

from measurand.compat.parameters import ParameterWithSetpoints, expand_setpoints_helper

__all__ = [
    "ParameterWithSetpoints",
    "expand_setpoints_helper",
]
