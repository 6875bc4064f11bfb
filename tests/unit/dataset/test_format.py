"""The format stays what it is: golden runs. That docs/reference/run-format.md says all of it: tests/system/test_plain_reader.py."""

from __future__ import annotations

import datetime
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.unit.dataset import golden

from measurand.dataset import Dataset

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
RUNS = [path for version in sorted(golden.FOLDER.iterdir()) for path in sorted(version.iterdir())]


@pytest.fixture(params=RUNS, ids=[f"version {path.parent.name}, {path.name}" for path in RUNS])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A golden run, not changed for a long time: its writer was on a computer called golden."""
    copy = Path(shutil.copytree(request.param, tmp_path / request.param.name))
    for path in copy.iterdir():
        os.utime(path, (0, 0))
    return copy


def expected(name: str, n: int) -> dict[str, Any]:
    return {"scalars": golden.scalars, "arrays": golden.arrays}[name](n)


def test_we_read_golden_runs_for_ever(run: Path):
    dataset = Dataset(run)
    assert dataset.status == ("completed" if run.name in ("finished", "resumed") else "lost")
    assert dataset.snapshot == {"dac": 0.5}
    for name, count in golden.ROWS.items():
        assert dataset.rows(name) == count
        scalars = 260 if run.name == "resumed" else 270  # that came before the first array
        assert dataset.numpy("_time", name)[0] == np.datetime64(1_800_000_001 + (name == "arrays") * scalars, "s")
        for column in dataset.tables[name].columns:
            values = dataset.numpy(column.name, name)
            for n in range(count):
                value = expected(name, n)[column.name]
                value = np.datetime64(value.replace(tzinfo=None)) if isinstance(value, datetime.datetime) else value
                np.testing.assert_equal(values[n], value.name if isinstance(value, golden.Mode) else value)
    assert dataset.columns["gate"].label == "Plunger gate"


@pytest.mark.parametrize("name", ["finished", "running", "running-written", "resumed"])
def test_what_is_written_today_is_what_was_written_then(tmp_path: Path, name: str):
    """Bytes of tails, lines of run.jsonl, schemas and rows of Arrow files; only how rows fall into batches may differ."""
    if name == "resumed":
        run = golden.make_resumed(tmp_path / "run")
    else:
        run = golden.make(tmp_path / "run", mapped=name != "running-written")
    if name in ("finished", "resumed"):
        run.finish()
    today, then = run.path, golden.FOLDER / "1" / name
    try:
        assert sorted(path.name for path in today.iterdir()) == sorted(path.name for path in then.iterdir())
        for path in then.iterdir():
            new = today / path.name
            if path.suffix == ".rec":
                assert new.read_bytes() == path.read_bytes()
            elif path.name == "run.jsonl":
                assert lines_of(new) == lines_of(path)
            elif path.suffix == ".zst":
                assert Dataset(today).snapshot == Dataset(then).snapshot
            else:
                assert rows_of(new).schema.equals(rows_of(path).schema, check_metadata=True)
                assert repr(rows_of(new).to_pydict()) == repr(rows_of(path).to_pydict())  # NaN is NaN in a repr
    finally:
        run.finish()


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def rows_of(path: Path) -> pa.Table:
    """All whole batches of a file or stream, the schema with its metadata."""
    data = path.read_bytes()
    reader = pa.ipc.open_stream(data[8 if path.suffix == ".arrow" else 0 :])
    batches = []
    try:
        while True:
            batches.append(reader.read_next_batch())
    except (StopIteration, pa.ArrowException):
        return pa.Table.from_batches(batches, reader.schema).combine_chunks()
