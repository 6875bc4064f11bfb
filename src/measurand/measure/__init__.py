"""Sweeps, plans and runs: say what shall be measured, then do it on one engine that never loses a row.

`sweep` begins a plan (pure data), `Plan.run` checks and executes it here, `Plan.start` in the background, `Run` is the
handle and the outcome. `Task`, `Wait` and `BreakIf` stand beside measured parameters among the actions of a point;
`Read` says what to do when a reading fails, `SuspendWhile` when to wait. Loops that you write yourself: `new_run`, where
nothing is registered, and `Measurement`, where everything is. `Loop` and `Measure` are the verbs of 2016.
"""

from measurand.measure._account import Account
from measurand.measure._actions import BreakIf, EndIf, Read, Task, Wait
from measurand.measure._axes import ArraySweep, LinSweep, LogSweep, TogetherSweep
from measurand.measure._declared import DeclaredArray
from measurand.measure._dond import do0d, do1d, do2d, dond
from measurand.measure._estimate import Estimate
from measurand.measure._execute import QUEUE, run, start
from measurand.measure._exits import gathered
from measurand.measure._free import FreeRun, Wanted
from measurand.measure._halt import get_bg, halt_bg
from measurand.measure._loop import ActiveLoop, Loop, Measure
from measurand.measure._loop_data import LoopData
from measurand.measure._measurement import Measurement, Runner
from measurand.measure._open_run import OpenRun, new_run
from measurand.measure._plan import Plan, once, sweep, together
from measurand.measure._progress import Progress
from measurand.measure._queue import Queue
from measurand.measure._resume import resume
from measurand.measure._run import Event, Run
from measurand.measure._saver import DataSaver
from measurand.measure._state import state_of
from measurand.measure._steer import live, steer
from measurand.measure._suspend import SuspendWhile

__all__ = [
    "QUEUE",
    "Account",
    "ActiveLoop",
    "ArraySweep",
    "BreakIf",
    "DataSaver",
    "DeclaredArray",
    "EndIf",
    "Estimate",
    "Event",
    "FreeRun",
    "LinSweep",
    "LogSweep",
    "Loop",
    "LoopData",
    "Measure",
    "Measurement",
    "OpenRun",
    "Plan",
    "Progress",
    "Queue",
    "Read",
    "Run",
    "Runner",
    "SuspendWhile",
    "Task",
    "TogetherSweep",
    "Wait",
    "Wanted",
    "do0d",
    "do1d",
    "do2d",
    "dond",
    "gathered",
    "get_bg",
    "halt_bg",
    "live",
    "new_run",
    "once",
    "resume",
    "run",
    "start",
    "state_of",
    "steer",
    "sweep",
    "together",
]
