"""The format is what docs/reference/run-format.md says, and stays it: golden runs, and a reader made from that page alone."""

from __future__ import annotations

import ast
import datetime
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.unit.dataset import foreign_reader, golden

from measurand.dataset import DataRoot, Dataset
from measurand.dataset._write import _stores as stores

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


def plain(value: Any) -> Any:
    """A value as a reader without Measurand has it."""
    if isinstance(value, datetime.datetime):
        return round((value - EPOCH).total_seconds()) * 10**9
    if isinstance(value, golden.Mode):
        return value.name
    return value.tolist() if isinstance(value, np.ndarray) else value


def check_foreign(tables: dict[str, dict[str, list[Any]]], rows: dict[str, int]) -> None:
    for name, columns in tables.items():
        assert {len(values) for values in columns.values()} == {rows[name]}
        for n in range(rows[name]):
            for column, value in expected(name, n).items():
                np.testing.assert_equal(columns[column][n], plain(value))
    assert tables["scalars"]["_index"] == [[n] for n in range(rows["scalars"])]


@pytest.mark.skipif(sys.platform == "win32", reason="the foreign reader looks at locks as POSIX systems have them")
def test_a_reader_made_from_the_page_reads_golden_runs(run: Path):
    seen = foreign_reader.read(run)
    assert seen["status"] == ("completed" if run.name in ("finished", "resumed") else "lost")
    assert (seen["header"]["sample"], seen["header"]["metadata"]) == ("dot 7", {"gain": 1e6})
    check_foreign(seen["tables"], golden.ROWS)
    assert seen["tables"]["scalars"]["_time"][:2] == [1_800_000_001 * 10**9, 1_800_000_002 * 10**9]


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


def test_the_page_and_not_measurand_made_the_foreign_reader():
    names = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(Path(foreign_reader.__file__).read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert not [name for name in names if name.startswith("measurand")]


@pytest.mark.skipif(sys.platform == "win32", reason="the foreign reader looks at locks as POSIX systems have them")
@pytest.mark.parametrize("mapped", [True, False], ids=["mapped", "written"])
@pytest.mark.parametrize("straight", [True, False], ids=["sealed", "in tails"])
def test_a_reader_made_from_the_page_reads_a_run_that_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapped: bool, straight: bool
):
    if straight:
        monkeypatch.setattr(stores, "_STRAIGHT_BYTES", -1)
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", memory_maps=mapped)
    run = root.create_run("live", [golden.SCALARS, golden.ARRAYS])
    for n in range(300):
        run.add("scalars", golden.scalars(n), (n,))
        if n % 60 == 0:
            run.add("arrays", golden.arrays(n // 60))
            run.flush()
            seen = foreign_reader.read(run.path)
            assert seen["status"] == "running"
            check_foreign(seen["tables"], {"scalars": n + 1, "arrays": n // 60 + 1})
    run.finish()
    check_foreign(foreign_reader.read(run.path)["tables"], {"scalars": 300, "arrays": 5})


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_a_compressed_run_is_read_by_everybody(root: DataRoot, compression: Any):
    run = root.create_run("packed", [golden.SCALARS, golden.ARRAYS], compression=compression)
    for n in range(golden.ROWS["scalars"]):
        run.add("scalars", golden.scalars(n), (n,))
    for n in range(golden.ROWS["arrays"]):
        run.add("arrays", golden.arrays(n))
    run.flush()
    partly = run.dataset.numpy("gate")
    run.finish()
    np.testing.assert_array_equal(partly, run.dataset.numpy("gate"))
    for name, count in golden.ROWS.items():
        table = json.loads(pa.ipc.open_file(run.path / f"{name}.arrow").schema.metadata[b"measurand"])["table"]
        check_foreign(
            {"scalars": {"_index": []}, name: foreign_reader.read_table(run.path, table)},
            {name: count, "scalars": 0 if name == "arrays" else count},
        )
        for column in run.dataset.tables[name].columns:
            assert len(run.dataset.numpy(column.name, name)) == count


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
