"""Ctrl-C as it is: real processes, real signals, in plain Python, in IPython, and behind a handler written in C."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nobody can press Ctrl-C for another process there")

SOURCE = Path(__file__).parents[2] / "src"

# The example of the driver guide; it waits for a line instead of for time.
GUIDE = """
from measurand.utils.delaykeyboardinterrupt import DelayedKeyboardInterrupt

def example():
    with DelayedKeyboardInterrupt():
        for i in range(10):
            input()
            print(i, flush=True)
        print("Loop completed", flush=True)
    print("Executing code after context manager", flush=True)
"""
SCRIPT = f"{GUIDE}\nexample()\n"
RECEIVED = "Ctrl-C received"


class Talk:
    """A process that is spoken to line by line; its stdout and stderr are one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.heard: list[str] = []

    def say(self, *lines: str) -> None:
        """Type lines."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def until(self, text: str) -> None:
        """Read until a line ends with ``text``, perhaps after a prompt, or begins with it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.heard.append(line.rstrip())
            if re.search(rf"(^|: ){text}$", line.rstrip()) or line.startswith(text):
                return
        raise AssertionError(f"{text!r} did not come: {self.heard}")

    def press(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def end(self) -> str:
        """Say that nothing more will be typed, and return all that was heard."""
        rest, _ = self.process.communicate(timeout=60)
        self.heard += rest.splitlines()
        return "\n".join(self.heard)

    def numbers(self) -> list[int]:
        """Return which rounds of the example were completed."""
        return [int(line) for line in self.heard if re.fullmatch(r"\d+", line)]


@contextmanager
def talk(*command: str, **environment: str) -> Iterator[Talk]:
    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1", **environment},
    )  # fmt: skip
    try:
        yield Talk(process)
    finally:
        process.kill()
        process.communicate()


def test_the_example_of_the_guide_without_interrupt() -> None:
    """I03."""
    with talk("-c", SCRIPT) as python:
        python.say(*[""] * 10)
        heard = python.end()
    assert heard.split("\n") == [*map(str, range(10)), "Loop completed", "Executing code after context manager"]
    assert python.process.returncode == 0


def test_the_example_of_the_guide_interrupted_once() -> None:
    """I01: message, block completes, code after it does not run."""
    with talk("-c", SCRIPT) as python:
        python.say(*[""] * 4)
        python.until("3")
        python.press()
        python.until(RECEIVED)
        python.say(*[""] * 6)
        heard = python.end()
    assert python.numbers() == list(range(10))
    assert "Loop completed" in heard
    assert "Executing code after" not in heard
    assert heard.endswith("KeyboardInterrupt")
    assert python.process.returncode != 0


def test_the_example_of_the_guide_interrupted_twice() -> None:
    """I02: at once, without a further round."""
    with talk("-c", SCRIPT) as python:
        python.say(*[""] * 4)
        python.until("3")
        python.press()
        python.until(RECEIVED)
        python.press()
        heard = python.end()
    assert python.numbers() == [0, 1, 2, 3]
    assert "Loop completed" not in heard
    assert heard.endswith("KeyboardInterrupt")


def test_in_ipython(tmp_path: Path) -> None:
    """I01, I02, I04: the shell lives on, twice in a session, and its own Ctrl-C is as before."""
    (tmp_path / "guide.py").write_text(GUIDE)
    command = ("-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit", "--colors=NoColor")
    path = os.pathsep.join([str(SOURCE), str(tmp_path)])
    with talk(*command, PYTHONPATH=path, IPYTHONDIR=str(tmp_path / "ipython")) as shell:
        shell.say("import signal, guide", "before = signal.getsignal(signal.SIGINT)")
        for _ in range(2):
            shell.say("guide.example()", *[""] * 4)
            shell.until("3")
            shell.press()
            shell.until(RECEIVED)
            shell.say(*[""] * 6)
            shell.until("Loop completed")
            shell.until("KeyboardInterrupt")
        shell.say("guide.example()", *[""] * 2)
        shell.until("1")
        shell.press()
        shell.until(RECEIVED)
        shell.press()
        shell.until("KeyboardInterrupt")
        shell.say("print('same', signal.getsignal(signal.SIGINT) is before)")
        heard = shell.end()
    assert "same True" in heard
    assert heard.count("Loop completed") == 2
    assert "Executing code after" not in heard


HANDLER_IN_C = """
#include <signal.h>
#include <unistd.h>
static void handler(int number) { (void)number; if (write(1, "in C\\n", 5)) {} }
__attribute__((constructor)) static void install(void) { signal(SIGINT, handler); }
"""


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="needs a C compiler and ld.so")
def test_a_handler_written_in_c_stays(tmp_path: Path) -> None:
    """I04: such a handler cannot be put back by Python and raises nothing in it, so it is left alone."""
    (tmp_path / "handler.c").write_text(HANDLER_IN_C)
    library = tmp_path / "handler.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, tmp_path / "handler.c"], check=True)
    script = f"""
import signal
assert signal.getsignal(signal.SIGINT) is None
{GUIDE}
example()
assert signal.getsignal(signal.SIGINT) is None
"""
    with talk("-c", script, LD_PRELOAD=str(library)) as python:
        python.say("")
        python.until("0")
        python.press()
        python.until("in C")
        python.say(*[""] * 9)
        heard = python.end()
    assert python.numbers() == list(range(10))
    assert heard.endswith("Executing code after context manager")
    assert python.process.returncode == 0
