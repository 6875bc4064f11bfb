"""Names that a module of the alias has and imports when they are first used, and what it says of those it has not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import resolve_name
from types import ModuleType
from typing import Any

ROOT = "measurand.compat.qcodes"  # what `qcodes` is under the alias
VERSION = "0.58.0"  # the QCoDeS whose documented interface the alias answers for


def answering(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for a package whose names live elsewhere.

    Its modules are found as attributes too, as they are after ``import qcodes``. ``__all__`` has the names whose homes
    are there.

    Args:
        package: Its ``__name__``.
        homes: For each module, relative to the package (``".parameters"``), the names that it holds, between spaces. The
            home ``"."`` is for modules of the package itself. ``name=other`` is called ``other`` at its home.
    """
    known = {}
    for home, names_there in homes.items():
        for word in names_there.split():
            name, _, there = word.partition("=")
            known[name] = (home, there or name)

    def place(name: str) -> str:
        home, there = known.get(name, (".", name))
        return f"{package}.{there}" if home == "." else resolve_name(home, package)

    def look_up(name: str) -> Any:
        if name == "__all__":
            return sorted((name for name in known if exists(place(name))), key=_rank)
        module = place(name)
        if name.startswith("__") or not exists(module):
            raise AttributeError(_no_name(package, name), name=name)
        value = import_module(module)
        home, there = known.get(name, (".", name))
        if home != ".":
            value = getattr(value, there)
        vars(import_module(package))[name] = value
        return value

    def names() -> list[str]:
        return sorted({*vars(import_module(package)), *known})

    return look_up, names


def never_hidden(package: str, **homes: str) -> None:
    """Have names of a package mean what they say, although modules of it are called the same.

    Without this, whoever imports such a module hides the name by it.

    Args:
        package: Its ``__name__``.
        **homes: For each name, the module that holds it, as for `answering`.
    """

    def always(name: str, home: str) -> property:
        def look_up(_: ModuleType) -> Any:
            return getattr(import_module(resolve_name(home, package)), name)

        def leave(_: ModuleType, _value: object) -> None:
            """Leave everything as it is; Python puts a module into its package when it was imported."""

        return property(look_up, leave)

    inside = {name: always(name, home) for name, home in homes.items()}
    sys.modules[package].__class__ = type("Package", (ModuleType,), inside)


def unknown_in(module: ModuleType) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module that has no names but those in it."""

    def look_up(name: str) -> Any:
        raise AttributeError(_no_name(module.__name__, name), name=name, obj=module)

    return look_up


def shown(module: str) -> str:
    """Return what the module is called under the alias, e.g. ``"qcodes.parameters"``."""
    return "qcodes" + module.removeprefix(ROOT) if f"{module}.".startswith(f"{ROOT}.") else module


def advice(what: str) -> str:
    """Return the message for what the alias does not have."""
    return (
        f"{what}. `qcodes` is Measurand's alias here, which has the names that the documentation of QCoDeS {VERSION} "
        f"lists, and no others. Use a documented name or Measurand's own; to run this with the real QCoDeS, leave out "
        f"measurand.install_as_qcodes() or --as-qcodes."
    )


def exists(module: str) -> bool:
    """Return whether there is such a module of Measurand; imports what is above it, not itself."""
    if module in sys.modules:
        return True
    above, _, _ = module.rpartition(".")
    if not exists(above):
        return False
    folders = getattr(import_module(above), "__path__", ())
    return PathFinder.find_spec(module, folders) is not None


def _no_name(module: str, name: str) -> str:
    if name.startswith("__"):  # Python asks for these by itself
        return f"module {shown(module)!r} has no attribute {name!r}"
    return advice(f"{shown(module)} has no {name!r}")


def _rank(name: str) -> tuple[int, str]:
    """Order names as everywhere: constants, classes, functions."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)
