"""What can be done at each point of a sweep, as frozen data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from measurand.errors import DefinitionError
from measurand.parameters import Expression, Measurable, name_of


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Measure one quantity. Neighbouring reads form a group: one row, instruments read at the same time.

    Args:
        measurable: What is read.
        retries: How often it is read again when it fails; a refused value or a programming error is not tried again.
        on_error: What happens when it has failed for good: ``"raise"`` (default) ends the run; ``"skip"`` goes on, with
            NaN (or an empty text, or 0) in its columns.
        group: Neighbours of one group are one row of one table; those of another are stored apart.
        setpoint: Whether it is a coordinate of what is measured beside it, rather than a result.
        suffix: Appended to the names of its columns, where one quantity is measured at several places.

    With ``retries`` or ``"skip"`` there is a further column, ``<name>_quality``: ``ok``, ``retried`` or ``missing``.

    Example:
        >>> voltage = ManualParameter("voltage")
        >>> Read(voltage, retries=2, on_error="skip").to_dict()
        {'read': 'voltage', 'retries': 2, 'on_error': 'skip'}
    """

    measurable: Measurable
    retries: int = 0
    on_error: Literal["raise", "skip"] = "raise"
    group: int = 0
    setpoint: bool = False
    suffix: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.retries, int) or isinstance(self.retries, bool) or self.retries < 0:
            raise DefinitionError(
                f"Read({name_of(self.measurable)}): retries={self.retries!r} refused, allowed 0, 1, 2…"
            )
        if self.on_error not in ("raise", "skip"):
            raise DefinitionError(
                f"Read({name_of(self.measurable)}): on_error={self.on_error!r} refused, allowed are 'raise' and 'skip'."
            )

    @property
    def judged(self) -> bool:
        """Whether a column says how well it was read."""
        return bool(self.retries) or self.on_error == "skip"

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data."""
        described: dict[str, Any] = {"read": name_of(self.measurable)}
        if self.retries:
            described["retries"] = self.retries
        if self.on_error != "raise":
            described["on_error"] = self.on_error
        described |= {key: getattr(self, key) for key in ("suffix", "group", "setpoint") if getattr(self, key)}
        return described


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
        owner = getattr(getattr(self.function, "__self__", None), "full_name", None)  # gate.set, not Parameter.set
        name = f"{owner}.{self.function.__name__}" if owner else None
        name = name or getattr(self.function, "__qualname__", None) or repr(self.function)
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
class EndIf:
    """End the whole plan in good order when a function of no arguments returns something true; the run is completed."""

    condition: Callable[[], Any]

    def __post_init__(self) -> None:
        if not callable(self.condition):
            raise DefinitionError(f"EndIf({self.condition!r}) refused: allowed is a function to be called later.")

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data."""
        return {"end_if": getattr(self.condition, "__qualname__", repr(self.condition))}


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
