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
TABLES = {b"p": "points", b"t": "traces", b"i": "images"}  # as the writer calls them

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
images = TableSpec("images", (Column("image", shape=(80, 80)), Column("wave", "complex", shape=(2,))))
compression = "zstd" if sys.argv[3] == "zstd" else None
run = root.create_run("victim", [points, traces, images], snapshot={"dac": 1}, compression=compression)
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
    if n % 400 == 0:
        large = n // 400
        run.add("images", {"image": np.full((80, 80), large), "wave": np.full(2, 1j * large)})
        os.write(1, said.pack(b"i", large))
    if n % 5000 == 0:
        run.flush()
"""

READER = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
from tests.system.kill_trials import judge
from measurand.dataset import Dataset
for line in sys.stdin:
    dataset = Dataset(line.strip())
    seen = {"points": 0, "traces": 0, "images": 0}
    running = True
    while running:
        running = dataset.status == "running"
        for table, count in seen.items():
            rows = dataset.rows(table, since=count)
            judge(table, rows, count)
            seen[table] += len(rows["_time"])
    print(*seen.values(), flush=True)
"""


@dataclass(frozen=True)
class Trial:
    """What was there after a kill.

    Attributes:
        said: Rows that the writer said were accepted, by table.
        found: Rows that are there, by table.
        read: Rows that readers saw meanwhile, of the reader that saw most.
    """

    said: dict[str, int]
    found: dict[str, int]
    read: int

    @property
    def lost(self) -> dict[str, int]:
        """Rows that were accepted and are not there, by table."""
        return {table: max(0, said - self.found[table]) for table, said in self.said.items()}


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
    elif table == "images":
        numbers += 1
        assert (rows["image"] == numbers[:, None, None]).all()
        np.testing.assert_array_equal(rows["wave"], np.repeat(1j * numbers[:, None], 2, axis=1))
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

    def seen(self) -> list[dict[str, int]]:
        """Wait until the run is over for them; return how many rows of each table each saw, all of them right."""
        lines = [process.stdout.readline() for process in self._processes if process.stdout is not None]
        if not all(lines):
            raise AssertionError("A reader met a torn or disordered row; its traceback is above.")
        return [dict(zip(TABLES.values(), map(int, line.split()), strict=True)) for line in lines]

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
    said = dict.fromkeys(TABLES, 0)
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
    for table in TABLES.values():
        rows = dataset.rows(table, since=0)
        judge(table, rows, 0)
        counts[table] = len(rows["_time"])
    assert all(count <= counts[table] for one in seen for table, count in one.items())
    most = max((sum(one.values()) for one in seen), default=0)
    return Trial({table: said[letter] for letter, table in TABLES.items()}, counts, most)


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
    print(
        f"{len(trials)} kills, all runs opened without repair, found lost, every row of every kind right and in order"
    )
    for table in TABLES.values():
        lost = [one.lost[table] for one in trials]
        print(f"{table}: {sum(one.found[table] for one in trials)} rows, accepted and lost: {sum(lost)}")
    print(
        f"{given.readers} readers saw {sum(one.read for one in trials)} rows while they were written, none torn or disordered"
    )


if __name__ == "__main__":
    main()
