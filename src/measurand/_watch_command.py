"""The command ``measurand runs --watch``: how the runs of a data root are doing, until none is running any more.

Reads what each run says of itself beside its data. Whatever happens here, the runs do not notice.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.dataset import LIVE, read_record

if TYPE_CHECKING:
    from measurand.dataset import DataRoot, RunRecord

_PERIOD = 1.0  # s


def watch(root: DataRoot, clock: Clock = SYSTEM_CLOCK) -> None:
    """Print a line for each run that is running, again whenever something changed; return when none is.

    Args:
        root: Where the runs are.
        clock: Waits between two looks.
    """
    before: list[str] = []
    while True:
        lines = [line_of(root, run) for run in root.runs(status="running")]
        if lines != before:
            sys.stdout.write("\n".join(lines or ["no run is running"]) + "\n")
            sys.stdout.flush()
        if not lines:
            return
        before = lines
        clock.sleep(_PERIOD)


def line_of(root: DataRoot, run: RunRecord) -> str:
    """Return how a run is doing, in one line."""
    found = read_record(root.path / run.path / LIVE)
    said: dict[str, Any] = {} if found is None else found[1]
    parts = [f"{run.number:>6}  {said.get('state', 'running'):8}"]
    if said.get("total"):
        parts.append(f"{said['done']} of {said['total']} points, {said['rate']:.3g}/s")
    if said.get("left") is not None:
        parts.append(f"{_duration(said['left'])} left")
    if said.get("why"):
        parts.append(str(said["why"]))
    return "  ".join([*parts, run.name])


def _duration(seconds: float) -> str:
    """Return e.g. ``2:05:09``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
