"""The text below an attribute in the body of a class, where editors and documentation read it too."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import textwrap


@functools.cache
def attribute_docs(kind: type) -> dict[str, str]:
    """Return the texts that stand below assignments in the body of ``kind`` itself.

    Returns:
        Text by name of the attribute; empty where the source cannot be found, as in a frozen program.

    Example:
        >>> import measurand.errors
        >>> attribute_docs(measurand.errors.MeasurandError)
        {}
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError, SyntaxError):  # typed into an interpreter, frozen, or made by a function
        return {}
    found: dict[str, str] = {}
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    for statement, below in itertools.pairwise(body):
        names = _assigned(statement)
        if names and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            text = below.value.value
            if isinstance(text, str):
                found.update(dict.fromkeys(names, inspect.cleandoc(text)))
    return found


def _assigned(statement: ast.stmt) -> list[str]:
    targets = (
        statement.targets
        if isinstance(statement, ast.Assign)
        else [statement.target]
        if isinstance(statement, ast.AnnAssign)
        else []
    )
    return [target.id for target in targets if isinstance(target, ast.Name)]
