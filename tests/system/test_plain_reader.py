"""A reader made from docs/reference/run-format.md in nothing but the standard library sees what Measurand's reader sees.

It proves that the page is enough, and holds both to it: golden runs, runs that are written, killed, resumed, cut, damaged.
"""

from __future__ import annotations

import ast
import contextlib
import os
import random
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.system import kill_trials, plain_reader
from tests.system.plain_reader import Array
from tests.unit.dataset import golden

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, Writer, repair, verify
from measurand.dataset._write import _stores as stores
from measurand.errors import DamagedData

RUNS = [path for version in sorted(golden.FOLDER.iterdir()) for path in sorted(version.iterdir())]
NUMBERS = ("uint8", "int16", "uint64", "float32", "complex64")
ZOO = TableSpec(
    "zoo-1",
    (
        *(Column(name, {"u": "int", "i": "int", "f": "float", "c": "complex"}[name[0]], shape=(2, 3), dtype=name) for name in NUMBERS),
        Column("moments", "datetime", shape=(2,)), Column("either", "bool", shape=(None,)),
        Column("waves", "complex", shape=(None, 2), dtype="complex64", unit="V", label="Wellen, µ"),
        Column("steps", "int", shape=(None,), dtype="uint8"), Column("when", "datetime"), Column("text", "text"),
        Column("letter", "enum", categories=("α", "β")), Column("one", "complex"), Column("ok", "bool"),
    ),
    (Dim("outer", 9), Dim("inner")),
)  # fmt: skip


def zoo(n: int) -> dict[str, Any]:
    return {
        **{name: np.arange(6).reshape(2, 3).astype(name) + n for name in NUMBERS},
        "moments": np.array([n, "NaT"], "M8[ns]"), "either": np.arange(n) % 2 == 0,
        "waves": np.full((n % 3, 2), complex(n, -0.0), "c8"), "steps": np.arange(n % 5, dtype="u1"),
        "when": np.datetime64("NaT" if n % 2 else n, "ns"), "text": "" if n == 1 else "µ\n" * n, "letter": "αβ"[n % 2],
        "one": complex(np.nan, n), "ok": n % 3 == 0,
    }  # fmt: skip


def unpack(codec: str, data: bytes, size: int) -> bytes:
    """What a reader in another language has a library for."""
    if size >= 0:
        return bytes(pa.Codec(codec).decompress(data, size, asbytes=True))
    return bytes(pa.CompressedInputStream(pa.BufferReader(data), codec).read())


def simple(column: Column, values: Any) -> list[Any]:
    """What Measurand's reader gives, as the plain one has it."""

    def plain(value: Any) -> Any:
        if isinstance(value, int) and value == plain_reader.NO_TIME and column.kind == "datetime":
            return None
        return value

    if column.kind == "datetime":
        values = values.astype("M8[ns]").astype("i8")
    if not column.shape:
        return [plain(value) for value in values.tolist()]
    return [Array(value.shape, [plain(one) for one in value.reshape(-1).tolist()]) for value in values]


def agree(folder: Path) -> dict[str, int]:
    """Raise `AssertionError` unless both readers see the same in the run; return the number of rows by table."""
    dataset, run = Dataset(folder), plain_reader.open_run(folder)
    assert plain_reader.status(folder) == dataset.status
    assert (run.header["id"], run.header["number"], run.header["name"]) == (dataset.id, dataset.number, dataset.name)
    assert (run.tags, run.notes, run.starred) == ({*dataset.tags}, [*dataset.notes], dataset.starred)
    assert run.metadata.items() <= dataset.metadata.items()
    assert plain_reader.snapshot(run, unpack=unpack) == dataset.snapshot
    assert [*run.tables] == [*dataset.tables]
    return {name: agree_on(dataset, plain_reader.read_table(run, name, unpack)) for name in run.tables}


def agree_on(dataset: Dataset, table: plain_reader.Table) -> int:
    name = table.spec["name"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that fewer rows can be read than there were
        assert dataset.rows(name) == len(table.rows)
        if not table.rows:
            return 0
        assert table.spec == dataset.tables[name].to_dict()
        assert [row.time for row in table.rows] == dataset.numpy("_time", name).astype("i8").tolist()
        assert [[*row.index] for row in table.rows] == dataset.numpy("_index", name).tolist()
        for column in dataset.tables[name].columns:
            # As text, in which NaN is NaN, -0.0 is not 0.0, and True is not 1.
            assert repr(table.column(column.name)) == repr(simple(column, dataset.numpy(column.name, name)))
    return len(table.rows)


def copied(source: Path, target: Path) -> Path:
    """A copy of a run, as if nobody had written it for a long time."""
    shutil.copytree(source, target)
    for path in target.iterdir():
        os.utime(path, (0, 0))
    return target


def left_by_a_death(run: Writer, target: Path) -> Path:
    """A copy of a run as its writer would leave it if it died now."""
    with run._tables._lock:  # its background thread removes no file meanwhile
        return copied(run.path, target)


def written(root: DataRoot, **how: Any) -> Writer:
    """A run that goes on: sealed rows, rows in tails, and all kinds of columns."""
    run = root.create_run(
        "live", [golden.SCALARS, golden.ARRAYS, ZOO], snapshot={"dac": 1}, tags=["from the start"], **how
    )
    fill(run, 0, 300)
    return run


def fill(run: Writer, begin: int, end: int) -> None:
    for n in range(begin, end):
        run.add("scalars", golden.scalars(n), (n,))
    for n in range(begin // 20, end // 20):
        run.add("arrays", golden.arrays(n))
        run.add("zoo-1", zoo(n), (n // 4, n % 4))


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    return DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs that are only read: one as a death left it, and the same finished."""
    place = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "_CAPACITIES", (64,))
        run = written(DataRoot(place / "data", cache_dir=place / "cache"))
        run.flush()
        fill(run, 300, 340)
        left_by_a_death(run, place / "lost")
        run.finish()
    copied(run.path, place / "finished")
    return place


@pytest.fixture(params=["lost", "finished"])
def victim(request: pytest.FixtureRequest, kept: Path, tmp_path: Path) -> Path:
    return copied(kept / request.param, tmp_path / request.param)


def files_of(folder: Path, *suffixes: str) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in suffixes and path.stat().st_size)


def test_it_knows_the_page_and_the_standard_library_only():
    tree = ast.parse(Path(plain_reader.__file__).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("path", RUNS, ids=[f"version {path.parent.name}, {path.name}" for path in RUNS])
def test_golden_runs(tmp_path: Path, path: Path):
    folder = copied(path, tmp_path / path.name)
    assert agree(folder) == golden.ROWS
    ended = path.name in ("finished", "resumed")
    assert plain_reader.status(folder) == ("completed" if ended else "lost")
    os.utime(folder / "run.jsonl")  # a sign of life from the computer called golden
    assert agree(folder) == golden.ROWS
    assert plain_reader.status(folder) == ("completed" if ended else "running")


@pytest.mark.parametrize("mapped", [True, False], ids=["mapped", "written"])
@pytest.mark.parametrize("straight", [True, False], ids=["straight into the Arrow file", "in tails"])
def test_a_run_that_is_being_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapped: bool, straight: bool):
    if straight:
        monkeypatch.setattr(stores, "_STRAIGHT_BYTES", -1)
    run = written(DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", memory_maps=mapped))
    try:
        assert agree(run.path) == {"scalars": 300, "arrays": 15, "zoo-1": 15}
        fill(run, 300, 340)
        run.flush()
        run.dataset.tag("good")
        run.dataset.untag("from the start")
        run.dataset.note("helium, µ")
        run.dataset.rename("later")
        run.dataset.star()
        run.dataset.add_metadata({"cool": {"base": 0.01}})
        run.dataset.add_metadata({"cool": {"now": [1, 2]}})
        assert agree(run.path) == {"scalars": 340, "arrays": 17, "zoo-1": 17}
        assert plain_reader.status(run.path) == "running"
        assert plain_reader.open_run(run.path).metadata == {"cool": {"base": 0.01, "now": [1, 2]}}
    finally:
        run.finish("interrupted")
    assert agree(run.path) == {"scalars": 340, "arrays": 17, "zoo-1": 17}
    assert plain_reader.status(run.path) == "interrupted"


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_a_compressed_run_with_the_help_of_a_library(root: DataRoot, compression: Any):
    run = written(root, compression=compression)
    run.flush()
    assert agree(run.path) == {"scalars": 300, "arrays": 15, "zoo-1": 15}
    run.finish()
    assert agree(run.path) == {"scalars": 300, "arrays": 15, "zoo-1": 15}
    assert (
        pa.ipc.open_file(run.path / "scalars.arrow").read_all().num_rows == 300
    )  # whoever has that library needs no more
    with pytest.raises(NotImplementedError, match=f"packed with {compression}"):
        plain_reader.read_table(plain_reader.open_run(run.path), "scalars")


@pytest.mark.parametrize("how", [("mapped", "plain"), ("written", "zstd")], ids=["mapped", "written and compressed"])
def test_a_run_whose_process_was_killed(tmp_path: Path, how: tuple[str, str]):
    child = subprocess.Popen(
        [sys.executable, "-c", kill_trials.WRITER, str(tmp_path), *how],
        env=kill_trials.environment(),
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        folder = Path(os.fsdecode(child.stdout.readline()).strip())
        child.stdout.read(9 * 1500)  # each row that it says is accepted takes nine bytes
        child.kill()
    assert plain_reader.status(folder) == "lost"
    assert min(agree(folder).values()) > 0


def test_a_run_that_was_resumed(root: DataRoot, tmp_path: Path):
    run = written(root)
    lost = left_by_a_death(run, tmp_path / "lost")
    run.finish("failed")
    shutil.rmtree(run.path)
    lost.rename(run.path)
    for name in ("scalars.tail-000000000300.rec", "arrays.tail-000000000015.arrows"):  # begun as its writer died
        (run.path / name).write_bytes(bytes(100))
    assert agree(run.path) == {"scalars": 300, "arrays": 15, "zoo-1": 15}
    assert plain_reader.status(run.path) == "lost"
    for begin, end, how in ((300, 360, "interrupted"), (360, 700, "completed")):
        again = root.reopen(run.path)
        fill(again, begin, end)
        assert agree(run.path) == {"scalars": end, "arrays": end // 20, "zoo-1": end // 20}
        again.finish(how)
        assert agree(run.path) == {"scalars": end, "arrays": end // 20, "zoo-1": end // 20}
    assert len(list(run.path.glob("*.part-*.arrow"))) == 6
    assert plain_reader.open_run(run.path).part == 3


def test_a_run_that_was_repaired(kept: Path, tmp_path: Path):
    folder = copied(kept / "lost", tmp_path / "lost")
    path = folder / "arrays.tail-000000000000.arrows"
    path.write_bytes(path.read_bytes()[:-1])
    repair(folder)
    assert agree(folder) == {"scalars": 340, "arrays": 16, "zoo-1": 17}
    assert plain_reader.status(folder) == "lost"
    assert not files_of(folder, ".arrows", ".rec")


@contextlib.contextmanager
def replaced(path: Path, data: bytes) -> Iterator[None]:
    """The file with other content, for a while."""
    before = path.read_bytes()
    path.write_bytes(data)
    os.utime(path, (0, 0))
    yield
    path.write_bytes(before)


def test_files_that_were_cut(victim: Path):
    chance = random.Random(5)
    for path in files_of(victim, ".arrow", ".arrows", ".rec", ".jsonl"):
        data = path.read_bytes()
        for at in [0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(4))]:
            with replaced(path, data[:at]):
                agree_on_all(victim)


def agree_on_all(folder: Path) -> None:
    """That there is no run, too."""
    try:
        agree(folder)
    except DamagedData:
        with pytest.raises(ValueError, match="no run"):
            plain_reader.open_run(folder)


def test_files_that_are_gone(victim: Path):
    for path in files_of(victim, ".arrow", ".arrows", ".rec", ".zst"):
        path.rename(victim.parent / path.name)
        agree(victim)
        (victim.parent / path.name).rename(path)


def buffers_of(data: bytes) -> list[tuple[int, int]]:
    """Where the buffers of all batches are: first byte, and number of bytes."""
    found = []
    for message in plain_reader.read_messages(data, 8 if data.startswith(b"ARROW1") else 0):
        if message.table.number(1, "B") == plain_reader.RECORD_BATCH:
            body = data.index(message.body)
            found += [(body + offset, length) for offset, length in message.table.table(2).pairs(2) if length]
    return found


def test_a_flipped_bit_in_a_batch_is_found(victim: Path):
    """Rows before it are read, none after it, and it is said."""
    chance = random.Random(6)
    for path in files_of(victim, ".arrow", ".arrows"):
        table = path.name.partition(".")[0]
        whole = plain_reader.read_table(plain_reader.open_run(victim), table)
        data = path.read_bytes()
        for offset, length in chance.sample(buffers_of(data), 4):
            flipped = bytearray(data)
            flipped[offset + chance.randrange(length)] ^= 1 << chance.randrange(8)
            with replaced(path, flipped):
                seen = plain_reader.read_table(plain_reader.open_run(victim), table)
                assert len(seen.rows) < len(whole.rows)
                assert repr(seen.rows) == repr(whole.rows[: len(seen.rows)])
                assert f"{path.name}: the message after row {len(seen.rows)} does not count" in seen.doubts[0]
                if victim.name == "lost":
                    agree(victim)
                else:  # the footer of a finished file is believed until `verify` looks
                    assert not verify(victim).good


def test_a_flipped_bit_in_a_record_is_found(kept: Path, tmp_path: Path):
    folder = copied(kept / "lost", tmp_path / "lost")
    path = files_of(folder, ".rec")[-1]
    whole = plain_reader.read_table(plain_reader.open_run(folder), "scalars").rows
    data = path.read_bytes()
    size, begin = int.from_bytes(data[12:16], "little"), int.from_bytes(data[40:44], "little")
    first = int(path.name.partition("-")[2].partition(".")[0])
    chance = random.Random(7)
    for _ in range(12):
        flipped = bytearray(data)
        row = chance.randrange(first, len(whole))
        place = begin + (row - first) * size + chance.randrange(size - 8)
        flipped[place] ^= 1 << chance.randrange(8)
        with replaced(path, flipped):
            seen = plain_reader.read_table(plain_reader.open_run(folder), "scalars")
            assert seen.doubts == [f"{path.name}: record {row - first} does not prove itself"]
            assert repr(seen.rows) == repr(whole[:row])
            assert agree(folder)["scalars"] == row
