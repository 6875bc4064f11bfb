"""One column of a QCoDeS dataset: its name, kind, label and unit; in the older form also what it lies along. Pure data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypedDict

from measurand._core.names import listing
from measurand.errors import DefinitionError


class ParamSpecBaseDict(TypedDict):
    """A `ParamSpecBase` as plain data."""

    name: str
    paramtype: str
    label: str
    unit: str


class ParamSpecDict(ParamSpecBaseDict):
    """A `ParamSpec` as plain data."""

    inferred_from: list[str]
    depends_on: list[str]


class ParamSpecBase:
    """One column: what it is called, and what its values are.

    Args:
        name: An identifier.
        paramtype: ``"numeric"``, ``"text"``, ``"complex"``: single values; ``"array"``: arrays.
        label: Text for axes; default none.
        unit: SI text; default none.

    Raises:
        DefinitionError: ``name`` is no identifier, or there is no such ``paramtype``.

    Example:
        >>> ParamSpecBase("gate", "numeric", "Gate", "V")
        ParamSpecBase('gate', 'numeric', 'Gate', 'V')
    """

    allowed_types: ClassVar[list[str]] = ["array", "numeric", "text", "complex"]

    def __init__(self, name: str, paramtype: str, label: str | None = None, unit: str | None = None) -> None:
        if not isinstance(name, str) or not name.isidentifier():
            raise DefinitionError(
                f"Invalid name: {name!r} refused, allowed are identifiers: letters, digits and _, no digit first."
            )
        if paramtype not in self.allowed_types:
            raise DefinitionError(
                f"{name}: paramtype={paramtype!r} refused, allowed are {listing(map(repr, self.allowed_types))}."
            )
        self.name = name
        self.type = paramtype
        self.label = "" if label is None else str(label)
        self.unit = "" if unit is None else str(unit)

    def sql_repr(self) -> str:
        """Return it as a column of a table is declared."""
        return f"{self.name} {self.type}"

    def _to_dict(self) -> ParamSpecBaseDict:
        """Return it as plain data."""
        return {"name": self.name, "paramtype": self.type, "label": self.label, "unit": self.unit}

    @classmethod
    def _from_dict(cls, ser: Any) -> ParamSpecBase:
        """Return the column that plain data describes."""
        return cls(ser["name"], ser["paramtype"], ser["label"], ser["unit"])

    def _key(self) -> tuple[Any, ...]:
        """Return what makes two of them equal."""
        return self.name, self.type, self.label, self.unit

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParamSpecBase) and type(self) is type(other) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"ParamSpecBase('{self.name}', '{self.type}', '{self.label}', '{self.unit}')"


class ParamSpec(ParamSpecBase):
    """One column, and the names of those it depends on and was inferred from.

    Args:
        name: An identifier.
        paramtype: As for `ParamSpecBase`.
        label: Text for axes; default none.
        unit: SI text; default none.
        inferred_from: Columns, or their names, that it was computed from.
        depends_on: Columns, or their names, that it lies along.
        **metadata: Anything else to keep with it; does not count in comparisons.

    Raises:
        DefinitionError: As for `ParamSpecBase`; or columns are given as one text.

    Example:
        >>> ParamSpec("current", "numeric", unit="A", depends_on=["gate"]).depends_on_
        ['gate']
    """

    def __init__(
        self,
        name: str,
        paramtype: str,
        label: str | None = None,
        unit: str | None = None,
        inferred_from: Sequence[ParamSpec | str] | None = None,
        depends_on: Sequence[ParamSpec | str] | None = None,
        **metadata: Any,
    ) -> None:
        super().__init__(name, paramtype, label, unit)
        self._inferred_from = self._names("inferred_from", inferred_from)
        self._depends_on = self._names("depends_on", depends_on)
        self.metadata = metadata

    def _names(self, what: str, columns: Sequence[Any] | None) -> list[str]:
        if isinstance(columns, str):
            raise DefinitionError(f"ParamSpec {self.name} got string {columns} as {what}: give a list, [{columns!r}].")
        return [one.name if isinstance(one, ParamSpecBase) else str(one) for one in columns or ()]

    @property
    def inferred_from_(self) -> list[str]:
        """Names of the columns that it was computed from."""
        return list(self._inferred_from)

    @property
    def depends_on_(self) -> list[str]:
        """Names of the columns that it lies along."""
        return list(self._depends_on)

    @property
    def inferred_from(self) -> str:
        """The same as `inferred_from_`, in one text."""
        return ", ".join(self._inferred_from)

    @property
    def depends_on(self) -> str:
        """The same as `depends_on_`, in one text."""
        return ", ".join(self._depends_on)

    def copy(self) -> ParamSpec:
        """Return another one that equals it."""
        return ParamSpec(
            self.name, self.type, self.label, self.unit, self._inferred_from, self._depends_on, **self.metadata
        )

    def base_version(self) -> ParamSpecBase:
        """Return the column without what it lies along."""
        return ParamSpecBase(self.name, self.type, self.label, self.unit)

    def _to_dict(self) -> ParamSpecDict:
        """Return it as plain data."""
        return {**super()._to_dict(), "inferred_from": self.inferred_from_, "depends_on": self.depends_on_}

    @classmethod
    def _from_dict(cls, ser: Any) -> ParamSpec:
        """Return the column that plain data describes."""
        return cls(ser["name"], ser["paramtype"], ser["label"], ser["unit"], ser["inferred_from"], ser["depends_on"])

    def _key(self) -> tuple[Any, ...]:
        return *super()._key(), tuple(self._inferred_from), tuple(self._depends_on)

    def __repr__(self) -> str:
        return (
            f"ParamSpec('{self.name}', '{self.type}', '{self.label}', '{self.unit}', "
            f"inferred_from={self._inferred_from}, depends_on={self._depends_on})"
        )
