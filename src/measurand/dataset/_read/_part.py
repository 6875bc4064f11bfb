"""One table on its way to a grid: its columns are read when they are asked for. Knows no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from measurand.dataset._format._describe import TableSpec
from measurand.dataset._read._order import Read, shape_in_order

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Part:
    """One table.

    Attributes:
        spec: Its description.
        rows: How many there are.
        read: Gives its columns.
    """

    spec: TableSpec
    rows: int
    read: Read
    _known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, spec: TableSpec, values: Mapping[str, npt.NDArray[Any]]) -> Part:
        """Return a part of columns that are in memory."""
        rows = len(next(iter(values.values())))
        return cls(spec, rows, lambda names, start, stop: {name: values[name][start:stop] for name in names})

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a whole column; it is read once."""
        if name not in self._known:
            self._known.update(self.read([name], 0, self.rows))
        found: npt.NDArray[Any] = self._known[name]
        return found

    def on_grid(self, spec: TableSpec, index: npt.NDArray[Any]) -> Part:
        """Return the same rows with dims, and where they lie along these."""

        def read(names: Sequence[str], start: int, stop: int) -> Mapping[str, Any]:
            rest = self.read([name for name in names if name != "_index"], start, stop)
            return {name: index[start:stop] if name == "_index" else rest[name] for name in names}

        return Part(spec, self.rows, read, {**self._known, "_index": index})

    def described(self, spec: TableSpec) -> Part:
        """Return the same rows under another description."""
        return replace(self, spec=spec)

    @cached_property
    def order(self) -> tuple[int, ...] | None:
        """The lengths of the dims, if the rows went once through the whole grid, the last dim fastest; else None."""
        return shape_in_order(self.read, self.rows) if self.spec.dims and self.rows else None
