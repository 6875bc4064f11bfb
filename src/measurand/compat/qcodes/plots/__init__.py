"""``qcodes.plots``, of 2016."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(__name__, {".": "qcmatplotlib"})
