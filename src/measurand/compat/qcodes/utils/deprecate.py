"""``qcodes.utils.deprecate``."""


class QCoDeSDeprecationWarning(RuntimeWarning):
    """What drivers written for QCoDeS warn with, so that it is seen by default."""
