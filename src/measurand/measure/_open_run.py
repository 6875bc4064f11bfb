"""Free loops as plain Python: ``with new_run("name") as run:``, ``for volts in run.sweep(gate, …):``, ``run.record(x)``.

Nothing is registered: what lies along what is known from how the sweeps are nested while they run. Thin over `_free`,
`_loops` and `_recorder`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.stop import sleep
from measurand.dataset import Dataset, Store, TableSpec
from measurand.errors import DefinitionError
from measurand.measure._free import FreeRun, Wanted
from measurand.measure._loops import Axis, Loops
from measurand.measure._observers import Observer
from measurand.measure._partial import keep_partial
from measurand.measure._plan import sweep
from measurand.measure._points import named_set
from measurand.measure._recorder import Item, Key, Recorder, Route, items_of
from measurand.measure._run import Run
from measurand.measure._state import state_of
from measurand.parameters import Adaptive, ManualParameter, as_settable
from measurand.validators import Ints


class _Things:
    """What is recorded together, and how, along each axis."""

    __slots__ = ("items", "key", "routes")

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.key: Key = tuple(item.key for item in items)
        self.routes: dict[Axis, Route] = {}


class OpenRun:
    """A run whose loops are written as plain Python; `new_run` makes it. Used by one thread."""

    def __init__(self, free: FreeRun, exits: list[Callable[[], Any]], clock: Clock, *, lanes: bool) -> None:
        self._free = free
        self._exits = exits
        self._clock = clock
        self._loops = Loops()
        self._recorder = Recorder(self._adder, self._plan, self._partial, lanes=lanes)
        self._counters: dict[str, ManualParameter[int]] = {}
        self._known: dict[tuple[Any, ...], _Things] = {}
        self._check = free.run.token.check
        self._learning: list[dict[str, Any]] = []

    @property
    def handle(self) -> Run:
        """State, progress and events of the run; ``stop``, ``pause``, ``resume`` from another thread."""
        return self._free.run

    @property
    def dataset(self) -> Dataset:
        """What is stored; readable at any time, also while it grows."""
        return self._free.run.dataset

    @property
    def number(self) -> int:
        """The number of the run in its data root."""
        return self._free.writer.number

    def sweep(
        self,
        what: Any,
        start: float | Iterable[Any] | None = None,
        stop: float | None = None,
        *,
        num: int | None = None,
        step: float | None = None,
        delay: float = 0,
        readback: bool = False,
    ) -> Iterator[Any]:
        """Go through values of a parameter: each is set, settles, and is given to the loop.

        Between two values is where the run stops or pauses if somebody asks for it. ``break`` ends a sweep early.

        Args:
            what: A parameter, or an object of yours with a name and a ``set``, with ``start``, ``stop`` and ``num`` or
                ``step``; or ready values such as ``gate[0:1:0.1]``; or an `adaptive` sweep.
            start: First value, in the unit of the parameter; or all values, as a list or array; or an iterator, which is
                asked for the next value when the loop comes there.
            stop: Last value, included.
            num: Number of values.
            step: Distance of neighbours; must divide the span.
            delay: Time in s to wait after each setpoint; default none.
            readback: Whether the setpoint is read back after it was set, and given and stored as it was read.

        Raises:
            DefinitionError: The arguments do not fit together, or the parameter cannot be set.
            RefusedValue, RefusedType: A value is not allowed; nothing was set, except with an iterator.
        """
        if isinstance(start, Iterator) and (stop, num, step) == (None, None, None):
            return self._through(as_settable(what), start, "one by one", None, delay, readback=readback)
        level = sweep(what, start, stop, num=num, step=step, delay=delay)
        moves = level.moves
        if isinstance(moves, Adaptive):
            return self._learn(moves, delay, readback=readback)
        values = tuple(moves)
        return self._through(moves.parameter, values, repr(moves.to_dict()), values, delay, readback=readback)

    def repeat(self, times: int | None = None, name: str = "repetition", delay: float = 0) -> Iterator[int]:
        """Go through a number from 0 on, which is an axis of its own.

        Args:
            times: How often; None: until ``break``, or until somebody stops the run.
            name: What the axis is called.
            delay: Time in s to wait before each.
        """
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise DefinitionError(f"repeat: times={times!r} refused, allowed are whole numbers from 1, or None.")
        counter = self._counters.setdefault(
            name, ManualParameter(name, label=name.capitalize(), vals=Ints(min_value=0))
        )
        if times is None:
            return self._through(counter, itertools.count(), "without end", None, delay, readback=False)
        values = tuple(range(times))
        return self._through(counter, values, f"{times} times", values, delay, readback=False)

    def record(self, *things: Any, **named: Any) -> Any:
        """Read, and store the row beside the present setpoints; instruments of different connections at the same time.

        Args:
            *things: Parameters and other measurables, which are read now; or pairs of one and its value, read before.
            **named: Values without a parameter, ``power=3.2``; or a measurable under another name, ``before=dmm.voltage``.

        Returns:
            What was read or given: of one thing its value, of several a tuple in this order.

        Raises:
            DefinitionError: Something can neither be read nor stored.
            RefusedRow: A value has another kind or shape than the one before; nothing of the row was stored.
            StorageFailed: The disk refused.
        """
        what = self._what(things, named)
        loops = self._loops
        top = loops.top
        route = what.routes.get(top.axis) or self._route(top.axis, what)
        index = loops.index()
        times = top.marks[route] = top.marks.get(route, -1) + 1
        if times and top.axis.outer is not None:  # again at the same point
            route = self._route(top.axis.again(), what)
            index = (*index, times - 1)
        values = route.values(what.items)
        row = route.row(loops.setpoints(), values)
        route.store(index, row)
        for learned in self._learning:
            learned.update(zip(route.names, row[len(row) - len(route.names) :], strict=True))
        self._check()
        return values[0] if len(values) == 1 else tuple(values)

    def sleep(self, seconds: float) -> None:
        """Wait; a request to stop ends it, and a pause lengthens it."""
        sleep(self._clock, seconds)

    def note(self, text: str) -> None:
        """Keep a remark with the run."""
        self._free.writer.event({"event": "note", "text": text})

    def finally_(self, *actions: Callable[[], Any]) -> None:
        """Have functions of no arguments called at the end of the run, however it ends; all of them are always called."""
        for action in actions:
            if not callable(action):
                raise DefinitionError(f"finally_: {action!r} is no function: write finally_(lambda: gate.set(0)).")
        self._exits.extend(actions)

    def __enter__(self) -> Self:
        self._free.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        where = self._loops.text()
        if error is not None and where:
            error.add_note(f"the last point was {where}")
        try:
            return self._free.__exit__(kind, error, trace)
        finally:
            self._recorder.close()

    def __repr__(self) -> str:
        return f"<OpenRun {self._free.run!r}>"

    def _adder(self, spec: TableSpec) -> Callable[[Sequence[int], Sequence[Any]], None]:
        return self._free.writer.adder(spec)

    def _what(self, things: tuple[Any, ...], named: dict[str, Any]) -> _Things:
        """Return what shall be recorded; of what is only read, the same as the last time."""
        if not named:
            try:
                return self._known[things]
            except (KeyError, TypeError):  # new, or without a hash
                pass
        found = _Things(items_of(things, named))
        if not named and not any(item.given for item in found.items):
            self._known[things] = found
        return found

    def _route(self, axis: Axis, what: _Things) -> Route:
        found = what.routes[axis] = self._recorder.route(axis, what.key, what.items)
        return found

    def _partial(self, table: str, read: dict[str, Any]) -> None:
        keep_partial(self._free.writer.event, table, self._loops.index(), self._loops.points(), read)

    def _plan(self, rows: int) -> None:
        self._free.run.progress.total += rows

    def _learn(self, moves: Adaptive, delay: float, *, readback: bool) -> Iterator[Any]:
        """Go through values that are decided from what was recorded."""
        learned: dict[str, Any] = {}
        self._learning.append(learned)
        try:
            values = moves.begin().values(learned)
            yield from self._through(moves.parameter, values, "adaptive", None, delay, readback=readback)
        finally:
            self._learning.remove(learned)

    def _through(
        self,
        parameter: Any,
        values: Iterable[Any],
        kind: str,
        known: tuple[Any, ...] | None,
        delay: float,
        *,
        readback: bool,
    ) -> Iterator[Any]:
        """Go through ``values``; see `Loops.enter` for ``kind`` and ``known``."""
        put, loops, check = named_set(parameter), self._loops, self._check
        here = loops.enter(parameter, kind, known)
        try:
            for index, value in enumerate(values):
                check()
                if loops.top is not here:
                    loops.check(here)
                put(value)
                stored = parameter.get() if readback else value
                loops.advance(here, index, stored)
                if delay:
                    sleep(self._clock, delay)
                yield stored
        except BaseException:  # a break in the loop, a failure, a stop: whatever it was, remember where
            loops.abandon(here)
            raise
        loops.leave(here)


def new_run(
    name: str = "",
    *,
    sample: str = "",
    experiment: str = "",
    metadata: Mapping[str, Any] | None = None,
    parents: Sequence[str] = (),
    data: Store | None = None,
    snapshot: Callable[[], dict[str, Any]] | None = None,
    finally_: Sequence[Callable[[], Any]] = (),
    observers: Sequence[Observer] = (),
    observe_every: float = 0.5,
    progress: bool | None = None,
    lanes: bool = True,
    export: Sequence[str] | None = None,
    write_period: float = 1.0,
    clock: Clock = SYSTEM_CLOCK,
) -> OpenRun:
    """Begin a run whose loops you write as plain Python, at the start of a ``with`` block.

    The run is completed, or failed if an exception leaves the block, or interrupted after Ctrl-C: the first one ends it
    after the present row, the second one at once. All rows stay.

    Args:
        name: What it is called.
        sample: What is measured; empty: that of the data root.
        experiment: What it belongs to; empty: that of the data root.
        metadata: Anything else to keep with it.
        parents: Ids of runs that it continues or uses.
        data: Where to store; default the data root of this process.
        snapshot: Returns the state of the laboratory as plain data; default that of all instruments.
        finally_: Functions of no arguments that are called at the end, however it comes; see `OpenRun.finally_`.
        observers: Functions of the run, called every ``observe_every`` s in threads of their own.
        observe_every: s between two looks.
        progress: Whether to draw a progress bar; None: in terminals and notebooks.
        lanes: Whether instruments of different connections are read at the same time.
        export: Formats in which it is written when it has ended; None: those of the data root.
        write_period: s, the most that a power loss may take; the death of the program takes nothing.
        clock: Waits, and gives the times of events.

    Example:
        >>> import tempfile
        >>> from measurand.dataset import DataRoot
        >>> gate, current = ManualParameter("gate", unit="V"), ManualParameter("current", unit="A", initial_value=1.0)
        >>> with tempfile.TemporaryDirectory() as folder, new_run("trial", data=DataRoot(folder, folder)) as run:
        ...     for volts in run.sweep(gate, 0, 1, num=3):
        ...         _ = run.record(current)
        ...     run.dataset.to_xarray().current.dims
        ('gate',)
    """
    exits = list(finally_)
    wanted = Wanted(
        name,
        snapshot or (lambda: state_of(())),
        sample=sample,
        experiment=experiment,
        metadata=dict(metadata or {}),
        parents=tuple(parents),
        data=data,
        write_period=write_period,
        after=exits,
        observers=tuple(observers),
        observe_every=observe_every,
        progress=progress,
        export=export,
        clock=clock,
    )
    return OpenRun(FreeRun(wanted), exits, clock, lanes=lanes)
