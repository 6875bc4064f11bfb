"""Functions return, and mock instruments consist of, under the alias what they do with the real QCoDeS: 900 observations."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def observed(python: Path | str, script: str, folder: Path, *arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "HOME": str(folder), "USERPROFILE": str(folder), "MPLCONFIGDIR": str(folder)}
    environment.pop("QCODES_CONFIG", None)
    command = [str(python), str(HERE / script), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr.splitlines()[-1:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def same(ours: Any, theirs: Any) -> bool:
    """Numbers up to rounding, all else exactly."""
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(ours) and math.isnan(theirs))
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    return bool(ours == theirs)


def different(real_qcodes: Path, script: str, folder: Path) -> tuple[int, dict[str, tuple[Any, Any]]]:
    """Return how many observations there are, and those that differ: ours and theirs."""
    ours, theirs = observed(sys.executable, script, folder, "alias"), observed(real_qcodes, script, folder)
    assert ours.keys() == theirs.keys()
    return len(ours), {name: (ours[name], theirs[name]) for name in theirs if not same(ours[name], theirs[name])}


def test_functions_agree(real_qcodes: Path, tmp_path: Path) -> None:
    """Vectors, prefixes, colour scales, settings, chains of parameters."""
    count, found = different(real_qcodes, "observe.py", tmp_path)
    assert found == {}
    assert count > 800


def test_mock_instruments_agree(real_qcodes: Path, tmp_path: Path) -> None:
    """Parameters, labels, units, setpoints, channels and values of all of them."""
    count, found = different(real_qcodes, "observe_mocks.py", tmp_path)
    assert found == {}
    assert count > 25


def test_a_source_is_adjusted_by_the_same_commands(real_qcodes: Path, tmp_path: Path) -> None:
    count, found = different(real_qcodes, "observe_calibration.py", tmp_path)
    assert found == {}
    assert count == 7


def test_a_difference_would_be_seen() -> None:
    assert same([1.0, {"a": float("nan")}], [1.0 + 1e-12, {"a": float("nan")}])
    for ours, theirs in [(1.0, 1.001), ([1.0], [1.0, 2.0]), ({"a": 1.0}, {"b": 1.0}), ("raised", None)]:
        assert not same(ours, theirs)
