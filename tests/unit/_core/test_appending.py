"""Appending from several processes: every line whole, none lost, a torn one passed over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from measurand._core.appending import append_line, open_appending

APPEND = """
import sys
from pathlib import Path
from measurand._core.appending import append_line, open_appending
fd = open_appending(Path(sys.argv[1]))
sys.stdin.readline()
for number in range(500):
    append_line(fd, f"{sys.argv[2]} {number} {'x' * (number % 97)} end".encode())
"""


def test_lines_of_several_processes_are_whole(tmp_path: Path):
    file = tmp_path / "lines"
    file.touch()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    children = [
        subprocess.Popen([sys.executable, "-c", APPEND, str(file), name], env=environment, stdin=subprocess.PIPE)
        for name in ("a", "b", "c")
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"\n")
        child.stdin.close()
    assert [child.wait() for child in children] == [0, 0, 0]
    lines = [line.split() for line in file.read_text().splitlines() if line]
    assert all(line[-1] == "end" for line in lines)
    for name in ("a", "b", "c"):
        assert [int(line[1]) for line in lines if line[0] == name] == list(range(500))


def test_a_torn_line_does_not_swallow_the_next(tmp_path: Path):
    file = tmp_path / "lines"
    file.write_bytes(b"whole\ntor")
    fd = open_appending(file)
    append_line(fd, b"next")
    append_line(fd, b"last")
    os.close(fd)
    assert file.read_bytes() == b"whole\ntor\nnext\nlast\n"


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        open_appending(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []


def test_a_line_of_which_the_disk_takes_a_part_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "lines"
    file.write_bytes(b"first\n")
    fd = open_appending(file)
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:2]))
    with pytest.raises(OSError, match="took only a part"):
        append_line(fd, b"second")
    monkeypatch.undo()
    append_line(fd, b"third")
    os.close(fd)
    assert file.read_bytes() == b"first\nse\nthird\n"
