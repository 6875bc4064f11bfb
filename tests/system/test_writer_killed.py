"""A writing process is killed at any moment, by SIGKILL: what it acknowledged is there, and the run is found lost (L04)."""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from measurand.dataset import DataRoot

ACKNOWLEDGED = struct.Struct("<cQ")

CHILD = """
import os, struct, sys
from measurand.dataset import Column, DataRoot, Dim, TableSpec

root = DataRoot(sys.argv[1], cache_dir=sys.argv[1], memory_maps=sys.argv[2] == "mapped")
tables = [
    TableSpec("points", (Column("x"), Column("n", "int"), Column("z", "complex")), (Dim("n"),)),
    TableSpec("traces", (Column("trace", shape=None), Column("note", "text"))),
]
run = root.create_run("victim", tables, snapshot={"dac": 1}, write_period=0.02)
add, said = run.adder("points"), struct.Struct("<cQ")
number = traces = 0
while True:
    add((number,), (number / 7, number, complex(0, number)))
    number += 1
    os.write(1, said.pack(b"p", number))
    if number % 400 == 0:
        run.add("traces", {"trace": [float(traces)] * 50, "note": str(traces)})
        traces += 1
    if number % 2000 == 0:
        run.flush()
        os.write(1, said.pack(b"t", traces))
"""


@pytest.mark.parametrize("trial", range(20))
def test_no_acknowledged_row_is_lost(tmp_path: Path, trial: int):
    how = ["mapped", "written"][trial % 2]
    moment = int(
        random.Random(trial).choice([1, 200, 2500, 20_000, 120_000]) * random.Random(trial + 100).uniform(0.8, 1.4)
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    said = {b"p": 0, b"t": 0}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), how], env=environment, stdout=subprocess.PIPE, bufsize=0
    ) as child:
        assert child.stdout is not None
        rest = b""
        while said[b"p"] < max(moment, 1):
            rest = _listen(said, rest + child.stdout.read(2000))
        child.kill()
        while more := child.stdout.read(65536):  # what it said before it died
            rest = _listen(said, rest + more)

    root = DataRoot(tmp_path, cache_dir=tmp_path)
    dataset = root.load("last")
    assert dataset.status == "lost"
    rows = dataset.rows("points")
    assert said[b"p"] <= rows <= said[b"p"] + 1  # one may have been stored and not acknowledged any more
    numbers = np.arange(rows)
    np.testing.assert_array_equal(dataset.numpy("x"), numbers / 7)
    np.testing.assert_array_equal(dataset.numpy("n"), numbers)
    np.testing.assert_array_equal(dataset.numpy("z"), 1j * numbers)
    np.testing.assert_array_equal(dataset.numpy("_index", "points")[:, 0], numbers)
    traces = dataset.numpy("trace")
    assert len(traces) >= said[b"t"]
    assert [trace[0] for trace in traces] == list(range(len(traces)))
    assert dataset.numpy("note").tolist() == [str(number) for number in range(len(traces))]
    assert dataset.snapshot == {"dac": 1}
    assert dataset.to_xarray()["x"].size == rows
    assert [(record.status, record.rows) for record in root.runs()] == [("lost", rows + len(traces))]


def _listen(said: dict[bytes, int], data: bytes) -> bytes:
    """Note what was said; return the beginning of what is not complete."""
    whole = len(data) - len(data) % ACKNOWLEDGED.size
    said.update(dict(ACKNOWLEDGED.iter_unpack(data[:whole])))  # numbers only grow: the last of each counts
    return data[whole:]
