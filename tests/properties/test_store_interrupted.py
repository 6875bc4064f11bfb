"""Ctrl-C may come at any moment of an `add`: each row is stored once or not at all, and what follows it is right (I06)."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

import measurand
from measurand.dataset import Column, DataRoot, TableSpec
from measurand.errors import StorageFailed

if sys.platform == "win32":
    pytest.skip("needs a timer that signals", allow_module_level=True)

TRIALS = 200
SOURCE = str(Path(measurand.__file__).parent)


def is_ours(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_code.co_filename.startswith(SOURCE)


@pytest.mark.parametrize("memory_maps", [True, False], ids=["mapped", "written"])
@pytest.mark.parametrize(
    "other", [float, str, lambda n: np.full(5000, float(n))], ids=["numbers", "text", "large arrays"]
)
def test_an_interrupted_add_leaves_the_run_whole(tmp_path: Path, memory_maps: bool, other: Callable[[int], Any]):
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache", memory_maps=memory_maps)
    run = root.create_run("interrupted", [TableSpec("data", (Column("n"), Column("other", shape=None)))])
    add = run.adder("data")
    add((), (-1, other(-1)))
    accepted, number = [-1], 0

    def interrupt(_signal: int, frame: FrameType | None) -> None:
        # Not in the test itself, and not in a finalizer that happens to run, where Python drops exceptions: soon after that.
        if is_ours(frame):
            raise KeyboardInterrupt
        signal.setitimer(signal.ITIMER_REAL, 2e-5)

    handler = signal.signal(signal.SIGALRM, interrupt)
    timer = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        for trial in range(TRIALS):
            signal.setitimer(signal.ITIMER_REAL, 1e-5 * (1 + trial % 37))
            with contextlib.suppress(KeyboardInterrupt):
                while True:
                    number += 1
                    add((), (number, other(number)))
                    accepted.append(number)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *timer)
    run.finish("interrupted")

    stored = run.dataset.numpy("n").astype(int)
    assert run.dataset.status == "interrupted"
    assert set(accepted) <= set(stored.tolist())
    assert (np.diff(stored) > 0).all()
    assert len(stored) <= len(accepted) + TRIALS
    np.testing.assert_array_equal(run.dataset.numpy("other"), [other(n) for n in stored])


# A Ctrl-C between `open` and the `with` that takes the file leaves it to the garbage collector, which closes it and says so.
@pytest.mark.filterwarnings("ignore:.*unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in.*FileIO:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("trial", range(60))
def test_an_interrupted_finish_can_be_finished(tmp_path: Path, trial: int):
    """Whatever a second Ctrl-C cuts short, no accepted row is lost and no row is wrong."""
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")
    run = root.create_run("interrupted", [TableSpec("data", (Column("n"),)), TableSpec("texts", (Column("t"),))])
    for number in range(700):
        run.add("data", {"n": number})
        run.add("texts", {"t": str(number)})
    inside = True

    def interrupt(_signal: int, frame: FrameType | None) -> None:
        if inside and is_ours(frame):
            raise KeyboardInterrupt

    handler = signal.signal(signal.SIGALRM, interrupt)
    timer = signal.setitimer(signal.ITIMER_REAL, 2e-5 * (1 + trial) ** 1.3)
    try:
        run.finish("interrupted")
    except (KeyboardInterrupt, StorageFailed):
        inside = False
        with contextlib.suppress(StorageFailed):  # a batch was cut short: the run is recorded as failed
            run.finish("interrupted")
    finally:
        inside = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *timer)
    assert run.dataset.status in ("interrupted", "failed")
    assert run.dataset.numpy("n").tolist() == list(range(700))
    kept = [row["t"] for row in run.unsaved().get("texts", [])]
    assert [*run.dataset.numpy("t"), *kept] == [str(number) for number in range(700)]


def test_a_ctrl_c_while_another_thread_adds_is_a_ctrl_c(tmp_path: Path):
    """It ends the waiting and nothing else: the other thread's row is stored, and further rows are."""
    run = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache").create_run(
        "two", [TableSpec("data", (Column("x"),))]
    )
    add = run.adder("data")
    add((), (0.0,))
    adding, leave = threading.Event(), threading.Event()
    waits_in = add.__func__.__code__  # type: ignore[attr-defined]  # it is a method

    class Slow:
        def __float__(self) -> float:
            adding.set()
            leave.wait(30)
            return 1.0

    main = threading.get_ident()

    def press() -> None:
        while sys._current_frames()[main].f_code is not waits_in:
            pass
        signal.pthread_kill(main, signal.SIGINT)

    other = threading.Thread(target=add, args=((), (Slow(),)))
    other.start()
    assert adding.wait(30)
    threading.Thread(target=press).start()
    with pytest.raises(KeyboardInterrupt):
        add((), (2.0,))
    leave.set()
    other.join()
    add((), (3.0,))
    run.finish()
    assert run.dataset.numpy("x").tolist() == [0, 1, 3]
