"""What a value in a file may look like: one description that checks it here and describes it to editors.

A shape tells what is wrong with a value and where, and becomes JSON Schema; because both come from the same object, an
editor and we agree. Knows nothing about stations.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from measurand._core.names import nearest
from measurand.station._problems import Mark, Path, Spot, Tell

OWN = "x-"  # a key that begins with this is the user's own and means nothing to us


class Shape(ABC):
    """What a value may look like."""

    words: str
    """What is allowed, for messages."""

    @abstractmethod
    def check(self, value: Any, at: Path, tell: Tell) -> None:
        """Tell everything that is wrong with ``value``, which stands at ``at``."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return the shape as JSON Schema."""

    def accepts(self, value: Any) -> bool:
        """Return whether nothing is wrong with ``value``."""
        tell = Tell(lambda _: _NOWHERE)
        self.check(value, (), tell)
        return not tell.problems


_NOWHERE = Spot(Mark("", 0, 0), Mark("", 0, 0))  # of a value that stands in no file


@dataclass(frozen=True)
class Leaf(Shape):
    """A value without parts.

    Args:
        words: What is allowed.
        fits: Whether a value is.
        described: As JSON Schema.
    """

    words: str
    fits: Callable[[Any], bool]
    described: Mapping[str, Any]

    def check(self, value: Any, at: Path, tell: Tell) -> None:
        """Tell if the value does not fit."""
        if not self.fits(value):
            tell.value(at, f"{named(at)}: {shown(value)} refused, allowed {self.words}.")

    def schema(self) -> dict[str, Any]:
        """Return the description."""
        return dict(self.described)


@dataclass(frozen=True)
class ListOf(Shape):
    """A list of values of one shape.

    Args:
        item: Shape of each.
        words: What is allowed.
        length: Exactly so many; None: any number.
        least: At least so many.
    """

    item: Shape
    words: str
    length: int | None = None
    least: int = 0

    def check(self, value: Any, at: Path, tell: Tell) -> None:
        """Tell if it is no list, or not so long, and what is wrong with its items."""
        if not isinstance(value, list) or len(value) < self.least or self.length not in (None, len(value)):
            tell.value(at, f"{named(at)}: {shown(value)} refused, allowed {self.words}.")
            return
        for index, item in enumerate(value):
            self.item.check(item, (*at, index), tell)

    def schema(self) -> dict[str, Any]:
        """Return an array."""
        least = self.least if self.length is None else self.length
        most = {} if self.length is None else {"maxItems": self.length}
        return {"type": "array", "items": self.item.schema(), "minItems": least, **most}


@dataclass(frozen=True)
class Names(Shape):
    """A table whose keys are names of the user's.

    Args:
        value: Shape of each entry.
        key: Regular expression that each key matches as a whole.
        key_words: What a key may be.
    """

    value: Shape
    key: str
    key_words: str
    words: str = "a table"

    def check(self, value: Any, at: Path, tell: Tell) -> None:
        """Tell names that are none, and what is wrong with the entries."""
        if value is None:
            return
        if not isinstance(value, dict):
            tell.value(at, f"{named(at)}: {shown(value)} refused, allowed {self.words}.")
            return
        for name, entry in value.items():
            if not isinstance(name, str) or not re.fullmatch(self.key, name):
                tell.key((*at, name), f"{named(at)}: the name {name!r} is refused, allowed {self.key_words}.")
            else:
                self.value.check(entry, (*at, name), tell)

    def schema(self) -> dict[str, Any]:
        """Return an object with a pattern for its keys."""
        entries = {f"^{self.key}$": self.value.schema()}
        return {"type": ["object", "null"], "patternProperties": entries, "additionalProperties": False}


@dataclass(frozen=True)
class Key:
    """One entry of a `Table`.

    Attributes:
        shape: Of the value.
        meaning: For people who look at it in an editor.
        now: The present spelling, if this is an old one.
        beside: Whether the old spelling may stand beside the present one.
    """

    shape: Shape
    meaning: str
    now: str | None = None
    beside: bool = False


@dataclass(frozen=True)
class Table(Shape):
    """A table with keys that are known; others are mistakes, except those that begin with ``x-``.

    Args:
        keys: What is known, by key.
        one_of: One of these must be there; empty: none.
        empty: Whether it may be left empty.
    """

    keys: Mapping[str, Key]
    one_of: tuple[str, ...] = ()
    empty: bool = True
    words: str = field(default="a table")

    def check(self, value: Any, at: Path, tell: Tell) -> None:
        """Tell unknown, missing and doubled keys, and what is wrong with the entries."""
        if value is None and self.empty:
            return
        if not isinstance(value, dict):
            tell.value(at, f"{named(at)}: {shown(value)} refused, allowed {self.words}.")
            return
        if self.one_of and not any(key in value for key in self.one_of):
            tell.key(at, f"{named(at)}: {self.one_of[0]!r} is missing.")
        for name, entry in value.items():
            known = self.keys.get(name) if isinstance(name, str) else None
            if known is not None:
                self._check_known(value, name, known, at, tell)
                known.shape.check(entry, (*at, name), tell)
            elif not isinstance(name, str) or not name.startswith(OWN):
                tell.unknown((*at, name), f"{named(at)}: unknown key {name!r}; {self._advice(name)}")

    def _check_known(self, value: dict[str, Any], name: str, known: Key, at: Path, tell: Tell) -> None:
        if known.now is None:
            return
        if known.now in value and not known.beside:
            tell.key((*at, name), f"{named(at)}: {name!r} is the old spelling of {known.now!r}; give only the latter.")
        else:
            tell.note((*at, name), f"{name!r} is the old spelling of {known.now!r} and goes away in version 1.0.")

    def _advice(self, name: Any) -> str:
        present = [key for key, known in self.keys.items() if known.now is None]
        meant = nearest(str(name), present)
        return f"did you mean {meant!r}?" if meant else f"known are {', '.join(present)}."

    def schema(self) -> dict[str, Any]:
        """Return an object that refuses unknown keys."""
        properties = {name: {**key.shape.schema(), **_meaning(key)} for name, key in self.keys.items()}
        described: dict[str, Any] = {
            "type": ["object", "null"] if self.empty else "object",
            "properties": properties,
            "patternProperties": {f"^{OWN}": {}},
            "additionalProperties": False,
        }
        if self.one_of:
            described["anyOf"] = [{"required": [key]} for key in self.one_of]
        doubled = [[name, key.now] for name, key in self.keys.items() if key.now is not None and not key.beside]
        if doubled:
            described["allOf"] = [{"not": {"type": "object", "required": pair}} for pair in doubled]
        return described


@dataclass(frozen=True)
class Either(Shape):
    """A value of one of several shapes.

    Args:
        shapes: Them; of a table what is wrong inside is told, if one of them is a table.
        words: What is allowed.
    """

    shapes: tuple[Shape, ...]
    words: str

    def check(self, value: Any, at: Path, tell: Tell) -> None:
        """Tell if the value is of none of them."""
        if any(shape.accepts(value) for shape in self.shapes):
            return
        tables = [shape for shape in self.shapes if isinstance(shape, (Table, Names))]
        if tables and isinstance(value, dict):
            tables[0].check(value, at, tell)
        else:
            tell.value(at, f"{named(at)}: {shown(value)} refused, allowed {self.words}.")

    def schema(self) -> dict[str, Any]:
        """Return ``anyOf``."""
        return {"anyOf": [shape.schema() for shape in self.shapes]}


def named(at: Path) -> str:
    """Return a path as messages show it: ``instruments.dac.address``, ``restore_order[2]``."""
    text = ""
    for part in at:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "the file"


def shown(value: Any) -> str:
    """Return a value as messages show it, cut if it is long."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _meaning(key: Key) -> dict[str, Any]:
    if key.now is None:
        return {"description": key.meaning}
    return {"description": key.meaning, "deprecated": True}
