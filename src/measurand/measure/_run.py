"""A plan being executed, or executed: its state, its progress, its data, its outcome; and how to stop or pause it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.stop import StopToken
from measurand.dataset import Dataset
from measurand.errors import MeasurementError
from measurand.measure._account import Account, table_of
from measurand.measure._level import Level
from measurand.measure._progress import Progress

Outcome = Literal["completed", "interrupted", "failed"]
State = Literal["queued", "starting", "running", "paused"] | Outcome
ENDED: tuple[State, ...] = ("completed", "interrupted", "failed")


@dataclass(frozen=True)
class Event:
    """Something that happened to a run.

    Attributes:
        time: Seconds since 1970-01-01 UTC.
        what: The state it came into, or what was asked for.
        why: The reason, where there is one.
    """

    time: float
    what: str
    why: str = ""


class Run:
    """What `Plan.run` and `Plan.start` return.

    Attributes:
        plan: What was to be done.
        name: What it is called.
        progress: Points done and planned.
        account: Where the time went.
        error: The exception that ended it, if one did.
        events: What happened to it, in order.
    """

    def __init__(
        self, plan: Level, name: str = "", *, stop: StopToken | None = None, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self.plan = plan
        self.name = name
        self.progress = Progress(plan.points)
        self.account = Account()
        self.error: BaseException | None = None
        self.events: list[Event] = []
        self.token = StopToken() if stop is None else stop
        self.token.on_pause = self._on_pause
        self._clock = clock
        self._datasets: tuple[Dataset, ...] = ()
        self._changed = threading.Condition()
        self._state: State = "starting"
        self._over = False

    @property
    def state(self) -> State:
        """``"queued"``, ``"starting"``, ``"running"``, ``"paused"``, ``"completed"``, ``"interrupted"`` or ``"failed"``."""
        return self._state

    @property
    def ended(self) -> bool:
        """Whether it has ended, however."""
        return self._state in ENDED

    @property
    def dataset(self) -> Dataset:
        """What was stored; readable at any time, also while it grows.

        Raises:
            MeasurementError: The run waits in the queue, or ended there: it has no data yet.
        """
        return self.datasets[0]

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """All datasets, of a run that stores its groups apart; raises as `dataset` does."""
        if not self._datasets:
            raise MeasurementError(
                f"{self!r} has no data yet: it is {self._state}. wait() waits for its end; its data exists from its start on."
            )
        return self._datasets

    def stop(self, reason: str = "stop() was called") -> None:
        """Ask the run to end after the present step; its data stays. May be called from any thread or action."""
        self._note("stop", reason)
        self.token.request(reason)

    def pause(self, reason: str = "pause() was called") -> None:
        """Ask the run to wait, between two actions or inside a ramp or wait, until `resume` or `stop`."""
        if not self.ended:
            self.token.pause(reason)

    def resume(self) -> None:
        """Let a paused run go on."""
        self.token.resume()

    def wait(self, timeout: float | None = None) -> Run:
        """Wait until the run has ended, and return it.

        Args:
            timeout: Longest wait in s; None: as long as it takes.

        Raises:
            TimeoutError: It has not ended by then; it goes on.
        """
        end = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not self._over:
                left = 0.5 if end is None else min(0.5, end - time.monotonic())  # slices, so that Ctrl-C is noticed
                if left <= 0:
                    raise TimeoutError(f"{self!r} has not ended within {timeout:g} s; it goes on.")
                self._changed.wait(left)
        return self

    def result(self, timeout: float | None = None) -> Dataset:
        """Wait for the end and return the data of a completed or interrupted run.

        Args:
            timeout: Longest wait in s; None: as long as it takes.

        Raises:
            TimeoutError: It has not ended by then; it goes on.
            Exception: What made the run fail.
        """
        self.wait(timeout)
        if self.error is not None and self._state == "failed":
            raise self.error
        return self.dataset

    def report(self) -> str:
        """Return where the time went, as lines: share, seconds, what, who."""
        return table_of(self.account.to_dict())

    def __repr__(self) -> str:
        number = f"{self._datasets[0].number} " if self._datasets else ""
        return f"<Run {number}{self.name!r}: {self._state}, {self.progress!r}>"

    def becomes(self, state: State, why: str = "") -> None:
        """Note a new state and tell who waits; for whoever executes the run."""
        with self._changed:
            self._state = state
            self._note(state, why)
            self._changed.notify_all()

    def begins(self, datasets: tuple[Dataset, ...]) -> None:
        """Note where the data is; for whoever executes the run."""
        with self._changed:
            self._datasets = datasets
            self.name = datasets[0].name
            self._changed.notify_all()

    def over(self) -> None:
        """Note that everything is done, its observers and its place in the queue included; for whoever executes the run."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def until_begun(self) -> None:
        """Wait until the run has data, or has ended without."""
        with self._changed:
            while not self._datasets and not self.ended:
                self._changed.wait(0.5)

    def _on_pause(self, paused: bool) -> None:
        self.becomes("paused" if paused else "running", self.token.reason)

    def _note(self, what: str, why: str) -> None:
        self.events.append(Event(self._clock.time(), what, why))


Watcher = Callable[[Run], Any]
