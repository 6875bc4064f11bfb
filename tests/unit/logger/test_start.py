"""Starting and stopping what a session writes down."""

import logging
from pathlib import Path

import pytest

import measurand
from measurand.errors import ConfigurationError
from measurand.logger import (
    get_console_handler,
    get_file_handler,
    get_log_file_name,
    logfile_to_dataframe,
    read_log,
    start_all_logging,
    start_command_history_logger,
    start_logger,
    stop_logging,
)

LOG = logging.getLogger("my_lab")


def test_records_reach_file_and_console(tmp_path, capsys):
    """H07."""
    path = start_logger(tmp_path, banner=False)
    LOG.debug("too fine")
    LOG.info("for the file")
    LOG.warning("for both")
    assert [row["message"] for row in read_log()] == ["for the file", "for both"]
    assert read_log(path) == read_log()
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.endswith("for both\n")


def test_starting_twice_doubles_nothing(tmp_path):
    for _ in range(2):
        start_all_logging(tmp_path, banner=False)
    LOG.info("once")
    assert [row["message"] for row in read_log()] == ["once"]


def test_starting_again_takes_the_new_settings(tmp_path, capsys):
    start_logger(tmp_path / "a", banner=False)
    LOG.info("in a")
    start_logger(tmp_path / "b", level="DEBUG", console_level=None, banner=False)
    LOG.debug("in b")
    LOG.error("in b")
    assert [row["message"] for row in read_log()] == ["in b", "in b"]
    assert Path(get_log_file_name()).parent == tmp_path / "b"
    assert get_console_handler() is None
    assert capsys.readouterr() == ("", "")


def test_a_logger_may_be_finer_than_the_rest(tmp_path, monkeypatch):
    """The exchanges of one instrument go into the file without everything else that libraries say at level DEBUG."""
    start_logger(tmp_path, banner=False)
    fine = logging.getLogger("my_lab.dac")
    fine.setLevel("DEBUG")
    try:
        fine.debug("VOLT? -> 1")
        LOG.debug("no")
    finally:
        fine.setLevel("NOTSET")
    assert [row["message"] for row in read_log()] == ["VOLT? -> 1"]


def test_the_banner_says_where_and_can_be_turned_off(tmp_path, capsys):
    start_all_logging(tmp_path)
    assert capsys.readouterr().out == f"Log file:        {get_log_file_name()}\n"
    start_all_logging(tmp_path, banner=False)
    assert capsys.readouterr().out == ""


def test_a_banner_without_stdout(tmp_path, monkeypatch):
    """pythonw."""
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    start_all_logging(tmp_path)
    LOG.error("heard")
    assert [row["message"] for row in read_log()] == ["heard"]


def test_the_folder_from_the_environment(tmp_path, monkeypatch):
    """H07: an argument, else the variable, else the home folder."""
    monkeypatch.setenv("MEASURAND_LOGS", str(tmp_path / "mine"))
    assert start_logger(banner=False).parent == tmp_path / "mine"
    assert start_logger(tmp_path, banner=False).parent == tmp_path


def test_the_folder_in_the_home(tmp_path, monkeypatch):
    """H07."""
    monkeypatch.delenv("MEASURAND_LOGS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert Path(get_log_file_name()).parent == tmp_path / ".measurand" / "logs"
    assert not (tmp_path / ".measurand").exists()


def test_an_unknown_level_starts_nothing(tmp_path):
    for levels in ({"level": "LOUD"}, {"console_level": "LOUD"}):
        with pytest.raises(ConfigurationError, match="Log level 'LOUD' is not known. Use one of CRITICAL"):
            start_logger(tmp_path, **levels)
    assert get_file_handler() is None


def test_stopping(tmp_path, capsys):
    start_logger(tmp_path, banner=False)
    LOG.info("before")
    stop_logging()
    stop_logging()
    LOG.error("after")
    assert (get_file_handler(), get_console_handler()) == (None, None)
    assert [row["message"] for row in read_log(next(tmp_path.iterdir()))] == ["before"]
    assert logging.getLogger().level == logging.WARNING


def test_a_file_that_cannot_be_written_is_said_on_the_console(tmp_path, capsys):
    (tmp_path / "logs").write_text("in the way")
    start_logger(tmp_path / "logs", banner=False)
    LOG.info("lost")
    LOG.info("lost")
    err = capsys.readouterr().err
    assert err.count("cannot be written, the measurement goes on") == err.count("\n") == 1
    start_logger(tmp_path / "logs", console_level=None, banner=False)
    LOG.info("lost")
    assert capsys.readouterr().err == ""


def test_no_command_history_in_plain_python(tmp_path, monkeypatch):
    monkeypatch.delitem(__import__("sys").modules, "IPython", raising=False)
    assert start_command_history_logger(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_face_offers_it(tmp_path):
    measurand.start_all_logging(tmp_path, banner=False)
    LOG.info("x")
    assert list(logfile_to_dataframe()["message"]) == ["x"]
