"""Ctrl-C in every place of a run: a set, a read, a ramp, a wait, a store, an exit action; once and twice (I01–I07).

The parent is the device: it presses Ctrl-C for the measuring process while that waits for the answer to an exchange.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from measurand.dataset import DataRoot, verify
from measurand.testing import LineServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nobody can press Ctrl-C for another process there")

SOURCE = Path(__file__).parents[2] / "src"
CHILD = Path(__file__).with_name("ctrl_c_child.py")
WHOLE = re.compile(r"GATE \d\.\d{3}|READ\?|PARK|\*IDN\?")
HANGS = 45  # s without an end
AT = {"set": "GATE 2.000", "ramp": "GATE 1.500", "read": "READ?", "exit": "PARK"}
"""The exchange during which Ctrl-C is pressed; of the reads it is the second one."""


class Child:
    """A process that measures, case after case."""

    def __init__(self, mode: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(CHILD), mode],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
            env={**os.environ, "PYTHONPATH": str(SOURCE), "IPYTHONDIR": str(folder / "ipython")},
        )  # fmt: skip
        self.said: list[str] = []
        """What it said on stderr in this case."""
        self.heard = threading.Semaphore(0)
        """Released for each Ctrl-C that it says it heard."""
        self._ended = threading.Semaphore(0)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def begin(self, place: str, times: int, address: str, folder: Path) -> None:
        self.said.clear()
        self.heard = threading.Semaphore(0)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([place, times, address, str(folder)]) + "\n")

    def press(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def lines(self) -> Iterator[str]:
        """Yield what it prints; the last line is how it came out, and comes after all that it says on stderr.

        A process that hangs says where, and is ended.
        """
        hangs = threading.Timer(HANGS, self._ask_where_it_hangs)
        hangs.start()
        try:
            yield from self._lines()
        finally:
            hangs.cancel()

    def _ask_where_it_hangs(self) -> None:
        self._process.send_signal(signal.SIGUSR1)
        threading.Timer(1, self._process.kill).start()

    def _lines(self) -> Iterator[str]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("out "):
                assert self._ended.acquire(timeout=60)
            yield line.strip()
        raise AssertionError(f"it ended without a word: {''.join(self.said)}")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._listener.join()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if line == "over\n":
                self._ended.release()
                continue
            self.said.append(line)
            if line.startswith("Ctrl-C received"):
                self.heard.release()


class Measuring:
    """One case: the measuring process, and the device to which it speaks."""

    def __init__(self, child: Child, place: str, times: int, folder: Path) -> None:
        self.place, self.times = place, times
        self._reads = 0
        self._pressed = threading.Event()
        self.server = LineServer(self._answer)
        self._child = child
        child.begin(place, times, self.server.address, folder)

    def out(self) -> dict[str, Any]:
        """Wait for the end, and return how it came out: the lines it printed as ``printed``, those on stderr as ``said``."""
        printed: list[str] = []
        for line in self._child.lines():
            if line == "waiting":
                self._press()
            elif line.startswith("out "):
                return {**json.loads(line.removeprefix("out ")), "printed": printed, "said": list(self._child.said)}
            else:
                printed.append(line)
        raise AssertionError("its lines do not end before it is out")

    def _answer(self, line: str) -> str:
        self._reads += line == "READ?"
        if line == AT.get(self.place) and (self.place != "read" or self._reads == 2):
            self._press()
        elif line == "PARK" and self.place == "wait":
            assert self._pressed.wait(60)  # the run is not over before the second Ctrl-C came
        return "0.5" if line == "READ?" else "done"

    def _press(self) -> None:
        self._child.press()
        if self.times == 2:
            assert self._child.heard.acquire(timeout=60)
            self._child.press()
        self._pressed.set()


Cases = Callable[[str, str, int, Path], AbstractContextManager[Measuring]]


@pytest.fixture(scope="module")
def measuring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    """One process for each mode runs all its cases, until one ends badly: what a Ctrl-C left behind would meet the next."""
    children: dict[str, Child] = {}

    @contextmanager
    def case(mode: str, place: str, times: int, folder: Path) -> Iterator[Measuring]:
        if mode not in children:
            children[mode] = Child(mode, tmp_path_factory.mktemp(mode))
        process = Measuring(children[mode], place, times, folder)
        try:
            yield process
        except BaseException:
            children.pop(mode).close()
            raise
        finally:
            process.server.close()

    yield case
    for child in children.values():
        child.close()


ROWS = {"set": 2, "ramp": 1, "read": 2, "wait": 1, "store": 2, "exit": 3}
"""How many of the three rows are stored after one Ctrl-C: the run stops before a set, in a ramp, or in a wait."""

CASES = [*((place, "foreground") for place in ROWS), *((place, "ipython") for place in ("read", "ramp", "exit"))]


@pytest.mark.parametrize(("place", "mode"), CASES)
def test_once(measuring: Cases, tmp_path: Path, place: str, mode: str) -> None:
    """I01, I05, I06: the exchange and the row are completed, exit actions are done, all of them."""
    with measuring(mode, place, 1, tmp_path / "data") as process:
        out = process.out()
    assert out["raised"] == "KeyboardInterrupt"
    assert out["status"] == ("completed" if place == "exit" else "interrupted")  # then all was measured
    assert out["gates"] == [1, 2, 3][: ROWS[place]]
    assert out["extras"] == [1, 2, 3][: ROWS[place]]
    assert "last" in out["printed"], "every exit action was done"
    assert process.server.received[-1] == "PARK"
    assert out["handler"], "the handler is the one that was there before"
    assert all(WHOLE.fullmatch(line) for line in process.server.received)
    if mode == "foreground":
        assert sum("Ctrl-C received" in line for line in out["said"]) == 1


@pytest.mark.parametrize(("place", "mode"), CASES)
def test_twice(measuring: Cases, tmp_path: Path, place: str, mode: str) -> None:
    """I02: at once; the data is ended properly all the same, and no row is torn."""
    with measuring(mode, place, 2, tmp_path / "data") as process:
        out = process.out()
    assert out["raised"] == "KeyboardInterrupt"
    assert out["status"] == "interrupted"
    assert out["gates"] == [1, 2, 3][: len(out["gates"])]
    assert len(out["gates"]) == len(out["extras"]) <= ROWS[place]
    assert out["handler"]
    assert all(WHOLE.fullmatch(line) for line in process.server.received)
    stored = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache").load("last")
    assert not verify(stored).findings


@pytest.mark.parametrize("place", ["set", "ramp", "read", "wait", "exit"])
def test_while_a_run_goes_on_in_the_background(measuring: Cases, tmp_path: Path, place: str) -> None:
    """I04: Ctrl-C ends the waiting of the prompt, not the run; the run ends when it is told to, in good order."""
    with measuring("thread", place, 1, tmp_path / "data") as process:
        out = process.out()
    assert out["raised"] == "KeyboardInterrupt"
    assert out["went_on"] in ("running", "completed")
    assert out["status"] in ("interrupted", "completed")
    assert out["gates"] == [1, 2, 3][: len(out["gates"])]
    assert "last" in out["printed"]
    assert process.server.received[-1] == "PARK"
    assert all(WHOLE.fullmatch(line) for line in process.server.received)
