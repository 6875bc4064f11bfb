"""What can be asked of an index, as plain data. Knows no text, no SQL and no run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Comparison = Literal["==", "!=", "<", "<=", ">", ">=", "contains", "like"]
Statistic = Literal["min", "max", "mean", "count", "nan"]


@dataclass(frozen=True)
class Field:
    """Something that a run has.

    Args:
        kind: A key of `measurand.dataset.catalogue._fields.FIELDS`: ``"name"``, ``"tag"``…; ``"metadata"``; or a
            statistic of a column: ``"min"``, ``"max"``, ``"mean"``, ``"count"``, ``"nan"``.
        of: The path of metadata, e.g. ``"fridge.temperature"``, or the column; empty for all others.
    """

    kind: str
    of: str = ""

    def __str__(self) -> str:
        return (
            self.kind
            if not self.of
            else f"metadata.{self.of}"
            if self.kind == "metadata"
            else f"{self.kind}({self.of})"
        )


class Period(NamedTuple):
    """Seconds since 1970 from ``start`` up to but not including ``end``; the same twice for an instant."""

    start: float
    end: float


@dataclass(frozen=True)
class Quantity:
    """A number with the unit it was written in; empty: in whatever unit the run stored."""

    number: float
    unit: str = ""


Value = str | bool | Period | Quantity


@dataclass(frozen=True)
class Compare:
    """A field compared with a value. What a run does not have compares false, except that it is ``!=`` any text."""

    field: Field
    by: Comparison
    value: Value


@dataclass(frozen=True)
class Has:
    """Whether the run has this column, or anything at this path of its metadata."""

    field: Field


@dataclass(frozen=True)
class Words:
    """Every word of ``text`` begins a word of the name, sample, experiment, tags, notes, columns or metadata."""

    text: str


@dataclass(frozen=True)
class Not:
    """What it holds is not so."""

    part: Condition


@dataclass(frozen=True)
class All:
    """Every part is so; no part: always."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """At least one part is so."""

    parts: tuple[Condition, ...]


Condition = Compare | Has | Words | Not | All | Some


@dataclass(frozen=True)
class Order:
    """Sort by a field; what has no value comes last."""

    field: Field
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """Which runs, in which order, how many.

    Args:
        where: What has to be so.
        order: First things first; after them by start. Empty: in the order they started.
        limit: Only so many: the first ones of that order, the newest if no order is given; None: all.
    """

    where: Condition = All(())
    order: tuple[Order, ...] = ()
    limit: int | None = None
