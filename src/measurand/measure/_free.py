"""A run whose loop is the user's own: begun and ended by hand, with the promises that a run of a plan has.

Knows no loop and no row. Whatever ends the block, what must follow is done completely, and the data ends with the status
that is true.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.defaults import supplied
from measurand._core.interrupt import on_interrupt
from measurand._core.stop import Stopped, current_stop, shielded
from measurand.dataset import Writer
from measurand.measure._attendant import Attendant
from measurand.measure._exits import Act, gathered
from measurand.measure._level import Level, Once
from measurand.measure._observers import Observer, Observers
from measurand.measure._progress import Bar, Counted
from measurand.measure._run import Outcome, Run

_log = logging.getLogger(__name__)


class Maker(Protocol):
    """Where runs are made: a store, or something that makes a run in one."""

    @property
    def create_run(self) -> Callable[..., Writer]:
        """Make a run; called as `DataRoot.create_run`."""
        ...


@dataclass(frozen=True)
class Wanted:
    """How a free run is made.

    Attributes:
        name: What it is called.
        sample: What is measured; empty: that of the data root.
        experiment: What it belongs to; empty: that of the data root.
        metadata: Anything else to keep with it.
        parents: Ids of runs that it continues or uses.
        data: Where it is stored; None: in the data root of this process.
        snapshot: Returns the state of the laboratory as plain data.
        write_period: s, the most that a power loss may take.
        before: What is done before it begins.
        after: What is done at its end, however it ends; all of it is always done.
        observers: Who looks on, each in a thread of its own.
        observe_every: s between two looks.
        progress: Whether a progress bar is drawn; None: in terminals and notebooks.
        export: Formats in which it is written when it has ended; None: those of the data root.
        clock: Gives the times of its events.
    """

    name: str
    snapshot: Callable[[], dict[str, Any]]
    sample: str = ""
    experiment: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    parents: Sequence[str] = ()
    data: Maker | None = None
    write_period: float = 1.0
    before: Sequence[Act] = ()
    after: Sequence[Act] = ()
    observers: Sequence[Observer] = ()
    observe_every: float = 0.5
    progress: bool | None = False
    export: Sequence[str] | None = None
    clock: Clock = SYSTEM_CLOCK


class FreeRun:
    """One run, from the beginning of a block to its end. Can be entered once.

    Attributes:
        run: Its handle.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.run = Run(Level(Once()), wanted.name, clock=wanted.clock)
        self._wanted = wanted
        self._writer: Writer | None = None
        self.run.progress = Counted(lambda: 0 if self._writer is None else self._writer.rows)
        self._thread = threading.get_ident()
        self._outer = current_stop()
        self._ctrl_c = on_interrupt(lambda: self.run.stop("Ctrl-C"))
        self._stack = ExitStack()
        self._observers: Observers | None = None

    @property
    def writer(self) -> Writer:
        """Where rows go; there is one inside the block."""
        assert self._writer is not None  # noqa: S101 - for the type checker; faces are handed out inside the block only
        return self._writer

    def attend(self) -> None:
        """Wait while the run is paused, end it by `Stopped` if somebody asked for that; only in the thread it began in.

        Other threads may add rows until the block has ended.
        """
        if threading.get_ident() == self._thread:
            self.run.token.check()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._ctrl_c)
            stack.enter_context(self.run.token.active())
            try:
                self._begin(stack)
            except BaseException as error:  # whatever it was: what must follow is done
                self._leave(error, self._end(error))
                raise
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        with self._stack:
            failures = self._end(error)
        return self._leave(error, failures)

    def _begin(self, stack: ExitStack) -> None:
        wanted = self._wanted
        for act in wanted.before:
            act()
        root: Maker = supplied("data_root") if wanted.data is None else wanted.data
        self._writer = writer = root.create_run(
            wanted.name or "measurement",
            (),
            snapshot=wanted.snapshot(),
            sample=wanted.sample,
            experiment=wanted.experiment,
            metadata=wanted.metadata,
            parents=wanted.parents,
            write_period=wanted.write_period,
            export=wanted.export,
        )
        self.run.begins((writer.dataset,))
        stack.enter_context(Attendant(self.run, writer.path if writer.path.is_dir() else None))
        stack.enter_context(Bar(self.run.progress, f"run {writer.number}", wanted.progress))
        note = lambda text: writer.event({"event": "note", "text": text})  # noqa: E731 - one line, used once
        self._observers = Observers(wanted.observers, self.run, wanted.observe_every, note)
        self._observers.start()
        self.run.becomes("running")
        self.run.account.start()
        _log.info("Run %s began: %s", writer.number, writer.path)

    def _end(self, error: BaseException | None) -> list[BaseException]:
        """Do what must follow, end the data, and return what failed meanwhile."""
        self.run.account.end()
        failures = _every(self._wanted.after)
        state: Outcome = _outcome(error)
        if state == "completed" and failures:
            state = "interrupted" if all(isinstance(one, KeyboardInterrupt) for one in failures) else "failed"
        writer = self._writer
        if writer is not None:
            text = None if state == "completed" else _text([*([] if error is None else [error]), *failures])
            refused = _every([lambda: _insisting(lambda: writer.finish(state, text))])
            state, failures = "failed" if refused else state, failures + refused
        self.run.becomes(state, self.run.token.reason)
        if self._observers is not None:
            self._observers.end()
        self.run.over()
        return failures

    def _leave(self, error: BaseException | None, failures: list[BaseException]) -> bool:
        """Raise what the caller has to know; return whether ``error`` is settled by that."""
        run, asked = self.run, self.run.token.requested
        own_stop = isinstance(error, Stopped) and asked
        errors = [*([] if error is None or own_stop else [error]), *failures]
        run.error = gathered(errors, "a run failed, and so did its end") if errors else None
        where = "" if self._writer is None else f"; its data is in {self._writer.path}"
        if self._ctrl_c.interrupted and not isinstance(run.error, KeyboardInterrupt):
            if self._outer is not None:
                self._outer.check()  # a run inside a run: the outer one ends in good order, too
            raise KeyboardInterrupt(f"{run!r}{where}") from run.error
        if run.error is None:
            return own_stop
        if self._writer is not None and not isinstance(run.error, Stopped):
            which = self._writer.number if self._wanted.data is None else str(self._writer.path)
            run.error.add_note(f"run {self._writer.number} {run.state}; its data: measurand.load({which!r})")
        if run.error is error:
            return False
        raise run.error from error


def _outcome(error: BaseException | None) -> Outcome:
    if error is None:
        return "completed"
    return "interrupted" if isinstance(error, (Stopped, KeyboardInterrupt)) else "failed"


def _every(acts: Sequence[Act]) -> list[BaseException]:
    """Do every act, whatever the others raise; a Ctrl-C ends the one it meets, and between two of them none."""
    errors: list[BaseException] = []
    place, begun = 0, -1
    while place < len(acts):
        try:
            if begun < place:
                begun = place
                with shielded():
                    acts[place]()
            place += 1
        except BaseException as error:  # noqa: BLE001 - gathered, raised by the caller
            errors.append(error)
    return errors


def _insisting(end: Act) -> None:
    try:
        end()
    except KeyboardInterrupt:  # pressed once more while the run ends: it ends all the same
        end()


def _text(errors: Sequence[BaseException]) -> str | None:
    lines = [f"{type(error).__name__}: {error}" for error in errors if not isinstance(error, Stopped)]
    return "\n".join(lines) or None
