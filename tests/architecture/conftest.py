"""What the architecture tests look at: the checkout, its packages, its source files."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def top() -> Path:
    """The checkout."""
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sources(top: Path) -> list[Path]:
    """Every Python file of the product."""
    return sorted(path for path in (top / "src").rglob("*.py") if "__pycache__" not in path.parts)


@pytest.fixture(scope="module")
def trees(sources: list[Path]) -> dict[Path, ast.Module]:
    """What each of the source files says, for all tests of a module; read only."""
    return {path: ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in sources}
