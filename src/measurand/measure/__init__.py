"""Sweeps, plans and runs: say what shall be measured, then do it on one engine that never loses a row.

`sweep` begins a plan (pure data), `Plan.run` checks and executes it in the foreground, `Run` is the outcome. `Task`,
`Wait` and `BreakIf` stand beside measured parameters among the actions of a point.
"""

from measurand.measure._actions import BreakIf, Read, Task, Wait
from measurand.measure._execute import run
from measurand.measure._plan import Plan, sweep
from measurand.measure._progress import Progress
from measurand.measure._run import Run

__all__ = ["BreakIf", "Plan", "Progress", "Read", "Run", "Task", "Wait", "run", "sweep"]
