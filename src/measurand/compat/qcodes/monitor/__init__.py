"""``qcodes.monitor``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(__name__, {"measurand.compat.monitor": "Monitor", ".": "monitor"})
