"""A real notebook kernel: its stop button, and the history of its cells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "src"

PREPARE = """
import os, time
from pathlib import Path
from measurand.instrument import DelayedKeyboardInterrupt

def rounds(name, count=4):
    for i in range(count):
        print(name, i, flush=True)
        while not Path(f"{name}{i}").exists():
            time.sleep(0.005)
"""
PROTECTED = """
with DelayedKeyboardInterrupt("ramping"):
    rounds({name!r})
    print("completed", flush=True)
print("after", flush=True)
"""
PLAN = """
from measurand import ManualParameter, Parameter, load, open_data, sweep
from measurand.errors import MeasurandError
open_data("data")
def slow():
    rounds(f"r{gate():g}-", 1)
    return 1.0
gate, current = ManualParameter("gate"), Parameter("current", get_cmd=slow)
sweep(gate, 0, 9, num=10).each(current).run(name="stopped")
print("after", flush=True)
"""


class Notebook:
    """Runs cells in a kernel of its own; rounds of a cell end when a file says so."""

    def __init__(self, folder: Path, kernel: Any, client: Any) -> None:
        self.folder = folder
        self._kernel = kernel
        self._client = client
        self.printed = ""

    def start(self, cell: str) -> str:
        """Begin to run a cell; return the number of the request."""
        self.printed = ""
        request: str = self._client.execute(cell)
        return request

    def until(self, text: str) -> None:
        """Wait until the running cell has printed ``text``."""
        while text not in self.printed:
            self._hear(self._client.get_iopub_msg(timeout=60))

    def end(self, request: str) -> str:
        """Wait for the end of a cell; return the name of its error, or ``"ok"``."""
        while True:
            reply = self._client.get_shell_msg(timeout=60)
            if reply["parent_header"]["msg_id"] == request:
                break
        idle = False
        while not idle:
            message = self._client.get_iopub_msg(timeout=60)
            self._hear(message)
            idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            idle = idle and message["parent_header"].get("msg_id") == request
        content = reply["content"]
        return content["ename"] if content["status"] == "error" else content["status"]

    def run(self, cell: str) -> str:
        """Run a cell to its end."""
        return self.end(self.start(cell))

    def press_stop(self) -> None:
        """Press the stop button."""
        self._kernel.interrupt_kernel()

    def go_on(self, *names: str) -> None:
        """Let rounds end."""
        for name in names:
            (self.folder / name).touch()

    def _hear(self, message: Any) -> None:
        if message["msg_type"] == "stream":
            self.printed += message["content"]["text"]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    manager = pytest.importorskip("jupyter_client.manager")
    pytest.importorskip("ipykernel")
    folder = tmp_path_factory.mktemp("notebook")
    python = {"PYTHONPATH": str(SOURCE), "IPYTHONDIR": str(folder / "ipython"), "MEASURAND_LOGS": str(folder / "logs")}
    with ExitStack() as stack:
        kernel, client = manager.start_new_kernel(
            kernel_name="python3", cwd=str(folder), env={**os.environ, **python}, startup_timeout=60
        )
        stack.callback(kernel.shutdown_kernel, now=True)
        stack.callback(client.stop_channels)
        notebook = Notebook(folder, kernel, client)
        assert notebook.run(PREPARE) == "ok"
        yield notebook


def test_one_press_of_the_stop_button(notebook: Notebook) -> None:
    """I01: message, block completes, code after it does not run."""
    request = notebook.start(PROTECTED.format(name="one"))
    notebook.until("one 0")
    notebook.press_stop()
    notebook.until("Ctrl-C received: stopping after the present step (ramping)")
    notebook.go_on("one0", "one1", "one2", "one3")
    assert notebook.end(request) == "KeyboardInterrupt"
    assert "one 3\ncompleted" in notebook.printed
    assert "after\n" not in notebook.printed


def test_two_presses_of_the_stop_button(notebook: Notebook) -> None:
    """I02."""
    request = notebook.start(PROTECTED.format(name="two"))
    notebook.until("two 0")
    notebook.press_stop()
    notebook.until("Ctrl-C received")
    notebook.press_stop()
    assert notebook.end(request) == "KeyboardInterrupt"
    assert "two 1" not in notebook.printed


def test_the_cells_after_it_are_as_before(notebook: Notebook) -> None:
    """I03, I04: the block leaves the kernel's own handler."""
    assert notebook.run("with DelayedKeyboardInterrupt():\n    x = 1\nprint(x)") == "ok"
    assert notebook.printed == "1\n"
    request = notebook.start("rounds('plain')")
    notebook.until("plain 0")
    notebook.press_stop()
    assert notebook.end(request) == "KeyboardInterrupt"


def test_a_run_stopped_by_the_stop_button(notebook: Notebook) -> None:
    """I07: its row is stored, its status is interrupted, the cell ends."""
    request = notebook.start(PLAN)
    notebook.go_on("r0-0")
    notebook.until("r1- 0")
    notebook.press_stop()
    notebook.until("Ctrl-C received")
    notebook.go_on("r1-0")
    assert notebook.end(request) == "KeyboardInterrupt"
    assert notebook.run("run = load(); print(run.status, len(run.numpy('current')))") == "ok"
    assert notebook.printed == "interrupted 2\n"


def test_progress_is_shown_where_somebody_looks(notebook: Notebook) -> None:
    """K21, in a notebook."""
    assert notebook.run("from measurand import ManualParameter, Wait, open_data, sweep; open_data('data')") == "ok"
    assert notebook.run("x = ManualParameter('x'); run = sweep(x, 0, 1, num=2).each(x, Wait(0.2)).run()") == "ok"
    assert "2/2" in notebook.printed


def test_the_history_of_cells(notebook: Notebook) -> None:
    """H07, in a notebook."""
    for _ in range(2):
        assert notebook.run("from measurand import start_all_logging; start_all_logging()") == "ok"
    assert "command_history.log" in notebook.printed
    assert notebook.run("6 * 7") == "ok"
    text = (notebook.folder / "logs" / "command_history.log").read_text(encoding="utf-8")
    assert text.count("6 * 7\n#[Out]# 42\n") == 1
