"""``qcodes.utils.delaykeyboardinterrupt``."""

from measurand.instrument import DelayedKeyboardInterrupt

__all__ = ["DelayedKeyboardInterrupt"]
