"""A measuring process is killed and its run resumed from another one: the whole equals an unbroken run (L04, L09).

``python -m tests.system.resume_trials --kills 50`` does the same more often.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.system.resume_trials import trial, unbroken


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kind", "seed"), [("nested", 8), ("decided", 3)])
def test_a_killed_run_goes_on_in_another_process(tmp_path: Path, kind: str, seed: int) -> None:
    whole = unbroken(tmp_path / "whole", kind)
    found = trial(tmp_path / "killed", seed, whole, kind, longest=0.05)
    assert found.rows[0] < sum(map(whole.rows, whole.tables))
    assert found.right
