"""The cases on QCoDeS, by its documented interface. Runs in its own environment, where Measurand is not installed."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import qcodes as qc
from qcodes.dataset import (
    LinSweep,
    Measurement,
    dond,
    extract_runs_into_db,
    initialise_or_create_database_at,
    load_by_id,
    load_or_create_experiment,
)
from qcodes.instrument import Instrument, VisaInstrument
from qcodes.parameters import DelegateParameter, ManualParameter, Parameter
from qcodes.validators import Numbers

from benchmarks import importing
from benchmarks.device import device
from benchmarks.million import million
from benchmarks.timing import bytes_each, once, per_call, scratch, typical

ROWS = 10_000
RANGE = Numbers(-10, 10)


def _manual() -> Any:
    return ManualParameter("p", initial_value=1.0, vals=Numbers(-10, 10))


def _callable() -> Any:
    return Parameter("p", get_cmd=lambda: 1.0, set_cmd=lambda value: None, vals=Numbers(-10, 10))


def _parsed() -> Any:
    return Parameter("p", get_cmd=lambda: "1.0", set_cmd=lambda value: None, get_parser=float, scale=10)


def _mapped() -> Any:
    return Parameter("p", get_cmd=lambda: 1, set_cmd=lambda value: None, val_mapping={"off": 0, "on": 1})


def _delegated() -> Any:
    return DelegateParameter("d", source=_callable(), scale=2)


def _construction() -> Any:
    return Parameter("p", get_cmd=_one, set_cmd=_nothing, unit="V", label="Voltage", vals=RANGE, get_parser=float)


def _one() -> float:
    return 1.0


def _nothing(value: float) -> None:
    pass


def size() -> float:
    return bytes_each(
        lambda i: Parameter(f"p{i}", get_cmd=_one, set_cmd=_nothing, unit="V", vals=RANGE, get_parser=float)
    )


def size_used() -> float:
    def used(i: int) -> Any:
        p = Parameter(f"p{i}", get_cmd=_one, set_cmd=_nothing, unit="V", vals=RANGE, get_parser=float)
        p.set(p.get())
        return p

    return bytes_each(used)


def snapshot() -> float:
    parameters = [Parameter(f"p{i}", get_cmd=_one, unit="V", vals=RANGE) for i in range(1000)]
    for p in parameters:
        p.get()
    return min(once(lambda: [p.snapshot() for p in parameters]) for _ in range(5))


def instrument() -> float:
    def make() -> None:
        instrument = Instrument("ins")
        for i in range(1000):
            instrument.add_parameter(f"p{i}", get_cmd=_one, set_cmd=_nothing, unit="V", vals=RANGE)
        instrument.close()

    make()
    return min(once(make) for _ in range(5))


def instruments_snapshot() -> float:
    made = [Instrument(f"ins{i}") for i in range(50)]
    for instrument in made:
        for k in range(50):
            instrument.add_parameter(f"p{k}", get_cmd=_one, set_cmd=_nothing, unit="V", vals=RANGE)
            instrument.parameters[f"p{k}"].get()
    return min(once(lambda: [one.snapshot() for one in made]) for _ in range(5))


def _fresh_database() -> None:
    qc.config.subscription.default_subscribers = []
    initialise_or_create_database_at(str(scratch() / "bench.db"))
    load_or_create_experiment("bench", "none")


def _measurement() -> tuple[Measurement, list[Any]]:
    _fresh_database()
    x = ManualParameter("x", initial_value=0.0)
    results = [Parameter(name, get_cmd=lambda: 1.0) for name in ("y", "z")]
    measurement = Measurement()
    measurement.register_parameter(x)
    for result in results:
        measurement.register_parameter(result, setpoints=(x,))
    return measurement, [x, *results]


def recorded_row() -> float:
    measurement, (x, y, z) = _measurement()

    def run() -> float:
        with measurement.run() as saver:
            saver.add_result((x, 0.0), (y, 2.0), (z, 3.0))

            def rows() -> None:
                for i in range(ROWS):
                    saver.add_result((x, float(i)), (y, 2.0), (z, 3.0))

            return once(rows) / ROWS

    return typical(run)


def stored_row() -> float:
    measurement, (x, y, z) = _measurement()
    begun = 0.0
    with measurement.run() as saver:
        saver.add_result((x, 0.0), (y, 2.0), (z, 3.0))
        begun = time.perf_counter()
        for i in range(ROWS):
            saver.add_result((x, float(i)), (y, 2.0), (z, 3.0))
    return (time.perf_counter() - begun) / ROWS


def ten_point_run() -> float:
    measurement, (x, y, z) = _measurement()

    def run() -> None:
        with measurement.run() as saver:
            for i in range(10):
                x(float(i))
                saver.add_result((x, float(i)), (y, y()), (z, z()))

    run()
    return statistics.median(once(run) for _ in range(20))


def sweep_point() -> float:
    _, (x, y, z) = _measurement()
    go: Callable[[], object] = lambda: dond(LinSweep(x, 0, 1, ROWS), y, z, do_plot=False, show_progress=False)  # noqa: E731
    return statistics.median(once(go) for _ in range(3)) / ROWS


def dond_plane_point() -> float:
    load_or_create_experiment("bench", "sample")
    x, slow = Parameter("x", set_cmd=None, get_cmd=None), Parameter("slow", set_cmd=None, get_cmd=None)
    y, z = (Parameter(name, get_cmd=lambda: 1.0) for name in ("y", "z"))
    sweeps = LinSweep(slow, 0, 1, 100), LinSweep(x, 0, 1, ROWS // 100)
    go: Callable[[], object] = lambda: dond(*sweeps, y, z, do_plot=False, show_progress=False)  # noqa: E731
    go()
    return statistics.median(once(go) for _ in range(3)) / ROWS


def free_point() -> float:
    measurement, (x, y, z) = _measurement()

    def run() -> None:
        with measurement.run() as saver:
            for i in range(ROWS):
                x(i / ROWS)
                saver.add_result((x, i / ROWS), (y, y()), (z, z()))

    run()
    return statistics.median(once(run) for _ in range(3)) / ROWS


def exchange() -> float:
    with device() as address:
        instrument = VisaInstrument("ins", address, terminator="\n", visalib="@py")
        taken = per_call(lambda: instrument.ask("READ?"), 100, 3)
        instrument.close()
        return taken


LOADED, SIDE = 1_000_000, 1000


def smallest_run() -> float:
    measurement, (x, y, _) = _measurement()

    def run() -> None:
        with measurement.run() as saver:
            saver.add_result((x, 0.0), (y, 1.0))

    run()
    return statistics.median(once(run) for _ in range(20))


def _kept(name: str, fill: Callable[[], None]) -> None:
    """Open a database that holds one run; it is made once."""
    qc.config.subscription.default_subscribers = []
    folder = Path(tempfile.gettempdir()) / f"{qc.__name__}-bench-{name}"  # its own for each that runs these cases
    ready = folder / "ready"
    folder.mkdir(exist_ok=True)
    if not ready.exists():
        for left in folder.glob("bench.db*"):
            left.unlink()
    initialise_or_create_database_at(str(folder / "bench.db"))
    load_or_create_experiment("bench", "none")
    if not ready.exists():
        fill()
        ready.touch()


def line_to_xarray() -> float:
    _kept("line", _line)
    return _repeated()


def line_data() -> float:
    _kept("line", _line)
    return _repeated(lambda: load_by_id(1).get_parameter_data())


def _line() -> None:
    measurement = Measurement()
    measurement.register_custom_parameter("x", unit="V")
    for name in ("y", "z"):
        measurement.register_custom_parameter(name, setpoints=("x",))
    with measurement.run() as saver:
        for start in range(0, LOADED, 10_000):
            x = np.arange(start, start + 10_000) / 1000
            saver.add_result(("x", x), ("y", np.full(10_000, 2.0)), ("z", np.full(10_000, 3.0)))


def listing() -> float:
    """A thousand runs of one experiment, with their names and columns."""
    _kept("thousand", _thousand)
    experiment = load_or_create_experiment("bench", "none")
    return _repeated(lambda: [(run.name, run.run_id, run.parameters) for run in experiment.data_sets()])


def by_id() -> float:
    """One run of a thousand, with its data."""
    _kept("thousand", _thousand)
    numbers = range(1, 1000, 50)
    return _repeated(lambda: [load_by_id(number).get_parameter_data() for number in numbers]) / len(numbers)


def _thousand() -> None:
    measurement = Measurement()
    measurement.register_custom_parameter("x", unit="V")
    measurement.register_custom_parameter("y", setpoints=("x",))
    for _ in range(1000):
        with measurement.run() as saver:
            for i in range(10):
                saver.add_result(("x", i), ("y", i))


def grid_to_xarray() -> float:
    def fill() -> None:
        measurement = Measurement()
        measurement.register_custom_parameter("x", unit="V")
        measurement.register_custom_parameter("y", unit="V")
        measurement.register_custom_parameter("z", setpoints=("x", "y"))
        measurement.set_shapes({"z": (SIDE, SIDE)})
        y = np.arange(SIDE) / 10
        with measurement.run() as saver:
            for i in range(SIDE):
                saver.add_result(("x", np.full(SIDE, i / 10)), ("y", y), ("z", 10 * i * y))

    _kept("plane", fill)
    return _repeated()


def _repeated(load: Callable[[], object] = lambda: load_by_id(1).to_xarray_dataset()) -> float:
    load()
    return statistics.median(once(load) for _ in range(3))


def database_read() -> float:
    """All values of a run of a million rows."""
    initialise_or_create_database_at(million())
    run = load_by_id(1)
    return once(run.get_parameter_data)


def database_copied() -> float:
    """A run of a million rows into a new database; the nearest to an import or an export that there is."""
    path = million()
    with tempfile.TemporaryDirectory() as folder:
        return once(lambda: extract_runs_into_db(path, Path(folder) / "target.db", 1))


CASES = {
    "import qcodes": lambda: importing.fresh(importing.IMPORT),
    "import, one parameter": lambda: importing.fresh(importing.PARAMETER),
    "database of 1e6 rows": database_read,
    "import of 1e6 rows": database_copied,
    "export of 1e6 rows": database_copied,
    "get manual": lambda: per_call(_manual().get, 4000),
    "get callable": lambda: per_call(_callable().get, 4000),
    "get parsed+scaled": lambda: per_call(_parsed().get, 4000),
    "get mapped": lambda: per_call(_mapped().get, 4000),
    "get delegated": lambda: per_call(_delegated().get, 4000),
    "set manual": lambda: per_call(partial(_manual().set, 1.0), 4000),
    "set callable": lambda: per_call(partial(_callable().set, 1.0), 4000),
    "set parsed+scaled": lambda: per_call(partial(_parsed().set, 1.0), 4000),
    "set mapped": lambda: per_call(partial(_mapped().set, "on"), 4000),
    "set delegated": lambda: per_call(partial(_delegated().set, 1.0), 4000),
    "construction": lambda: per_call(_construction, 500),
    "bytes, never used": size,
    "bytes, used": size_used,
    "snapshot of 1000": snapshot,
    "instrument of 1000": instrument,
    "snapshot of 50 instruments": instruments_snapshot,
    "exchange": exchange,
    "recorded row": recorded_row,
    "row until completed": stored_row,
    "ten-point run": ten_point_run,
    "sweep point": sweep_point,
    "add_result": recorded_row,
    "free loop point": free_point,
    "dond point": sweep_point,
    "dond 2-D point": dond_plane_point,
    "Loop point": sweep_point,
    "adaptive point": free_point,  # there is no adaptive sweep: a loop of one's own
    "smallest run": smallest_run,
    "xarray of 1e6 rows": line_to_xarray,
    "data of 1e6 rows": line_data,
    "list 1000 runs": listing,
    "one run of 1000": by_id,
    "xarray of 1000×1000": grid_to_xarray,
}

if __name__ == "__main__":
    print(CASES[sys.argv[1]]())
