"""One thing that is done at a point, in two forms: plain, and timed. Both do the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any, NamedTuple

from measurand.measure._account import Account
from measurand.measure._actions import Task, Wait
from measurand.measure._place import Place

Act = Callable[[], None]
Add = Callable[[tuple[int, ...], tuple[Any, ...]], None]


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


def reading_step(read: Reading, act: Act, add: Callable[[Sequence[Any]], None], account: Account) -> Step:
    """Return the step that reads a group and stores its row.

    Args:
        read: How the group is read.
        act: Reads and stores, as quickly as it can be done; see `storing`.
        add: Stores a row of values.
        account: Notes where the time goes.
    """

    def timed(weight: int) -> None:
        values = read.timed(weight)
        began = perf_counter()
        with naming("while storing the row"):
            add(values)
        account.add("store", "", perf_counter() - began, weight)

    return Step(act, timed)


def storing(read: Callable[[], Sequence[Any]], store: Add, place: Place, count: int) -> Act:
    """Return what reads a group and stores its row, with the setpoints of ``count`` levels before it; the hot path.

    Args:
        read: Returns the values.
        store: Takes an index and the values of a row.
        place: Where the run stands.
        count: How many levels there are.
    """
    index, setpoints = place.index, place.setpoints
    if count == 1:

        def act_one() -> None:
            values = read()
            try:
                store((index[0],), (setpoints[0], *values))
            except BaseException as error:  # whatever it was: say where
                error.add_note("while storing the row")
                raise

        return act_one

    def act() -> None:
        values = read()
        try:
            store(tuple(index[:count]), (*setpoints[:count], *values))
        except BaseException as error:  # whatever it was: say where
            error.add_note("while storing the row")
            raise

    return act


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Add to whatever is raised in the block what was being done."""
    try:
        yield
    except BaseException as error:  # whatever it was: say where
        error.add_note(what)
        raise


def task_step(act: Act, action: Task | Wait, account: Account) -> Step:
    """Return the step of a task or a wait."""
    is_wait = isinstance(action, Wait)
    who = "" if isinstance(action, Wait) else getattr(action.function, "__qualname__", repr(action.function))

    def named() -> None:
        with naming(f"in Task({who})"):
            act()

    do = act if is_wait else named

    def timed(weight: int) -> None:
        began = perf_counter()
        do()
        account.add("settle" if is_wait else "act", who, perf_counter() - began, weight)

    return Step(do, timed)
