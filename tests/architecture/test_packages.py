"""Public packages: their `__all__` is what is there, sorted, documented; what is private stays inside its package."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import measurand


def public_packages() -> list[str]:
    """Return every package without a private part in its dotted name."""
    found = pkgutil.walk_packages(measurand.__path__, "measurand.")
    names = [info.name for info in found if info.ispkg]
    return ["measurand", *(name for name in names if "._" not in name)]


@pytest.fixture(params=public_packages())
def package(request: pytest.FixtureRequest) -> types.ModuleType:
    return importlib.import_module(request.param)


def isort_rank(name: str) -> tuple[int, str]:
    """Order names as ruff does: constants, classes, functions; each alphabetically."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


def is_ours(name: str, value: Any) -> bool:
    if name.startswith("_") or isinstance(value, types.ModuleType):
        return False
    return getattr(value, "__module__", "").startswith("measurand")


def test_every_package_says_what_it_is(package: types.ModuleType) -> None:
    assert (package.__doc__ or "").strip(), f"{package.__name__}/__init__.py has no docstring"


def test_all_is_sorted_and_is_what_is_there(package: types.ModuleType) -> None:
    present = {name for name, value in vars(package).items() if is_ours(name, value)}
    if not present and not hasattr(package, "__all__"):
        return  # a folder of modules that exports nothing itself, such as the drivers of one vendor
    exported = list(package.__all__)
    assert [name for name in exported if not hasattr(package, name)] == []
    assert sorted(present.difference(exported)) == []
    assert len(set(exported)) == len(exported)
    assert exported == sorted(exported, key=isort_rank)


def imports(path: Path, tree: ast.Module, top: Path) -> Iterator[tuple[str, int, str]]:
    """Yield ``(package of the importer, line, absolute name imported)`` of each import of ours in ``path``."""
    parts = path.relative_to(top / "src").with_suffix("").parts
    here = ".".join(parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            anchor = ".".join(here.split(".")[: len(here.split(".")) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (anchor, node.module) if part)
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((here, node.lineno, name) for name in names if name.startswith("measurand"))


def test_private_modules_are_used_by_their_package_only(trees: dict[Path, ast.Module], top: Path) -> None:
    """`measurand.dataset._writer` is for `measurand.dataset`; drivers use public names and nothing of `_core`."""
    wrong = []
    for path, tree in trees.items():
        for here, line, name in imports(path, tree, top):
            owner = name.partition("._")[0]
            is_outside = "._" in name and not f"{here}.".startswith(f"{owner}.")
            is_driver = here.startswith("measurand.instrument_drivers") and "._" in name
            own_module = name.startswith(f"{here}._")
            if is_outside or (is_driver and not own_module):
                wrong.append(f"{path.relative_to(top)}:{line}: {name} is private to {owner}")
    assert not wrong, "\n".join(wrong)


def test_nobody_below_imports_the_face(trees: dict[Path, ast.Module], top: Path) -> None:
    """The face (`import measurand`, `from measurand import name`) supplies defaults; the floors are given them."""
    floors = {path.name.removesuffix(".py") for path in (top / "src" / "measurand").iterdir()}
    may = {"measurand/cli.py", "measurand/demo.py"}
    wrong = []
    for path, tree in trees.items():
        relative = path.relative_to(top / "src").as_posix()
        for _, line, name in imports(path, tree, top):
            parts = name.split(".")
            uses_face = len(parts) == 1 or parts[1] not in floors
            if uses_face and relative not in may and not relative.startswith("measurand/compat/"):
                wrong.append(f"{relative}:{line}: {name}")
    assert not wrong, "\n".join(wrong)


# A module that speaks to a terminal says so here; everything else logs, or returns what it has to say.
MAY_PRINT = {
    "measurand/_runs_command.py": "the part of the command line that is about runs",
    "measurand/cli.py": "the command line",
}


def prints(tree: ast.Module) -> list[int]:
    """Return the lines that call ``print``."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]


def test_only_named_modules_print(trees: dict[Path, ast.Module], top: Path) -> None:
    found = {path.relative_to(top / "src").as_posix(): prints(tree) for path, tree in trees.items()}
    assert {name: lines for name, lines in found.items() if lines and name not in MAY_PRINT} == {}
    assert [name for name in MAY_PRINT if not found.get(name)] == []  # a permission nobody uses
