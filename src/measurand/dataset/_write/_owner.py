"""The process that writes a run: it alone does. Knows no row and no file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NoReturn

from measurand._core import forking
from measurand.errors import RefusedRow


class Owner:
    """Whose run it is.

    A child that is forked from its process has its writer, and maps of the same memory: rows that both put there would
    overwrite each other, and the first of them to finish would end the run of the other. The child may read, no more.

    Args:
        title: What messages call the run, e.g. ``"Run 12"``.
    """

    def __init__(self, title: str) -> None:
        self.lost = False
        """Whether this is such a child."""
        self._title, self._process = title, os.getpid()
        self._let_go: tuple[Callable[[], None], ...] = ()

    def keep(self, *let_go: Callable[[], None]) -> None:
        """Watch from here on; ``let_go`` are called in a child."""
        self._let_go = let_go
        forking.tell(self)

    def disown(self) -> None:
        """Let go, in a child."""
        self.lost = True
        for each in self._let_go:
            each()

    def refusal(self) -> RefusedRow:
        """Return the exception for what a child may not do."""
        return RefusedRow(
            f"{self._title} is written by process {self._process}, of which this one ({os.getpid()}) is a copy. Return what "
            "was measured to that process and add it there, or start a run of its own here."
        )

    def check(self) -> None:
        """Raise `RefusedRow` in a child."""
        if self.lost:
            raise self.refusal()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{self._title}: its writer cannot go to another process or be copied; one process writes a run. Send rows to it, "
            "or send `writer.dataset` for reading."
        )
