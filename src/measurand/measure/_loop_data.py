"""What a loop returns: its arrays by name, live while it runs, and everything of the stored run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from measurand._core.names import listing, nearest
from measurand.dataset import Dataset
from measurand.errors import ColumnNotFound, MeasurementError
from measurand.measure._declared import DeclaredArray
from measurand.measure._run import Run

if TYPE_CHECKING:
    from measurand.measure._grids import DataArray

_SET = "_set"


class LoopData:
    """The data of a loop, from before its first point on.

    ``data.current`` is the array of ``current``, ``data.gate_set`` that of the setpoints of ``gate``. Everything of
    `measurand.dataset.Dataset` is here too, once the run has begun: ``data.to_xarray()``, ``data.number``, ``data.tag()``.

    Args:
        declared: The arrays it will have, by name.
        in_memory: Whether it is stored in memory only.
    """

    def __init__(self, declared: Mapping[str, DeclaredArray], *, in_memory: bool = False) -> None:
        self._declared = dict(declared)
        self._in_memory = in_memory
        self._run: Run | None = None
        self._known: dict[str, tuple[tuple[int, ...], Any]] = {}

    def follow_run(self, run: Run) -> None:
        """Show the data of this run from now on; for whoever runs the loop."""
        self._run = run

    @property
    def run(self) -> Run:
        """The run: its state, `Run.stop`, `Run.pause`, `Run.report`.

        Raises:
            MeasurementError: The loop was not run yet.
        """
        if self._run is None:
            raise MeasurementError("These data were only prepared: the loop was not run yet. Call its run().")
        return self._run

    @property
    def dataset(self) -> Dataset:
        """The stored run; raises `MeasurementError` before it began."""
        return self.run.dataset

    @property
    def arrays(self) -> Mapping[str, DataArray]:
        """All arrays by name; the setpoints of ``gate`` are also found as ``gate_set``."""
        return _Arrays(self._declared, self._values)

    @property
    def location(self) -> str | bool | None:
        """The folder of the run; False: it is in memory only; None: it has not begun."""
        if self._in_memory:
            return False
        stored = self._stored()
        return None if stored is None else str(stored.path)

    @property
    def metadata(self) -> dict[str, Any]:
        """What is known about the run: the loop under ``loop``, the laboratory under ``station``, times, notes given."""
        stored = self.dataset
        return {"loop": stored.plan, "station": stored.snapshot, **stored.metadata}

    def sync(self) -> bool:
        """Return whether the run still goes on or waits. There is nothing to fetch: arrays always show what is stored."""
        return self._run is not None and not self._run.ended

    def complete(self, delay: float = 1.5, timeout: float | None = None) -> LoopData:
        """Wait until the run has ended, and return the data.

        Args:
            delay: Accepted; the end is noticed at once.
            timeout: Longest wait in s; None: as long as it takes.

        Raises:
            TimeoutError: It has not ended by then; it goes on.
            Exception: What made the run fail.
        """
        del delay
        self.run.result(timeout)
        return self

    def fraction_complete(self) -> float | None:
        """Return which part of the planned points is done, 0 to 1; None if nobody knows how many there will be."""
        if self._run is None:
            return 0.0
        progress = self._run.progress
        return min(1.0, progress.done / progress.total) if progress.total else None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        if hasattr(Dataset, name):
            return getattr(self.dataset, name)
        arrays = self.arrays
        if name in arrays:
            return arrays[name]
        raise AttributeError(f"{type(self).__name__} has no {name!r}. {_advice(name, arrays)}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._declared, *(name for name in dir(Dataset) if name[0] != "_")})

    def __repr__(self) -> str:
        state = "prepared" if self._run is None else repr(self._run)[1:-1]
        arrays = ", ".join(f"{one.name} {_lengths(one)}" for one in self._declared.values())
        return f"<LoopData of {state}; arrays: {arrays}>"

    def _stored(self) -> Dataset | None:
        """Return what is stored; None before the run began."""
        try:
            return self.dataset
        except MeasurementError:
            return None

    def _values(self, declared: DeclaredArray) -> Any:
        """Return the values of an array; read anew only if rows were added."""
        from measurand.measure._grids import filled

        stored = self._stored()
        rows = () if stored is None else tuple(stored.rows(table) for table, _ in declared.sources)
        known = self._known.get(declared.name)
        if known is None or known[0] != rows:
            values = filled(declared, stored)
            values.flags.writeable = False  # what was measured stays what it was, also in memory
            known = self._known[declared.name] = (rows, values)
        return known[1]


class _Arrays(Mapping[str, "DataArray"]):
    """Arrays by name, made when they are asked for."""

    def __init__(self, declared: Mapping[str, DeclaredArray], values: Any) -> None:
        self._declared = declared
        self._values = values

    def __getitem__(self, name: str) -> DataArray:
        from measurand.measure._grids import DataArray

        declared = self._find(name)
        if declared is None:
            raise ColumnNotFound(f"There is no array {name!r}. {_advice(name, self)}")
        return DataArray(declared, lambda: self._values(declared), self.__getitem__)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)

    def __repr__(self) -> str:
        return f"<arrays {listing(self._declared)}>"

    def _find(self, name: str) -> DeclaredArray | None:
        found = self._declared.get(name)
        if found is None and name.endswith(_SET):
            swept = self._declared.get(name.removesuffix(_SET))
            return swept if swept is not None and swept.is_setpoint else None
        return found


def _advice(name: str, arrays: Mapping[str, Any]) -> str:
    close = nearest(name, arrays)
    meant = f"Did you mean {close!r}? " if close else ""
    return f"{meant}Arrays are {listing(arrays)}."


def _lengths(declared: DeclaredArray) -> str:
    return "×".join("?" if length is None else str(length) for length in declared.shape)
