"""Old spellings of where things are, for drivers written from older guides. Nothing new belongs here.

``from measurand.utils import validators as vals`` is `measurand.validators`;
``from measurand.utils.delaykeyboardinterrupt import DelayedKeyboardInterrupt`` is the one drivers protect code with.
"""

from measurand import validators
from measurand.utils.delaykeyboardinterrupt import DelayedKeyboardInterrupt

__all__ = ["DelayedKeyboardInterrupt", "validators"]
