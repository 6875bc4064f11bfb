"""Chains of parameters, tests of drivers, the editor: messages and what is not compared in tests/compat/apis."""

from __future__ import annotations

import json
import logging
import unittest
from collections.abc import Iterator
from pathlib import Path

import pytest

from measurand.compat.extensions import (
    DriverTestCase,
    InferAttrs,
    InferError,
    get_root_parameter,
    get_sole_chain_link_of_type,
    infer_channel,
    infer_instrument,
    log_dataset_export_info,
    register_station_schema_with_vscode,
)
from measurand.errors import ConfigurationError
from measurand.instrument import Instrument
from measurand.parameters import DelegateParameter, ManualParameter
from measurand.testing import fresh_registry


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with fresh_registry():
        yield
    InferAttrs.clear()


def test_what_a_chain_lacks_is_told() -> None:
    dac = Instrument("dac")
    dac.add_parameter("voltage", set_cmd=None)
    plunger = DelegateParameter("plunger", source=dac.voltage)
    assert infer_instrument(plunger) is dac
    with pytest.raises(InferError, match="plunger: it leads to .*dac.*, no module or channel"):
        infer_channel(plunger)
    with pytest.raises(InferError, match="Parameter free has no instrument"):
        infer_instrument(ManualParameter("free"))
    with pytest.raises(AttributeError, match=r"loose is not attached to a source. Assign one to loose.source"):
        get_root_parameter(DelegateParameter("loose", source=None))
    with pytest.raises(
        ValueError, match="plunger: one parameter of type ManualParameter is wanted in its chain, there are: none"
    ):
        get_sole_chain_link_of_type(ManualParameter, plunger)


def test_a_circle_behind_a_beginning_is_told() -> None:
    first, second, third = (ManualParameter(name) for name in ("first", "second", "third"))
    first.linked, second.linked, third.linked = second, third, second  # type: ignore[attr-defined]  # of the user's own
    with pytest.raises(InferError, match="first: the parameters it refers to lead in a circle, back to second"):
        get_root_parameter(first, "linked")


class _Dac(Instrument):
    pass


class _TestDac(DriverTestCase):
    __test__ = False  # run below
    driver = _Dac

    def test_name(self) -> None:
        assert self.instrument.name == "dac2"


def _run(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_a_driver_is_tested_at_the_instrument_created_last(caplog: pytest.LogCaptureFixture) -> None:
    assert len(_run(_TestDac).skipped) == 1
    _Dac("dac1"), _Dac("dac2")
    result = _run(_TestDac)
    assert result.wasSuccessful()
    assert result.testsRun == 1
    assert not result.skipped
    assert "Of 2 instruments _Dac the last one is tested" in caplog.text


def test_a_driver_test_without_driver_says_so() -> None:
    nameless = type("_TestNothing", (DriverTestCase,), {"test_it": lambda self: None})
    ((_, text),) = _run(nameless).errors
    assert "_TestNothing.driver is None. Name the class of the instrument: driver = MyDriver." in text


def test_an_export_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        log_dataset_export_info(Path("run.nc"), automatic_export=True)
    assert caplog.messages == ["Dataset has been exported to: run.nc this was triggered automatically."]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "USERPROFILE", "APPDATA", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    found = tmp_path / "Library" / "Application Support" / "Code" / "User" / "settings.json"
    return found if __import__("sys").platform == "darwin" else tmp_path / "Code" / "User" / "settings.json"


def test_the_editor_learns_the_schema_and_keeps_its_settings(editor: Path, tmp_path: Path) -> None:
    register_station_schema_with_vscode()
    settings = json.loads(editor.read_text(encoding="utf-8"))
    settings["editor.fontSize"] = 20
    settings["yaml.schemas"]["other"] = "*.yml"
    editor.write_text(json.dumps(settings), encoding="utf-8")
    register_station_schema_with_vscode()
    again = json.loads(editor.read_text(encoding="utf-8"))
    assert again == settings
    schema = tmp_path / ".measurand" / "schemas" / "station.schema.json"
    assert again["yaml.schemas"][schema.as_uri()] == ["*.station.yaml", "*.station.yml"]
    assert json.loads(schema.read_text(encoding="utf-8"))["title"] == "A station file of Measurand"


def test_settings_with_comments_stay_as_they_are(editor: Path) -> None:
    editor.parent.mkdir(parents=True)
    editor.write_text('{\n  // big\n  "editor.fontSize": 20\n}', encoding="utf-8")
    with pytest.raises(
        ConfigurationError, match=r"settings.json:2: the settings of the editor are no plain JSON.*\"yaml.schemas\""
    ):
        register_station_schema_with_vscode()
    assert "// big" in editor.read_text(encoding="utf-8")
