"""What a table holds, as plain data: columns, dims, tables. Knows no value, no file and no parameter."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from measurand._core.names import listing
from measurand.errors import DefinitionError

Kind = Literal["float", "int", "bool", "complex", "text", "enum", "datetime"]
Shape = tuple[int | None, ...]

_T = TypeVar("_T")
_KINDS = get_args(Kind)
_RESERVED = ("_time", "_index")
_TABLE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_LONGEST_NAME = 64  # of a table: Windows takes paths of 260 characters, and the data root has its part of them
_DEVICES = re.compile(
    r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE
)  # what Windows makes of such a file, whatever its ending
_DTYPES: dict[Kind, tuple[str, ...]] = {
    "float": ("float64", "float32", "float16"),
    "int": ("int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8"),
    "bool": ("bool",),
    "complex": ("complex128", "complex64"),
    "datetime": ("datetime64[ns]",),
}
DTYPE_OF_KIND: dict[Kind, str] = {
    "float": "float64", "int": "int64", "bool": "bool", "complex": "complex128", "text": "", "enum": "int32",
    "datetime": "datetime64[ns]",
}  # fmt: skip
_ALL_DTYPES = frozenset(name for names in _DTYPES.values() for name in names)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        name: What the column is called; unique within its table. ``_time`` and ``_index`` are taken.
        kind: ``"float"``, ``"int"``, ``"bool"``, ``"complex"``, ``"text"``, ``"enum"`` or ``"datetime"``. None: taken from
            the first value; a whole number then counts as float, because the next one may not be whole (and is exact up
            to 2**53; an ``"int"`` is exact to 64 bit).
        unit: SI text, e.g. ``"V"``.
        label: Text for axes; empty: the name is used.
        shape: ``()`` a single value per row; ``(401,)`` an array; an entry None is a length that may differ from row to
            row; None instead of a tuple: taken from the first value.
        setpoint: Whether the value was set, rather than measured.
        dtype: How the numbers of arrays are stored, as numpy calls it, e.g. ``"float32"``; None: as the first array came
            in (whole numbers as float64 unless ``kind`` is ``"int"``). Single values are always stored in 64 bits.
        categories: The texts that an ``"enum"`` may hold, e.g. ``("off", "on")``; None: the names of the members of the
            first value's `enum.Enum`.

    Raises:
        DefinitionError: The name is taken, a text is none, the kind is unknown, or shape, dtype or categories do not fit
            the kind.

    Example:
        >>> Column("current", unit="A").to_dict()["unit"]
        'A'
    """

    name: str
    kind: Kind | None = None
    unit: str = ""
    label: str = ""
    shape: Shape | None = ()
    setpoint: bool = False
    dtype: str | None = None
    categories: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not _is_text(self.name) or not self.name or self.name in _RESERVED:
            raise DefinitionError(f"{self.name!r} cannot name a column: any text but {listing(_RESERVED)} can.")
        for key in ("unit", "label"):
            if getattr(self, key) is None:
                object.__setattr__(self, key, "")
            elif not _is_text(getattr(self, key)):
                raise DefinitionError(
                    f"Column {self.name}: {key} {getattr(self, key)!r} refused, it is a text, e.g. 'V'."
                )
        object.__setattr__(self, "setpoint", bool(self.setpoint))
        if self.kind is not None and self.kind not in _KINDS:
            raise DefinitionError(f"Column {self.name}: kind {self.kind!r} is unknown, allowed are {listing(_KINDS)}.")
        if self.shape is not None:
            object.__setattr__(self, "shape", _shape(self.shape, f"Column {self.name}"))
        if self.kind in ("text", "enum") and self.shape:
            raise DefinitionError(
                f"Column {self.name}: {self.kind} has no shape; store several texts in several columns."
            )
        if self.categories is not None:
            self._check_categories(tuple(self.categories))
        if self.dtype is not None and self.kind not in ("text", "enum"):
            self._check_dtype()

    def _check_dtype(self) -> None:
        name = self.dtype if self.dtype in _ALL_DTYPES else _numpy_name(self.dtype)
        allowed = _ALL_DTYPES if self.kind is None else _DTYPES[self.kind]
        if name not in allowed:
            what = "any kind" if self.kind is None else f"kind {self.kind}"
            raise DefinitionError(
                f"Column {self.name}: dtype {self.dtype!r} refused; {what} is stored as {listing(sorted(allowed))}."
            )
        object.__setattr__(self, "dtype", name)

    def _check_categories(self, categories: tuple[str, ...]) -> None:
        if self.kind not in (None, "enum"):
            raise DefinitionError(f"Column {self.name}: categories belong to kind 'enum', not {self.kind!r}.")
        if not categories or not all(isinstance(text, str) for text in categories):
            raise DefinitionError(f"Column {self.name}: categories {categories!r} refused, they are one or more texts.")
        _once(list(categories), f"Column {self.name}: category")
        object.__setattr__(self, "categories", categories)
        object.__setattr__(self, "kind", "enum")

    @property
    def scalar(self) -> bool:
        """Whether each row holds a single value."""
        return self.shape == ()

    @property
    def stored_dtype(self) -> str:
        """The numpy dtype of its numbers; that of its kind, or float64, as long as no row told which."""
        return self.dtype or DTYPE_OF_KIND[self.kind or "float"]

    @property
    def ragged(self) -> bool:
        """Whether lengths may differ from row to row."""
        return self.shape is not None and None in self.shape

    @property
    def settled(self) -> bool:
        """Whether everything that decides how a value is stored is known."""
        known = self.kind is not None and self.shape is not None and self.dtype is not None
        return known and (self.kind != "enum" or self.categories is not None)

    def to_dict(self) -> dict[str, Any]:
        """Return the column as JSON-able data."""
        plain = {key: getattr(self, key) for key in self.__dataclass_fields__}  # asdict would copy each value deeply
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Column:
        """Return the column that `to_dict` described; unknown keys of later versions are ignored."""
        known = {key: data[key] for key in cls.__dataclass_fields__ if key in data}
        tuples = {key: tuple(known[key]) for key in ("shape", "categories") if known.get(key) is not None}
        return cls(**{**known, **tuples})


@dataclass(frozen=True)
class Dim:
    """One dimension of a table.

    Args:
        name: What the dimension is called.
        size: Number of points along it, from 0; None if not known beforehand. More may come.
        setpoints: Columns that are coordinates along it; several for quantities swept together.

    Raises:
        DefinitionError: The name is no text, the size no number of points, or the setpoints are not names.
    """

    name: str
    size: int | None = None
    setpoints: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _is_text(self.name) or not self.name:
            raise DefinitionError(f"{self.name!r} cannot name a dim: it must be a text.")
        if isinstance(self.size, bool) or (self.size is not None and not _is_count(self.size)):
            raise DefinitionError(f"Dim {self.name}: size {self.size!r} refused, it is a number of points, or None.")
        if self.size is not None:
            object.__setattr__(self, "size", operator.index(self.size))
        if isinstance(self.setpoints, str):
            raise DefinitionError(f"Dim {self.name}: setpoints are a tuple of names, ({self.setpoints!r},) for one.")
        object.__setattr__(self, "setpoints", tuple(self.setpoints))

    def to_dict(self) -> dict[str, Any]:
        """Return the dimension as JSON-able data."""
        return {"name": self.name, "size": self.size, "setpoints": list(self.setpoints)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Dim:
        """Return the dimension that `to_dict` described."""
        return cls(data["name"], data.get("size"), tuple(data.get("setpoints", ())))


@dataclass(frozen=True)
class TableSpec:
    """The columns that are added together, and the grid they fill.

    Args:
        name: Name of the table and of its files: letters, digits, ``_`` and ``-``.
        columns: At least one.
        dims: Outermost first; empty: plain rows.

    Raises:
        DefinitionError: A name is used twice or cannot be a file name, or a setpoint is no column.

    Example:
        >>> columns = (Column("gate", unit="V", setpoint=True), Column("current", unit="A"))
        >>> TableSpec("data", columns, (Dim("gate", 101, ("gate",)),)).dims[0].size
        101
    """

    name: str
    columns: tuple[Column, ...]
    dims: tuple[Dim, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", _all_of(Column, self.columns, f"Table {self.name}: columns"))
        object.__setattr__(self, "dims", _all_of(Dim, self.dims, f"Table {self.name}: dims"))
        if not isinstance(self.name, str) or not _TABLE_NAME.fullmatch(self.name):
            raise DefinitionError(f"{self.name!r} cannot name a table: it names a file; use letters, digits, _ and -.")
        if not self.columns:
            raise DefinitionError(f"Table {self.name}: no columns; a table holds at least one.")
        names = [column.name for column in self.columns]
        _once(names, f"Table {self.name}: column")
        _once([dim.name for dim in self.dims], f"Table {self.name}: dim")
        for dim in self.dims:
            for setpoint in dim.setpoints:
                if setpoint not in names:
                    raise DefinitionError(
                        f"Table {self.name}: dim {dim.name} has the setpoint {setpoint!r}, which is no column; "
                        f"columns are {listing(names)}."
                    )

    def to_dict(self) -> dict[str, Any]:
        """Return the table as JSON-able data."""
        columns = [column.to_dict() for column in self.columns]
        return {"name": self.name, "columns": columns, "dims": [dim.to_dict() for dim in self.dims]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TableSpec:
        """Return the table that `to_dict` described."""
        columns = tuple(Column.from_dict(column) for column in data["columns"])
        return cls(data["name"], columns, tuple(Dim.from_dict(dim) for dim in data.get("dims", ())))


def checked_tables(tables: Iterable[TableSpec]) -> tuple[TableSpec, ...]:
    """Return the tables of a run, each of which can have files of its own on every system; Windows ignores case.

    Raises:
        DefinitionError: They cannot.
    """
    found = _all_of(TableSpec, tables, "Tables of a run")
    for table in found:
        if len(table.name) > _LONGEST_NAME:
            raise DefinitionError(
                f"Table {table.name[:20]}…: a name of {len(table.name)} characters refused, it names a file; "
                f"up to {_LONGEST_NAME} are allowed."
            )
        if _DEVICES.fullmatch(table.name):
            raise DefinitionError(f"Table {table.name}: Windows has a device of that name; choose another one.")
    _once([table.name.casefold() for table in found], "Table")
    return found


def _all_of(kind: type[_T], given: Any, what: str) -> tuple[_T, ...]:
    found: tuple[Any, ...] = tuple(given) if isinstance(given, Iterable) else (None,)
    if not all(isinstance(one, kind) for one in found):
        raise DefinitionError(f"{what} are a tuple of {kind.__name__}, and {given!r} is none.")
    return found


def _is_text(value: object) -> bool:
    """Whether other programs can read it too: a lone surrogate, which is half a character, has no UTF-8."""
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def _is_count(value: Any) -> bool:
    try:
        return operator.index(value) >= 0
    except TypeError:
        return False


def _shape(given: Any, where: str) -> Shape:
    lengths = tuple(given) if isinstance(given, Iterable) else (-1,)
    if not all(length is None or _is_count(length) for length in lengths):
        raise DefinitionError(
            f"{where}: shape {given!r} refused; it is a tuple of lengths, such as (401,), (None,) if the length varies, "
            "() for single values."
        )
    return tuple(None if length is None else operator.index(length) for length in lengths)


def _numpy_name(dtype: Any) -> str | None:
    """What numpy calls a dtype in full, e.g. ``float32`` for ``"f4"``; None if it is no dtype."""
    import numpy as np

    try:
        return str(np.dtype(dtype).newbyteorder("<").name)
    except TypeError:
        return None


def _once(names: list[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(f"{what} {name} appears {names.count(name)} times; once is allowed.")
