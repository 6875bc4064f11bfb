"""Measurand: run a physics laboratory from Python.

Describe instruments as trees of parameters, sweep some, measure others, keep every run with its setpoints, units and
the state of the laboratory. The names below come from these packages, lower ones first:

=====================  ==================================================================================
`measurand.errors`     every exception raised on purpose
`measurand.validators` accept or refuse a value before it reaches an instrument
`measurand.logger`     log files, command history, records by name of instrument
`measurand.parameters` one quantity: get, set, limits, conversion, ramp, cache, sweeps
`measurand.transports` text and bytes to a device: VISA, scripted for tests
`measurand.dataset`    one folder per run, append-only: store, read, find
`measurand.instrument` trees of parameters with a connection
`measurand.measure`    sweeps, plans, and the engine that runs them
`measurand.station`    a laboratory from a file: load, record, restore
`measurand.simulation` a simulated laboratory on real sockets
`measurand.compat`     QCoDeS: its names, its drivers, its databases
=====================  ==================================================================================

Names are imported when they are first used, so that ``import measurand`` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from measurand._core.version import VERSION
from measurand._session import compare, data_root, load, open_data, runs

if TYPE_CHECKING:
    from measurand.compat import install_as_qcodes
    from measurand.dataset import Dataset
    from measurand.errors import MeasurandError
    from measurand.instrument import (
        ChannelList,
        ChannelTuple,
        DelayedKeyboardInterrupt,
        Instrument,
        InstrumentChannel,
        InstrumentModule,
        VisaInstrument,
        close_all,
        find_instrument,
        find_or_create_instrument,
    )
    from measurand.logger import start_all_logging
    from measurand.measure import BreakIf, Loop, Measure, Measurement, Plan, Run, Task, Wait, new_run, resume, sweep
    from measurand.parameters import DelegateParameter, ManualParameter, Parameter
    from measurand.station import Station

__version__ = VERSION

_HOMES = {
    "BreakIf": "measure",
    "ChannelList": "instrument",
    "ChannelTuple": "instrument",
    "Dataset": "dataset",
    "DelayedKeyboardInterrupt": "instrument",
    "DelegateParameter": "parameters",
    "Instrument": "instrument",
    "InstrumentChannel": "instrument",
    "InstrumentModule": "instrument",
    "Loop": "measure",
    "ManualParameter": "parameters",
    "MeasurandError": "errors",
    "Measurement": "measure",
    "Measure": "measure",
    "Parameter": "parameters",
    "Plan": "measure",
    "Run": "measure",
    "Station": "station",
    "Task": "measure",
    "VisaInstrument": "instrument",
    "Wait": "measure",
    "close_all": "instrument",
    "find_instrument": "instrument",
    "find_or_create_instrument": "instrument",
    "install_as_qcodes": "compat",
    "new_run": "measure",
    "resume": "measure",
    "start_all_logging": "logger",
    "sweep": "measure",
}

__all__ = [
    "BreakIf",
    "ChannelList",
    "ChannelTuple",
    "Dataset",
    "DelayedKeyboardInterrupt",
    "DelegateParameter",
    "Instrument",
    "InstrumentChannel",
    "InstrumentModule",
    "Loop",
    "ManualParameter",
    "MeasurandError",
    "Measure",
    "Measurement",
    "Parameter",
    "Plan",
    "Run",
    "Station",
    "Task",
    "VisaInstrument",
    "Wait",
    "close_all",
    "compare",
    "data_root",
    "find_instrument",
    "find_or_create_instrument",
    "install_as_qcodes",
    "load",
    "new_run",
    "open_data",
    "resume",
    "runs",
    "start_all_logging",
    "sweep",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'measurand' has no attribute {name!r}")
    value = getattr(import_module(f"measurand.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
