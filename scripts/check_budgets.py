"""Measure what the design limits (sizes, nesting, inheritance, module names) and name what is over budget.

Reads source text only, imports nothing that it measures. Does not know the floors: imports are import-linter's affair.

    python scripts/check_budgets.py            everything
    python scripts/check_budgets.py src        one folder

A *code line* is a line with code on it: docstrings, comments and blank lines are free, so that explaining never costs.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FILE_LINES = 500
FUNCTION_LINES = 50  # code lines; the signature is one, so that keywords may stand one to a line
CLASS_METHODS = 20  # by name: overloads count once, and so does a property with its setter
ANCESTORS = 4  # classes of the project above a class, on the longest way up
NESTING = 4  # compound statements inside each other
EMPTY_NAMES = frozenset({"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"})
OF_OTHERS = "compat/qcodes/"  # modules that stand where QCoDeS has them
AS_PRINTED = "seed_"  # the driver guide's code, which the tests run as it is printed
FOLDERS = ("src", "scripts", "benchmarks", "tests", "docs")

_NO_CODE = frozenset(
    {
        tokenize.COMMENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
        tokenize.INDENT,
        tokenize.NEWLINE,
        tokenize.NL,
    }
)
_STRING_OF_LINES = re.compile(r"\"{3}|\'{3}|\\$")  # a string may go on in the next line
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")  # as ast calls them
_COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Measure:
    """One measured size and its limit."""

    kind: str
    path: Path
    line: int
    what: str
    size: int
    limit: int

    @property
    def over(self) -> bool:
        """Whether the limit is exceeded."""
        return self.size > self.limit

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}: {self.size} {self.kind}, allowed {self.limit}"


@dataclass(frozen=True)
class Module:
    """One source file, parsed."""

    path: Path
    name: str
    text: str
    tree: ast.Module


def measure(folder: Path) -> list[Measure]:
    """Return every size of every Python file below ``folder``, over budget or not."""
    paths = [path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts]
    modules = [_parse(path, folder) for path in paths if not path.name.startswith(AS_PRINTED)]
    measures = [found for module in modules for found in _measure_module(module)]
    return [*measures, *_measure_inheritance(modules)]


def _parse(path: Path, folder: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    parts = path.relative_to(folder).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(path, name, text, ast.parse(text, str(path)))


def _measure_module(module: Module) -> Iterator[Measure]:
    path = module.path
    yield Measure("lines", path, 1, "file", len(module.text.splitlines()), FILE_LINES)
    words = EMPTY_NAMES.intersection(path.stem.strip("_").split("_"))
    if OF_OTHERS in path.as_posix():
        words = frozenset()
    yield Measure("words in the name that say nothing", path, 1, f"module {path.stem}", len(words), 0)
    code = _code_lines(module)
    for where, node in _definitions(module.tree):
        if isinstance(node, ast.ClassDef):
            methods = {method.name for method in _methods(node.body)}
            yield Measure("methods", path, node.lineno, where, len(methods), CLASS_METHODS)
        else:
            lines = sum(node.body[0].lineno <= line <= (node.end_lineno or node.lineno) for line in code)
            yield Measure("code lines", path, node.lineno, where, 1 + lines, FUNCTION_LINES)
            yield Measure("levels of nesting", path, node.lineno, where, _nesting(node.body), NESTING)


def _code_lines(module: Module) -> set[int]:
    """Return the numbers of the lines that hold code."""
    text = dict(enumerate(module.text.split("\n"), 1))
    for node in [module.tree, *(node for _, node in _definitions(module.tree))]:
        if ast.get_docstring(node, clean=False) is not None:
            docstring = node.body[0]
            for line in range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1):
                text.pop(line, None)
    if any(_STRING_OF_LINES.search(line) for line in text.values()):
        return text.keys() & _token_lines(module.text)
    return {number for number, line in text.items() if line.strip() and not line.lstrip().startswith("#")}


def _token_lines(text: str) -> set[int]:
    """Return the lines that hold code or a string, also where a string holds what looks like a comment; slow."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def _definitions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.ClassDef | Function]]:
    """Yield each class and function below ``node`` with its dotted name."""
    for child in _statements(node):
        if isinstance(child, ast.ClassDef | Function):
            yield f"{prefix}{child.name}", child
            yield from _definitions(child, f"{prefix}{child.name}.")
        else:
            yield from _definitions(child, prefix)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in the blocks of ``node``: statements, handlers, cases. Expressions define nothing."""
    for block in _BLOCKS:
        yield from getattr(node, block, ())


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every statement below ``node``, with what is in its blocks."""
    for child in _statements(node):
        yield child
        yield from _walk(child)


def _methods(body: Iterable[ast.stmt]) -> Iterator[Function]:
    """Yield the functions of a class body, those under an ``if`` or ``try`` included."""
    for statement in body:
        if isinstance(statement, Function):
            yield statement
        elif isinstance(statement, ast.If | ast.Try):
            handlers = [inner for handler in getattr(statement, "handlers", []) for inner in handler.body]
            yield from _methods([*statement.body, *handlers, *statement.orelse])


def _nesting(body: Iterable[ast.AST]) -> int:
    """Return how many compound statements stand inside each other; a function inside is measured by itself."""
    deepest = 0
    for node in body:
        if isinstance(node, ast.ClassDef | Function | ast.expr):
            continue
        inner = _nesting(ast.iter_child_nodes(node))
        if isinstance(node, ast.If) and _is_elif_only(node.orelse):  # an elif stands beside its if, not inside it
            inner = max(_nesting(node.body), _nesting(node.orelse) - 1)
        deepest = max(deepest, inner + isinstance(node, _COMPOUND))
    return deepest


def _is_elif_only(orelse: list[ast.stmt]) -> bool:
    return len(orelse) == 1 and isinstance(orelse[0], ast.If)


# --- inheritance -------------------------------------------------------------------------------------------------------


def _measure_inheritance(modules: list[Module]) -> Iterator[Measure]:
    names = _Names(modules)
    for module in modules:
        for where, node in _definitions(module.tree):
            if isinstance(node, ast.ClassDef):
                depth = names.ancestors(module.name, node)
                yield Measure("ancestors in the project", module.path, node.lineno, where, depth, ANCESTORS)


class _Names:
    """What each module's names stand for, so that a base class is found through imports and re-exports."""

    def __init__(self, modules: list[Module]) -> None:
        self._classes: dict[tuple[str, str], ast.ClassDef] = {}
        self._imports: dict[tuple[str, str], tuple[str, str]] = {}
        for module in modules:
            is_package = module.path.stem == "__init__"
            for node in _walk(module.tree):
                if isinstance(node, ast.ClassDef):
                    self._classes[module.name, node.name] = node
                elif isinstance(node, ast.ImportFrom):
                    source = _absolute(node, module.name, is_package=is_package)
                    for alias in node.names:
                        self._imports[module.name, alias.asname or alias.name] = (source, alias.name)

    def ancestors(self, module: str, node: ast.ClassDef, seen: frozenset[str] = frozenset()) -> int:
        """Return the number of classes above ``node``, on the longest way, as far as they are in these modules."""
        here = f"{module}.{node.name}"
        if here in seen:
            return 0
        found = [self._find(module, base) for base in node.bases]
        return max((1 + self.ancestors(*known, seen | {here}) for known in found if known is not None), default=0)

    def _find(self, module: str, base: ast.expr) -> tuple[str, ast.ClassDef] | None:
        if isinstance(base, ast.Subscript):  # Parameter[float]
            return self._find(module, base.value)
        if isinstance(base, ast.Attribute):  # errors.ParameterError, measurand.errors.ParameterError
            written = ast.unparse(base.value)
            return self._follow(".".join(self._imports.get((module, written), (written,))), base.attr)
        return self._follow(module, base.id) if isinstance(base, ast.Name) else None

    def _follow(self, module: str, name: str) -> tuple[str, ast.ClassDef] | None:
        seen = set()
        while (module, name) not in self._classes:
            if (module, name) not in self._imports or (module, name) in seen:
                return None
            seen.add((module, name))
            module, name = self._imports[module, name]
        return module, self._classes[module, name]


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    """Return the full name of the module that ``node`` imports from."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    anchor = parts[: len(parts) - node.level + is_package]
    return ".".join([*anchor, *([node.module] if node.module else [])])


# --- report ------------------------------------------------------------------------------------------------------------


def report(measures: list[Measure]) -> str:
    """Return what is over budget, and how near the rest comes."""
    over = [str(found) for found in sorted(measures) if found.over]
    nearest = []
    for kind in dict.fromkeys(found.kind for found in measures if found.limit):
        top = max((found for found in measures if found.kind == kind), key=lambda found: found.size)
        nearest.append(f"  {top.size:>4} of {top.limit} {kind}: {top.what} ({top.path}:{top.line})")
    count = len({found.path for found in measures})
    verdict = f"{len(over)} over budget" if over else "all within budget"
    return "\n".join([*over, f"{count} files, {verdict}. Largest:", *nearest])


def main(arguments: list[str]) -> int:
    """Measure the folders named, or all; return 1 if something is over budget."""
    folders = [Path(name) for name in arguments] or [Path(name) for name in FOLDERS if Path(name).is_dir()]
    missing = [str(folder) for folder in folders if not folder.is_dir()]
    if missing:
        print(f"No such folder: {', '.join(missing)}. Run this from the top of the project.", file=sys.stderr)
        return 2
    measures = [found for folder in folders for found in measure(folder)]
    print(report(measures))
    return int(any(found.over for found in measures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
