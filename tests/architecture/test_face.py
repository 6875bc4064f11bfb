"""The face is light: importing it loads no heavy library and starts nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = {
    "IPython",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "pyvisa",
    "pyvisa_py",
    "rich",
    "scipy",
    "tqdm",
    "xarray",
}

LOOK = """
import json, sys, threading
before = threading.active_count()
import measurand
for name in dir(measurand):
    pass
print(json.dumps({"modules": sorted(sys.modules), "threads": threading.active_count() - before}))
"""


def test_importing_measurand_loads_no_heavy_library(top: Path) -> None:
    """`import measurand` is for every script and every command-line completion, also for those that measure nothing."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOOK],
        cwd=top / "src",
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(result.stdout)
    assert HEAVY.intersection(name.partition(".")[0] for name in seen["modules"]) == set()
    assert seen["threads"] == 0
    assert result.stderr == ""
