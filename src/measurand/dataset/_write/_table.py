"""One table of a run, as the measuring thread sees it: `add` a row, or be told why not. Knows no thread but the caller's.

`add` is the hottest function of Measurand. Everything that is not needed for every row (the first row, a full tail,
arrays, an ended run, a disk that failed) is behind one door: a tail without room. Its only lasting effect is the commit
counter, so that a Ctrl-C at any moment leaves the row either stored or not.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measurand.dataset._format import _kinds
from measurand.dataset._format._crc import crc32
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._write._medium import AddingStore
from measurand.dataset._write._packing import Pack, packer
from measurand.dataset._write._stores import TailStore
from measurand.errors import RefusedRow, StorageFailed

_NO_VIEW = memoryview(b"")


@dataclass(frozen=True)
class Desk:
    """What every table of a run needs of it.

    Args:
        where: The place, for messages.
        time_ns: The clock of the rows, ns since 1970-01-01 UTC.
        store: Makes the store of a settled table.
        on_begin: Called with the settled table before its first row is accepted.
        on_failure: Told when the disk refused something in the measuring thread.
        before: Number of rows, by table, that are there from before the run was resumed.
    """

    where: Path
    time_ns: Callable[[], int]
    store: Callable[[TableSpec], TailStore | AddingStore]
    on_begin: Callable[[TableSpec], None]
    on_failure: Callable[[Exception], None]
    before: Mapping[str, int]


class Table:
    """The writing end of one table.

    Args:
        spec: The table as declared.
        desk: What it needs of the run it belongs to.
    """

    __slots__ = (
        "_capacity", "_count", "_counter", "_desk", "_encoders", "_first", "_lock", "_pack", "_put",
        "_reason", "_row0", "_size", "_time_ns", "_view", "spec", "store",
    )  # fmt: skip

    def __init__(self, spec: TableSpec, desk: Desk) -> None:
        self.spec = spec
        self.store: TailStore | AddingStore | None = None
        self._desk = desk
        self._lock = threading.RLock()  # only its owner can release it, so that `add` need not know whether it got it
        self._time_ns = desk.time_ns
        self._reason: Callable[[], Exception] | None = None
        self._encoders: list[_kinds.Encoder] = []
        self._pack: Pack = _pack_nothing
        self._put: Callable[[Any, int, bytes, int], object] = _put_nothing
        self._view: Any = _NO_VIEW
        self._first = self._size = self._row0 = self._capacity = self._count = 0
        self._counter: MutableSequence[int] = [0]

    @property
    def rows(self) -> int:
        """Number of rows accepted."""
        return self._desk.before.get(self.spec.name, 0) if self.store is None else self.store.rows

    def add(self, index: Sequence[int], values: Sequence[Any]) -> None:
        """Store one row.

        Args:
            index: Position along each dim, from 0; ``()`` for a table without dims.
            values: One per column, in the order of the columns.

        Raises:
            RefusedRow: Something does not fit; nothing of the row was stored.
            StorageFailed: The disk refused this row, or an earlier one.
        """
        lock = self._lock
        try:  # not `with`, which takes twice as long
            lock.acquire()
            count = self._count
            if count == self._capacity:
                if not self._make_room(index, values):
                    return
                count = self._count
            try:
                record = self._pack(self._row0 + count, self._time_ns(), index, values)
            except (struct.error, TypeError, ValueError, OverflowError) as error:
                raise _kinds.refusal(self.spec, index, values, error) from None
            try:
                self._put(self._view, self._first + count * self._size, record, crc32(record))
            except OSError as error:
                raise self._failed(error) from error
            self._counter[0] = self._count = count + 1
        finally:
            try:  # noqa: SIM105 - what it recommends costs as much as the rest of the lock
                lock.release()
            except RuntimeError:  # a Ctrl-C while another thread had it
                pass

    def accepts(self, values: Sequence[Any]) -> None:
        """Raise `RefusedRow` if a row of these values would be refused; store nothing."""
        _kinds.settle(self.spec, values)

    def shut(self, reason: Callable[[], Exception]) -> None:
        """Accept no more rows; `add` raises what ``reason`` makes. The first reason stays."""
        with self._lock:  # waits for an `add` in progress
            if self._reason is None:
                self._reason = reason
            self._shut_door()

    def disown(self, reason: Callable[[], Exception]) -> None:
        """Accept nothing, for ``reason``, in a forked child: the files are its parent's, as is whoever held the lock."""
        self._lock = threading.RLock()
        self._reason = reason
        self._shut_door()

    @property
    def waiting(self) -> int:
        """Number of accepted rows that are in this process's memory only."""
        return 0 if self.store is None else self.store.waiting

    def unsaved(self) -> Iterable[list[Any]]:
        """Return the values of accepted rows that are in this process's memory only."""
        return () if self.store is None else self.store.unsaved()

    def _make_room(self, index: Sequence[int], values: Sequence[Any]) -> bool:
        """Do what the fast path does not; return whether the row can go into the tail now."""
        if self._reason is not None:
            raise self._reason()
        store = self.store or self._begin(index, values)
        if not isinstance(store, TailStore):
            if not store.add_plain(self._time_ns(), index, values):
                store.add(self._time_ns(), self._check_index(index), self._encode(values))
            return False
        self._shut_door()  # the full tail belongs to the background thread from here on
        try:
            tail = store.tail()
        except (OSError, ValueError) as error:
            raise self._failed(error) from error
        self._put, self._view, self._row0 = tail.put, tail.view, tail.row0
        counter, count, capacity = tail.counter, tail.counter[0], tail.capacity
        # Last, with no call between: a Ctrl-C before it leaves the door shut, and the tail is found again next time.
        self._counter, self._count, self._capacity = counter, count, capacity
        return True

    def _begin(self, index: Sequence[int], values: Sequence[Any]) -> TailStore | AddingStore:
        """Settle the table by its first row, if that fits."""
        spec = _kinds.settle(self.spec, values)
        self._check_index(index)
        try:
            self._desk.on_begin(spec)
        except OSError as error:
            raise self._failed(error) from error
        self.spec = spec
        self._encoders = [_kinds.encoder(column) for column in spec.columns]
        store = self._desk.store(spec)
        if not isinstance(store, TailStore):
            self.store = store
            return store
        self._pack = packer(spec, store.layout.packer.pack)
        self._first, self._size = store.layout.first, store.layout.size
        self.store = store
        return store

    def _check_index(self, index: Sequence[int]) -> tuple[int, ...]:
        if not index and not self.spec.dims:
            return ()
        try:
            struct.pack(f"<{len(self.spec.dims)}I", *index)
            struct.pack(f"<{len(self.spec.dims)}i", *index)
        except struct.error:
            raise RefusedRow(
                f"Table {self.spec.name}: index {tuple(index)} refused, it needs {len(self.spec.dims)} whole numbers "
                f"from 0 to {2**31 - 1}, one per dim."
            ) from None
        return tuple(index)

    def _encode(self, values: Sequence[Any]) -> list[Any]:
        try:
            return [encode(value) for encode, value in zip(self._encoders, values, strict=True)]
        except (TypeError, ValueError, OverflowError) as error:
            raise _kinds.refusal(self.spec, (0,) * len(self.spec.dims), values, error) from None

    def _failed(self, error: Exception) -> StorageFailed:
        """Fail the whole run: a run that lacks a row in the middle must not look complete."""
        message = (
            f"Table {self.spec.name}: the disk refused row {self.rows} ({error}). The rows before it are stored. "
            f"Make room in {self._desk.where}, then start again."
        )
        self._reason = lambda: StorageFailed(message)
        self._shut_door()
        self._desk.on_failure(error)
        return StorageFailed(message)

    def _shut_door(self) -> None:
        # Stores with no call between them, so that no Ctrl-C can come between them either.
        self._capacity = self._count = 0
        self._counter = [0]


def _pack_nothing(_row: int, _time: int, _index: Sequence[int], _values: Sequence[Any]) -> bytes:
    raise AssertionError("A row was packed before there was a tail.")


def _put_nothing(_view: Any, _offset: int, _record: bytes, _crc: int) -> None:
    raise AssertionError("A row was put before there was a tail.")
