"""What a table holds, as plain data: columns, dims, tables. Knows no value, no file and no parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from measurand._core.names import listing
from measurand.errors import DefinitionError

Kind = Literal["float", "int", "bool", "complex", "text", "enum", "datetime"]
Shape = tuple[int | None, ...]

_KINDS = get_args(Kind)
_RESERVED = ("_time", "_index")
_TABLE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


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
        dtype: numpy's name of the stored numbers, e.g. ``"float32"``. None: double precision for single values, what
            the first array came in for arrays (whole numbers as float64 unless ``kind`` is ``"int"``).
        categories: The texts that an ``"enum"`` may hold, e.g. ``("off", "on")``; None: the names of the members of the
            first value's `enum.Enum`.

    Raises:
        DefinitionError: The name is taken or no text, the kind is unknown, or shape or categories do not fit the kind.

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
        if not isinstance(self.name, str) or not self.name or self.name in _RESERVED:
            raise DefinitionError(f"{self.name!r} cannot name a column: any text but {listing(_RESERVED)} can.")
        if self.kind is not None and self.kind not in _KINDS:
            raise DefinitionError(f"Column {self.name}: kind {self.kind!r} is unknown, allowed are {listing(_KINDS)}.")
        if self.shape is not None:
            object.__setattr__(self, "shape", tuple(self.shape))
        if self.kind in ("text", "enum") and self.shape:
            raise DefinitionError(
                f"Column {self.name}: {self.kind} has no shape; store several texts in several columns."
            )
        if self.categories is not None:
            self._check_categories(tuple(self.categories))

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
        size: Number of points along it; None if not known beforehand.
        setpoints: Columns that are coordinates along it; several for quantities swept together.
    """

    name: str
    size: int | None = None
    setpoints: tuple[str, ...] = ()

    def __post_init__(self) -> None:
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
        object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "dims", tuple(self.dims))
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


def check_tables(tables: tuple[TableSpec, ...]) -> None:
    """Raise `DefinitionError` if two tables would share a file, on file systems that ignore case too."""
    _once([table.name.casefold() for table in tables], "Table")


def _once(names: list[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(f"{what} {name} appears {names.count(name)} times; once is allowed.")
