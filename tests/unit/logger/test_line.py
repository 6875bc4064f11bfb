"""A record as a line, and back."""

import logging
import sys
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.logger._line import LineFormatter, parse_lines, row_of


def record(message, *args, name="lab.dac", exc_info=None, **extra):
    made = logging.LogRecord(name, logging.WARNING, "folder/dac.py", 12, message, args, exc_info, func="ramp")
    made.created = 1_795_000_000.25
    made.__dict__.update(extra)
    return made


def lines(text):
    return text.split("\n")


def test_what_a_line_holds():
    """H07: time, name, level, module, function, line, message; and the instrument."""
    text = LineFormatter().format(record("set to %g V", 0.5, instrument="dac.ch3"))
    stamp, rest = text.split(" | ", 1)
    assert rest == "lab.dac | WARNING | dac | ramp | 12 | dac.ch3 | set to 0.5 V"
    moment = datetime.fromisoformat(stamp)
    assert moment.timestamp() == 1_795_000_000.25
    assert moment.utcoffset() is not None  # the night when summer time ends has two 2:30


@given(st.text(), st.one_of(st.none(), st.sampled_from(["dac", "dac.ch3"])))
def test_a_line_says_what_the_record_said(message, instrument):
    """Any text, with line ends and separators in it."""
    made = record("%s", message, instrument=instrument)
    (row,) = parse_lines(lines(LineFormatter().format(made)))
    assert row == row_of(made)
    assert row["message"] == message.replace("\r\n", "\n").replace("\r", "\n")


@given(st.lists(st.text(), max_size=4))
def test_records_stay_apart(messages):
    text = "\n".join(LineFormatter().format(record("%s", message)) for message in messages)
    assert [row["message"] for row in parse_lines(lines(text))] == [
        row_of(record("%s", m))["message"] for m in messages
    ]


def test_a_traceback_belongs_to_its_record():
    try:
        raise ValueError("cold")
    except ValueError:
        made = record("failed", exc_info=sys.exc_info())
    first, *others = lines(LineFormatter().format(made))
    assert first.endswith("failed")
    assert all(line.startswith("    ") for line in others)
    (row,) = parse_lines([first, *others])
    assert row["message"].splitlines()[-1] == "ValueError: cold"


@pytest.mark.parametrize(
    ("message", "args"), [("%d volts", ("many",)), ("%s %s", (1,)), ("%(x)s", (1, 2)), ("100 %", (1,))]
)
def test_arguments_that_do_not_fit_are_shown(message, args):
    """A mistake in a log call is no reason to lose what it wanted to say."""
    text = row_of(record(message, *args))["message"]
    assert repr(message) in text
    assert "cannot be formatted" in text


def test_torn_lines_are_left_out():
    whole = LineFormatter().format(record("whole"))
    assert [row["message"] for row in parse_lines(["    of nothing", "", whole[:40], "x | y", whole, "no record"])] == [
        "whole"
    ]


def test_names_cannot_break_the_line():
    (row,) = parse_lines([LineFormatter().format(record("x", name="a | b\nc"))])
    assert row["name"] == "a / b c"
    assert row["message"] == "x"


def test_the_time_is_that_of_the_record():
    assert row_of(record("x"))["time"] - datetime.fromisoformat("2026-11-18T06:26:40.250+00:00") < timedelta(days=1)
