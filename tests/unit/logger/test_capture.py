"""Records given back, and shown."""

import logging
import sys
from contextlib import contextmanager
from datetime import datetime

import pandas as pd
import pytest

from measurand.errors import ConfigurationError
from measurand.logger import (
    LogCapture,
    capture_dataframe,
    console_level,
    get_console_handler,
    get_instrument_logger,
    get_level_code,
    get_level_name,
    handler_level,
    log_to_dataframe,
    logfile_to_dataframe,
    read_log,
    start_logger,
    time_difference,
)

LOG = logging.getLogger("my_lab.cooling")
COLUMNS = ["time", "name", "level", "module", "function", "line", "instrument", "message"]


class Node:
    name_parts = ("dac", "ch3")


@contextmanager
def an_ordinary_session():
    """Have Python's usual level inside the block, and see that it is there again at its end; pytest listens at DEBUG."""
    root = logging.getLogger()
    root.setLevel("WARNING")
    yield
    assert (root.level, LOG.level) == (logging.WARNING, logging.NOTSET)


def test_a_block_as_a_table():
    LOG.error("before")
    with an_ordinary_session(), capture_dataframe() as (_, get_dataframe):
        LOG.debug("fine")
        assert len(get_dataframe()) == 1
        get_instrument_logger(Node(), "drivers").warning("x")
    LOG.error("after")
    table = get_dataframe()
    assert list(table.columns) == COLUMNS
    assert list(table["message"]) == ["fine", "[dac_ch3(Node)] x"]
    assert list(table["level"]) == ["DEBUG", "WARNING"]
    assert table["instrument"].isna().tolist() == [True, False]
    assert table["instrument"][1] == "dac.ch3"
    assert table["module"][0] == "test_capture"
    assert table["function"][0] == "test_a_block_as_a_table"
    assert isinstance(table["time"].dtype, pd.DatetimeTZDtype)


def test_a_block_without_records():
    with capture_dataframe() as (handler, get_dataframe):
        pass
    assert handler.records == []
    assert list(get_dataframe().columns) == COLUMNS


def test_a_level_and_a_logger():
    with an_ordinary_session(), capture_dataframe("INFO", LOG) as (handler, _):
        LOG.debug("too fine")
        LOG.info("cold")
        logging.getLogger("my_lab").error("of another logger")
    assert [record["message"] for record in handler.records] == ["cold"]


def test_without_pandas(monkeypatch):
    """Records are there; only a table needs pandas, and says so."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with capture_dataframe() as (handler, get_dataframe):
        LOG.info("cold")
    (record,) = handler.records
    assert list(record) == COLUMNS
    assert record["message"] == "cold"
    with pytest.raises(ImportError, match=r"pip install measurand\[pandas\]"):
        get_dataframe()


def test_records_read_as_they_were():
    state = ["cold"]
    with capture_dataframe() as (handler, _):
        LOG.info("%s", state)
        state.append("warm")
    assert handler.records[0]["message"] == "['cold']"


def test_messages_as_text():
    with an_ordinary_session(), LogCapture(level="INFO") as logs:
        LOG.info("cold")
        LOG.debug("too fine")
    LOG.error("after")
    assert logs.value == "cold\n"
    with an_ordinary_session(), LogCapture(LOG) as logs:
        LOG.info("too fine")
        LOG.warning("warm")
    assert logs.value == "warm\n"


def test_the_log_file_as_a_table(tmp_path):
    start_logger(tmp_path, console_level=None, banner=False)
    LOG.info("cold\nvery")
    get_instrument_logger(Node(), "drivers").warning("x")
    table = logfile_to_dataframe()
    assert list(table.columns) == COLUMNS
    assert list(table["message"]) == ["cold\nvery", "[dac_ch3(Node)] x"]
    assert table["instrument"].isna().tolist() == [True, False]
    assert list(table["line"]) == [record["line"] for record in read_log()]


def test_a_log_over_the_end_of_summer_time():
    lines = [f"2026-10-25 02:30:00.000+0{zone}:00 | a | INFO | m | f | 1 | - | x" for zone in (2, 1)]
    times = log_to_dataframe(lines)["time"]
    assert time_difference(times[:1], times[1:]).tolist() == [3600.0]


def test_time_differences():
    first = pd.Series(["2026-11-20 13:00:00,250", "2026-11-20 13:00:01"], index=["a", "b"])
    second = pd.Series([datetime.fromisoformat("2026-11-20 13:00:01"), datetime.fromisoformat("2026-11-20 13:00:03")])
    assert time_difference(first, second).to_dict() == {"a": 0.75, "b": 2.0}
    assert list(time_difference(first, second, use_first_series_labels=False).index) == [0, 1]
    with pytest.raises(ValueError, match="2 first and 1 second times given"):
        time_difference(first, second[:1])


def test_levels_by_name_and_number():
    assert [get_level_code(level) for level in ("debug", "INFO", 35)] == [10, 20, 35]
    assert [get_level_name(level) for level in ("debug", 20, 35)] == ["DEBUG", "INFO", "Level 35"]
    with pytest.raises(ConfigurationError, match="Log level 'loud' is not known. Use one of CRITICAL, .*, or a number"):
        get_level_code("loud")


def test_the_level_of_handlers_for_a_while():
    handlers = [logging.NullHandler(), logging.NullHandler()]
    handlers[1].setLevel("ERROR")
    with handler_level("INFO", handlers) as inside:
        assert [one.level for one in inside] == [20, 20]
    assert [one.level for one in handlers] == [0, 40]
    with pytest.raises(ConfigurationError), handler_level("loud", handlers):
        pass


def test_the_level_of_the_console_for_a_while(tmp_path, capsys):
    start_logger(tmp_path, level="WARNING", banner=False)
    LOG.info("unseen")
    with console_level("DEBUG") as handler:
        assert handler is get_console_handler()
        LOG.debug("seen")
    LOG.info("unseen")
    err = capsys.readouterr().err
    assert err.endswith("seen\n")
    assert "unseen" not in err


def test_no_console_to_change():
    with pytest.raises(ConfigurationError, match=r"Call start_logger\(\) first"), console_level("DEBUG"):
        pass
