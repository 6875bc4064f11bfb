"""Kill a measuring process by SIGKILL at a random moment, resume its run from another process, and compare.

``python -m tests.system.resume_trials --kills 50`` prints how often the run that was put together equals an unbroken one.
The suite runs a few of the same trials. The plans store several tables of all kinds at three levels; some are made again
from what is stored, others, with conditions and decisions, are given. What is measured depends on where everything stands,
and a new process finds everything standing elsewhere. Some runs are killed again while they are resumed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from measurand.dataset import DataRoot, Dataset, verify
from measurand.instrument import Instrument
from measurand.measure import BreakIf, Plan, Read, resume, sweep
from measurand.parameters import adaptive

KINDS = {"nested": "", "there and back": "field", "decided": "", "concatenated": "field gate"}
"""The kinds of plans, and what they have not moved when they are killed, or not yet: nobody else moves it either."""


class Box(Instrument):
    """Three knobs that stand somewhere, and quantities of all kinds that depend on where all of them stand."""

    def __init__(self, name: str, moved: float = 0.0, still: str = "") -> None:
        super().__init__(name)
        self.at = {knob: 0.0 if knob in still else moved for knob in ("field", "gate", "bias")}
        self._silent = True
        for knob in self.at:
            self.add_parameter(knob, unit="V", get_cmd=False, set_cmd=self._setter(knob))
        self.add_parameter("current", unit="A", get_cmd=self._value)
        self.add_parameter("count", get_cmd=lambda: int(1e6 * self._value()))
        self.add_parameter("wave", get_cmd=lambda: np.exp(1j * self._value() * np.arange(5)))
        self.add_parameter("note", get_cmd=lambda: f"{self._value():.9f}" * (int(10 * self.at["bias"]) % 3))
        self.add_parameter("temperature", unit="K", get_cmd=self._value)

    def _setter(self, knob: str) -> Any:
        return lambda value: self.at.update({knob: float(value)})

    def _value(self) -> float:
        if self._silent:
            self._silent = False
            os.write(1, b"begun\n")
        time.sleep(2e-5)
        return float(np.sin(self.at["field"] + 3 * self.at["gate"] + 7 * self.at["bias"]))


def plan_of(kind: str, box: Any) -> Plan:
    """Return a plan of about a thousand points."""
    many = (box.current, box.count)
    if kind == "nested":
        return sweep(box.field, 0, 3, num=6, delay=1e-3).each(
            box.temperature,
            sweep(box.gate, -1, 1, num=8).each(
                sweep(box.bias, 0, 1, num=20).each(*many, Read(box.wave, group=1), Read(box.note, group=1)),
                Read(box.current, suffix="_after"),
            ),
            Read(box.temperature, suffix="_after"),
        )
    if kind == "there and back":
        return sweep(box.gate, -1, 1, num=40).each(
            sweep(box.bias, 0, 1, num=25, snake=True, readback=False).each(*many, Read(box.wave, group=1)),
            box.temperature,
        )
    if kind == "decided":
        return sweep(box.field, 0, 3, num=12).each(
            sweep(adaptive(box.gate, approaching)).each(
                sweep(box.bias, 0, 1, num=15).each(*many, BreakIf(lambda: box.current() > 0.9)), box.temperature
            )
        )
    line = sweep(box.bias, 0, 1, num=300).each(*many, box.note)
    return line + sweep(box.gate, 0, 1, num=300).each(box.wave, box.temperature) + line.repeat(2)


def approaching() -> Iterator[float]:
    """Decide from the temperature where to measure next."""
    value = 0.0
    for _ in range(8):
        measured = yield value
        value += 0.1 + measured["box_temperature"] / 50


def measure(folder: Path, kind: str, how: str) -> None:
    """What the processes do: begin a run, or resume it; say so at its first row."""
    root = DataRoot(folder, cache_dir=folder / "cache", memory_maps=how != "written")
    box = Box("box", -5.5, KINDS[kind]) if how == "resume" else Box("box")
    plan = plan_of(kind, box)
    if how == "resume":
        resume("last", plan if kind == "decided" else None, data=root, progress=False)
    else:
        plan.run(kind, data=root, progress=False)
    os.write(1, b"done\n")


@dataclass(frozen=True)
class Trial:
    """How one run came to its end.

    Attributes:
        kind: Of its plan.
        rows: How many rows were there after each kill.
        right: Whether it ended as an unbroken run does, in every table and in xarray.
    """

    kind: str
    rows: tuple[int, ...]
    right: bool


def child(folder: Path, kind: str, how: str) -> subprocess.Popen[bytes]:
    """Start a process that measures."""
    code = "import sys; from pathlib import Path; from tests.system.resume_trials import measure; "
    code += "measure(Path(sys.argv[1]), sys.argv[2], sys.argv[3])"
    paths = os.pathsep.join([str(Path(__file__).parents[2]), *(path for path in sys.path if path)])
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), kind, how],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
    )


def killed(folder: Path, kind: str, how: str, after: float) -> int:
    """Measure, kill the process ``after`` s from its first row; return how many rows are there."""
    with child(folder, kind, how) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said, "the process ended before its first row; its traceback is above"
        time.sleep(after)  # the moment is the point of the trial
        process.kill()
    return sum(map(DataRoot(folder, cache_dir=folder / "cache").load("last").rows, tables(folder)))


def tables(folder: Path) -> list[str]:
    return list(DataRoot(folder, cache_dir=folder / "cache").load("last").tables)


def unbroken(folder: Path, kind: str) -> Dataset:
    """Measure without being killed."""
    with child(folder, kind, "mapped") as process:
        process.communicate()
    assert process.returncode == 0
    return DataRoot(folder, cache_dir=folder / "cache").load("last")


def trial(folder: Path, seed: int, whole: Dataset, kind: str, longest: float) -> Trial:
    """Kill a run at a moment that ``seed`` decides, at most ``longest`` s after its first row, resume it, and look."""
    chance = random.Random(seed)
    rows = [killed(folder, kind, chance.choice(["mapped", "written"]), longest * chance.random())]
    again = chance.choice([0, 0, 1, 2])
    while DataRoot(folder, cache_dir=folder / "cache").load("last").status == "lost" and len(rows) <= again:
        rows.append(killed(folder, kind, "resume", longest * chance.random() / 2))
    dataset = DataRoot(folder, cache_dir=folder / "cache").load("last")
    if dataset.status == "lost":
        with child(folder, kind, "resume") as process:
            process.communicate()
        assert process.returncode == 0
    assert dataset.status == "completed"
    assert verify(dataset).good, str(verify(dataset))
    return Trial(kind, tuple(rows), same(dataset, whole))


def same(dataset: Dataset, whole: Dataset) -> bool:
    """Whether two runs hold the same rows in the same order, and are the same to xarray."""
    for name in whole.tables:
        found, wanted = dataset.rows(name, since=0), whole.rows(name, since=0)
        for column in wanted:
            if column != "_time" and not all(map(np.array_equal, found[column], wanted[column])):
                return False
        if len(found["_time"]) != len(wanted["_time"]):
            return False
    grids = [one.to_xarray() for one in (dataset, whole)]
    for grid in grids:
        grid.attrs.clear()
    xr.testing.assert_identical(*grids)
    return True


def main() -> None:
    """Run the trials and print what became of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.system.resume_trials", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--longest", type=float, default=0.3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        whole = {kind: unbroken(folder / kind, kind) for kind in KINDS}
        trials = []
        for seed in range(given.kills):
            kind = list(KINDS)[seed % len(KINDS)]
            trials.append(trial(folder / str(seed), seed, whole[kind], kind, given.longest))
        for kind in KINDS:
            some = [one for one in trials if one.kind == kind]
            total = sum(map(whole[kind].rows, whole[kind].tables))
            early = [rows for one in some for rows in one.rows if rows < total]
            print(
                f"{kind}: {total} rows, {len(some)} runs, killed {sum(len(one.rows) for one in some)} times, "
                f"{len(early)} of them in the middle, at rows {sorted(early)}; equal to an unbroken run: "
                f"{sum(one.right for one in some)}"
            )
    if not all(one.right for one in trials):
        sys.exit("a run that was resumed is not what an unbroken run is")


if __name__ == "__main__":
    main()
