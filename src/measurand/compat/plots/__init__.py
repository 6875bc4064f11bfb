"""Colour scales that outliers do not spoil, and SI prefixes for axes. Knows matplotlib, no dataset."""

from measurand.compat.plots._auto_range import auto_range_iqr
from measurand.compat.plots._colours import (
    apply_auto_color_scale,
    apply_color_scale_limits,
    auto_color_scale_from_config,
)
from measurand.compat.plots._prefix import find_scale_and_prefix

__all__ = [
    "apply_auto_color_scale",
    "apply_color_scale_limits",
    "auto_color_scale_from_config",
    "auto_range_iqr",
    "find_scale_and_prefix",
]
