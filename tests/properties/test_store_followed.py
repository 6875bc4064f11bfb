"""A reader in another process sees a consistent prefix at every moment, while rows are added, sealed and removed (L06, L07)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from measurand.dataset import DataRoot

CHILD = """
import sys
from measurand.dataset import Column, DataRoot, TableSpec

root = DataRoot(sys.argv[1], cache_dir=sys.argv[1], memory_maps=sys.argv[2] == "mapped")
tables = [TableSpec("points", (Column("x"), Column("y"))), TableSpec("traces", (Column("t", shape=None),))]
with root.create_run("followed", tables, write_period=0.01) as run:
    print("started", flush=True)
    add = run.adder("points")
    for number in range(int(sys.argv[3])):
        add((), (number, -number))
        if number % 1000 == 0:
            run.add("traces", {"t": [number / 1000] * 20})
"""


@pytest.mark.long
@pytest.mark.parametrize(("how", "rows"), [("mapped", 300_000), ("written", 100_000)])
@pytest.mark.parametrize("fresh", [True, False], ids=["opened each time", "kept open"])
def test_a_follower_sees_a_prefix_that_grows(tmp_path: Path, how: str, rows: int, fresh: bool):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", CHILD, str(tmp_path), how, str(rows)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "started\n"
        root = DataRoot(tmp_path, cache_dir=tmp_path)
        dataset = root.load("last")
        points = traces = 0
        running = True
        while running:
            running = dataset.status == "running"
            if fresh:
                dataset = root.load(1)
            for name, sign in (("x", 1), ("y", -1)):
                values = dataset.numpy(name)
                assert len(values) >= points
                points = len(values)
                np.testing.assert_array_equal(values, sign * np.arange(points))
            arrays = dataset.numpy("t")
            assert len(arrays) >= traces
            traces = len(arrays)
            assert [array[0] for array in arrays] == list(range(traces))
    assert child.returncode == 0
    assert dataset.status == "completed"
    assert (points, traces) == (rows, rows // 1000)
