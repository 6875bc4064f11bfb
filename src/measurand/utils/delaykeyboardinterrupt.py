"""Old spelling: protection of a piece of code from Ctrl-C."""

from measurand._core.interrupt import DelayedKeyboardInterrupt

__all__ = ["DelayedKeyboardInterrupt"]
