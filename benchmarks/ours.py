"""The cases on Measurand. ``python -m benchmarks.ours CASE`` prints seconds per operation."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks import databases, importing, storing
from benchmarks.device import device
from benchmarks.timing import bytes_each, once, per_call, scratch, typical
from measurand.dataset import Column, DataRoot, Dim, TableSpec
from measurand.instrument import Instrument, VisaInstrument
from measurand.measure import LinSweep, Loop, Measurement, dond, new_run, sweep
from measurand.parameters import DelegateParameter, ManualParameter, Parameter, adaptive
from measurand.validators import Numbers

ROWS = 10_000
LOADED = 1_000_000
EXCHANGES = 2000
COLUMNS = ("x", "y", "z")
RANGE = Numbers(-10, 10)


def _manual() -> ManualParameter[float]:
    return ManualParameter("p", initial_value=1.0, vals=Numbers(-10, 10))


def _callable() -> Parameter[float]:
    return Parameter("p", get_cmd=lambda: 1.0, set_cmd=lambda value: None, vals=Numbers(-10, 10))


def _parsed() -> Parameter[float]:
    return Parameter("p", get_cmd=lambda: "1.0", set_cmd=lambda value: None, get_parser=float, scale=10)


def _mapped() -> Parameter[str]:
    return Parameter("p", get_cmd=lambda: 1, set_cmd=lambda value: None, val_mapping={"off": 0, "on": 1})


def _delegated() -> DelegateParameter[float]:
    return DelegateParameter("d", _callable(), scale=2)


def _construction() -> Parameter[float]:
    return Parameter("p", get_cmd=_one, set_cmd=_nothing, unit="V", label="Voltage", vals=RANGE, get_parser=float)


def _one() -> float:
    return 1.0


def _nothing(value: float) -> None:
    pass


def size() -> float:
    """Bytes of one parameter as it lies in an instrument that was never used: name, unit, commands, parser, validator."""
    return bytes_each(
        lambda i: Parameter(f"p{i}", get_cmd=_one, set_cmd=_nothing, unit="V", vals=RANGE, get_parser=float)
    )


def size_used() -> float:
    """Bytes of one parameter that was read and set."""

    def used(i: int) -> Parameter[float]:
        p = Parameter(f"p{i}", get_cmd=_one, set_cmd=_nothing, unit="V", vals=RANGE, get_parser=float)
        p.set(p.get())
        return p

    return bytes_each(used)


def snapshot() -> float:
    """A thousand parameters that were all read."""
    parameters = [Parameter(f"p{i}", get_cmd=_one, unit="V", vals=RANGE) for i in range(1000)]
    for p in parameters:
        p.get()
    return min(once(lambda: [p.snapshot() for p in parameters]) for _ in range(5))


def instrument() -> float:
    """An instrument with a thousand parameters, by ``add_parameter``."""

    def make() -> None:
        instrument = Instrument("ins")
        for i in range(1000):
            instrument.add_parameter(f"p{i}", get_cmd=_one, set_cmd=_nothing, unit="V", vals=RANGE)
        instrument.close()

    make()
    return min(once(make) for _ in range(5))


def instruments_snapshot() -> float:
    """Fifty instruments of fifty parameters that were all read, as one snapshot of the laboratory."""
    for i in range(50):
        instrument = Instrument(f"ins{i}")
        for k in range(50):
            instrument.add_parameter(f"p{k}", get_cmd=_one, set_cmd=_nothing, unit="V", vals=RANGE).get()
    taken = min(once(lambda: [one.snapshot() for one in Instrument.registry]) for _ in range(5))
    Instrument.registry.close_all()
    return taken


def _root() -> DataRoot:
    folder = scratch()
    return DataRoot(folder / "data", cache_dir=folder / "cache")


def recorded_row() -> float:
    """One accepted row of three floats, safe from the death of the process when the call returns; median of five runs."""
    data, table = _root(), TableSpec("data", tuple(Column(name, "float") for name in COLUMNS))

    def run() -> float:
        writer = data.create_run("rows", [table])
        add = writer.adder("data")
        add((), (0.0, 2.0, 3.0))
        taken = once(lambda: [add((), (float(i), 2.0, 3.0)) for i in range(ROWS)])
        writer.finish("completed")
        return taken / ROWS

    return typical(run)


def stored_row() -> float:
    """The same from the first row to the completed run, that is with everything on disk."""
    writer = _root().create_run("rows", [TableSpec("data", tuple(Column(name, "float") for name in COLUMNS))])
    add = writer.adder("data")
    add((), (0.0, 2.0, 3.0))

    def rows() -> None:
        for i in range(ROWS):
            add((), (float(i), 2.0, 3.0))
        writer.finish("completed")

    return once(rows) / ROWS


def ten_point_run() -> float:
    """A sweep of ten points, from the plan to the completed run; median of 20 after a first one."""
    data, plan = _root(), sweep(ManualParameter("x"), 0, 1, num=10).each(*_two())
    plan.run(data=data, snapshot=dict)
    return statistics.median(once(lambda: plan.run(data=data, snapshot=dict)) for _ in range(20))


def sweep_point() -> float:
    """One point of a sweep of 10 000: set, two reads, store."""
    data, plan = _root(), sweep(ManualParameter("x"), 0, 1, num=ROWS).each(*_two())
    plan.run(data=data, snapshot=dict)
    return statistics.median(once(lambda: plan.run(data=data, snapshot=dict)) for _ in range(5)) / ROWS


def add_result() -> float:
    """One result of three numbers by `Measurement`, safe as above; median of five runs."""
    x, y, z = (ManualParameter(name) for name in COLUMNS)
    measurement = Measurement().register_parameter(x)
    for result in (y, z):
        measurement.register_parameter(result, setpoints=(x,))
    data = _root()

    def run() -> float:
        with measurement.run(data=data, snapshot=dict) as saver:
            saver.add_result((x, 0.0), (y, 2.0), (z, 3.0))

            def rows() -> None:
                for i in range(ROWS):
                    saver.add_result((x, float(i)), (y, 2.0), (z, 3.0))

            return once(rows) / ROWS

    return typical(run)


def free_point() -> float:
    """One point of a loop written as plain Python: set, two reads, store; with the beginning and the end of the run."""
    data, x, (y, z) = _root(), ManualParameter("x"), _two()

    def run() -> None:
        with new_run("loop", data=data, snapshot=dict, progress=False) as loop:
            for _ in loop.sweep(x, 0, 1, num=ROWS):
                loop.record(y, z)

    run()
    return statistics.median(once(run) for _ in range(5)) / ROWS


def dond_point() -> float:
    """One point of `dond` over one axis: set, two reads, store."""
    x = ManualParameter("x")
    return _per_point(lambda **how: dond(LinSweep(x, 0, 1, ROWS), *_two(), show_progress=False, **how))


def dond_plane_point() -> float:
    """One point of `dond` over two axes of 100."""
    x, y = ManualParameter("x"), ManualParameter("slow")
    sweeps = LinSweep(y, 0, 1, 100), LinSweep(x, 0, 1, ROWS // 100)
    return _per_point(lambda **how: dond(*sweeps, *_two(), show_progress=False, **how))


def loop_point() -> float:
    """One point of the loop of 2016."""
    x = ManualParameter("x")
    return _per_point(lambda **how: Loop(x.sweep(0, 1, num=ROWS)).each(*_two()).run(quiet=True, **how))


def adaptive_point() -> float:
    """One point of a sweep whose values a generator decides from what was measured."""

    def decide() -> Iterator[float]:
        for i in range(ROWS):
            yield i / ROWS

    plan = sweep(adaptive(ManualParameter("x"), decide)).each(*_two())
    return _per_point(lambda **how: plan.run(progress=False, **how))


def _per_point(measure: Callable[..., object]) -> float:
    how = {"data": _root(), "snapshot": dict}
    measure(**how)
    return statistics.median(once(lambda: measure(**how)) for _ in range(5)) / ROWS


def _two() -> list[Parameter[float]]:
    return [Parameter(name, get_cmd=lambda: 1.0) for name in ("y", "z")]


def load() -> float:
    """Three columns of a million rows as numpy arrays; the files are in the page cache, as they are for the floor."""
    folder = Path(tempfile.gettempdir()) / "measurand-bench-load"
    data = DataRoot(folder / "data", cache_dir=folder / "cache")
    if not data.runs():
        columns = tuple(Column(name, "float") for name in COLUMNS)
        with data.create_run("load", [TableSpec("data", columns)]) as writer:
            add = writer.adder("data")
            for i in range(LOADED):
                add((), (float(i), 2.0, 3.0))
    np.random.default_rng()  # both sides have numpy ready
    data.load("last").numpy("x")[:1].sum()
    dataset = data.load("last")
    return _into_fresh_memory(lambda: [dataset.numpy(name) for name in COLUMNS])


def load_floor() -> float:
    """The same bytes by ``np.load``, one file per column."""
    folder = Path(tempfile.gettempdir()) / "measurand-bench-load-floor"
    folder.mkdir(exist_ok=True)
    for name in COLUMNS:
        np.save(folder / f"{name}.npy", np.arange(LOADED, dtype=float))
    np.load(folder / "x.npy")[:1].sum()
    return _into_fresh_memory(lambda: [np.load(folder / f"{name}.npy") for name in COLUMNS])


def _into_fresh_memory(load_all: Callable[[], object]) -> float:
    """Median of several loads, all kept: memory that was freed and is used again would flatter whoever comes second."""
    kept: list[object] = []
    return statistics.median(once(lambda: kept.append(load_all())) for _ in range(9))


def exchange() -> float:
    """One question and its answer over a socket: locked, remembered, safe from Ctrl-C."""
    with device() as address, VisaInstrument("ins", address, visalib="@py") as ins:
        return per_call(lambda: ins.ask("READ?"), EXCHANGES)


def exchange_floor() -> float:
    """The same by pyvisa alone; small packets are sent at once, as on our side."""
    import socket

    import pyvisa

    with device() as address:
        resource: Any = pyvisa.ResourceManager("@py").open_resource(
            address, read_termination="\n", write_termination="\n"
        )
        connection = resource.visalib.sessions[resource.session].interface
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        taken = per_call(lambda: resource.query("READ?"), EXCHANGES)
        resource.close()
        return taken


def _rows_at(rows: int) -> float:
    """One accepted row, timed over the last 10 000 of ``rows``: a run that is long must not cost more per row."""
    writer = _root().create_run("long", [TableSpec("data", tuple(Column(name, "float") for name in COLUMNS))])
    add = writer.adder("data")
    for i in range(rows - ROWS):
        add((), (float(i), 2.0, 3.0))
    taken = once(lambda: [add((), (float(i), 2.0, 3.0)) for i in range(ROWS)])
    writer.finish()
    return taken / ROWS


TRACES, TRACE = 1000, (10_000,)
IMAGES, IMAGE = 25, (1000, 1000)


def _arrays_stored(count: int, shape: tuple[int, ...]) -> float:
    """Rows of one array each, from the first to everything in the file, not synced on either side."""
    spec = TableSpec("data", (Column("t", "float", shape=shape),))
    writer = _root().create_run("arrays", [spec], write_period=60)
    add, values = writer.adder("data"), np.random.default_rng(0).standard_normal(shape)
    add((), (values,))

    def rows() -> None:
        for _ in range(count):
            add((), (values,))
        writer._tables.work()  # what `flush` does, but for the syncing

    taken = once(rows)
    writer.finish()
    return taken


def _arrays_floor(count: int, shape: tuple[int, ...]) -> float:
    """The same bytes by ``os.write``, one array at a time."""
    path = scratch() / "raw"
    values = np.random.default_rng(0).standard_normal(shape)
    fd = os.open(path, os.O_CREAT | os.O_WRONLY)
    taken = once(lambda: [os.write(fd, values.data) for _ in range(count)])
    os.close(fd)
    return taken


def _loaded(
    name: str, table: TableSpec, rows: Callable[[], Iterator[tuple[tuple[int, ...], tuple[float, ...]]]]
) -> Any:
    """A finished run, made once and kept."""
    folder = Path(tempfile.gettempdir()) / f"measurand-bench-{name}"
    data = DataRoot(folder / "data", cache_dir=folder / "cache")
    if not any(folder.glob("data/2*/*/*/run.jsonl")):
        with data.create_run(name, [table]) as writer:
            add = writer.adder(table.name)
            for index, values in rows():
                add(index, values)
    return data.load(1)


def load_many() -> float:
    """Three columns of ten million rows."""
    table = TableSpec("data", tuple(Column(name, "float") for name in COLUMNS))
    dataset = _loaded("load-many", table, lambda: (((), (float(i), 2.0, 3.0)) for i in range(10 * LOADED)))
    dataset.numpy("x")[:1].sum()
    return statistics.median(once(lambda: [dataset.numpy(name) for name in COLUMNS]) for _ in range(3))


def load_many_floor() -> float:
    """The same bytes by ``np.load``, one file per column."""
    folder = Path(tempfile.gettempdir()) / "measurand-bench-load-many-floor"
    folder.mkdir(exist_ok=True)
    for name in COLUMNS:
        np.save(folder / f"{name}.npy", np.arange(10 * LOADED, dtype=float))
    return statistics.median(once(lambda: [np.load(folder / f"{name}.npy") for name in COLUMNS]) for _ in range(3))


SIDE = 1000


def load_grid() -> float:
    """A grid of 1000 × 1000 points, one measured column, as an xarray Dataset."""
    columns = (Column("x", setpoint=True), Column("y", setpoint=True), Column("z"))
    table = TableSpec("data", columns, (Dim("x", SIDE, ("x",)), Dim("y", SIDE, ("y",))))
    dataset = _loaded("grid", table, lambda: (((i, j), (i, j, i * j)) for i in range(SIDE) for j in range(SIDE)))
    dataset.to_xarray()
    return _into_fresh_memory(dataset.to_xarray)


def _bytes_on_disk(compression: Literal["zstd"] | None) -> float:
    """Bytes of the folder of a run of a million rows of three noisy floats."""
    table = TableSpec("data", tuple(Column(name, "float") for name in COLUMNS))
    writer = _root().create_run("size", [table], compression=compression)
    noise = np.random.default_rng(0).standard_normal((LOADED, 2)).round(3)
    add = writer.adder("data")
    for i, (y, z) in enumerate(noise.tolist()):
        add((), (i / 1000, y, z))
    writer.finish()
    return float(sum(path.stat().st_size for path in writer.path.iterdir()))


def writer_memory() -> float:
    """Bytes by which the process grew over a million rows and 200 MB of arrays, after a first part of both."""
    tables = [TableSpec("rows", (Column("x"),)), TableSpec("traces", (Column("t", shape=TRACE),))]
    writer = _root().create_run("memory", tables)
    rows, arrays, trace = writer.adder("rows"), writer.adder("traces"), np.ones(TRACE)

    def some() -> None:
        for i in range(500_000):
            rows((), (float(i),))
            if i % 400 == 0:
                arrays((), (trace,))

    some()
    writer.flush()
    before = _resident()
    some()
    writer.flush()
    grown = _resident() - before
    writer.finish()
    return max(1.0, float(grown))


def _resident() -> int:
    """Private memory of this process in bytes: maps of tails belong to the system."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.split("RssAnon:")[1].split()[0]) * 1024


class _Bare:
    """What a driver without parameters would be."""

    def get(self) -> float:
        return 1.0


CASES = {
    "import qcodes": lambda: importing.fresh(importing.ALIAS + importing.IMPORT),
    "import, one parameter": lambda: importing.fresh(importing.ALIAS + importing.PARAMETER),
    **databases.CASES,
    **storing.CASES,
    "get manual": lambda: per_call(_manual().get),
    "get callable": lambda: per_call(_callable().get),
    "get parsed+scaled": lambda: per_call(_parsed().get),
    "get mapped": lambda: per_call(_mapped().get),
    "get delegated": lambda: per_call(_delegated().get),
    "set manual": lambda: per_call(partial(_manual().set, 1.0)),
    "set callable": lambda: per_call(partial(_callable().set, 1.0)),
    "set parsed+scaled": lambda: per_call(partial(_parsed().set, 1.0)),
    "set mapped": lambda: per_call(partial(_mapped().set, "on")),
    "set delegated": lambda: per_call(partial(_delegated().set, 1.0)),
    "construction": lambda: per_call(_construction, 2000),
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
    "add_result": add_result,
    "free loop point": free_point,
    "dond point": dond_point,
    "dond 2-D point": dond_plane_point,
    "Loop point": loop_point,
    "adaptive point": adaptive_point,
    "load 1e6 rows": load,
    "row at 1e4": lambda: _rows_at(2 * ROWS),
    "row at 1e7": lambda: _rows_at(10 * LOADED),
    "1000 traces": lambda: _arrays_stored(TRACES, TRACE),
    "25 images": lambda: _arrays_stored(IMAGES, IMAGE),
    "load 1e7 rows": load_many,
    "grid 1000×1000": load_grid,
    "bytes on disk": lambda: _bytes_on_disk(None),
    "bytes on disk, zstd": lambda: _bytes_on_disk("zstd"),
    "bytes, writer grows": writer_memory,
    "floor: write traces": lambda: _arrays_floor(TRACES, TRACE),
    "floor: write images": lambda: _arrays_floor(IMAGES, IMAGE),
    "floor: np.load 1e7": load_many_floor,
    "floor: payload": lambda: float(LOADED * 8 * len(COLUMNS)),
    "floor: with times": lambda: float(LOADED * 8 * (len(COLUMNS) + 1)),
    "floor: bare method": lambda: per_call(_Bare().get),
    "floor: bare call": lambda: per_call(lambda: 1.0),
    "floor: np.load": load_floor,
    "floor: bare pyvisa": exchange_floor,
}

if __name__ == "__main__":
    print(CASES[sys.argv[1]]())
