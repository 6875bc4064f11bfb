"""Log functions of QCoDeS over ours: levels from the settings, tables in its columns, files that it has written."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from measurand import logger as own
from measurand.compat import logs
from measurand.compat.configuration import settings
from measurand.errors import ConfigurationError
from measurand.instrument import Instrument
from measurand.testing import fresh_registry

THEIRS = """\
2026-11-26 11:31:18,802 ¦ qcodes.logger ¦ INFO ¦ logger ¦ start ¦ 290 ¦ versions {"a": 1}
2026-11-26 11:31:18,805 ¦ my ¦ ERROR ¦ script ¦ <module> ¦ 16 ¦ it failed
Traceback (most recent call last):
ZeroDivisionError: division by zero
2026-11-26 11:31:19,064 ¦ my ¦ DEBUG ¦ script ¦ cool ¦ 19 ¦ x ¦ y
"""
COLUMNS = ["asctime", "name", "levelname", "module", "funcName", "lineno", "message"]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MEASURAND_LOGS", str(tmp_path))
    level = logging.getLogger().level
    with fresh_registry():
        yield
    own.stop_logging()
    settings().update_config()
    logging.getLogger().setLevel(level)
    for name in ("cold.stage", "hot", "pyvisa"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_levels_are_those_of_the_settings(tmp_path: Path) -> None:
    settings().logger.update({"file_level": "DEBUG", "console_level": "ERROR"})
    settings().logger.logger_levels = {"cold.stage": "INFO", "hot": "WARNING"}
    logs.start_all_logging()
    assert [logging.getLogger(name).level for name in ("cold.stage", "hot")] == [logging.INFO, logging.WARNING]
    handler = logs.get_console_handler()
    assert handler is not None
    assert handler.level == logging.ERROR
    assert logging.getLogger().level == logging.DEBUG
    assert Path(logs.get_log_file_name()).parent == tmp_path


def test_their_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "theirs.log"
    path.write_text(THEIRS, encoding="utf-8")
    table = logs.logfile_to_dataframe(path)
    assert list(table.columns) == COLUMNS
    assert list(table.message) == [
        'versions {"a": 1}',
        "it failed\nTraceback (most recent call last):\nZeroDivisionError: division by zero",
        "x ¦ y",
    ]
    assert list(table.lineno) == ["290", "16", "19"]
    later = logs.time_difference(table.asctime[:-1], table.asctime[1:])
    assert later.round(3).to_dict() == {0: 0.003, 1: 0.259}


def test_our_own_file_reads_in_the_same_columns() -> None:
    logs.start_logger()
    dac = Instrument("dac")
    logging.getLogger("my").warning("hello %s", "world")
    logs.get_instrument_logger(dac, logger_name="drivers").warning("moved")
    table = logs.logfile_to_dataframe()
    assert list(table.columns) == COLUMNS
    first, second = table.tail(2).to_dict("records")
    assert (first["name"], first["levelname"], first["message"]) == ("my", "WARNING", "hello world")
    assert (second["name"], second["message"]) == ("drivers", "[dac(Instrument)] moved")
    assert second["lineno"].isdigit()
    assert len(first["asctime"]) == len("2026-11-26 11:31:18,805")
    assert logs.time_difference(table.asctime[-2:-1], table.asctime[-1:]).iloc[0] >= 0


def test_lines_of_others_are_split_as_they_say() -> None:
    table = logs.log_to_dataframe(["a|b\n", "torn", "c|d"], columns=["x", "y"], separator="|")
    assert table.to_dict("list") == {"x": ["a", "c"], "y": ["b\ntorn", "d"]}
    for nothing in ([], ["no record"]):
        assert list(logs.log_to_dataframe(nothing).columns) == COLUMNS
        assert len(logs.log_to_dataframe(nothing)) == 0


def test_a_block_is_captured_as_a_table() -> None:
    dac, lockin = Instrument("dac"), Instrument("lockin")
    with (
        logs.capture_dataframe(level="INFO") as (handler, table),
        logs.filter_instrument(instrument=dac, handler=handler),
    ):
        dac.log.info("one")
        dac.log.debug("two")
        lockin.log.info("three")
        assert list(table().message) == ["[dac(Instrument)] one"]
    lockin.log.error("four")
    assert list(table().columns) == COLUMNS
    assert len(table()) == 1
    with logs.LogCapture() as captured:
        lockin.log.error("five")
    assert captured.value == "[lockin(Instrument)] five\n"


def test_logging_starts_by_itself_only_where_the_settings_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[bool] = []
    monkeypatch.setattr("measurand.compat.logs._start.start_all_logging", lambda: started.append(True))
    logs.conditionally_start_all_logging()
    settings().logger.start_logging_on_import = "always"
    logs.conditionally_start_all_logging()
    assert started == []  # in a test
    monkeypatch.delitem(sys.modules, "pytest")
    logs.conditionally_start_all_logging()
    assert started == [True]
    logs.flush_telemetry_traces()


def test_a_level_that_there_is_not_starts_nothing() -> None:
    settings().logger.logger_levels = {"cold": "LOUD"}
    with pytest.raises(ConfigurationError, match="'LOUD' is not known"):
        logs.start_logger()
    assert logs.get_file_handler() is None


def test_the_alias_has_it_where_the_documentation_says(alias: None) -> None:
    import qcodes as qc  # type: ignore[import-not-found]  # under the alias
    from qcodes.logger.instrument_logger import InstrumentLoggerAdapter
    from qcodes.logger.log_analysis import capture_dataframe
    from qcodes.logger.logger import start_all_logging

    assert start_all_logging is qc.logger.start_all_logging
    assert capture_dataframe is qc.logger.capture_dataframe
    assert qc.conditionally_start_all_logging is logs.conditionally_start_all_logging
    assert isinstance(Instrument("dac").log, InstrumentLoggerAdapter)


@pytest.mark.parametrize("wanted", ["always", "never"])
def test_a_file_of_settings_starts_logging_when_qcodes_is_imported(tmp_path: Path, wanted: str) -> None:
    (tmp_path / "qcodesrc.json").write_text(
        f'{{"logger": {{"start_logging_on_import": "{wanted}"}}}}', encoding="utf-8"
    )
    code = "import measurand; measurand.install_as_qcodes(); import qcodes.logger as it; print(it.get_file_handler() is not None)"
    environment = {**os.environ, "MEASURAND_LOGS": str(tmp_path), "HOME": str(tmp_path / "h"), "QCODES_CONFIG": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == str(wanted == "always")
