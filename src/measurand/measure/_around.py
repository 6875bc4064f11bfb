"""What an engine is handed: functions to store, wait and look by, and what counts along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from measurand._core.clock import Clock
from measurand.measure._account import Account
from measurand.measure._progress import Progress

Add = Callable[[tuple[int, ...], tuple[Any, ...]], None]


Partial = Callable[[str, Sequence[int], Mapping[str, Any], Mapping[str, Any]], None]


def _dropped(_table: str, _index: Sequence[int], _set: Mapping[str, Any], _read: Mapping[str, Any]) -> None:
    """Keep nothing."""


@dataclass
class Surroundings:
    """What an engine is handed.

    Attributes:
        adder: Returns the function that stores a row of a table, given the table's name.
        clock: Waits.
        check: Called before every setpoint; raises or waits if the run shall not go on.
        guard: Called before every innermost point, after ``check``; waits while the laboratory is not as it should be.
        progress: Counts the innermost points.
        account: Notes where the time goes.
        lanes: Whether instruments of different connections are read at the same time.
        partial: Given the table, the index, the setpoints and the readings, by name, of a group that failed in the middle.
    """

    adder: Callable[[str], Add]
    clock: Clock
    check: Callable[[], None]
    progress: Progress
    guard: Callable[[], None] | None = None
    account: Account = field(default_factory=Account)
    lanes: bool = True
    partial: Partial = _dropped
