"""A plan being executed, or executed: its state, its progress, its data, its outcome."""

from __future__ import annotations

from typing import Literal

from measurand._core.stop import StopToken
from measurand.dataset import Dataset
from measurand.measure._level import Level
from measurand.measure._progress import Progress

Outcome = Literal["completed", "interrupted", "failed"]
State = Literal["starting", "running"] | Outcome


class Run:
    """What `Level.run` returns.

    Attributes:
        plan: What was to be done.
        dataset: What was stored; readable at any time, also while it grows.
        progress: Points done and planned.
        state: ``"starting"``, ``"running"``, ``"completed"``, ``"interrupted"`` or ``"failed"``.
        error: The exception that ended it, if one did.
    """

    def __init__(self, plan: Level, dataset: Dataset, stop: StopToken) -> None:
        self.plan = plan
        self.dataset = dataset
        self.progress = Progress(plan.points)
        self.state: State = "starting"
        self.error: BaseException | None = None
        self._stop = stop

    def stop(self, reason: str = "stop() was called") -> None:
        """Ask the run to end after the present step; its data stays. May be called from any thread or action."""
        self._stop.request(reason)

    def __repr__(self) -> str:
        return f"<Run {self.dataset.number} {self.dataset.name!r}: {self.state}, {self.progress!r}>"
