"""Ctrl-C at a safe moment; the signal is a real one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

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
