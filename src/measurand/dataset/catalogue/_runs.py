"""What a search answers: a sequence of runs that are read when they are looked at, and show themselves as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

from measurand.dataset._records import RunRecord
from measurand.dataset.catalogue._listing import as_html, as_text, columns_of, plain_cell
from measurand.dataset.catalogue._parse import parse_field
from measurand.errors import RunNotFound

if TYPE_CHECKING:
    import pandas as pd

_AT_ONCE = 200
_SHOWN = 40


class Runs(Sequence[RunRecord]):
    """Runs of a data root in the order that was asked for, by default oldest first.

    Which runs they are is known from the beginning; what is said of each is read when it is looked at, 200 at a time. A
    slice is `Runs` too. Shown as a table, in notebooks as HTML.

    Example:
        >>> import tempfile
        >>> from measurand.dataset import Column, DataRoot, TableSpec
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     root = DataRoot(folder, cache_dir=folder)
        ...     for name in ("gate sweep", "cooldown"):
        ...         root.create_run(name, [TableSpec("data", (Column("current"),))]).finish()
        ...     [run.name for run in root.runs(where="name ~ gate")]
        ['gate sweep']
    """

    def __init__(
        self,
        keys: Sequence[int],
        get: Callable[[Sequence[int]], list[RunRecord | None]],
        why_empty: Callable[[], str] = str,
    ) -> None:
        self._keys, self._get, self._why_empty = keys, get, why_empty
        self._read: dict[int, list[RunRecord | None]] = {}  # by number of the part
        if 0 < len(keys) <= _AT_ONCE:
            self._part(0)  # few are a snapshot; of many, those that go meanwhile are left out

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> RunRecord: ...
    @overload
    def __getitem__(self, place: slice) -> Runs: ...
    def __getitem__(self, place: int | slice) -> RunRecord | Runs:
        if isinstance(place, slice):
            return Runs(self._keys[place], self._get, self._why_empty)
        if not -len(self) <= place < len(self):
            raise IndexError(f"There is no run at place {place}: there are {len(self)}.")
        at = place % len(self)
        found = self._part(at // _AT_ONCE)[at % _AT_ONCE]
        if found is None:
            raise RunNotFound("This run was moved away after the list was made; make a new list.")
        return found

    def __iter__(self) -> Iterator[RunRecord]:
        for number in range(-(-len(self) // _AT_ONCE)):
            yield from (record for record in self._part(number) if record is not None)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Runs, list, tuple)):
            return NotImplemented
        return len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # what equals a list cannot be a key either

    def to_pandas(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return one row per run.

        Args:
            columns: Fields as in a search, e.g. ``["number", "max(current)", "metadata.fridge.temperature"]``; None:
                those that are shown.

        Raises:
            QueryError: There is no such field.
            ImportError: pandas is not installed; ``pip install measurand[pandas]``.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("DataFrames need pandas: pip install measurand[pandas]") from error

        fields = [parse_field(name) for name in columns or columns_of(())]
        rows = [[plain_cell(field, run) for field in fields] for run in self]
        return pd.DataFrame(rows, columns=[str(field) for field in fields])

    def to_text(self, columns: Sequence[str] | None = None) -> str:
        """Return all runs as a table of text; ``columns`` as in `to_pandas`.

        Raises:
            QueryError: There is no such field.
        """
        if not self:
            return f"no runs. {self._why_empty()}".removesuffix(". ")
        return as_text(list(self), columns)

    def __repr__(self) -> str:
        if len(self) <= _SHOWN:
            return self.to_text()
        return f"{self[-_SHOWN:].to_text()}\nthe last {_SHOWN} of {len(self)} runs; slice or search to see others"

    def _repr_html_(self) -> str:
        shown = as_html(list(self[-_SHOWN:])) if self else f"<p>{self.to_text()}</p>"
        return shown + (f"<p>the last {_SHOWN} of {len(self)} runs</p>" if len(self) > _SHOWN else "")

    def _part(self, number: int) -> list[RunRecord | None]:
        if number not in self._read:
            self._read[number] = self._get(self._keys[number * _AT_ONCE : (number + 1) * _AT_ONCE])
        return self._read[number]
