"""The golden runs: what is in them, and how they were made. ``python -m tests.unit.dataset.golden`` makes those of a new version.

Runs of older versions stay as they are and are read by the tests for ever.
"""

from __future__ import annotations

import datetime
import enum
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from measurand.dataset import Column, Dim, TableSpec, Writer, _provenance
from measurand.dataset._reopen import reopened
from measurand.dataset._write._medium import FolderMedium

FOLDER = Path(__file__).parents[2] / "data" / "golden"
SCALARS = TableSpec(
    "scalars",
    (
        Column("gate", unit="V", label="Plunger gate", setpoint=True), Column("current", unit="A"), Column("count", "int"),
        Column("locked", "bool"), Column("s21", "complex"), Column("mode", "enum", categories=("off", "on")),
        Column("taken", "datetime"),
    ),
    (Dim("gate", None, ("gate",)),),
)  # fmt: skip
ARRAYS = TableSpec(
    "arrays",
    (
        Column("f", unit="Hz", shape=(3,), setpoint=True), Column("trace", shape=(3,), dtype="float32"),
        Column("image", "int", shape=(2, 2), dtype="int16"), Column("wave", "complex", shape=(3,)),
        Column("jumps", shape=(None,)), Column("pairs", "complex", shape=(None, 2)), Column("flags", "bool", shape=(3,)),
        Column("note", "text"), Column("mode"),
    ),
)  # fmt: skip
ROWS = {"scalars": 270, "arrays": 9}


class Mode(enum.Enum):
    """Becomes the categories of a column that declares none."""

    IDLE = 0
    BUSY = 1


class Clock:
    """A second per row, so that every byte is known."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        self.now += seconds


def scalars(n: int) -> dict[str, Any]:
    return {
        "gate": n / 10, "current": float("nan") if n == 3 else 1e-9 / (n + 1), "count": 2**62 + n, "locked": n % 3 == 0,
        "s21": complex(n, -n / 2), "mode": ("off", "on")[n % 2],
        "taken": datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC) + datetime.timedelta(seconds=n),
    }  # fmt: skip


def arrays(n: int) -> dict[str, Any]:
    return {
        "f": [1e9, 2e9, 3e9], "trace": np.arange(3, dtype="f4") + n, "image": np.array([[n, 1], [2, 3]], "i2"),
        "wave": np.arange(3) * 1j + n, "jumps": np.arange(n % 4, dtype=float), "pairs": np.full((n % 3, 2), 1j * n),
        "flags": np.array([True, False, n % 2 == 0]), "note": f"Zeile {n}, µ\n", "mode": (Mode.IDLE, Mode.BUSY)[n % 2],
    }  # fmt: skip


def make(folder: Path, *, mapped: bool, rows: Mapping[str, int] = ROWS) -> Writer:
    """Write the golden run into ``folder`` up to where it is to be finished."""
    clock = Clock()
    header = {
        "id": "0123456789abcdef" * 2, "number": 1, "name": "golden", "sample": "dot 7", "experiment": "cooldown",
        "started": "2027-01-15T09:00:00.000000+01:00", "host": "golden", "user": "nobody", "pid": 1,
        "versions": {"measurand": "1"}, "plan": None, "metadata": {"gain": 1e6},
    }  # fmt: skip
    folder.mkdir(parents=True)
    medium = FolderMedium(folder, header, [SCALARS, ARRAYS], snapshot={"dac": 0.5}, memory_maps=mapped)
    run = Writer(medium, clock=clock)
    fill(run, clock, range(rows["scalars"]), range(rows["arrays"]))
    return run


def fill(run: Writer, clock: Clock, scalar_rows: range, array_rows: range) -> None:
    """Add these rows."""
    for n in scalar_rows:
        clock.now += 1
        run.add("scalars", scalars(n), (n,))
    run.flush()
    for n in array_rows:
        clock.now += 1
        run.add("arrays", arrays(n))
        if n % 4 == 3 or n == array_rows.stop - 1:
            run.flush()


def make_resumed(folder: Path) -> Writer:
    """Write a run of three parts up to where it is to be finished: the first was left by a death, the second was interrupted."""
    with tempfile.TemporaryDirectory() as place:
        first = make(Path(place) / "run", mapped=True, rows={"scalars": 260, "arrays": 5})
        shutil.copytree(first.path, folder)
        first.finish()
    for scalar_rows, array_rows in ((range(260, 265), range(5, 5)), (range(265, 270), range(5, 9))):
        clock = Clock()
        clock.now += 500.0
        for path in folder.iterdir():
            os.utime(path, (0, 0))  # on the computer called golden nobody was heard of for a long time
        with (
            mock.patch.object(
                _provenance, "process_facts", return_value={"host": "golden", "pid": 1, "user": "nobody"}
            ),
            mock.patch.object(_provenance, "versions", return_value={"measurand": "1"}),
        ):
            medium = reopened(folder, clock, snapshot={"dac": 0.7}, write_period=1.0, memory_maps=True)
        run = Writer(medium, clock=clock)
        fill(run, clock, scalar_rows, array_rows)
        if array_rows.stop < ROWS["arrays"]:
            run.finish("interrupted")
    return run


def main() -> None:
    """Make the golden runs of the present version: finished, as a process that died left them, resumed and finished."""
    with tempfile.TemporaryDirectory() as place:
        resumed = make_resumed(Path(place) / "run")
        resumed.finish()
        shutil.copytree(resumed.path, FOLDER / "1" / "resumed", dirs_exist_ok=True)
    for name, mapped in (("running", True), ("running-written", False)):
        with tempfile.TemporaryDirectory() as place:
            run = make(Path(place) / "run", mapped=mapped)
            shutil.copytree(run.path, FOLDER / "1" / name, dirs_exist_ok=True)
            run.finish()
            if mapped:
                shutil.copytree(run.path, FOLDER / "1" / "finished", dirs_exist_ok=True)


if __name__ == "__main__":
    main()
