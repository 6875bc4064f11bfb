"""What a run should hold, in plain Python: declarations of every kind, rows drawn for them, and where each row belongs.

Knows no file and no writer. `agree` is the judge: it compares what a `Dataset` gives with the model, bit for bit.
"""

from __future__ import annotations

import datetime
import enum
import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr
from hypothesis import strategies as st

from measurand.dataset import Column, Dataset, Dim, TableSpec

Row = tuple[tuple[int, ...], dict[str, Any]]


class Mode(enum.Enum):
    """A setting of an instrument."""

    OFF = 0
    ON = 1
    HOT = "hot"


_SCALARS = {
    "float": "float64", "int": "int64", "bool": "bool", "complex": "complex128", "text": "object", "enum": "object",
    "datetime": "datetime64[ns]",
}  # fmt: skip
_AT_ONCE = [kind for kind in _SCALARS if kind != "text"]
_ARRAYS = ("float64", "float32", "int64", "int16", "uint8", "bool", "complex128", "complex64", "datetime64[ns]")
_KIND_OF = {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex", "M": "datetime"}
_SHAPES = ((3,), (2, 2), (1,), (None,), (None, 2), (2, None))
_FLOATS = (0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324, 1e308, 0.1, 2.0**53 + 2)
_TEXTS = ("", "a", "Grüße\n", "\0", "💡" * 7, "x" * 500)


@dataclass(frozen=True)
class Form:
    """A column and what decides its values.

    Attributes:
        column: As declared; what the first value tells may be left out.
        kind: The kind it has.
        dtype: What numpy calls the values that are read.
        shape: Of each value, None for a length that varies.
    """

    column: Column
    kind: str
    dtype: str
    shape: tuple[int | None, ...]

    def value(self, chance: random.Random) -> Any:
        """Return a value as an instrument might give it."""
        if self.shape:
            shape = tuple(chance.randrange(4) if n is None else n for n in self.shape)
            return _array(np.dtype(self.dtype), shape, chance)
        return _SCALAR_VALUES[self.kind](chance) if self.kind != "enum" else self._choice(chance)

    def wrong(self, chance: random.Random) -> Any:
        """Return something that the column cannot hold, whether or not a first value settled it."""
        nothing = [None, object(), b"\xff", {"a": 1}]
        if self.column.kind is None or self.column.shape is None:
            return chance.choice(nothing)
        if self.shape:
            return chance.choice([np.zeros((1,) * (len(self.shape) + 1)), "text", np.array(["text"]), *nothing])
        return chance.choice([[1.0, 2.0], np.zeros(2), *nothing])

    def stored(self, values: Iterable[Any]) -> list[Any]:
        """Return values as they should be read."""
        if self.shape:
            return [np.asarray(value, self.dtype) for value in values]
        if self.kind == "enum":
            return [value.name if isinstance(value, Mode) else value for value in values]
        if self.kind == "datetime":
            return [np.datetime64(value.replace(tzinfo=None), "ns") for value in values]
        return list(values)

    def _choice(self, chance: random.Random) -> Any:
        mode = chance.choice(list(Mode))
        return mode if self.column.categories is None or chance.random() < 0.5 else mode.name


_SCALAR_VALUES = {
    "float": lambda chance: chance.choice(_FLOATS) if chance.random() < 0.5 else chance.uniform(-1e9, 1e9),
    "int": lambda chance: chance.choice([0, -1, 2**63 - 1, -(2**63), chance.randrange(-(2**62), 2**62)]),
    "bool": lambda chance: chance.random() < 0.5,
    "complex": lambda chance: complex(chance.choice(_FLOATS), chance.choice(_FLOATS)),
    "text": lambda chance: chance.choice(_TEXTS),
    "datetime": lambda chance: (
        datetime.datetime(1700, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(microseconds=chance.randrange(2**53))
    ),
}  # fmt: skip


def _array(dtype: np.dtype[Any], shape: tuple[int, ...], chance: random.Random) -> Any:
    """Any bits, as they come from a device; for bool only those that mean something."""
    count = math.prod(shape)
    bits = np.frombuffer(chance.randbytes(count * dtype.itemsize), np.uint8)
    values = (bits % 2 == 1) if dtype.kind == "b" else bits.view(dtype)
    return values.reshape(shape).copy(order=chance.choice(["C", "F"]))


@st.composite
def forms(draw: st.DrawFn, name: str, kinds: list[str]) -> Form:
    """A column of one of ``kinds``, or an array; kind, shape and categories are declared or left to the first value."""
    said = {"unit": draw(st.sampled_from(["", "V", "Ω/□"])), "label": draw(st.sampled_from(["", "Gate voltage"]))}
    kind = draw(st.sampled_from(kinds))
    if kind != "array":
        told = kind in ("int", "enum") or draw(st.booleans())
        categories = tuple(Mode.__members__) if kind == "enum" and draw(st.booleans()) else None
        shape: Any = draw(st.sampled_from([(), None])) if kind not in ("text", "enum") else ()
        setpoint = draw(st.booleans())
        column = Column(name, kind if told else None, shape=shape, setpoint=setpoint, categories=categories, **said)
        return Form(column, kind, _SCALARS[kind], ())
    dtype, shape = draw(st.sampled_from(_ARRAYS)), draw(st.sampled_from(_SHAPES))
    kind = _KIND_OF[np.dtype(dtype).kind]
    told = kind == "int" or draw(st.booleans())
    declared = dtype if told and draw(st.booleans()) else None
    column = Column(
        name, kind if told else None, shape=shape if None in shape or told else None, dtype=declared, **said
    )
    return Form(column, kind, dtype, shape)


@st.composite
def declarations(draw: st.DrawFn) -> list[tuple[TableSpec, list[Form]]]:
    """One to three tables, with and without dims; a column may be in two that have the same dims."""
    tables: list[tuple[TableSpec, list[Form]]] = []
    for number in range(draw(st.integers(1, 3))):
        kinds = draw(st.sampled_from([_AT_ONCE, [*_SCALARS, *["array"] * 5]]))
        own = [draw(forms(f"c{number}{place}", kinds)) for place in range(draw(st.integers(1, 3)))]
        names = draw(st.sampled_from([(), ("i",), ("i", "j")]))
        points = [form.column.name for form in own if form.shape == ()]
        dims = tuple(
            Dim(
                name, draw(st.sampled_from([None, 4])), tuple(points[:1]) if name == "i" and draw(st.booleans()) else ()
            )
            for name in names
        )
        alike = [found for spec, found in tables if _along(spec.dims) == _along(dims)]
        shared = [alike[0][0]] if alike and draw(st.booleans()) else []
        tables.append((TableSpec(f"t{number}", tuple(form.column for form in shared + own), dims), shared + own))
    return tables


@dataclass
class Home:
    """The rows that bring the same columns together, along the same dims."""

    forms: dict[str, Form]
    dims: tuple[Dim, ...]
    declared: bool
    rows: list[Row] = field(default_factory=list)
    flushed: int = 0

    @property
    def at_once(self) -> bool:
        """Whether each row is safe when it is accepted."""
        return all(form.shape == () and form.kind != "text" for form in self.forms.values())

    @property
    def safe(self) -> int:
        """Number of rows that the death of the process cannot take."""
        return len(self.rows) if self.at_once else self.flushed


class Model:
    """All rows of a run, by table."""

    def __init__(self, declared: list[tuple[TableSpec, list[Form]]]) -> None:
        self.specs = [spec for spec, _ in declared]
        self.homes = [Home({form.column.name: form for form in found}, spec.dims, True) for spec, found in declared]
        self.units = {form.column.name: form.column.unit for _, found in declared for form in found}

    def alike(self, dims: tuple[Dim, ...]) -> list[Home]:
        """Return the tables whose rows lie along ``dims``."""
        return [home for home in self.homes if _along(home.dims) == _along(dims)]

    def not_along(self, dims: tuple[Dim, ...]) -> list[str]:
        """Return the columns that lie along other dims than ``dims``."""
        return [name for home in self.homes if _along(home.dims) != _along(dims) for name in home.forms]

    def home(self, names: Iterable[str], dims: tuple[Dim, ...]) -> Home:
        """Return where rows of just these columns belong."""
        wanted = set(names)
        alike = self.alike(dims)
        for home in alike:
            if set(home.forms) == wanted:
                return home
        known = {name: form for home in alike for name, form in home.forms.items()}
        new = Home({name: form for name, form in known.items() if name in wanted}, dims, False)
        self.homes.append(new)
        return new

    def flushed(self) -> None:
        """Everything is safe from now on."""
        for home in self.homes:
            home.flushed = len(home.rows)


def agree(model: Model, dataset: Dataset, least: str = "safe") -> None:
    """Raise `AssertionError` unless ``dataset`` holds what the model holds.

    Args:
        model: What was accepted.
        dataset: What is judged.
        least: ``"all"``: every row; ``"safe"``: a prefix of each table with every row that is safe, ``"prefix"``: any.
    """
    found = {(frozenset(column.name for column in spec.columns), _along(spec.dims)): name
             for name, spec in dataset.tables.items()}  # fmt: skip
    for home in model.homes:
        name = found.pop((frozenset(home.forms), _along(home.dims)), None)
        if name is None:  # begun by its first row
            assert not home.declared
            assert least == "prefix" or not home.rows
            continue
        rows = dataset.rows(name, since=0)
        count = len(rows["_time"])
        lowest = {"all": len(home.rows), "safe": home.safe, "prefix": 0}[least]
        assert lowest <= count <= len(home.rows), f"{name}: {count} rows, {lowest} to {len(home.rows)} expected"
        _agree_rows(home, rows, count)
        part = dataset.rows(name, since=count // 2)
        for column, values in rows.items():
            assert _seen(part[column][: count - count // 2]) == _seen(values[count // 2 :]), column
        spec = dataset.tables[name]
        assert {column.name: column.unit for column in spec.columns} == {name: model.units[name] for name in home.forms}
        if count:
            assert {column.name: column.kind for column in spec.columns} == {n: f.kind for n, f in home.forms.items()}
    assert not found, f"nobody began {found}"


def agree_on_grid(first: xr.Dataset, second: xr.Dataset) -> None:
    """Raise `AssertionError` unless both have the same variables and coordinates, bit for bit."""
    assert list(first.variables) == list(second.variables)
    assert set(first.coords) == set(second.coords)
    for name, variable in first.variables.items():
        assert variable.dims == second[name].dims
        assert variable.attrs == second[name].attrs
        assert _seen(variable.values.reshape(-1)) == _seen(second[name].values.reshape(-1)), name


def _agree_rows(home: Home, rows: Mapping[str, Any], count: int) -> None:
    if home.dims:
        indices = np.array([index for index, _ in home.rows[:count]], np.int32).reshape(count, len(home.dims))
        np.testing.assert_array_equal(rows["_index"], indices)
    for name, form in home.forms.items():
        expected = form.stored(values[name] for _, values in home.rows[:count])
        if not count:
            assert len(rows[name]) == 0
        elif form.dtype == "object" or None in form.shape:
            assert _seen(rows[name]) == _seen(expected), name
        else:
            assert _seen(rows[name]) == _seen(np.array(expected, form.dtype)), name


def _seen(values: Any) -> Any:
    """What can be compared with ``==``, NaN and the sign of zero included."""
    if isinstance(values, np.ndarray) and values.dtype != object:
        return _bits(values)
    return [_bits(value) if isinstance(value, np.ndarray) else repr(value) for value in values]


def _bits(array: Any) -> tuple[str, tuple[int, ...], bytes]:
    return str(array.dtype), array.shape, array.tobytes()


def _along(dims: tuple[Dim, ...]) -> tuple[tuple[str, int | None], ...]:
    return tuple((dim.name, dim.size) for dim in dims)
