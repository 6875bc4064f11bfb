"""More cases on Measurand: from a finished run to xarray, the smallest run, rows while others read them.

Runs that are only read are made once and kept in the temporary folder.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.timing import once, scratch
from measurand.dataset import Column, DataRoot, Dim, TableSpec

ROWS = 1_000_000
SIDE = 1000
READERS = 5
PERIOD = 1e-4  # s between two rows that are measured while others read

X, Y = Column("x", "float", "V", setpoint=True), Column("y", "float", "V", setpoint=True)
LINE = TableSpec("data", (X, Column("y", "float"), Column("z", "float")))
GRID = TableSpec("data", (X, Y, Column("z", "float")), (Dim("x", SIDE, ("x",)), Dim("y", SIDE, ("y",))))

FOLLOWER = """
import sys
from measurand.dataset import Dataset
print("ready", flush=True)
seen = sum(len(new["x"]) for new in Dataset(sys.argv[1]).follow())
print(seen, flush=True)
"""


def line_to_xarray() -> float:
    """A million rows of a setpoint and two results, from the run's number to an xarray Dataset."""
    data = kept("line", LINE, (((), (i / 1000, 2.0, 3.0)) for i in range(ROWS)))
    return _repeated(lambda: data.load(1).to_xarray())


def grid_to_xarray() -> float:
    """A grid of 1000 × 1000 points and one result, from the run's number to an xarray Dataset."""
    data = kept("plane", GRID, (((i, j), (i / 10, j / 10, i * j)) for i in range(SIDE) for j in range(SIDE)))
    return _repeated(lambda: data.load(1).to_xarray())


def _repeated(load: Callable[[], object]) -> float:
    load()
    return statistics.median(once(load) for _ in range(5))


def columns_floor() -> float:
    """Three columns of a million floats by ``np.load``, given the shape of the grid."""
    folder = Path(tempfile.gettempdir()) / "measurand-bench-columns-floor"
    folder.mkdir(exist_ok=True)
    for name in "xyz":
        np.save(folder / f"{name}.npy", np.arange(SIDE * SIDE, dtype=float))
    keeping: list[object] = []  # memory that was freed and is used again would flatter

    def load() -> None:
        keeping.append([np.load(folder / f"{name}.npy").reshape(SIDE, SIDE) for name in "xyz"])

    return statistics.median(once(load) for _ in range(9))


def smallest_run() -> float:
    """A run of one row of a setpoint and a result, from its start to its end; median of 20 after a first one."""
    data = fresh()
    spec = TableSpec("data", (X, Column("y", "float")))

    def run() -> None:
        with data.create_run("smallest", [spec]) as writer:
            writer.add(x=0.0, y=1.0)

    run()
    return statistics.median(once(run) for _ in range(20))


def paced_row(readers: int) -> float:
    """The median time of one accepted row, ten thousand a second, while ``readers`` processes follow the run."""
    writer = fresh().create_run("followed", [LINE])
    add, taken = writer.adder("data"), []
    with _followers(readers, writer.path) as followers:
        due = time.perf_counter()
        for i in range(20_000):
            due += PERIOD
            while time.perf_counter() < due:
                pass
            begun = time.perf_counter()
            add((), (float(i), 2.0, 3.0))
            taken.append(time.perf_counter() - begun)
        writer.finish()
        _expect_all(followers, 20_000)
    return statistics.median(taken)


def flat_out_row(readers: int) -> float:
    """Processor time of the measuring thread for one row of a million as fast as it can, while others follow the run.

    Not the time on the clock: with fewer processors than processes that tells how the system shares them.
    """
    writer = fresh().create_run("followed", [LINE])
    add = writer.adder("data")
    with _followers(readers, writer.path) as followers:
        begun = time.thread_time()
        for i in range(ROWS):
            add((), (float(i), 2.0, 3.0))
        taken = time.thread_time() - begun
        writer.finish()
        _expect_all(followers, ROWS)
    return taken / ROWS


@contextlib.contextmanager
def _followers(count: int, folder: Path) -> Iterator[list[subprocess.Popen[str]]]:
    command = [sys.executable, "-c", FOLLOWER, str(folder)]
    found = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    try:
        for follower in found:
            assert follower.stdout is not None
            follower.stdout.readline()
        yield found
    finally:
        for follower in found:
            follower.kill()
            follower.wait()


def _expect_all(followers: Iterable[subprocess.Popen[str]], rows: int) -> None:
    for follower in followers:
        seen = follower.communicate()[0].strip()
        if seen != str(rows):
            raise SystemExit(f"A reader saw {seen} of {rows} rows.")


def kept(name: str, table: TableSpec, rows: Iterable[tuple[tuple[int, ...], tuple[float, ...]]]) -> DataRoot:
    """Return a data root whose run 1 has these rows; it is made once."""
    folder = Path(tempfile.gettempdir()) / f"measurand-bench-{name}"
    data = DataRoot(folder / "data", cache_dir=folder / "cache")
    if not (folder / "ready").exists():
        with data.create_run(name, [table]) as writer:
            add = writer.adder(table.name)
            for index, values in rows:
                add(index, values)
        (folder / "ready").touch()
    return data


def fresh() -> DataRoot:
    """Return a data root without runs."""
    folder = scratch()
    return DataRoot(folder / "data", cache_dir=folder / "cache")


CASES: dict[str, Callable[[], float]] = {
    "xarray of 1e6 rows": line_to_xarray,
    "xarray of 1000×1000": grid_to_xarray,
    "smallest run": smallest_run,
    "row at 10 kHz": lambda: paced_row(0),
    "row at 10 kHz, 5 readers": lambda: paced_row(READERS),
    "row flat out, CPU": lambda: flat_out_row(0),
    "row flat out, 5 readers, CPU": lambda: flat_out_row(READERS),
    "floor: np.load 3 columns": columns_floor,
}
