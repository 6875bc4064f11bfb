"""What can be done at each point of a sweep, as frozen data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from measurand.errors import DefinitionError
from measurand.parameters import Expression, Measurable, name_of


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Measure one quantity. Neighbouring reads form a group: one row, instruments read at the same time."""

    measurable: Measurable

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data."""
        return {"read": name_of(self.measurable)}


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Task:
    """Call a function; parameters and expressions among its arguments are read first, everything else is passed as it is.

    Args:
        function: What to call; its result is ignored.
        *arguments: Positional arguments.
        **keywords: Keyword arguments.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]

    def __init__(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> None:
        if not callable(function):
            raise DefinitionError(f"Task({function!r}): the first argument must be a function; arguments follow it.")
        object.__setattr__(self, "function", function)
        object.__setattr__(self, "arguments", arguments)
        object.__setattr__(self, "keywords", keywords)

    def __call__(self) -> None:
        """Do it."""
        self.function(*map(_evaluated, self.arguments), **{k: _evaluated(v) for k, v in self.keywords.items()})

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data."""
        name = getattr(self.function, "__qualname__", None) or repr(self.function)
        arguments = [name_of(a) if isinstance(a, Measurable) else repr(a) for a in self.arguments]
        return {"task": name, "arguments": arguments, "keywords": {k: repr(v) for k, v in self.keywords.items()}}


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait a time in s; a stop request ends it."""

    seconds: float

    def __post_init__(self) -> None:
        if isinstance(self.seconds, bool) or not isinstance(self.seconds, (int, float)) or not self.seconds >= 0:
            raise DefinitionError(f"Wait({self.seconds!r}) refused, allowed numbers from 0 s.")

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data."""
        return {"wait": self.seconds}


@dataclass(frozen=True, slots=True)
class BreakIf:
    """End this level of the sweep when a function of no arguments returns something true."""

    condition: Callable[[], Any]
    text: str = field(default="")

    def __post_init__(self) -> None:
        if not callable(self.condition):
            hint = " (p == 3 compares the objects, now; write p.eq(3))" if isinstance(self.condition, bool) else ""
            raise DefinitionError(
                f"BreakIf({self.condition!r}) refused{hint}: allowed is a function to be called later."
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data."""
        return {"break_if": self.text or getattr(self.condition, "__qualname__", repr(self.condition))}


def _evaluated(argument: Any) -> Any:
    return argument.get() if isinstance(argument, (Measurable, Expression)) else argument
