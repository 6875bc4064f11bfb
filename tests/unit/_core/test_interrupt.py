"""Ctrl-C at a safe moment; the signal is a real one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from measurand._core.interrupt import DelayedKeyboardInterrupt, on_interrupt


@pytest.fixture(autouse=True)
def unchanged_handler() -> Iterator[None]:
    """I04: whatever happens, the handler is the one from before."""
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


def ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


def test_one_interrupt_waits_for_the_block(capsys: pytest.CaptureFixture[str]) -> None:
    """I01: message, block completes, what follows does not run."""
    done = []
    with pytest.raises(KeyboardInterrupt):
        with DelayedKeyboardInterrupt():
            ctrl_c()
            done.append("block")
        done.append("after")
    assert done == ["block"]
    assert "Ctrl-C received" in capsys.readouterr().err


def test_two_interrupts_break_through() -> None:
    """I02."""
    done = []
    with pytest.raises(KeyboardInterrupt), DelayedKeyboardInterrupt():
        ctrl_c()
        done.append("first")
        ctrl_c()
        done.append("second")
    assert done == ["first"]


def test_without_interrupt_everything_runs() -> None:
    """I03."""
    done = []
    with DelayedKeyboardInterrupt():
        done.append("block")
    done.append("after")
    assert done == ["block", "after"]


def test_nested_blocks_wait_for_the_outermost() -> None:
    """I04."""
    done = []
    with pytest.raises(KeyboardInterrupt):
        with DelayedKeyboardInterrupt():
            with DelayedKeyboardInterrupt():
                ctrl_c()
            done.append("outer")
        done.append("after")
    assert done == ["outer"]


def test_an_error_in_the_block_does_not_swallow_the_interrupt() -> None:
    """A loop that goes on after an exchange that timed out must still end; the error is not hidden."""
    with pytest.raises(KeyboardInterrupt) as caught, DelayedKeyboardInterrupt():
        ctrl_c()
        raise ValueError("mine")
    assert isinstance(caught.value.__context__, ValueError)


def test_a_handler_of_others_is_called_after_the_block() -> None:
    """I04: chains with a handler that is not Python's own."""
    calls: list[str] = []
    before = signal.signal(signal.SIGINT, lambda *_: calls.append("theirs"))
    try:
        with DelayedKeyboardInterrupt():
            ctrl_c()
            calls.append("block")
        assert calls == ["block", "theirs"]
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_are_unaffected() -> None:
    """I04."""
    done = []

    def work() -> None:
        with DelayedKeyboardInterrupt():
            done.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [signal.getsignal(signal.SIGINT)]


def test_on_interrupt_calls_once_then_raises() -> None:
    calls = []
    with pytest.raises(KeyboardInterrupt), on_interrupt(lambda: calls.append("stop")) as guard:
        ctrl_c()
        with DelayedKeyboardInterrupt():  # inside, the outer one decides
            pass
        calls.append("went on")
        ctrl_c()
        calls.append("never")
    assert calls == ["stop", "went on"]
    assert guard.interrupted


STORM = """
import signal, threading
from measurand._core import interrupt

main = threading.main_thread().ident
for trial in range(300):
    timer = threading.Timer(0.0002 + trial % 7 * 0.0001, signal.pthread_kill, (main, signal.SIGINT))
    try:
        timer.start()
        while True:
            with interrupt.DelayedKeyboardInterrupt():
                pass
    except KeyboardInterrupt:
        pass
    timer.join()
    assert interrupt._owner is None, trial
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, trial
print("whole")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals cannot be sent to a thread of a process on Windows")
def test_no_moment_leaves_the_guard_behind() -> None:
    """I04: Ctrl-C at any bytecode, also while the handler is put in or back, leaves everything as it was."""
    source = Path(__file__).parents[3] / "src"
    done = subprocess.run(
        [sys.executable, "-c", STORM], env={**os.environ, "PYTHONPATH": str(source)}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "whole", done.stderr


def test_a_nested_on_interrupt_is_told() -> None:
    """A run inside a run stops at the first Ctrl-C, as the outer one does."""
    calls: list[str] = []
    with on_interrupt(lambda: calls.append("outer")) as outer:
        with on_interrupt(lambda: calls.append("inner")) as inner:
            ctrl_c()
        with on_interrupt(lambda: calls.append("later")) as later:
            pass
    assert calls == ["outer", "inner"]
    assert (outer.interrupted, inner.interrupted, later.interrupted) == (True, True, False)
