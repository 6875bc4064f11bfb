"""Ctrl-C may come at any moment of an `add`: each row is stored once or not at all, and what follows it is right (I06)."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, TableSpec

if sys.platform == "win32":
    pytest.skip("needs a timer that signals", allow_module_level=True)

ROWS = 300


@pytest.mark.parametrize("memory_maps", [True, False], ids=["mapped", "written"])
@pytest.mark.parametrize("text", [False, True], ids=["numbers", "text"])
def test_an_interrupted_add_leaves_the_run_whole(tmp_path: Path, memory_maps: bool, text: bool):
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", memory_maps=memory_maps)
    run = root.create_run("interrupted", [TableSpec("data", (Column("n"), Column("other")))])
    add = run.adder("data")
    other = str if text else float
    add((), (-1, other(-1)))
    accepted, hits, number = [-1], 0, 0

    def interrupt(_signal: int, frame: FrameType | None) -> None:
        # Not in the test itself, and not in a finalizer that happens to run, where Python drops exceptions.
        if frame is not None and "measurand" in Path(frame.f_code.co_filename).parts:
            raise KeyboardInterrupt

    handler = signal.signal(signal.SIGALRM, interrupt)
    timer = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        for trial in range(200):
            signal.setitimer(signal.ITIMER_REAL, 1e-5 * (1 + trial % 37))
            try:
                for _ in range(ROWS):
                    number += 1
                    add((), (number, other(number)))
                    accepted.append(number)
            except KeyboardInterrupt:
                hits += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *timer)
    run.finish("interrupted")

    stored = run.dataset.numpy("n").astype(int)
    assert run.dataset.status == "interrupted"
    assert set(accepted) <= set(stored.tolist())
    assert (np.diff(stored) > 0).all()
    assert len(stored) <= len(accepted) + hits
    assert run.dataset.numpy("other").tolist() == [other(n) for n in stored]
