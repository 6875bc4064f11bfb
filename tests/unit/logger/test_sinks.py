"""The log file and the console: real files, real streams."""

import io
import logging
import os
import sys
import time
from pathlib import Path

import pytest

from measurand.logger import read_log
from measurand.logger._sinks import Console, DayFile
from measurand.testing import FakeClock

NOON = time.mktime((2026, 11, 20, 12, 0, 0, 0, 0, -1))
PID = os.getpid()


def record(text, at=NOON):
    made = logging.LogRecord("lab", logging.INFO, "lab.py", 1, text, None, None)
    made.created = at
    return made


def messages(path):
    return [row["message"] for row in read_log(path)]


@pytest.fixture
def file(tmp_path):
    handler = DayFile(tmp_path / "logs", "measurand", clock=FakeClock(now=NOON))
    yield handler
    handler.close()


def test_the_name_of_the_file(file):
    """H07."""
    assert file.path.name == f"261120-{PID}-measurand.log"


def test_records_are_in_the_file_at_once(file):
    """What was logged before a crash is there after it."""
    file.handle(record("first"))
    assert messages(file.path) == ["first"]
    file.handle(record("second"))
    assert messages(file.path) == ["first", "second"]


def test_nothing_is_made_before_the_first_record(file):
    assert not file.folder.exists()


def test_each_day_has_its_file(file):
    """H07: a record of after midnight is in the file of its day; the old file is not touched, nothing is renamed."""
    file.handle(record("evening", NOON + 12 * 3600 - 1))
    file.handle(record("morning", NOON + 12 * 3600))
    found = {path.name: messages(path) for path in file.folder.iterdir()}
    assert found == {
        f"261120-{PID}-measurand.log": ["evening"],
        f"261121-{PID}-measurand.log": ["morning"],
    }


def test_a_file_of_the_same_name_is_continued(file, tmp_path):
    """Numbers of processes come again; so does the same one after a restart of logging."""
    file.handle(record("first"))
    file.close()
    again = DayFile(tmp_path / "logs", "measurand", clock=FakeClock(now=NOON))
    again.handle(record("second"))
    again.close()
    assert messages(file.path) == ["first", "second"]


def test_any_sign_can_be_written(file):
    file.handle(record("Ω and \ud800"))
    assert messages(file.path) == ["Ω and \\ud800"]


def test_a_disk_that_refuses_stops_nothing(tmp_path):
    """H07: records are counted while the disk refuses, said once, and the file tells what it lacks."""
    clock, said = FakeClock(now=NOON), []
    blocked = tmp_path / "logs"
    blocked.write_text("a file where the folder should be")
    file = DayFile(blocked, "measurand", said.append, clock)
    for text in ("a", "b", "c"):
        file.handle(record(text))
    assert len(said) == 1
    assert "cannot be written, the measurement goes on" in said[0]
    blocked.unlink()
    file.handle(record("d"))
    assert not blocked.exists()  # a share that is gone is not tried at every record
    clock.advance(11)
    file.handle(record("e"))
    assert messages(file.path) == ["4 records before this one are missing here: they could not be written.", "e"]
    file.handle(record("f"))
    assert messages(file.path)[2:] == ["f"]
    file.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk(tmp_path, monkeypatch, capsys):
    """H07: an error of the write itself."""
    said = []
    file = DayFile(tmp_path, "measurand", said.append, FakeClock(now=NOON))
    file.path.symlink_to("/dev/full")
    file.handle(record("lost"))
    assert "No space left" in said[0]
    assert capsys.readouterr() == ("", "")
    file.close()


def test_after_closing_a_late_record_is_still_written(file):
    """Objects that speak while Python ends."""
    file.handle(record("first"))
    file.close()
    file.handle(record("late"))
    assert messages(file.path) == ["first", "late"]


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


class Broken(io.StringIO):
    def write(self, text):
        raise OSError("no one there")


@pytest.mark.parametrize("stream", [None, closed(), Broken()], ids=["pythonw", "closed", "broken"])
def test_a_console_that_is_not_there(stream, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    Console(0).handle(record("x"))


def test_a_console_that_lacks_signs(monkeypatch):
    """Consoles of Windows know 256 signs."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding="cp1252"))
    Console(0).handle(record("50 Ω at 4 °C"))
    assert written.getvalue().decode("cp1252").rstrip().endswith("50 \\u03a9 at 4 °C")


def test_the_console_is_where_stderr_is_now(capsys):
    """Notebooks and tests put other streams in its place."""
    Console(0).handle(record("hello"))
    assert capsys.readouterr().err.endswith("hello\n")
