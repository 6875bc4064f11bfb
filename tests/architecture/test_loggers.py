"""Every module logs under its own name, so that a record says where it comes from and a level reaches who is meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HANDED_DOWN = {
    "logger/_adapter.py": "is given the name of the driver's module",
    "compat/logs/_start.py": "gives the loggers that the settings name their levels",
}
OWN_FUNCTIONS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "basicConfig"}


def complaints(tree: ast.Module, *, may_use_root: bool = False) -> Iterator[str]:
    """Yield each call in a module that logs under another name than that of the module."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or called(node) not in {"getLogger", *OWN_FUNCTIONS}:
            continue
        name = ast.unparse(node.func)
        if name.split(".")[-1] == "getLogger" and not (is_own_call(node) or (may_use_root and not node.args)):
            yield f"{node.lineno}: {ast.unparse(node)}"
        if name.startswith("logging.") and name.removeprefix("logging.") in OWN_FUNCTIONS:
            yield f"{node.lineno}: {name}() logs under no name"


def called(call: ast.Call) -> str:
    """Return the last word of what is called; empty for what has no name."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def is_own_call(call: ast.Call) -> bool:
    """Return whether the only argument is the module's name or one below it."""
    return len(call.args) == 1 and not call.keywords and is_own(call.args[0])


def is_own(name: ast.expr) -> bool:
    """Return whether a name is ``__name__``, or below it: ``f"{__name__}.part"``."""
    match name:
        case ast.IfExp(body=body, orelse=other):
            return is_own(body) and is_own(other)
        case ast.JoinedStr(values=[ast.FormattedValue(value=first), ast.Constant(value=str(rest)), *_]):
            return is_own(first) and rest.startswith(".")
        case _:
            return isinstance(name, ast.Name) and name.id == "__name__"


def test_every_module_logs_under_its_own_name(trees: dict[Path, ast.Module], top: Path) -> None:
    """H05."""
    seen = 0
    for path, tree in trees.items():
        relative = path.relative_to(top / "src" / "measurand").as_posix()
        seen += "getLogger(" in path.read_text(encoding="utf-8")
        wrong = list(complaints(tree, may_use_root=relative.startswith("logger/")))
        assert bool(wrong) == (relative in HANDED_DOWN), f"{relative}: {wrong}"
    assert seen > 5


@pytest.mark.parametrize(
    ("source", "is_fine"),
    [
        ("log = logging.getLogger(__name__)", True),
        ("log = getLogger(__name__)", True),
        ("log = logging.getLogger(f'{__name__}.{name}')", True),
        ("log = logging.getLogger(f'{__name__}.{name}' if name else __name__)", True),
        ("log = logging.getLogger(f'{__name__}.x' if name else 'other')", False),
        ("def f():\n    logging.getLogger('measurand')", False),
        ("log = logging.getLogger(f'x.{__name__}')", False),
        ("log = logging.getLogger()", False),
        ("log = logging.getLogger(name=__name__)", False),
        ("logging.warning('x')", False),
        ("log.warning('x')", True),
    ],
)
def test_what_counts_as_its_own(source: str, is_fine: bool) -> None:
    assert bool(list(complaints(ast.parse(source)))) != is_fine
    assert not list(complaints(ast.parse("logging.getLogger()"), may_use_root=True))
