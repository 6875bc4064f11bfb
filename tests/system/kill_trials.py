"""Kill a writing process by SIGKILL at a random moment, again and again, while others read what it writes.

``python -m tests.system.kill_trials --kills 200`` prints what was lost. The suite runs a few of the same trials. Written are
all kinds of columns; readers follow every run from another process and judge each row they see.
"""

from __future__ import annotations

import argparse
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from measurand.dataset import Dataset

SAID = struct.Struct("<cQ")

WRITER = """
import datetime, os, struct, sys
import numpy as np
from measurand.dataset import Column, DataRoot, Dim, TableSpec

root = DataRoot(sys.argv[1], cache_dir=sys.argv[1], memory_maps=sys.argv[2] == "mapped")
points = TableSpec("points", (
    Column("x"), Column("n", "int"), Column("ok", "bool"), Column("z", "complex"), Column("when", "datetime"),
    Column("mode", "enum", categories=("off", "on")),
), (Dim("n"),))
traces = TableSpec("traces", (
    Column("trace", shape=(50,)), Column("wave", "complex", shape=(4,)), Column("jumps", shape=(None,)), Column("note", "text"),
))
compression = "zstd" if sys.argv[3] == "zstd" else None
run = root.create_run("victim", [points, traces], snapshot={"dac": 1}, compression=compression)
print(run.path, flush=True)
add, said, n, traces = run.adder("points"), struct.Struct("<cQ"), 0, 0
when = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
while True:
    add((n,), (n / 7, 2**60 + n, n % 2 == 0, complex(0, n), when, ("off", "on")[n % 2]))
    n += 1
    os.write(1, said.pack(b"p", n))
    if n % 50 == 0:
        row = {"trace": np.full(50, traces), "wave": np.full(4, 1j * traces), "jumps": np.arange(traces % 5.0), "note": str(traces)}
        run.add("traces", row)
        traces += 1
        os.write(1, said.pack(b"t", traces))
    if n % 5000 == 0:
        run.flush()
        os.write(1, said.pack(b"f", traces))
"""

READER = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
from tests.system.kill_trials import judge
from measurand.dataset import Dataset
for line in sys.stdin:
    dataset = Dataset(line.strip())
    seen = {"points": 0, "traces": 0}
    running = True
    while running:
        running = dataset.status == "running"
        for table, count in seen.items():
            rows = dataset.rows(table, since=count)
            judge(table, rows, count)
            seen[table] += len(rows["_time"])
    print(seen["points"], seen["traces"], flush=True)
"""


@dataclass(frozen=True)
class Trial:
    """What was there after a kill.

    Attributes:
        acknowledged: Rows of numbers that the writer said were accepted.
        points: Rows of numbers that are there.
        flushed: Rows with arrays that a flush had confirmed.
        accepted: Rows with arrays that were accepted.
        traces: Rows with arrays that are there.
        age: s between the oldest row with arrays that was lost, as far as is known, and the last row that was accepted.
        read: Rows that readers saw meanwhile, of the reader that saw most.
    """

    acknowledged: int
    points: int
    flushed: int
    accepted: int
    traces: int
    age: float
    read: int


def judge(table: str, rows: dict[str, Any], first: int) -> None:
    """Raise `AssertionError` unless these are the rows of ``table`` from number ``first`` on, in order and whole."""
    numbers = np.arange(first, first + len(rows["_time"]))
    if table == "points":
        np.testing.assert_array_equal(rows["x"], numbers / 7)
        np.testing.assert_array_equal(rows["n"], 2**60 + numbers)
        np.testing.assert_array_equal(rows["ok"], numbers % 2 == 0)
        np.testing.assert_array_equal(rows["z"], 1j * numbers)
        np.testing.assert_array_equal(rows["when"], np.datetime64("2026-01-01", "ns"))
        np.testing.assert_array_equal(rows["mode"], np.array(["off", "on"], object)[numbers % 2])
        np.testing.assert_array_equal(rows["_index"][:, 0], numbers)
    else:
        np.testing.assert_array_equal(rows["trace"], np.repeat(numbers[:, None], 50, axis=1))
        np.testing.assert_array_equal(rows["wave"], np.repeat(1j * numbers[:, None], 4, axis=1))
        assert [len(jumps) for jumps in rows["jumps"]] == (numbers % 5).tolist()
        assert rows["note"].tolist() == [str(number) for number in numbers]


class Readers:
    """Processes that follow each run they are told of, to its end."""

    def __init__(self, count: int) -> None:
        command = [sys.executable, "-c", READER, str(Path(__file__).parents[2])]
        self._processes = [
            subprocess.Popen(command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(count)
        ]

    def follow(self, folder: str) -> None:
        """Have all of them follow the run in ``folder``."""
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(f"{folder}\n")
            process.stdin.flush()

    def seen(self) -> list[tuple[int, int]]:
        """Wait until the run is over for them; return how many points and traces each saw, all of them right."""
        lines = [process.stdout.readline() for process in self._processes if process.stdout is not None]
        if not all(lines):
            raise AssertionError("A reader met a torn or disordered row; its traceback is above.")
        return [(int(points), int(traces)) for points, traces in map(str.split, lines)]

    def close(self) -> None:
        """End them."""
        for process in self._processes:
            process.communicate()


def environment() -> dict[str, str]:
    """What a child process needs to import what this one imports."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def trial(folder: Path, seed: int, readers: Readers, longest: float) -> Trial:
    """Kill a writer at a moment that ``seed`` decides, at most ``longest`` s after its first row, and look."""
    chance = random.Random(seed)
    how = [str(folder), ["mapped", "written"][seed % 2], ["plain", "zstd"][seed // 2 % 2]]
    said = {b"p": 0, b"t": 0, b"f": 0}
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, *how], env=environment(), stdout=subprocess.PIPE, bufsize=0
    ) as child:
        assert child.stdout is not None
        place = b""
        while not place.endswith(b"\n"):
            place += child.stdout.read(1)
        readers.follow(os.fsdecode(place).strip())
        rest = b""
        until = None
        moment = longest * chance.random() ** 2
        while until is None or time.monotonic() < until:
            rest = listen(said, rest + child.stdout.read(2000))
            until = until or time.monotonic() + moment
        child.kill()
        while more := child.stdout.read(65536):  # what it said before it died
            rest = listen(said, rest + more)
    seen = readers.seen()
    dataset = Dataset(os.fsdecode(place).strip())
    assert dataset.status == "lost"
    assert dataset.snapshot == {"dac": 1}
    counts = {}
    for table in ("points", "traces"):
        rows = dataset.rows(table, since=0)
        judge(table, rows, 0)
        counts[table] = len(rows["_time"])
    assert all(points <= counts["points"] and traces <= counts["traces"] for points, traces in seen)
    times = dataset.rows("points", since=0)["_time"]
    lost_at = counts["traces"] * 50 + 49  # the row of numbers just before the first row with arrays that is not there
    age = float(times[-1] - times[lost_at]) / 1e9 if counts["traces"] < said[b"t"] and lost_at < len(times) else 0.0
    most = max((points for points, _ in seen), default=0)
    return Trial(said[b"p"], counts["points"], said[b"f"], said[b"t"], counts["traces"], age, most)


def listen(said: dict[bytes, int], data: bytes) -> bytes:
    """Note what was said; return the beginning of what is not complete."""
    whole = len(data) - len(data) % SAID.size
    said.update(dict(SAID.iter_unpack(data[:whole])))  # numbers only grow: the last of each counts
    return data[whole:]


def main() -> None:
    """Run the trials and print what was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.system.kill_trials", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--readers", type=int, default=5)
    given = parser.parse_args()
    readers = Readers(given.readers)
    with tempfile.TemporaryDirectory() as folder:
        trials = [trial(Path(folder), seed, readers, 1.0) for seed in range(given.kills)]
    readers.close()
    lost = sum(max(0, one.acknowledged - one.points) for one in trials)
    flushed = sum(max(0, one.flushed - one.traces) for one in trials)
    ages = sorted(one.age for one in trials)
    print(
        f"{len(trials)} kills, all runs opened without repair, found lost, every row of every kind right and in order"
    )
    print(f"rows of numbers: {sum(one.points for one in trials)}, acknowledged and lost: {lost}")
    print(
        f"rows with arrays: {sum(one.traces for one in trials)}, confirmed by a flush and lost: {flushed}, accepted and "
        f"lost: {sum(max(0, one.accepted - one.traces) for one in trials)}; age of the oldest lost: median "
        f"{1e3 * ages[len(ages) // 2]:.1f} ms, most {1e3 * ages[-1]:.1f} ms"
    )
    print(
        f"{given.readers} readers saw {sum(one.read for one in trials)} rows while they were written, none torn or disordered"
    )


if __name__ == "__main__":
    main()
