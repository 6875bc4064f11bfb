"""What pure functions return under the alias is what they return with the real QCoDeS: some 900 observations."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

OBSERVE = Path(__file__).with_name("observe.py")


def observed(python: Path | str, folder: Path, *arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "HOME": str(folder), "USERPROFILE": str(folder), "MPLCONFIGDIR": str(folder)}
    environment.pop("QCODES_CONFIG", None)
    command = [str(python), str(OBSERVE), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr.splitlines()[-1:]
    found: dict[str, Any] = json.loads(done.stdout)
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


@pytest.fixture(scope="module")
def pair(real_qcodes: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    folder = tmp_path_factory.mktemp("observed")
    return observed(sys.executable, folder, "alias"), observed(real_qcodes, folder)


def test_everything_that_is_observed_agrees(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    ours, theirs = pair
    assert ours.keys() == theirs.keys()
    assert len(ours) > 800
    different = {name: (ours[name], theirs[name]) for name in theirs if not same(ours[name], theirs[name])}
    assert different == {}


@pytest.mark.parametrize(
    "name", ["vector add", "range outlier (0.5, 0.5)", "limits (1, 18)", "defaults", "root two linked"]
)
def test_an_observation_is_no_error_on_both_sides(pair: tuple[dict[str, Any], dict[str, Any]], name: str) -> None:
    assert all("raised" not in str(side[name]) for side in pair)
