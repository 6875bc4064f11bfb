"""Time as a parameter."""

from __future__ import annotations

from typing import Any

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.parameters._parameter import Parameter


class ElapsedTimeParameter(Parameter[float]):
    """Seconds since it was made or `reset_clock` was called; measure it beside others to see drifts.

    Args:
        name: Identifier.
        label: Text for axes.
        unit: Must be time in s; only the text can be chosen.
        clock: Measures.
        **options: As for `Parameter`, without commands.
    """

    def __init__(
        self, name: str, label: str = "Elapsed time", unit: str = "s", clock: Clock = SYSTEM_CLOCK, **options: Any
    ) -> None:
        self._monotonic = clock.monotonic
        self._t0 = clock.monotonic()
        super().__init__(name, label=label, unit=unit, clock=clock, set_cmd=False, **options)

    @property
    def t0(self) -> float:
        """When it began, on the clock's own scale, in s."""
        return self._t0

    def reset_clock(self) -> None:
        """Begin again at 0."""
        self._t0 = self._monotonic()

    def get_raw(self) -> float:
        """Return the seconds since the beginning."""
        return self._monotonic() - self._t0
