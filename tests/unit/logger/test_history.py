"""The command history of a real IPython shell."""

import logging
import os
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

from measurand.logger import start_all_logging, start_command_history_logger, stop_logging


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A shell that is the present one, as in a notebook, and is gone after the test."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    hooks = sys.displayhook, sys.excepthook
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False  # no database, no thread
    yield shell
    stop_logging()
    InteractiveShell.clear_instance()
    sys.displayhook, sys.excepthook = hooks


def entries(path):
    return [entry.split("\n") for entry in path.read_text(encoding="utf-8").split("\n# ") if entry]


def test_commands_with_time_and_output(shell, tmp_path, capsys):
    """H07."""
    shell.run_cell("x = 1", store_history=True)
    path = start_command_history_logger(tmp_path)
    assert path == tmp_path / "command_history.log"
    assert capsys.readouterr().out == f"Command history: {path}\n"
    shell.run_cell("x + 1", store_history=True)
    shell.run_cell("x / 0", store_history=True)
    shell.run_cell("(\n'a')", store_history=True)
    texts = ["\n".join(rest).rstrip() for _, *rest in entries(path)]
    assert texts == [
        "x = 1",
        "x + 1\n#[Out]# 2",
        "x / 0\n#[Error]# ZeroDivisionError: division by zero",
        "(\n'a')\n#[Out]# 'a'",
    ]
    heads = [head for head, *_ in entries(path)]
    assert all(f"pid {os.getpid()}" in head and head.startswith("20") for head in heads)
    compile(path.read_text(encoding="utf-8"), "history", "exec")  # can be run again


def test_a_history_is_continued(shell, tmp_path):
    """H07: append mode."""
    path = tmp_path / "command_history.log"
    path.write_text("earlier = True\n")
    start_command_history_logger(tmp_path, banner=False)
    shell.run_cell("1", store_history=True)
    assert path.read_text().startswith("earlier = True\n")
    assert "#[Out]# 1" in path.read_text()


def test_twice_in_a_session(shell, tmp_path):
    for _ in range(2):
        start_all_logging(tmp_path, console_level=None, banner=False)
    shell.run_cell("'once'", store_history=True)
    assert (tmp_path / "command_history.log").read_text().count("#[Out]# 'once'") == 1


def test_a_folder_with_blanks_and_quotes(shell, tmp_path):
    path = start_command_history_logger(tmp_path / "Jane's data Ω", banner=False)
    shell.run_cell("1", store_history=True)
    assert "#[Out]# 1" in path.read_text(encoding="utf-8")


def test_another_folder_later(shell, tmp_path):
    start_command_history_logger(tmp_path / "a", banner=False)
    path = start_command_history_logger(tmp_path / "b", banner=False)
    shell.run_cell("1", store_history=True)
    assert "#[Out]# 1" in path.read_text()


def test_what_a_frontend_runs_by_itself_is_no_command(shell, tmp_path):
    path = start_command_history_logger(tmp_path, banner=False)
    shell.run_cell("'silent'", store_history=False)
    shell.run_cell("1", store_history=True)
    assert "silent" not in path.read_text()


def test_stopping(shell, tmp_path):
    path = start_command_history_logger(tmp_path, banner=False)
    shell.run_cell("1", store_history=True)
    before = path.read_text()
    stop_logging()
    shell.run_cell("2", store_history=True)
    assert path.read_text() == before


def test_a_disk_that_refuses_stops_no_cell(shell, tmp_path, caplog, capsys):
    (tmp_path / "logs").write_text("in the way")
    start_command_history_logger(tmp_path / "logs", banner=False)
    for _ in range(2):
        assert shell.run_cell("6 * 7", store_history=True).result == 42
    said = [
        r.getMessage() for r in caplog.records if r.name == "measurand.logger._history" and r.levelno == logging.WARNING
    ]
    assert len(said) == 1
    assert "cannot be written" in said[0]


def test_an_output_that_cannot_be_shown(shell, tmp_path):
    path = start_command_history_logger(tmp_path, banner=False)
    shell.run_cell("class Bad:\n    def __repr__(self):\n        raise OSError\nBad()", store_history=True)
    shell.run_cell("'x' * 20_000", store_history=True)
    text = path.read_text(encoding="utf-8")
    assert "… (20002 characters)" in text
    assert len(text) < 12_000
