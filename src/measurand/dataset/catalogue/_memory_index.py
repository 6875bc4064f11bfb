"""The index in memory: the plain version, against which others are tested, and the last resort when no disk will have one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from measurand.dataset._records import RunRecord
from measurand.dataset.catalogue._index import NameKind
from measurand.dataset.catalogue._keys import key_of
from measurand.dataset.catalogue._leaves import leaves
from measurand.dataset.catalogue._match import matches, value_of
from measurand.dataset.catalogue._query import Order, Query


class MemoryIndex:
    """Records of runs in a dictionary; every search looks at all of them."""

    def __init__(self) -> None:
        self._runs: dict[str, RunRecord] = {}
        self._marks: dict[str, int] = {}

    def put(self, records: Iterable[RunRecord], removed: Iterable[str], marks: Mapping[str, int | None]) -> None:
        """Take in what was seen, all of it or nothing."""
        taken = [(record.path.as_posix(), record) for record in records]
        for folder in removed:
            self._runs.pop(folder, None)
        for folder, record in taken:
            if folder not in self._runs or self._runs[folder].told <= record.told:
                self._runs[folder] = record
        kept = {**self._marks, **marks}
        self._marks = {name: value for name, value in kept.items() if value is not None}

    def marks(self) -> dict[str, int]:
        """Return everything marked."""
        return dict(self._marks)

    def folders(self, below: str) -> set[str]:
        """Return the folders of the known runs that lie directly below ``below``."""
        return {folder for folder in self._runs if folder.rpartition("/")[0] == below}

    def find(self, query: Query) -> Sequence[int]:
        """Return the keys of the runs that ``query`` asks for, in its order."""
        runs = sorted((record for record in self._runs.values() if matches(query.where, record)), key=key_of)
        if query.limit is not None and not query.order:
            runs = runs[max(0, len(runs) - query.limit) :]
        for order in reversed(query.order):
            runs = _sorted(runs, order)
        return [key_of(run) for run in runs[: query.limit]]

    def get(self, keys: Sequence[int]) -> list[RunRecord | None]:
        """Return the record of each key; None where it is gone."""
        known = {key_of(record): record for record in self._runs.values()}
        return [known.get(key) for key in keys]

    def names(self, kind: NameKind) -> list[str]:
        """Return all names of columns, all tags, or all paths of metadata, sorted."""
        found: set[str] = set()
        for run in self._runs.values():
            found |= {leaf.path for leaf in leaves(run.metadata)} if kind == "metadata" else set(getattr(run, kind))
        return sorted(found)


def _sorted(runs: list[RunRecord], order: Order) -> list[RunRecord]:
    """Sort by one field without disturbing what is equal; numbers come before texts, nothing comes last."""
    valued = [(value_of(order.field, run), run) for run in runs]
    there = [pair for pair in valued if pair[0] is not None]
    there.sort(key=lambda pair: _rank(pair[0]), reverse=order.descending)
    return [run for _, run in there] + [run for value, run in valued if value is None]


def _rank(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str), value
