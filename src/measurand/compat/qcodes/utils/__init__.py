"""``qcodes.utils``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {".deprecate": "QCoDeSDeprecationWarning", "measurand.instrument": "DelayedKeyboardInterrupt"},
)
