"""Ctrl-C at a safe moment; the signal is a real one."""

from __future__ import annotations

import _thread
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
    with handler_of_others(lambda *_: calls.append("theirs")), DelayedKeyboardInterrupt():
        ctrl_c()
        calls.append("block")
    assert calls == ["block", "theirs"]


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


@contextmanager
def handler_of_others(handler: Any) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_handler_that_does_not_raise_hears_every_press() -> None:
    """I04: the second one at once, the first one after the block."""
    calls: list[str] = []
    with handler_of_others(lambda *_: calls.append("theirs")), DelayedKeyboardInterrupt():
        ctrl_c()
        calls.append("first")
        ctrl_c()
        calls.append("second")
    assert calls == ["first", "theirs", "second", "theirs"]


def test_a_handler_that_raises_something_else() -> None:
    """I04: a script that ends with `SystemExit` on Ctrl-C, as service scripts do."""
    done = []
    with handler_of_others(lambda *_: sys.exit(3)), pytest.raises(SystemExit) as caught:
        with DelayedKeyboardInterrupt():
            ctrl_c()
            done.append("block")
        done.append("after")
    assert (done, caught.value.code) == (["block"], 3)


def test_ignored_stays_ignored(capsys: pytest.CaptureFixture[str]) -> None:
    """I04: what the shell started with SIGINT ignored (``nohup``, ``&``) neither stops nor says that it would."""
    done = []
    with handler_of_others(signal.SIG_IGN):
        with DelayedKeyboardInterrupt(), on_interrupt(lambda: done.append("stop")):
            ctrl_c()
            done.append("block")
        done.append("after")
    assert done == ["block", "after"]
    assert capsys.readouterr().err == ""


def test_the_cell_of_a_notebook() -> None:
    """I04: a kernel puts in Python's own handler for the length of a cell, and another one between cells."""
    done = []
    with handler_of_others(signal.SIG_IGN):  # between cells
        for _ in range(2):
            between = signal.signal(signal.SIGINT, signal.default_int_handler)
            with pytest.raises(KeyboardInterrupt):
                with DelayedKeyboardInterrupt():
                    ctrl_c()
                    done.append("block")
                done.append("after")
            assert signal.signal(signal.SIGINT, between) is signal.default_int_handler
    assert done == ["block", "block"]


def test_an_interrupt_that_is_no_signal() -> None:
    """I01: kernels on Windows, and Spyder's stop button there, simulate the signal from a thread."""
    done = []
    with pytest.raises(KeyboardInterrupt):
        with DelayedKeyboardInterrupt():
            thread = threading.Thread(target=_thread.interrupt_main)
            thread.start()
            thread.join()
            done.append("block")
        done.append("after")
    assert done == ["block"]


@pytest.mark.parametrize(
    ("context", "said"),
    [
        (None, "stopping after the present step. Press"),
        ("writing the waveform", "stopping after the present step (writing the waveform). Press"),
        ({"instrument": "dac", "channel": 3}, "stopping after the present step (instrument=dac, channel=3). Press"),
    ],
)
def test_the_message_says_what_is_being_done(context: Any, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), DelayedKeyboardInterrupt(context):
        ctrl_c()
    assert said in capsys.readouterr().err


class Broken(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError("no one there")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [None, Broken(), closed()], ids=["pythonw", "broken", "closed"])
def test_a_stderr_that_cannot_be_written_is_left_alone(stream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """I01: the message never ends the block that it is about."""
    monkeypatch.setattr(sys, "stderr", stream)
    done = []
    with pytest.raises(KeyboardInterrupt), DelayedKeyboardInterrupt():
        ctrl_c()
        done.append("block")
    assert done == ["block"]


def test_a_console_that_lacks_a_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding="cp1252", write_through=True))
    with pytest.raises(KeyboardInterrupt), DelayedKeyboardInterrupt("setting Ω"):
        ctrl_c()
    assert rb"(setting \u03a9)" in written.getvalue()


def test_one_object_nests_in_itself() -> None:
    """I04: a driver may keep one in an attribute, and a method protected by it may call another one."""
    protect = DelayedKeyboardInterrupt()
    for _ in range(2):
        done = []
        with pytest.raises(KeyboardInterrupt):
            with protect:
                with protect:
                    ctrl_c()
                    done.append("inner")
                done.append("outer")
            done.append("after")
        assert done == ["inner", "outer"]


def test_one_object_shared_with_a_thread() -> None:
    """I04: what another thread does with it changes nothing here."""
    protect = DelayedKeyboardInterrupt()

    def work() -> None:
        with protect:
            pass

    done = []
    with pytest.raises(KeyboardInterrupt):
        with protect:
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            ctrl_c()
            done.append("block")
        done.append("after")
    assert done == ["block"]


def test_after_a_break_through_clean_up_is_protected_anew() -> None:
    """I04: the exchange that switches off after two presses is not torn by a third."""
    done = []
    with pytest.raises(KeyboardInterrupt), DelayedKeyboardInterrupt():
        try:
            ctrl_c()
            ctrl_c()
        finally:
            assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
            with DelayedKeyboardInterrupt():
                ctrl_c()
                done.append("switched off")
    assert done == ["switched off"]


ENDS = """
import signal
from measurand._core.interrupt import DelayedKeyboardInterrupt

signal.signal(signal.SIGINT, signal.SIG_DFL)
with DelayedKeyboardInterrupt():
    signal.raise_signal(signal.SIGINT)
    print("block", flush=True)
print("after", flush=True)
"""


def test_a_process_that_ends_at_ctrl_c_ends_after_the_block() -> None:
    """I04: with the system's own handler (usual in Qt programs) the process ends, as it would without the block."""
    done = run(ENDS)
    assert done.stdout.split() == ["block"]
    assert done.returncode == (3 if sys.platform == "win32" else -signal.SIGINT)


def run(code: str) -> subprocess.CompletedProcess[str]:
    source = Path(__file__).parents[3] / "src"
    return subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(source)}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


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
    done = run(STORM)
    assert done.stdout.strip() == "whole", done.stderr


PAIRS = """
import signal, threading
from measurand._core import interrupt

main, protect, rounds = threading.main_thread().ident, interrupt.DelayedKeyboardInterrupt(), 0

def work(pressed):
    global rounds
    while not pressed.is_set():
        with protect:
            with protect:
                rounds += 1

def calm(action, *arguments):
    try:
        action(*arguments)
    except KeyboardInterrupt:
        pass

def press_twice(trial, pressed):
    for _ in range(2):
        signal.pthread_kill(main, signal.SIGINT)
        for _ in range(trial % 50):
            pass
    pressed.set()

for trial in range(100):
    pressed = threading.Event()
    timer = threading.Timer(0.0002 + trial % 7 * 0.0001, press_twice, (trial, pressed))
    calm(calm, calm, calm, timer.start)  # each press may raise wherever the program is
    calm(calm, calm, calm, work, pressed)
    calm(calm, calm, calm, timer.join)
    assert interrupt._owner is None, trial
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, trial
done = []
try:
    with protect:
        signal.raise_signal(signal.SIGINT)
        done.append("block")
    done.append("after")
except KeyboardInterrupt:
    print(*done, rounds > 100)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals cannot be sent to a thread of a process on Windows")
def test_no_two_moments_leave_the_guard_behind() -> None:
    """I02, I04: two presses at any bytecodes, with one object used again and in itself, which works as before then."""
    done = run(PAIRS)
    assert done.stdout.strip() == "block True", done.stderr[-2000:]


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
