"""``qcodes.plotting``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        "measurand.compat.plots": "apply_auto_color_scale apply_color_scale_limits auto_color_scale_from_config "
        "auto_range_iqr find_scale_and_prefix",
    },
)
