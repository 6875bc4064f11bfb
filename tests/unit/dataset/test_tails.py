"""Rows that are not sealed yet: both kinds of tail, growth, sealing, and what a reader makes of damaged ones."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, Writer
from measurand.dataset._read import _tails as tail_readers
from measurand.dataset._write import _stores as stores
from measurand.errors import FormatTooNew

COLUMNS = (Column("x"), Column("n", "int"), Column("z", "complex"), Column("ok", "bool"))


def begun(root: DataRoot, rows: int, **options: float) -> Writer:
    run = root.create_run("tail", [TableSpec("data", COLUMNS, (Dim("x"),))], **options)
    add = run.adder("data")
    for number in range(rows):
        add((number,), (number / 2, number, complex(number, -number), number % 2 == 0))
    return run


def check(dataset: Dataset, rows: int) -> None:
    """The first ``rows`` rows are there, and nothing else."""
    assert dataset.rows() == rows
    numbers = np.arange(rows)
    np.testing.assert_array_equal(dataset.numpy("x"), numbers / 2)
    np.testing.assert_array_equal(dataset.numpy("n"), numbers)
    np.testing.assert_array_equal(dataset.numpy("z"), numbers - 1j * numbers)
    np.testing.assert_array_equal(dataset.numpy("ok"), numbers % 2 == 0)
    np.testing.assert_array_equal(dataset.numpy("_index")[:, 0], numbers)


def tails(path: Path) -> list[Path]:
    return sorted(path.glob("*.rec"))


def copied(run: Writer, tmp_path: Path) -> Path:
    """The run's files as a process that dies now would leave them."""
    return Path(shutil.copytree(run.path, tmp_path / "copy"))


@pytest.mark.parametrize("rows", [1, 255, 256, 257, 2303, 2304, 2305, 20_000])
def test_every_row_is_there_at_once_and_for_ever(either_root: DataRoot, rows: int):
    """L06, L07: a reader needs nothing of the writer."""
    run = begun(either_root, rows)
    check(run.dataset, rows)
    run.flush()
    check(run.dataset, rows)
    run.finish()
    check(run.dataset, rows)
    assert sorted(path.name for path in run.path.iterdir()) == ["data.arrow", "run.jsonl"]


def test_full_tails_are_sealed_and_removed(either_root: DataRoot):
    run = begun(either_root, 3000)
    run.flush()
    assert [path.name for path in tails(run.path)] == ["data.tail-000000002304.rec"]
    check(run.dataset, 3000)
    run.finish()


def test_a_small_run_has_a_small_tail(root: DataRoot):
    run = begun(root, 1)
    assert tails(run.path)[0].stat().st_size < 24_000
    run.finish()


def test_a_tail_is_really_allocated(root: DataRoot):
    """A sparse file would kill the process, by a bus error, when the disk is full."""
    run = begun(root, 257)
    for path in tails(run.path):
        about = path.stat()
        assert getattr(about, "st_blocks", about.st_size) * 512 >= about.st_size
    run.finish()


def test_a_place_without_memory_maps_is_written_instead(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object) -> None:
        raise OSError(19, "No such device")

    monkeypatch.setattr("mmap.mmap", refused)
    run = begun(root, 300)
    check(run.dataset, 300)
    run.finish()
    check(run.dataset, 300)


def test_a_reader_that_keeps_a_tail_open_does_no_harm(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    """Windows refuses to remove a file that is open; its rows are then in two places, and counted once."""
    with monkeypatch.context() as windows:
        windows.setattr(Path, "unlink", lambda self: (_ for _ in ()).throw(PermissionError(13, "in use")))
        run = begun(root, 3000)
        run.flush()
        assert len(tails(run.path)) == 3
        check(run.dataset, 3000)
    run.finish()
    assert tails(run.path) == []
    check(run.dataset, 3000)


@pytest.mark.parametrize("cut", [0, 10, 63, 64, 500, 4096, 4100])
def test_a_tail_cut_in_its_header_holds_nothing(root: DataRoot, tmp_path: Path, cut: int):
    run = begun(root, 100)
    copy = copied(run, tmp_path)
    run.finish()
    with tails(copy)[0].open("r+b") as file:
        file.truncate(cut)
    check(Dataset(copy), 0)


def test_a_tail_cut_anywhere_gives_the_rows_before(either_root: DataRoot, tmp_path: Path):
    run = begun(either_root, 20)
    copy = copied(run, tmp_path)
    run.finish()
    whole = tails(copy)[0].read_bytes()
    first, size = struct.unpack_from("<I", whole, 40)[0], struct.unpack_from("<I", whole, 12)[0]
    for cut in range(first, first + 20 * size + 1, 7):
        tails(copy)[0].write_bytes(whole[:cut])
        check(Dataset(copy), (cut - first) // size)


@pytest.mark.parametrize("where", [0, 5, 9, 17, 40])
def test_a_flipped_bit_ends_what_is_believed(either_root: DataRoot, tmp_path: Path, where: int):
    run = begun(either_root, 50)
    copy = copied(run, tmp_path)
    run.finish()
    data = bytearray(tails(copy)[0].read_bytes())
    first, size = struct.unpack_from("<I", data, 40)[0], struct.unpack_from("<I", data, 12)[0]
    data[first + 30 * size + where] ^= 4
    tails(copy)[0].write_bytes(data)
    check(Dataset(copy), 30)


def test_pages_that_never_reached_the_disk_end_what_is_believed(root: DataRoot, tmp_path: Path):
    """After a power loss the commit counter may be there and the record not."""
    run = begun(root, 200)
    copy = copied(run, tmp_path)
    run.finish()
    data = bytearray(tails(copy)[0].read_bytes())
    data[8192:12288] = bytes(4096)
    tails(copy)[0].write_bytes(data)
    size = struct.unpack_from("<I", data, 12)[0]
    check(Dataset(copy), (8192 - struct.unpack_from("<I", data, 40)[0]) // size)


def test_a_tail_from_the_future_is_refused(root: DataRoot, tmp_path: Path):
    run = begun(root, 3)
    copy = copied(run, tmp_path)
    run.finish()
    data = bytearray(tails(copy)[0].read_bytes())
    struct.pack_into("<I", data, 8, 99)
    tails(copy)[0].write_bytes(data)
    with pytest.raises(FormatTooNew, match="version 99, this Measurand reads up to 1"):
        Dataset(copy).rows()


def test_a_tail_explains_itself_alone(root: DataRoot, tmp_path: Path):
    """The event that describes the table may be lost with the power, the rows not."""
    run = begun(root, 10)
    copy = copied(run, tmp_path)
    run.finish()
    header = (copy / "run.jsonl").read_bytes().splitlines(keepends=True)[0]
    (copy / "run.jsonl").write_bytes(header)
    check(Dataset(copy), 10)
    assert Dataset(copy).columns["n"].kind == "int"


def test_a_missing_tail_leaves_the_rows_before_it(root: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stores.TailStore, "work", lambda self: False)  # nothing is sealed
    run = begun(root, 3000)
    copy = copied(run, tmp_path)
    monkeypatch.undo()
    run.finish()
    assert len(tails(copy)) == 3
    tails(copy)[1].unlink()
    check(Dataset(copy), 256)


def test_a_dataset_follows_its_run(either_root: DataRoot):
    run = either_root.create_run("follow", [TableSpec("data", COLUMNS, (Dim("x"),))])
    dataset = run.dataset
    add = run.adder("data")
    for number in range(3000):
        add((number,), (number / 2, number, complex(number, -number), number % 2 == 0))
        if number % 500 == 7:
            check(dataset, number + 1)
        if number == 1000:
            run.flush()
    run.finish()
    check(dataset, 3000)


def test_several_threads_may_add(root: DataRoot):
    import threading

    run = root.create_run("threads", [TableSpec("data", (Column("who"), Column("n")))])
    add = run.adder("data")
    threads = [
        threading.Thread(target=lambda who=who: [add((), (who, number)) for number in range(5000)]) for who in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.finish()
    who, count = run.dataset.numpy("who"), run.dataset.numpy("n")
    for one in range(3):
        np.testing.assert_array_equal(count[who == one], np.arange(5000))


def test_a_tail_of_many_columns_is_no_larger_than_a_block(either_root: DataRoot):
    """A reader looks at it every 20 ms, and one batch is made of it."""
    names = [f"c{number}" for number in range(1000)]
    run = either_root.create_run("wide", [TableSpec("data", tuple(Column(name) for name in names))])
    add = run.adder("data")
    sizes = []
    for number in range(300):
        add((), [float(number)] * len(names))
        sizes += [path.stat().st_size for path in tails(run.path)] if number % 100 == 99 else []
    assert max(sizes) < 5 << 20
    assert run.dataset.numpy("c999").tolist() == list(range(300))
    run.finish()
    assert run.dataset.numpy("c999").tolist() == list(range(300))


def test_only_new_records_are_read(either_root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    read: list[int] = []

    def counted(file: BinaryIO, length: int) -> bytes:
        read.append(length)
        return file.read(length)

    monkeypatch.setattr(tail_readers, "_read", counted)
    run = begun(either_root, 200)
    dataset = run.dataset
    check(dataset, 200)
    assert len(read) == 1
    check(dataset, 200)
    assert len(read) == 1
    run.adder("data")((200,), (100.0, 200, complex(200, -200), True))
    check(dataset, 201)
    assert read == [200 * (read[0] // 200), read[0] // 200]
    run.finish()


def test_what_was_read_stays_when_more_comes(root: DataRoot):
    run = begun(root, 100)
    dataset = run.dataset
    before = dataset.rows(since=0)
    for number in range(100, 250):
        run.adder("data")((number,), (number / 2, number, complex(number, -number), number % 2 == 0))
        check(dataset, number + 1)
    np.testing.assert_array_equal(before["x"], np.arange(100) / 2)
    run.finish()
