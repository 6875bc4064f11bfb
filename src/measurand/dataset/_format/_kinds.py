"""From a value to what is stored of it, and which kind of column a value needs.

Values are recognised by what they offer, so that numpy is imported only once an array comes. Nothing is rounded, cut or
guessed: what does not fit is refused. Knows no file.
"""

from __future__ import annotations

import datetime
import enum
import operator
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from measurand._core.names import listing
from measurand.dataset._format._describe import DTYPE_OF_KIND, Column, Kind, Shape, TableSpec
from measurand.errors import DefinitionError, RefusedRow

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_DOUBLE = struct.Struct("<d")
_LONG = struct.Struct("<q")
# The letters of numpy's dtype.kind. Whole numbers are float unless declared: the next value may not be whole.
_KIND_OF_LETTER: dict[str, Kind] = {
    "b": "bool", "i": "float", "u": "float", "f": "float", "c": "complex", "U": "text", "M": "datetime",
}  # fmt: skip
_LETTERS_OF_KIND: dict[Kind, str] = {
    "float": "f", "int": "iu", "bool": "b", "complex": "c", "text": "U", "enum": "", "datetime": "M",
}  # fmt: skip

# What numbers of a width that no Arrow file knows, or few programs read, are stored as if nothing is declared.
_STORED_AS = {
    "float16": "float32",
    "float96": "float64",
    "float128": "float64",
    "complex192": "complex128",
    "complex256": "complex128",
}
_YEARS = "times are stored in ns and reach from 1677-09-22 to 2262-04-10"

Encoder = Callable[[Any], Any]


def settle(spec: TableSpec, values: Sequence[Any]) -> TableSpec:
    """Return ``spec`` with every kind, shape and dtype known, taken from the first row where not declared.

    Raises:
        RefusedRow: A value has no kind that can be stored, or does not fit what is declared.
    """
    if len(values) != len(spec.columns):
        raise RefusedRow(_miscount(spec, values))
    columns = []
    for column, value in zip(spec.columns, values, strict=True):
        try:
            columns.append(_settle_column(column, value))
        except (TypeError, ValueError, OverflowError) as error:
            raise RefusedRow(f"{spec.name}.{column.name}: {brief(value)} refused, {error}.") from None
    return replace(spec, columns=tuple(columns))


def encoder(column: Column) -> Encoder:
    """Return the function from a value to what is stored; it raises `TypeError` or `ValueError` if that cannot be.

    Stored are float, int (64 bit), bool, complex, str, the position in the categories, ns since 1970-01-01 UTC for times,
    and arrays. An array is what was given, if it was one: who keeps it copies it.
    """
    if column.kind is None or column.shape is None or column.dtype is None:
        raise DefinitionError(f"Column {column.name}: its kind, shape and dtype are not known yet.")
    if column.kind == "enum":
        return _enum_encoder(column.categories or ())
    if column.scalar:
        return _SCALARS[column.kind]
    return _array_encoder(column.kind, column.dtype, column.shape)


def restored(column: Column, stored: Any) -> Any:
    """Return the value that a user gave, from what `encoder` made of it."""
    if column.kind == "enum" and column.categories is not None:
        return column.categories[stored]
    if column.kind == "datetime" and column.scalar:
        import numpy as np

        return np.datetime64(int(stored), "ns")
    return stored.item() if column.scalar and hasattr(stored, "item") else stored


def refusal(spec: TableSpec, index: Sequence[Any], values: Sequence[Any], error: Exception) -> RefusedRow:
    """Return the exception that says which part of a row does not fit; ``error`` is what was noticed."""
    if len(values) != len(spec.columns):
        return RefusedRow(_miscount(spec, values))
    if len(index) != len(spec.dims):
        return RefusedRow(
            f"Table {spec.name}: index {tuple(index)} refused, it needs {len(spec.dims)} numbers, one per dim."
        )
    for column, value in zip(spec.columns, values, strict=True):
        try:
            encoder(column)(value)
        except (TypeError, ValueError, OverflowError) as reason:
            return RefusedRow(f"{spec.name}.{column.name}: {brief(value)} refused, {reason}.")
    return RefusedRow(f"Table {spec.name}: row with index {tuple(index)} refused: {error}.")


def brief(value: object) -> str:
    """Return ``value`` in at most 60 characters."""
    text = f"array of shape {shape_of(value)}" if shape_of(value) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def shape_of(value: Any) -> tuple[int, ...]:
    """Return the shape of a value, ``()`` for anything that is no array, list or tuple."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return shape
    if isinstance(value, (list, tuple)):
        import numpy as np

        try:
            return np.shape(value)
        except ValueError:  # nested lists of different lengths
            return (len(value),)
    return ()


def _settle_column(column: Column, value: Any) -> Column:
    kind = column.kind or _kind_of(value)
    if kind is None:
        raise TypeError("it is no number, bool, text, enum member, time or array of these")
    shape: Shape = shape_of(value) if column.shape is None else column.shape
    categories = column.categories
    if kind == "enum" and categories is None:
        if not isinstance(value, enum.Enum):
            raise TypeError("its column declares no categories, so that the first value has to be a member of an Enum")
        categories = tuple(type(value).__members__)
    if shape == ():
        dtype = DTYPE_OF_KIND[kind]
    elif kind == "text":
        raise TypeError("arrays of text are not stored; store several texts in several columns")
    else:
        dtype = _array_dtype(kind, column.dtype, value)
    settled = replace(column, kind=kind, shape=shape, dtype=dtype, categories=categories)
    encoder(settled)(value)
    return settled


def _kind_of(value: Any) -> Kind | None:
    if isinstance(value, enum.Enum):
        return "enum"
    letter = _letter(value)
    if letter:
        return _KIND_OF_LETTER.get(letter)
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "text"
    if isinstance(value, datetime.datetime):
        return "datetime"
    if isinstance(value, complex):
        return "complex"
    if isinstance(value, (list, tuple)):
        import numpy as np

        return _KIND_OF_LETTER.get(np.asarray(value).dtype.kind)
    return "float" if hasattr(value, "__float__") or hasattr(value, "__index__") else None


def _letter(value: Any) -> str:
    return str(getattr(getattr(value, "dtype", None), "kind", ""))


def _array_dtype(kind: Kind, declared: str | None, value: Any) -> str:
    import numpy as np

    if declared is not None:
        dtype = np.dtype(declared)
        if dtype.kind not in _LETTERS_OF_KIND[kind]:
            raise TypeError(f"its column declares kind {kind} and dtype {declared}, which contradict each other")
        return _name(dtype)
    given = getattr(value, "dtype", None)
    if isinstance(given, np.dtype) and given.kind in _LETTERS_OF_KIND[kind] and kind != "datetime":
        return _STORED_AS.get(_name(given), _name(given))
    return DTYPE_OF_KIND[kind]


def _name(dtype: Any) -> str:
    return str(dtype.newbyteorder("<").name)


def _miscount(spec: TableSpec, values: Sequence[Any]) -> str:
    names = ", ".join(column.name for column in spec.columns)
    return f"Table {spec.name}: {len(values)} values given, {len(spec.columns)} needed: {names}."


def _float(value: Any) -> float:
    if isinstance(value, float):
        return float(value)
    # numpy's complex numbers and times have a `__float__`, which drops the imaginary part, or the unit.
    if _letter(value) in ("c", "m", "M") or shape_of(value) != () or _is_masked(value):
        raise TypeError("the column holds one float per row")
    try:
        stored = float(_DOUBLE.unpack(_DOUBLE.pack(value))[0])
    except struct.error:
        raise TypeError("the column holds one float per row") from None
    if _letter(value) in ("", "i", "u") and hasattr(value, "__index__") and stored != operator.index(value):
        raise ValueError("a float cannot hold it exactly; declare the column's kind 'int'")
    return stored


def _int(value: Any) -> int:
    try:
        _LONG.pack(value)
    except struct.error:
        raise TypeError("the column holds one whole number of 64 bit per row") from None
    return operator.index(value)


def _bool(value: Any) -> bool:
    if isinstance(value, bool) or (_letter(value) == "b" and shape_of(value) == ()):
        return bool(value)
    raise TypeError("the column holds True or False")


def _complex(value: Any) -> complex:
    if isinstance(value, (str, bytes)) or shape_of(value) != () or _is_masked(value):
        raise TypeError("the column holds one complex number per row")
    try:
        return complex(value)
    except TypeError:
        raise TypeError("the column holds one complex number per row") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("the column holds text")
    value.encode()  # a lone surrogate is no text that another program could read: UnicodeEncodeError is a ValueError
    return str(value)


def _enum_encoder(categories: tuple[str, ...]) -> Encoder:
    places = {text: place for place, text in enumerate(categories)}

    def encode(value: Any) -> int:
        text = value.name if isinstance(value, enum.Enum) else value
        if not isinstance(text, str) or text not in places:
            raise ValueError(f"the column holds one of {listing(map(repr, categories))}")
        return places[text]

    return encode


def _datetime(value: Any) -> int:
    if isinstance(value, datetime.datetime):
        past = value.astimezone(datetime.UTC) - _EPOCH  # a time without zone is this computer's local time
        stored = ((past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds) * 1000
        if not -(1 << 63) < stored < 1 << 63:
            raise ValueError(_YEARS)
        return stored
    if _letter(value) == "M" and shape_of(value) == ():
        return int(_nanoseconds(value).astype("int64"))
    raise TypeError("the column holds one datetime per row")


def _nanoseconds(times: Any) -> Any:
    """Return numpy's times, of any unit, in ns; numpy itself would wrap around without a word."""
    import numpy as np

    if np.datetime_data(times.dtype)[0] not in ("ns", "ps", "fs", "as", "generic"):
        first, after = np.datetime64("1677-09-22"), np.datetime64("2262-04-11")
        if not (np.isnat(times) | ((times >= first) & (times < after))).all():
            raise ValueError(_YEARS)
    return times.astype("datetime64[ns]")


def _is_masked(value: Any) -> bool:
    """Return whether some of a masked array of numpy's is masked, so that it is no number."""
    if not hasattr(value, "mask"):
        return False
    import numpy as np

    return bool(np.ma.is_masked(value))


_SCALARS: dict[Kind, Encoder] = {
    "float": _float, "int": _int, "bool": _bool, "complex": _complex, "text": _text, "datetime": _datetime,
}  # fmt: skip


def _array_encoder(kind: Kind, dtype_name: str, shape: Shape) -> Encoder:
    import numpy as np

    dtype = np.dtype(dtype_name)

    def encode(value: Any) -> Any:
        if type(value) is np.ndarray and value.dtype == dtype and value.shape == shape:
            return value  # all of the following is true of it
        array = np.asarray(value)
        if len(array.shape) != len(shape) or any(
            n is not None and n != m for n, m in zip(shape, array.shape, strict=True)
        ):
            advice = "" if None in shape else "; declare None for a length that varies"
            raise ValueError(f"the column holds arrays of shape {shape}{advice}")
        if _is_masked(value):
            raise ValueError("some of it is masked, and a column holds numbers; fill it, e.g. array.filled(nan)")
        if not hasattr(value, "dtype"):  # Python's own numbers have no precision that could be lost by intent
            return _from_numbers(array, kind, dtype)
        if not np.can_cast(array.dtype, dtype, "same_kind" if kind == "datetime" else "safe"):
            raise TypeError(
                f"the column holds arrays of {dtype_name} and {array.dtype} does not fit; declare its dtype, or give "
                f"array.astype({dtype_name!r})"
            )
        return _nanoseconds(array) if kind == "datetime" else array

    return encode


def _from_numbers(array: Any, kind: Kind, dtype: Any) -> Any:
    """Return what numpy made of a list as ``dtype``, every number in its range.

    Raises:
        TypeError: It is of another kind.
        ValueError: A number is out of range.
    """
    import numpy as np

    if kind == "datetime" and array.dtype == object:
        return np.array([_datetime(value) for value in array.ravel()], "int64").view("M8[ns]").reshape(array.shape)
    whole = dtype.kind in "iu" and array.dtype.kind in "iub"
    if array.size and not whole and not np.can_cast(array.dtype, dtype, "same_kind"):
        raise TypeError(f"the column holds arrays of {dtype}, which numbers like these ({array.dtype}) do not fit")
    if kind == "datetime" and array.size:
        return _nanoseconds(array)
    with np.errstate(over="ignore"):
        converted = array.astype(dtype)
    lost = converted != array if whole else np.isinf(converted) & ~np.isinf(array) if dtype.kind in "fc" else np.False_
    if lost.any():
        raise ValueError(f"the column holds arrays of {dtype}, and a number is out of their range")
    return converted
