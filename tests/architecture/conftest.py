"""What the architecture tests look at: the checkout, its packages, its source files."""

from __future__ import annotations

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
