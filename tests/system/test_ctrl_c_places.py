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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from measurand.dataset import DataRoot, verify
from measurand.testing import LineServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nobody can press Ctrl-C for another process there")

SOURCE = Path(__file__).parents[2] / "src"
CHILD = Path(__file__).with_name("ctrl_c_child.py")
WHOLE = re.compile(r"GATE \d\.\d{3}|READ\?|PARK|\*IDN\?")
AT = {"set": "GATE 2.000", "ramp": "GATE 1.500", "read": "READ?", "exit": "PARK"}
"""The exchange during which Ctrl-C is pressed; of the reads it is the second one."""


class Measuring:
    """The measuring process, and the device to which it speaks."""

    def __init__(self, mode: str, place: str, times: int, folder: Path) -> None:
        self.place, self.times = place, times
        self._reads = 0
        self._heard = threading.Semaphore(0)  # the process says that it heard a Ctrl-C
        self.server = LineServer(self._answer)
        self.child = subprocess.Popen(
            [sys.executable, str(CHILD), mode, place, str(times), self.server.address, str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE), "IPYTHONDIR": str(folder.parent / "ipython")},
        )  # fmt: skip
        self.said: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def out(self) -> dict[str, Any]:
        """Wait for the end, and return how the process came out, with the lines it printed as ``printed``."""
        assert self.child.stdout is not None
        printed: list[str] = []
        for line in self.child.stdout:
            if line == "waiting\n":
                self._press()
            elif line.startswith("out "):
                assert self.child.wait(60) == 0, "".join(self.said)
                return {**json.loads(line.removeprefix("out ")), "printed": printed}
            else:
                printed.append(line.strip())
        raise AssertionError(f"it ended without a word: {''.join(self.said)}")

    def close(self) -> None:
        self.child.kill()
        self.child.communicate()
        self._listener.join()
        self.server.close()

    def _answer(self, line: str) -> str:
        self._reads += line == "READ?"
        if line == AT.get(self.place) and (self.place != "read" or self._reads == 2):
            self._press()
        return "0.5" if line == "READ?" else "done"

    def _press(self) -> None:
        self.child.send_signal(signal.SIGINT)
        if self.times == 2:
            assert self._heard.acquire(timeout=60)
            self.child.send_signal(signal.SIGINT)

    def _listen(self) -> None:
        assert self.child.stderr is not None
        for line in self.child.stderr:
            self.said.append(line)
            if line.startswith("Ctrl-C received"):
                self._heard.release()


@contextmanager
def measuring(mode: str, place: str, times: int, folder: Path) -> Iterator[Measuring]:
    process = Measuring(mode, place, times, folder)
    try:
        yield process
    finally:
        process.close()


ROWS = {"set": 2, "ramp": 1, "read": 2, "wait": 1, "store": 2, "exit": 3}
"""How many of the three rows are stored after one Ctrl-C: the run stops before a set, in a ramp, or in a wait."""

CASES = [*((place, "foreground") for place in ROWS), *((place, "ipython") for place in ("read", "ramp", "exit"))]


@pytest.mark.parametrize(("place", "mode"), CASES)
def test_once(tmp_path: Path, place: str, mode: str) -> None:
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
        assert sum("Ctrl-C received" in line for line in process.said) == 1


@pytest.mark.parametrize(("place", "mode"), CASES)
def test_twice(tmp_path: Path, place: str, mode: str) -> None:
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
def test_while_a_run_goes_on_in_the_background(tmp_path: Path, place: str) -> None:
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
