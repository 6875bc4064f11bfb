"""A laboratory from a file, as a user has it: watched, made safe, on real sockets, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from measurand import Instrument, cli
from measurand.errors import ConfigurationError, StationFileError
from measurand.simulation import start_laboratory
from measurand.station import Station

LAB = """
    instruments:
      source:
        type: {source}
        address: {address}
        parameters:
          ch1.voltage: {{limits: [-1, 0], step: 0.25, monitor: true, safe_value: 0, initial_value: -0.5}}
          ch2.ramp_rate: {{initial_value: 2.5}}
"""


@pytest.fixture
def quiet(monkeypatch):
    monkeypatch.setattr(Instrument, "quiet", True)


def test_a_real_device_on_a_real_socket(write, quiet):
    """Loaded, recorded, saved, moved, restored; the file of a QCoDeS user names its own path."""
    with start_laboratory() as laboratory:
        kind = "qcodes.instrument_drivers.Measurand.Measurand_VS4.MeasurandVS4"
        file = write(LAB.format(source=kind, address=laboratory.addresses["source"]))
        station = Station(config_file=file)
        source = station.load_source()
        assert source.ask("SOUR1:VOLT?") == source.ask("SOUR1:VOLT?")
        assert source.ch1.voltage() == -0.5
        assert (
            station.snapshot()["instruments"]["source"]["submodules"]["ch1"]["parameters"]["voltage"]["value"] == -0.5
        )
        station.save("saved.yaml")
        source.ch1.voltage(-1)
        source.ch2.ramp_rate(1.0)
        done = station.restore("saved.yaml").apply()
        assert {change.path: change.then for change in done} == {
            "source.ch1.voltage": -0.5,
            "source.ch2.ramp_rate": 2.5,
        }
        assert source.ch1.voltage() == -0.5
        station.safe_state()
        assert source.ch1.voltage() == 0.0
        station.close_all_registered_instruments()


def test_monitored_parameters(write):
    station = Station(config_file=write("""
        instruments:
          dac: {type: RackDac, parameters: {ch2.voltage: {monitor: true}, output: {monitor: false}}}
          off: {type: RackDac, parameters: {output: {monitor: true}}}
    """))  # fmt: skip
    assert station.monitored() == []
    station.load_all_instruments()
    assert [p.full_name for p in station.monitored()] == ["dac_ch2_voltage", "off_output"]
    station.off.close()
    assert [p.full_name for p in station.monitored()] == ["dac_ch2_voltage"]


def test_everything_is_made_safe_whatever_fails(write):
    class Stuck(Instrument):
        def safe_state(self):
            raise OSError("the bus hangs")

    station = Station(Stuck("stuck"), config_file=write("""
        instruments:
          dac:
            type: RackDac
            parameters:
              ch1.voltage: {initial_value: 2, step: 1, safe_value: 0}
              ch2.voltage: {initial_value: 1, safe_value: {value: 0, step: 0.5, inter_delay: 0}}
    """))  # fmt: skip
    dac = station.load_dac()
    del dac.sent[:]
    with pytest.raises(ExceptionGroup) as caught:
        station.safe_state()
    assert dac.sent == [(1, 1), (1, 0), (2, 0.5), (2, 0)]
    assert caught.value.exceptions[0].__notes__ == ["stuck was to enter its safe state"]


def test_a_configuration_may_be_text_or_an_open_file(write):
    station = Station(use_monitor=False)
    station.load_config("{instruments: {dac: {type: RackDac}}}")
    assert station.load_dac().name == "dac"
    broken = Path(write("{instruments: {two: {type: RackDac, init: {channels: [}}}}"))
    with (
        broken.open(encoding="utf-8") as file,
        pytest.raises(StationFileError, match=r"^lab\.yaml:1:55: no valid YAML"),
    ):
        station.load_config(file)
    assert list(station.config["instruments"]) == ["dac"]
    with pytest.raises(ConfigurationError, match="a station starts no monitor"):
        Station(use_monitor=True)


def test_help_in_a_session(write):
    station = Station(config_file=write("{instruments: {dac: {type: RackDac}}}"))
    assert "load_dac" in dir(station)
    station.load_dac()
    assert "dac" in dir(station)
    assert station.load_dac.args == ("dac",)


def test_a_snapshot_holds_the_configuration(write):
    station = Station(config_file=write("{instruments: {dac: {type: RackDac, init: {x: .nan}}}}"))
    assert json.loads(json.dumps(station.snapshot()))["config"]["instruments"]["dac"]["init"] == {"x": "NaN"}


def test_check_at_the_command_line(write, capsys):
    good = write("instruments:\n  dac: {type: RackDac, auto_reconnect: true}\n", "good.yaml")
    bad = write("instruments:\n  dac: {tpe: RackDac}\n", "bad.yaml")
    assert cli.main(["station", "check", good]) == 0
    assert capsys.readouterr().out.splitlines() == [
        (
            "good.yaml:2:24: 'auto_reconnect' is the old spelling of 'enable_forced_reconnect' and goes away in version "
            "1.0. (a note)"
        ),
        "ok",
    ]
    assert cli.main(["station", "check", bad]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "bad.yaml:2:3: instruments.dac: 'type' is missing.",
        "bad.yaml:2:9: instruments.dac: unknown key 'tpe'; did you mean 'type'?",
    ]


def test_schema_at_the_command_line(write, capsys):
    assert cli.main(["station", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == Station.schema()
    assert cli.main(["station", "schema", write("{}")]) == 0
    assert "# yaml-language-server: $schema=lab.schema.json" in capsys.readouterr().out
