"""What a forked child has to let go of: it has the objects of its parent, but none of its threads, and shares its files.

multiprocessing forks on Linux by default up to Python 3.13. Where nothing forks, nothing is called.
"""

from __future__ import annotations

import functools
import os
import weakref
from typing import Protocol


class Owner(Protocol):
    """Something that belongs to the process that made it."""

    def disown(self) -> None:
        """Let go of it, in a child. Locks that other threads held when it was forked are held for ever."""
        ...


# One for the interpreter, which keeps its own list of callbacks and takes none off it again.
_OWNERS: weakref.WeakSet[Owner] = weakref.WeakSet()


def tell(owner: Owner) -> None:
    """Have ``owner.disown()`` called in every child that is forked as long as ``owner`` is there."""
    _listen()
    _OWNERS.add(owner)


@functools.cache
def _listen() -> None:
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_in_child)


def _in_child() -> None:
    for owner in list(_OWNERS):
        owner.disown()
