"""``qcodes.configuration``: `Config` and `DotDict`. ``qcodes.config`` is the one of this session."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__, {"measurand.compat.configuration": "Config DotDict logger", ".": "config"}
)
