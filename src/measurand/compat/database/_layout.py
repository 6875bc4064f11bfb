"""The rows of a results table as tables of a run, and back to the very same rows. Knows no SQLite and no folder.

Cells that are missing are what keeps the parts of a results table apart: rows in which the same columns have values, of the
same form, make one table of the run. Which table a row is in, row by row, is kept as one byte each, compressed.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measurand.compat.database import _forms
from measurand.compat.database._description import Description, Quantity
from measurand.compat.database._forms import Form
from measurand.compat.database._pages import Numbers
from measurand.dataset import Column, TableSpec

if TYPE_CHECKING:
    import numpy.typing as npt

_NUMBERS = frozenset({int, float, type(None)})
_EXACT = 2**53


@dataclass(frozen=True)
class Cells:
    """One column of a results table.

    Attributes:
        raw: The cells as SQLite gives them; None if all are missing or numbers, which are in ``numbers``.
        numbers: float64, NaN where missing; None if there is anything but numbers.
        codes: Of each row: 0 missing, else the number of its form, from 1.
        forms: The forms there are.
    """

    raw: Sequence[Any] | None
    numbers: npt.NDArray[Any] | None
    codes: npt.NDArray[Any]
    forms: tuple[Form, ...]

    def take(self, code: int, rows: npt.NDArray[Any]) -> Any:
        """Return the values of rows of one form, as a run stores them."""
        if self.numbers is not None:
            return self.numbers[rows]
        raw = self.raw or ()
        return _forms.stored(self.forms[code - 1], [raw[row] for row in rows.tolist()])


@dataclass(frozen=True)
class Part:
    """One table of a run: its description, its values by column, and the rows they come from, from 0."""

    spec: TableSpec
    columns: dict[str, Any]
    rows: npt.NDArray[Any]
    forms: dict[str, dict[str, Any]]


def sorted_cells(raw: Sequence[Any] | Numbers) -> Cells:
    """Return a column with the form of every cell known."""
    import numpy as np

    if isinstance(raw, Numbers):
        return Cells(None, raw.values, raw.present.astype(np.int64), (_forms.REAL,))

    kinds = set(map(type, raw))
    if kinds <= _NUMBERS and not (int in kinds and _has_large(raw)):
        numbers = np.array(raw, np.float64)
        codes = np.ones(len(raw), np.int64)
        if type(None) in kinds:
            codes[np.isnan(numbers)] = 0  # SQLite has no NaN, and its text is no number: what is one here was missing
        return Cells(None, numbers, codes, (_forms.REAL,))
    known: dict[Form, int] = {}
    codes = np.zeros(len(raw), np.int64)
    for row, cell in enumerate(raw):
        form = _forms.form_of(cell)
        if form is not None:
            codes[row] = known.setdefault(form, len(known) + 1)
    return Cells(raw, None, codes, tuple(known))


def parts_of(columns: Mapping[str, Cells], description: Description) -> list[Part]:
    """Return the tables that hold the rows; a row without any value is in none."""
    import numpy as np

    names = list(columns)
    if not names or not len(columns[names[0]].codes):
        return [_empty(names, description)]
    codes = np.stack([columns[name].codes for name in names], axis=1)
    patterns, first, which = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    found: list[Part] = []
    for place in np.argsort(first).tolist():
        pattern = dict(zip(names, patterns[place].tolist(), strict=True))
        rows = np.flatnonzero(which.reshape(-1) == place)
        present = [name for name in _ordered(names, description) if pattern[name]]
        if present:
            taken = {name: (columns[name], pattern[name]) for name in present}
            found.append(_part(taken, rows, description, [part.spec.name for part in found]))
    return found


def order_of(parts: Sequence[Part], rows: int) -> str | None:
    """Return the table of each row as text; None if there is one, which has all rows."""
    import numpy as np

    if len(parts) == 1 and len(parts[0].rows) == rows:
        return None
    order = np.full(rows, 0, np.uint16)  # 0: no table has the row
    for number, part in enumerate(parts, 1):
        order[part.rows] = number
    return packed(order)


def packed(numbers: npt.NDArray[Any]) -> str:
    """Return whole numbers as short text: their differences compress well, whatever their period."""
    return base64.b64encode(zlib.compress(numbers.astype(numbers.dtype.newbyteorder("<")).tobytes(), 9)).decode()


def unpacked(text: str, dtype: str) -> npt.NDArray[Any]:
    """Return the numbers that `packed` wrote."""
    import numpy as np

    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype)


def _has_large(raw: Sequence[Any]) -> bool:
    whole = [cell for cell in raw if type(cell) is int]
    return not -_EXACT <= min(whole) <= max(whole) <= _EXACT


def _ordered(names: Sequence[str], description: Description) -> list[str]:
    """Setpoints first, outermost first, as a reader of tables expects them."""
    setpoints = [name for group in description.dependencies.values() for name in group]
    return sorted(names, key=lambda name: setpoints.index(name) if name in setpoints else len(setpoints))


def _part(
    taken: Mapping[str, tuple[Cells, int]], rows: npt.NDArray[Any], description: Description, used: Sequence[str]
) -> Part:
    setpoints = {name for group in description.dependencies.values() for name in group}
    values, columns, forms = {}, [], {}
    for name, (cells, code) in taken.items():
        form = cells.forms[code - 1]
        values[name] = cells.take(code, rows)
        shape = _forms.shape_of(form, values[name])
        if None in shape and not isinstance(values[name], list):
            values[name] = list(values[name])
        about = description.quantities.get(name, Quantity(name, "numeric", "", ""))
        kind: Any = form.kind
        columns.append(Column(name, kind, about.unit, about.label, shape, setpoint=name in setpoints, dtype=form.dtype))
        forms[name] = form.to_plain()
    return Part(TableSpec(_name(taken, description, used), tuple(columns)), values, rows, forms)


def _empty(names: Sequence[str], description: Description) -> Part:
    """A table that says which columns there would have been."""
    import numpy as np

    none = np.empty(0, np.int64)
    named = [name for name in _ordered(names or list(description.quantities), description) if name]
    taken = {name: (Cells(None, np.empty(0), none, (_forms.REAL,)), 1) for name in named or ["nothing"]}
    return _part(taken, none, description, ())


def _name(taken: Mapping[str, Any], description: Description, used: Sequence[str]) -> str:
    """Name a table after what depends on the others in it."""
    tops = [name for name in taken if name in description.dependencies] or list(taken)
    wanted = re.sub(r"\W+", "-", tops[0], flags=re.ASCII).strip("-_")[:40] or "data"
    name, number = wanted, 1
    while name.casefold() in (other.casefold() for other in used):
        number += 1
        name = f"{wanted}-{number}"
    return name


def raw_columns(
    said: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]], names: Sequence[str]
) -> dict[str, list[Any]]:
    """Return the cells of a results table, column by column, from the tables of a run.

    Args:
        said: What `plain` returned.
        tables: Values of the run by table and column.
        names: Columns of the results table.
    """
    import numpy as np

    count = int(said["count"])
    found: dict[str, list[Any]] = {name: [None] * count for name in names}
    order = None if said["order"] is None else unpacked(said["order"], "<u2")
    for number, table in enumerate(said["tables"], 1):
        rows = range(count) if order is None else np.flatnonzero(order == number).tolist()
        for name, form in table["columns"].items():
            cells = _forms.cells(form, tables[table["name"]][name])
            if len(cells) != len(rows):
                raise ValueError(f"{len(cells)} of {len(rows)} in table {table['name']}")
            if order is None:
                found[name] = cells
                continue
            target = found[name]
            for row, cell in zip(rows, cells, strict=True):
                target[row] = cell
    return found


def plain(parts: Sequence[Part], ids: npt.NDArray[Any]) -> dict[str, Any]:
    """Return how parts make up the rows, as JSON-able data."""
    import numpy as np

    count = len(ids)
    usual = bool(count == 0 or (ids[0] == 1 and ids[-1] == count and np.all(np.diff(ids) == 1)))
    return {
        "count": count,
        "tables": [{"name": part.spec.name, "columns": part.forms} for part in parts],
        "order": order_of(parts, count),
        "ids": None if usual else packed(np.diff(ids, prepend=0)),
    }


def places_of(said: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
    """Return which rows, from 0, the rows of each table were; of what `plain` gave. Empty: one table has them all."""
    import numpy as np

    if not said.get("order"):
        return {}
    order = unpacked(said["order"], "<u2")
    return {table["name"]: np.flatnonzero(order == number) for number, table in enumerate(said["tables"], 1)}


def ids_of(said: Mapping[str, Any]) -> list[int]:
    """Return the numbers of the rows."""
    import numpy as np

    if said["ids"] is None:
        return list(range(1, int(said["count"]) + 1))
    found: list[int] = np.cumsum(unpacked(said["ids"], "<i8")).tolist()
    return found
