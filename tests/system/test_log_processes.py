"""What several processes write down at once, and what is left of one that dies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from measurand.logger import read_log

SOURCE = Path(__file__).parents[2] / "src"
RECORDS = 500

WRITING = f"""
import logging, os, sys, threading
from measurand.logger import start_logger

start_logger(banner=False, console_level=None)
log = logging.getLogger("lab")
sys.stdin.readline()  # all begin together

def write(who):
    for i in range({RECORDS}):
        log.info("%s %d of %d" + chr(10) + "x" * 300, who, i, os.getpid())

threads = [threading.Thread(target=write, args=(who,)) for who in ("a", "b")]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def start(code: str, folder: Path, *options: str, **more: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "MEASURAND_LOGS": str(folder), **more}
    return subprocess.Popen(
        [sys.executable, *(options or ("-c", code))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True, encoding="utf-8",
    )  # fmt: skip


def test_processes_and_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    """H07: a file per process; every record whole and in the order of its thread."""
    processes = [start(WRITING, tmp_path) for _ in range(3)]
    for process in processes:
        process.communicate("\n", timeout=60)
    files = {int(path.name.split("-")[1]): read_log(path) for path in tmp_path.iterdir()}
    assert files.keys() == {process.pid for process in processes}
    for pid, rows in files.items():
        for who in ("a", "b"):
            mine = [row["message"] for row in rows if row["message"].startswith(who)]
            assert mine == [f"{who} {i} of {pid}\n{'x' * 300}" for i in range(RECORDS)]
        assert len(rows) == 2 * RECORDS


DYING = """
import logging, os, signal
from measurand.logger import start_logger
start_logger(banner=False, console_level=None)
logging.getLogger("lab").info("last words")
os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
"""


def test_the_last_words_of_a_process_that_dies(tmp_path: Path) -> None:
    """A record is in the file when it was logged: the next morning it says what was done last."""
    process = start(DYING, tmp_path)
    process.communicate(timeout=60)
    assert process.returncode != 0
    (path,) = tmp_path.iterdir()
    assert [row["message"] for row in read_log(path)] == ["last words"]


FORKING = """
import logging, os
from measurand.logger import start_logger
start_logger(banner=False, console_level=None)
logging.getLogger("lab").info("parent")
child = os.fork()
logging.getLogger("lab").info("child" if child == 0 else "parent")
if child: os.waitpid(child, 0)
os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
def test_a_forked_process_has_its_own_file(tmp_path: Path) -> None:
    process = start(FORKING, tmp_path)
    process.communicate(timeout=60)
    said = {path.name.split("-")[1]: [row["message"] for row in read_log(path)] for path in tmp_path.iterdir()}
    parent = said.pop(str(process.pid))
    assert (parent, list(said.values())) == (["parent", "parent"], [["child"]])


SESSION = """import measurand
measurand.start_all_logging(console_level=None)
measurand.start_all_logging(console_level=None, banner=False)
20 + 3
"Ω"
"""


def test_a_session_of_ipython(tmp_path: Path) -> None:
    """H07: the real shell, started twice."""
    options = ("-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit", "--colors=NoColor")
    process = start("", tmp_path / "my logs", *options, IPYTHONDIR=str(tmp_path / "ipython"), PYTHONIOENCODING="utf-8")
    out, _ = process.communicate(SESSION, timeout=60)
    assert out.count("Log file:        ") == out.count("Command history: ") == 1
    text = (tmp_path / "my logs" / "command_history.log").read_text(encoding="utf-8")
    commands = [line for line in text.splitlines() if line and not line.startswith("# ")]
    *given, third, fourth = SESSION.splitlines()
    assert commands == [*given, third, "#[Out]# 23", fourth, "#[Out]# 'Ω'"]
    compile(text, "history", "exec")


def test_a_console_of_windows(tmp_path: Path) -> None:
    """Signs that code page 1252 lacks stop neither the record nor the program, on stdout and stderr."""
    code = "import measurand, logging; measurand.start_all_logging(); logging.error('Ω'); print('end')"
    process = start(code, tmp_path / "Ω", PYTHONIOENCODING="cp1252")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "\\u03a9" in out
    assert out.endswith("end\n")
    assert err.endswith("\\u03a9\n")
    (path,) = (tmp_path / "Ω").iterdir()
    assert read_log(path)[0]["message"] == "Ω"
