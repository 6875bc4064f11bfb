"""Columns as cells of text and back, every digit of a number kept. Knows no file.

A single value is one cell, a complex number two, an array of fixed shape one per element, an array of varying lengths one
with JSON in it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from measurand.dataset._format._describe import Column

if TYPE_CHECKING:
    import numpy.typing as npt

_PARTS = (".re", ".im")


def headers(column: Column) -> list[str]:
    """Return the names of the cells of a column: ``s``, ``s.re``, ``s[3]``, ``s[0,1].im``."""
    ends = _PARTS if column.kind == "complex" and not column.ragged else ("",)
    elements = [f"[{','.join(map(str, place))}]" if place else "" for place in product(*map(range, _fixed(column)))]
    return [f"{column.name}{element}{end}" for element in elements for end in ends]


def written(column: Column, values: npt.NDArray[Any]) -> list[list[str]]:
    """Return the cells of a column: one list, over all rows, for each of `headers`."""
    import numpy as np

    if column.ragged:
        return [[_json(value) for value in values]]
    flat = values.reshape(len(values), math.prod(values.shape[1:]))
    cells: list[list[str]] = []
    for number in range(flat.shape[1]):
        element = flat[:, number]
        parts = (np.real(element), np.imag(element)) if column.kind == "complex" else (element,)
        cells += [texts_of(part) for part in parts]
    return cells


def parsed(column: Column, cells: Sequence[Sequence[str]], rows: int) -> npt.NDArray[Any]:
    """Return the values that `written` wrote."""
    import numpy as np

    if column.ragged:
        values = np.empty(rows, object)
        values[:] = [_from_json(cell, column) for cell in cells[0]] if rows else []
        return values
    dtype = _dtype(column)
    made = np.empty((math.prod(_fixed(column)), rows), dtype)
    for number, element in enumerate(made):
        if element.dtype.kind == "c":
            part = np.real(element).dtype
            element.real = values_of(cells[2 * number], part)
            element.imag = values_of(cells[2 * number + 1], part)
        else:
            element[:] = values_of(cells[number], element.dtype)
    return made.T.reshape(rows, *_fixed(column))


def texts_of(values: npt.NDArray[Any]) -> list[str]:
    """Return numbers, bools, times or texts of one dim as texts that say exactly the same."""
    kind = values.dtype.kind
    if kind == "b":
        return ["true" if value else "false" for value in values.tolist()]
    if kind == "M":
        import numpy as np

        return [str(text) for text in np.datetime_as_string(values, timezone="UTC")]
    if kind == "f":
        return [repr(value) for value in values.astype("float64").tolist()]
    return [str(value) for value in values.tolist()]


def values_of(texts: Sequence[str], dtype: Any) -> npt.NDArray[Any]:
    """Return the values that `texts_of` was given."""
    import numpy as np

    if dtype.kind == "O":
        made = np.empty(len(texts), object)
        made[:] = list(texts)
        return made
    if dtype.kind == "b":
        return np.array([text == "true" for text in texts], bool)
    if dtype.kind == "M":
        return np.array([text.removesuffix("Z") for text in texts], dtype)
    if dtype.kind in "iu":
        return np.array([int(text) for text in texts], dtype)
    return np.array([float(text) for text in texts], dtype)


def _fixed(column: Column) -> tuple[int, ...]:
    return () if column.ragged else tuple(n for n in column.shape or () if n is not None)


def _dtype(column: Column) -> str:
    return "O" if column.kind in ("text", "enum") else column.stored_dtype


def _json(value: npt.NDArray[Any]) -> str:
    import numpy as np

    flat = value.reshape(-1)
    parts = [np.real(flat), np.imag(flat)] if value.dtype.kind == "c" else [flat]
    data = [texts_of(part) if part.dtype.kind == "M" else part.tolist() for part in parts]
    return json.dumps(
        {"shape": list(value.shape), "data": data[0] if len(data) == 1 else {"re": data[0], "im": data[1]}}
    )


def _from_json(cell: str, column: Column) -> npt.NDArray[Any]:
    import numpy as np

    found = json.loads(cell)
    dtype = np.dtype(_dtype(column))
    data = found["data"]
    if dtype.kind == "c":
        made = np.empty(len(data["re"]), dtype)
        made.real, made.imag = data["re"], data["im"]
    elif dtype.kind == "M":
        made = values_of(data, dtype)
    else:
        made = np.array(data, dtype)
    return made.reshape(found["shape"])
