"""Scripts as a user of QCoDeS writes them, after its tutorials: they run unmodified under the alias, and with the real one.

Each asserts its own results. What is asserted is therefore true of both.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "scripts").glob("*.py"))


def outcomes(python: str | Path, folder: Path, *flags: str) -> dict[str, str]:
    """Return what became of all scripts, by name: nothing, or what they raised. One process runs them."""
    answer = folder / "answer.json"
    subprocess.run(
        [python, "-W", "ignore", HERE / "run_scripts.py", *flags, answer, folder / "work", *SCRIPTS],
        check=True,
        capture_output=True,
    )
    found: dict[str, str] = json.loads(answer.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def under_the_alias(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return outcomes(sys.executable, tmp_path_factory.mktemp("alias"), "--alias")


@pytest.mark.parametrize("script", [script.stem for script in SCRIPTS])
def test_a_script_runs_under_the_alias(script: str, under_the_alias: dict[str, str]) -> None:
    assert under_the_alias[script] == ""


def test_the_scripts_are_true_qcodes_code(real_qcodes: Path, tmp_path: Path) -> None:
    assert {name: problem for name, problem in outcomes(real_qcodes, tmp_path).items() if problem} == {}
