"""One thing that is done at a point, in two forms: plain, and timed. Both do the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, NamedTuple

from measurand.measure._account import Account
from measurand.measure._actions import Task, Wait

Act = Callable[[], None]


class Step(NamedTuple):
    """What is done at a point.

    Attributes:
        act: Does it.
        timed: Does it and notes how long it took, for as many points as it is told; None: it keeps its own account.
    """

    act: Act
    timed: Callable[[int], None] | None = None

    def do_timed(self, weight: int) -> None:
        """Do it, timed if that is possible."""
        if self.timed is None:
            self.act()
        else:
            self.timed(weight)


class Reading(NamedTuple):
    """How a group is read, plain and timed."""

    plain: Callable[[], Sequence[Any]]
    timed: Callable[[int], Sequence[Any]]


def reading_step(read: Reading, add: Callable[[Sequence[Any]], None], account: Account) -> Step:
    """Return the step that reads a group and stores its row; a row that cannot be stored says so."""
    plain = read.plain

    def act() -> None:
        values = plain()
        try:
            add(values)
        except BaseException as error:  # whatever it was: say where
            error.add_note("while storing the row")
            raise

    def timed(weight: int) -> None:
        values = read.timed(weight)
        began = perf_counter()
        try:
            add(values)
        except BaseException as error:  # whatever it was: say where
            error.add_note("while storing the row")
            raise
        account.add("store", "", perf_counter() - began, weight)

    return Step(act, timed)


def task_step(act: Act, action: Task | Wait, account: Account) -> Step:
    """Return the step of a task or a wait."""
    is_wait = isinstance(action, Wait)
    who = "" if isinstance(action, Wait) else getattr(action.function, "__qualname__", repr(action.function))

    def named() -> None:
        try:
            act()
        except BaseException as error:  # whatever it was: say where
            if not is_wait:
                error.add_note(f"in Task({who})")
            raise

    def timed(weight: int) -> None:
        began = perf_counter()
        named()
        account.add("settle" if is_wait else "act", who, perf_counter() - began, weight)

    return Step(named, timed)
