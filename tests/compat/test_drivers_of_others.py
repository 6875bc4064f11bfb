"""Drivers written for QCoDeS run on Measurand: all that import with the real core do so here, and answer the same.

The real QCoDeS is a black box in an environment of its own; ours is given that environment's packages last, for what the
drivers themselves need.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from scripts import real_qcodes as real

HERE = Path(__file__).parent


def told(python: Path | str, script: str, *words: str) -> Any:
    """Return what a script of this folder prints as JSON in a process of its own."""
    done = subprocess.run([python, HERE / script, *words], capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr.splitlines()[-1:]
    return json.loads(done.stdout)


@cache
def on_ours() -> dict[str, str]:
    outcome: dict[str, str] = told(sys.executable, "list_drivers.py", "--alias", str(real.packages()))
    return outcome


def test_every_driver_module_that_imports_with_the_real_core_imports_here(real_qcodes: Path) -> None:
    theirs = told(real_qcodes, "list_drivers.py")
    good = [name for name, problem in theirs.items() if not problem]
    missing = {name: on_ours().get(name, "not found") for name in good if on_ours().get(name, "not found")}
    print(f"{len(theirs)} driver modules; {len(good)} import with QCoDeS, {len(good) - len(missing)} of them here")
    assert len(good) > 350
    assert missing == {}
