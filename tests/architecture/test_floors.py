"""The floors: every contract is kept, and every contract bites when it is broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint_imports(project: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the sources of ``project``, whatever is installed."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", "--no-cache"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "src"), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_contracts_are_kept(top: Path) -> None:
    result = lint_imports(top)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def copy(top: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose sources a test may spoil."""
    project = tmp_path_factory.mktemp("project")
    shutil.copy(top / "pyproject.toml", project)
    shutil.copytree(top / "src", project / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return project


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("_core/ids.py", "import measurand.validators", "Imports point down only"),
        ("validators/_numbers.py", "import measurand.logger", "Imports point down only"),
        (
            "dataset/__init__.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import measurand.instrument",
            "Imports point down only",
        ),
        ("on_no_floor.py", "x = 1", "Imports point down only"),
        ("_core/clock.py", "import measurand._core.stop", "No import cycle"),
        ("instrument/__init__.py", "def f():\n    import pyvisa", "Only the transports know pyvisa"),
        ("measure/__init__.py", "def f():\n    import pyarrow", "Only the dataset knows pyarrow"),
        ("measure/__init__.py", "import measurand.testing", "The product does not know its test tools"),
        ("instrument_drivers/__init__.py", "import measurand.simulation", "start what is simulated"),
    ],
)
def test_a_broken_contract_is_found(copy: Path, module: str, line: str, contract: str) -> None:
    """The contracts of pyproject.toml are about what the design is about; a contract that cannot fail is none."""
    path = copy / "src" / "measurand" / module
    before = path.read_bytes() if path.exists() else None
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
        result = lint_imports(copy)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
    broken = [row for row in result.stdout.splitlines() if " BROKEN" in row]
    assert any(contract in row for row in broken), result.stdout + result.stderr
