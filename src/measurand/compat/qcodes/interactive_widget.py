"""``qcodes.interactive_widget``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__, {"measurand.compat.widgets": "experiments_widget nested_dict_browser"}
)
