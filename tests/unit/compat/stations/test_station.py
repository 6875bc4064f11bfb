"""QCoDeS's station: default files, warnings instead of refusals, reconnection, monitor; reading is tested in unit/station."""

from __future__ import annotations

import importlib
import json
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from measurand.compat.configuration import settings
from measurand.compat.monitor import Monitor, _monitor
from measurand.compat.stations import (
    Station,
    StationConfig,
    ValidationWarning,
    get_config_default_file,
    get_config_default_folder,
    get_config_enable_forced_reconnect,
    get_config_use_monitor,
    schema_path,
    update_config_schema,
)
from measurand.errors import DuplicateName, RefusedValue, StationFileError
from measurand.instrument import Instrument
from measurand.parameters import ManualParameter
from measurand.testing import fresh_registry
from measurand.validators import Numbers

RACK = """\
instruments:
  dac:
    type: RackSource
    init: {gates: [ch1, ch2]}
    parameters:
      ch1: {limits: "-1, 1", label: Plunger, alias: plunger, initial_value: 0.5, monitor: true}
    add_parameters:
      bias: {source: ch2, scale: 10, unit: V}
  free:
    type: Instrument
    enable_forced_reconnect: true
"""


class RackSource(Instrument):
    """A source whose device is memory."""

    def __init__(self, name: str, gates: tuple[str, ...] = ("ch1",), **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        for gate in gates:
            self.add_parameter(gate, unit="V", set_cmd=None, initial_value=0, vals=Numbers(-800, 400))


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(_monitor, "WEBSOCKET_PORT", 0)
    settings().update_config()
    with fresh_registry():
        yield
    settings().update_config()
    Station.default = None
    if Monitor.running is not None:
        Monitor.running.stop()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    return write


def test_a_station_file_of_qcodes_loads(write: Callable[[str, str], str]) -> None:
    station = Station(config_file=write("rack.yaml", RACK))
    assert Station.default is station
    assert isinstance(station.config, StationConfig)
    assert station.config["instruments"]["dac"]["init"] == {"gates": ["ch1", "ch2"]}
    dac = station.load_dac()
    assert station.dac is station["dac"] is dac is station.components["dac"]
    assert dac.plunger is dac.ch1
    assert dac.ch1() == 0.5
    with pytest.raises(RefusedValue, match="dac.ch1: 2 V refused, allowed -1 to 1 V"):
        dac.ch1(2)
    dac.bias(0.1)
    assert dac.ch2() == 1
    assert station.get_component("dac_ch1") is dac.ch1
    assert station.load_all_instruments(only_types=["Instrument"]) == ("free",)
    with pytest.raises(ValueError, match="only_names and only_types are given"):
        station.load_all_instruments(["dac"], ["Instrument"])
    station.close_all_registered_instruments()
    assert dict(station.components) == {}


def test_arguments_of_the_constructor_may_be_replaced(write: Callable[[str, str], str]) -> None:
    station = Station(config_file=write("rack.yaml", RACK))
    station.load_instrument("dac", update_snapshot=False, gates=("ch1", "ch2", "ch3"))
    assert "ch3" in station.dac.parameters


def test_files_are_found_where_the_settings_say(write: Callable[[str, str], str], tmp_path: Path) -> None:
    write("stations/rack.yaml", RACK)
    station = Station()
    assert station.config is None
    assert station.snapshot()["config"] is None
    station.load_config_file()
    station.load_config_files()
    assert station.config is None
    with pytest.raises(FileNotFoundError, match=r"There is no station file 'rack.yaml'; looked for .*rack.yaml and "):
        station.load_config_file("rack.yaml")
    settings().station.default_folder = str(tmp_path / "stations")
    station.load_config_file("rack.yaml")
    assert "dac" in station.config["instruments"]
    settings().station.default_file = "rack.yaml"
    assert Station().config == station.config
    more = write("more.yaml", "instruments: {other: {type: Instrument}}")
    assert set(Station(config_file=["rack.yaml", more]).config["instruments"]) == {"dac", "free", "other"}
    assert get_config_default_file() == "rack.yaml"
    assert get_config_default_folder() == str(tmp_path / "stations")
    assert get_config_use_monitor() is False


def test_what_means_nothing_is_a_warning_and_the_rest_works() -> None:
    station = Station()
    with pytest.warns(ValidationWarning, match=r"unknown key 'colour'") as caught:
        station.load_config("instruments: {free: {type: Instrument, colour: blue}}")
    assert len(caught) == 1
    assert (caught[0].filename, caught[0].lineno) == ("<text>", 1)
    assert station.load_free().name == "free"


def test_an_instrument_that_cannot_be_understood_is_refused_when_it_is_loaded_and_only_it() -> None:
    """A limit that cannot be read must never mean no limit."""
    station = Station()
    with pytest.warns(ValidationWarning) as caught:
        station.load_config(
            "instruments:\n"
            "  dac: {type: RackSource, parameters: {ch1: {limits: 4}}}\n"
            "  fridge: {type: not_installed.driver.Fridge}\n"
            "  free: {type: Instrument}\n"
        )
    assert len(caught) == 2
    with pytest.raises(StationFileError, match=r"<text>:2:.*limits: 4 refused, allowed lowest and highest value"):
        station.load_instrument("dac")
    with pytest.raises(StationFileError, match=r"<text>:3:.*there is no module not_installed"):
        station.load_fridge()
    with pytest.raises(StationFileError, match="there is no module not_installed"):
        station.load_all_instruments(["fridge"])
    with pytest.raises(StationFileError, match="there is no module not_installed") as caught_last:
        station.load_all_instruments()
    assert "limits: 4 refused" in str(caught_last.value.__cause__)
    assert set(station.components) == {"free"}
    station.load_config("instruments: {free: {type: Instrument}}")
    assert station.load_all_instruments() == ()


def test_files_that_cannot_be_read_are_refused_whole(write: Callable[[str, str], str]) -> None:
    station = Station(config_file=write("rack.yaml", RACK))
    before = station.config
    with pytest.raises(StationFileError, match="no valid YAML"):
        station.load_config("instruments: [")
    with pytest.raises(StationFileError, match="'free' is given twice"):
        station.load_config("instruments:\n  free: {type: Instrument}\n  free: {type: Instrument}\n")
    assert station.config == before


def test_a_driver_is_taken_from_its_path_as_it_can_be_imported(
    alias: None, write: Callable[[str, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        "my_drivers.py",
        "from qcodes.instrument import Instrument\n\nclass MyDac(Instrument):\n    pass\n\nnumber = 3\n",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    station = Station()
    station.load_config(
        "instruments: {mine: {type: my_drivers.MyDac}, plain: {type: qcodes.instrument.Instrument}, "
        "channel: {type: MyDac}}"
    )
    assert type(station.load_mine()) is sys.modules["my_drivers"].MyDac is type(station.load_channel())
    assert type(station.load_plain()) is importlib.import_module("qcodes.instrument").Instrument
    with pytest.warns(ValidationWarning, match="my_drivers.number is 3, no class of instruments"):
        station.load_config("instruments: {wrong: {type: my_drivers.number}}")


def test_loading_again_needs_permission_of_the_file_or_of_the_settings(write: Callable[[str, str], str]) -> None:
    station = Station(config_file=write("rack.yaml", RACK))
    dac, free = station.load_dac(), station.load_free()
    with pytest.raises(DuplicateName, match="dac is loaded already"):
        station.load_dac()
    assert station.load_instrument("dac", revive_instance=True) is dac
    assert station.load_free() is not free
    assert free.closed
    settings().station.enable_forced_reconnect = True
    assert get_config_enable_forced_reconnect() is True
    assert station.load_dac() is not dac


def test_components_without_a_name_get_one() -> None:
    station = Station(ManualParameter("man"), metadata={"cooldown": 3})
    assert station.add_component(object()) == "component0"
    assert station.add_component([1]) == "component1"
    assert station.add_component(ManualParameter("other"), "second") == "second"
    assert station.remove_component("component0") is not None
    assert set(station.components) == {"man", "component1", "second"}
    with pytest.raises(DuplicateName, match="The station has another component 'man'"):
        station.add_component(ManualParameter("man"))
    station.load_metadata({"user": "Ana"})
    state = station.snapshot()
    assert state["metadata"] == {"cooldown": 3, "user": "Ana"}
    assert set(state["parameters"]) == {"man", "second"}
    json.dumps(state)


def test_an_instrument_that_the_station_does_not_know_is_closed_too() -> None:
    station, other = Station(), Instrument("other")
    station.close_and_remove_instrument("other")
    assert other.closed
    with pytest.raises(KeyError, match="no component 'nothing'"):
        station.close_and_remove_instrument("nothing")


def test_a_monitor_shows_what_the_file_marks(write: Callable[[str, str], str]) -> None:
    station = Station(config_file=write("rack.yaml", RACK), use_monitor=True)
    station.load_free()
    assert Monitor.running is None
    station.load_dac()
    assert Monitor.running is not None
    assert Monitor.running._parameters == (station.dac.ch1,)
    station.close_and_remove_instrument("dac")
    assert Monitor.running is None


def test_without_the_library_there_is_no_monitor_and_the_instrument_is_there(
    write: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "websockets", None)
    station = Station(config_file=write("rack.yaml", RACK), use_monitor=True)
    assert station.load_dac().name == "dac"
    assert "Monitor needs websockets: pip install measurand[qcodes]. The instruments are loaded" in caplog.text


def test_the_schema_names_drivers_of_others() -> None:
    module = types.ModuleType("their_drivers")
    module.Theirs = type("Theirs", (Instrument,), {"__module__": "their_drivers"})  # type: ignore[attr-defined]
    update_config_schema([module])
    text = schema_path().read_text(encoding="utf-8")
    assert '"their_drivers.Theirs"' in text
    update_config_schema()
    assert '"their_drivers.Theirs"' not in schema_path().read_text(encoding="utf-8")


def test_a_config_is_a_snapshot_of_itself() -> None:
    config = StationConfig({"a": {"b": 1}})
    assert config.snapshot() == config
    assert type(config.snapshot()) is StationConfig
    assert config.snapshot()["a"] is not config["a"]


def test_the_alias_has_it_where_the_documentation_says(alias: None) -> None:
    import qcodes  # type: ignore[import-not-found]  # under the alias
    from qcodes.station import Station as Found

    assert qcodes.Station is Found is Station
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", qcodes.station.ValidationWarning)


def test_a_name_means_our_own_class_where_the_alias_has_a_namesake(alias: None) -> None:
    import qcodes  # type: ignore[import-not-found]  # under the alias

    from measurand.station import Station as Own

    own = Own(default=False)
    own.load_config("instruments: {free: {type: Instrument}, theirs: {type: qcodes.instrument.Instrument}}")
    assert type(own.load_free()) is Instrument
    station = Station()
    station.load_config("instruments: {named: {type: qcodes.instrument.Instrument}}")
    assert type(station.load_named()) is qcodes.instrument.Instrument
