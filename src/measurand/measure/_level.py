"""A measurement as an immutable tree of data: levels, each a sweep and the actions at its points. Does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from measurand.measure._actions import BreakIf, EndIf, Read, Task, Wait
from measurand.parameters import Adaptive, Sweep


class Once:
    """What stands in place of a sweep where nothing is swept: what is to be done is done once."""

    def __len__(self) -> int:
        return 1

    def __repr__(self) -> str:
        return "once"


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One level of a measurement: a sweep and the actions at each of its points.

    Attributes:
        sweep: Parameter and values; or how values are decided; or `Once`.
        delay: Time in s to wait after each setpoint.
        before: What happens when the level begins.
        actions: What happens at each point, in order.
        after: What happens when the level was completed (or ended by `BreakIf`).
        always: What happens when the level ends, however it ends.
        snake: Whether every second pass goes through the values backwards.
        readback: Whether the setpoint is read back after it was set, and stored as it was read.
    """

    sweep: Sweep | Adaptive | Once
    delay: float = 0
    before: tuple[Task | Wait, ...] = ()
    actions: tuple[Read | Task | Wait | BreakIf | EndIf | Level, ...] = ()
    after: tuple[Task | Wait, ...] = ()
    always: tuple[Task | Wait, ...] = ()
    snake: bool = False
    readback: bool = False

    @property
    def moves(self) -> Sweep | Adaptive:
        """What is swept; only for levels that sweep something."""
        assert not isinstance(self.sweep, Once)  # noqa: S101 - for the type checker; callers look at `swept`
        return self.sweep

    @property
    def swept(self) -> bool:
        """Whether something is swept."""
        return not isinstance(self.sweep, Once)

    @property
    def fixed(self) -> bool:
        """Whether the values are known beforehand."""
        return isinstance(self.sweep, Sweep)

    @property
    def points(self) -> int:
        """Number of innermost points, if nothing breaks off; an adaptive sweep counts what is expected of it."""
        inner = [action.points for action in self.actions if isinstance(action, Level)]
        return len(self.sweep) * (sum(inner) if inner else 1)

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data, kept in the header of the run."""
        described: dict[str, Any] = {} if isinstance(self.sweep, Once) else {"sweep": self.sweep.to_dict()}
        described |= {key: getattr(self, key) for key in ("delay", "snake", "readback") if getattr(self, key)}
        for key, actions in (
            ("before", self.before),
            ("each", self.actions),
            ("then", self.after),
            ("finally", self.always),
        ):
            if actions:
                described[key] = [action.to_dict() for action in actions]
        return described

    def swept_levels(self) -> Iterator[Level]:
        """Yield this level and all nested ones, outer ones first, as far as they sweep something."""
        return (level for level in self.levels() if level.swept)

    def levels(self) -> Iterator[Level]:
        """Yield this level and all nested ones, outer ones first."""
        yield self
        for action in self.actions:
            if isinstance(action, Level):
                yield from action.levels()
