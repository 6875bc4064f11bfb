"""Where a run stands: at which point of which level. Knows no row and no loop."""

from __future__ import annotations

from typing import Any


class Place:
    """Where a run stands: index, setpoint and parameter of every level, outermost first.

    Attributes:
        index: Number of the value at each level, from 0.
        setpoints: The value at each level.
        swept: What is moved at each level.
        owed: Time in s that an outer level still has to settle: an inner level's first setpoint settles with it.
    """

    def __init__(self) -> None:
        self.index: list[int] = []
        self.setpoints: list[Any] = []
        self.swept: list[Any] = []
        self.owed = 0.0

    def enter(self, depth: int, parameter: Any) -> None:
        """Begin a level."""
        self.index[depth:], self.setpoints[depth:], self.swept[depth:] = [0], [None], [parameter]

    def leave(self, depth: int) -> None:
        """End a level in good order: later notes shall not name its last point."""
        del self.index[depth:], self.setpoints[depth:], self.swept[depth:]
        self.owed = 0.0

    def text(self) -> str:
        """Return e.g. ``gate = 0.5 V, bias = 1e-3 V``."""
        levels = []
        for parameter, value in zip(self.swept, self.setpoints, strict=True):
            unit = getattr(parameter, "unit", "")
            levels.append(f"{parameter.full_name} = {value!r}{f' {unit}' if unit else ''}")
        return ", ".join(levels)
