"""``qcodes.utils.metadata``, where older drivers look for it."""

from measurand.compat.parameters import deep_update
from measurand.compat.qcodes.metadatable.metadatable_base import Metadatable
from measurand.compat.qcodes.utils.snapshot_helpers import ParameterDiff, diff_param_values, extract_param_values

__all__ = ["Metadatable", "ParameterDiff", "deep_update", "diff_param_values", "extract_param_values"]
