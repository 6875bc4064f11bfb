"""The error tree is the one its module's docstring draws, and every error survives a process border."""

from __future__ import annotations

import builtins
import inspect
import pickle
import re
from dataclasses import dataclass

import pytest

from measurand import errors

ENTRY = re.compile(
    r"^ {4}(?P<indent>[│ ]*)(?:├── |└── |)(?P<names>[A-Z]\w+(?:, [A-Z]\w+)*)(?: +\((?P<bases>[\w, ]+)\))?(?: .*)?$"
)


@dataclass(frozen=True)
class Drawn:
    """One class as the drawing has it."""

    name: str
    parent: str | None
    bases: frozenset[str]  # builtin exceptions it also is


def drawing() -> list[Drawn]:
    """Read the tree out of the module's docstring."""
    found: list[Drawn] = []
    above: list[str] = []  # the names on the way down to the present line
    for line in (errors.__doc__ or "").splitlines():
        entry = ENTRY.match(line)
        if entry is None:
            continue
        is_root = "── " not in line
        level = 0 if is_root else 1 + len(entry["indent"]) // 4
        names = entry["names"].split(", ")
        bases = frozenset((entry["bases"] or "").split(", ")) - {""}
        found += [Drawn(name, above[level - 1] if level else None, bases) for name in names]
        above = [*above[:level], names[-1]]
    return found


def classes() -> dict[str, type[errors.MeasurandError]]:
    members = inspect.getmembers(errors, inspect.isclass)
    return {name: value for name, value in members if value.__module__ == errors.__name__ and not name.startswith("_")}


def own_builtins(error: type[BaseException]) -> set[str]:
    """Return the builtin exceptions that a class derives from beside those of its parent in the tree."""
    found: set[str] = set()
    for base in error.__bases__:
        if base.__module__ == builtins.__name__:
            found.add(base.__name__)
        elif base.__name__.startswith("_"):  # a private step towards a builtin
            found |= own_builtins(base)
    return found


def test_the_drawing_shows_every_class_once() -> None:
    names = [drawn.name for drawn in drawing()]
    assert sorted(names) == sorted(classes())


@pytest.mark.parametrize("drawn", drawing(), ids=lambda drawn: drawn.name)
def test_a_class_is_where_the_drawing_has_it(drawn: Drawn) -> None:
    error = classes()[drawn.name]
    if drawn.parent is None:
        assert error.__bases__ == (Exception,)
    else:
        assert classes()[drawn.parent] in error.__bases__
        assert own_builtins(error) == drawn.bases


@pytest.mark.parametrize("name", sorted(classes()))
def test_an_error_crosses_a_process_border(name: str) -> None:
    """Errors are data: what a host raises, its client can raise again, message and notes included."""
    message = "dac.ch3.voltage: 12 V refused, allowed -10 to 10 V."
    error = classes()[name](message)
    error.add_note("while sweeping gate")
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is type(error)
    assert str(arrived) == message == str(error)
    assert arrived.args == error.args
    assert arrived.__notes__ == ["while sweeping gate"]


@pytest.mark.parametrize("name", sorted(classes()))
def test_one_except_catches_them_all(name: str) -> None:
    assert issubclass(classes()[name], errors.MeasurandError)
