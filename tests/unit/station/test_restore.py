"""Settings come back after a preview: nothing is set before everything that can be known is known."""

from __future__ import annotations

import json
import math
import threading

import numpy as np
import pytest
from tests.unit.station.conftest import RackDac

from measurand import Instrument, ManualParameter, Parameter, sweep
from measurand._core.stop import Stopped, StopToken
from measurand.dataset import DataRoot
from measurand.errors import ConfigurationError, RefusedValue, RestoreRefused, StationFileError
from measurand.parameters import DelegateParameter, JoinedParameter
from measurand.station import Station
from measurand.validators import Arrays, Numbers, Strings


@pytest.fixture
def station():
    return Station(RackDac("dac"), ManualParameter("bias", unit="V", initial_value=0.0))


def test_a_preview_shows_what_would_change_and_sets_nothing(station):
    station.dac.ch1.voltage(1.0)
    before = station.snapshot()
    station.dac.ch1.voltage(2.0)
    station.dac.ch1.voltage.step = 0.5
    station.dac.output(True)
    station.bias(3)
    del station.dac.sent[:]
    preview = station.restore(before)
    assert repr(preview).splitlines() == [
        "   parameter        now    then",
        "1  dac.output       True   False",
        "2  dac.ch1.voltage  2.0 V  1.0 V  in steps of 0.5 V",
        "3  bias             3 V    0.0 V",
        "3 parameters as before",
    ]
    assert station.dac.sent == []
    assert [change.path for change in preview.apply()] == ["dac.output", "dac.ch1.voltage", "bias"]
    assert station.dac.sent == [(1, 1.5), (1, 1.0)]
    assert repr(station.restore(before)) == "Nothing differs; 6 parameters as before."
    assert station.restore(before).apply() == ()


def test_all_refused_values_are_told_before_anything_is_set(station):
    wanted = {"dac.ch1.voltage": 12, "dac.ch2.voltage": 1, "dac.output": "maybe", "bias": 1}
    preview = station.restore(wanted)
    assert [change.path for change in preview.refused] == ["dac.ch1.voltage", "dac.output"]
    assert "refused  dac.ch1.voltage  0.0 V  12 V" in repr(preview)
    with pytest.raises(RestoreRefused) as caught:
        preview.apply()
    assert isinstance(caught.value, RefusedValue)
    assert str(caught.value) == (
        "Nothing was set, because some values are refused:\n"
        "dac.ch1.voltage: 12 V refused, allowed -10 to 10 V.\n"
        "dac.output: 'maybe' refused, allowed True and False."
    )
    assert station.dac.sent == []
    assert [change.path for change in preview.apply(skip_refused=True)] == ["dac.ch2.voltage", "bias"]
    assert station.dac.sent == [(2, 1)]


def test_what_is_refused_only_meanwhile_is_found_before_anything_is_set(station):
    preview = station.restore({"dac.ch1.voltage": 5, "dac.ch2.voltage": 5})
    station.dac.ch2.voltage.add_validator(Numbers(-1, 1))
    with pytest.raises(RestoreRefused, match=r"dac\.ch2\.voltage: 5 V refused"):
        preview.apply()
    assert station.dac.sent == []


def test_an_instrument_made_anew_meanwhile_is_the_one_that_is_set(station):
    preview = station.restore({"dac.ch1.voltage": 5, "bias": 1})
    old = station.dac
    new = RackDac.recreate("dac")
    preview.apply()
    assert (old.sent, new.sent) == ([], [(1, 5)])
    preview = station.restore({"bias": 2, "dac.ch1.voltage": 6})
    new.close()
    with pytest.raises(RestoreRefused, match=r"dac\.ch1\.voltage: dac is closed"):
        preview.apply()
    assert station.bias() == 1


def test_what_cannot_be_set_says_why(station):
    gone = RackDac("gone")
    station.add_component(gone)
    station.add_component(Instrument("manual"))
    gone.close()
    preview = station.restore(
        {"dac.temperature": 4.2, "dac.ch1x.voltage": 1, "gone.ch1.voltage": 1, "rack.x": 1, "dac.ch1": 2, "bias": 1}
    )
    assert [(change.path, change.why) for change in preview.left] == [
        ("dac.temperature", "cannot be set"),
        ("dac.ch1x.voltage", "dac leads no further: dac has no 'ch1x'; did you mean dac.ch1?"),
        ("gone.ch1.voltage", "gone is closed"),
        ("rack.x", "the station has no component 'rack'; it has dac, bias, gone and manual."),
        ("dac.ch1", "is no parameter"),
    ]
    assert "-  dac.temperature   300.0 K    4.2 K  cannot be set" in repr(preview)
    assert [change.path for change in preview.apply()] == ["bias"]


def test_an_instrument_that_is_not_loaded_says_so(write):
    station = Station(config_file=write("{instruments: {dac: {type: RackDac}}}"))
    (change,) = station.restore({"dac.ch1.voltage": 1}).left
    assert change.why == "dac is not loaded yet; load it first with station.load_dac()."


def test_an_unknown_present_value_is_shown_as_such(station):
    sent = []
    blind = Parameter("blind", set_cmd=sent.append)
    ramped = Parameter("ramped", set_cmd=sent.append, step=0.1)
    broken = Parameter("broken", get_cmd=lambda: 1 / 0, set_cmd=sent.append)
    for parameter in (blind, ramped, broken):
        station.add_component(parameter, update_snapshot=False)
    preview = station.restore({"blind": 1, "ramped": 2, "broken": 3})
    assert repr(preview).splitlines()[1:] == [
        "1        blind      not known  1",
        "2        broken     not known  3     ZeroDivisionError: division by zero",
        (
            "refused  ramped     not known  2     ramped: a ramp to 2 has no start, the present value is not known. Note it "
            "with cache.set(value)."
        ),
    ]
    with pytest.raises(RestoreRefused, match="ramped: a ramp to 2 has no start"):
        preview.apply()
    assert sent == []
    ramped.cache.set(1.9)
    assert len(station.restore({"blind": 1, "ramped": 2}).apply()) == 2


def test_present_values_are_read_only_where_they_are_not_known(station):
    station.dac.device[1] = 3.0
    assert repr(station.restore({"dac.ch1.voltage": 0.0})) == "Nothing differs; 1 parameter as before."
    assert station.restore({"dac.ch1.voltage": 0.0}, update=True).changes[0].now == 3.0
    station.dac.device[2] = 1.0
    station.dac.ch2.voltage.cache.invalidate()
    assert station.restore({"dac.ch2.voltage": 0.0}).changes[0].now == 1.0


def test_delegates_follow_their_source(station):
    gate = station.dac.add_parameter("gate", parameter_class=_delegate(station.dac.ch1.voltage), unit="V")
    gate(1.0)
    before = station.snapshot()
    gate(2.0)
    preview = station.restore(before)
    assert [(change.path, change.why) for change in preview.changes] == [
        ("dac.ch1.voltage", None),
        ("dac.gate", "follows dac.ch1.voltage"),
    ]
    assert station.restore({"dac.gate": 1.0}).apply()[0].path == "dac.gate"
    assert station.dac.device[1] == 1.0


def _delegate(source):
    def make(name, instrument, **options):
        return DelegateParameter(name, source, instrument, **options)

    return make


def test_order_off_first_words_numbers_on_last(station):
    for name, now in (("live", False), ("dead", True), ("mode", "dc"), ("level", 0.0), ("heater", "off")):
        station.add_component(ManualParameter(name, initial_value=now))
    wanted = {"live": True, "level": 1.0, "heater": "on", "mode": "ac", "dead": False}
    assert [change.path for change in station.restore(wanted).to_set] == ["dead", "mode", "level", "live", "heater"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("[b, '*', 'c*']", ["b", "a", "d", "c1", "c2"]),
        ("['c?', b]", ["c1", "c2", "b", "a", "d"]),
        ("['*']", ["a", "b", "c1", "c2", "d"]),
    ],
)
def test_order_as_the_file_says(write, order, expected):
    station = Station(config_file=write(f"{{restore_order: {order}}}"))
    names = ["a", "b", "c1", "c2", "d"]
    for name in names:
        station.add_component(ManualParameter(name, initial_value=0))
    assert [change.path for change in station.restore(dict.fromkeys(names, 1)).to_set] == expected


def test_an_error_says_how_far_it_came(station):
    def fail(value):
        raise OSError("no answer")

    station.add_component(Parameter("broken", set_cmd=fail, get_cmd=lambda: 0))
    preview = station.restore({"dac.ch1.voltage": 1, "broken": 2, "bias": 3})
    with pytest.raises(OSError, match="no answer") as caught:
        preview.apply()
    assert caught.value.__notes__[-1] == (
        "Restoring ended at broken, 2 of 3. Set before it: dac.ch1.voltage. Not set after it: bias."
    )
    assert station.dac.device == {1: 1}
    assert station.bias() == 0.0


def test_a_stop_ends_it_within_a_ramp(station):
    """The stop token of a run is honoured; the cache tells where the ramp stands."""
    token = StopToken()
    station.dac.ch1.voltage.step = 1
    station.dac.ch1.voltage.on_set(lambda value: None)
    arrived = station.dac._arrive

    def arrive(number, value):
        arrived(number, value)
        if value == 3:
            token.request("enough")

    station.dac._arrive = arrive
    preview = station.restore({"dac.ch1.voltage": 5.0, "bias": 1})
    with token.active(), pytest.raises(Stopped) as caught:
        preview.apply()
    assert station.dac.ch1.voltage.cache() == 3
    assert "Restoring ended at dac.ch1.voltage, 1 of 2" in caught.value.__notes__[-1]
    with token.active(), pytest.raises(Stopped):
        station.restore({"bias": 1}).apply()
    assert station.bias() == 0.0
    assert threading.active_count() >= 1


def test_sources(station, tmp_path):
    """A snapshot of the station, of an instrument, of several, from a file, or paths and values."""
    station.dac.ch1.voltage(1.5)
    of_station, of_dac = station.snapshot(), station.dac.snapshot()
    of_channel = station.dac.ch1.snapshot()
    stored = tmp_path / "snapshot.json"
    stored.write_text(json.dumps(of_station), encoding="utf-8")
    station.dac.ch1.voltage(0)
    for source in (of_station, of_dac, of_channel, {"dac": of_dac}, stored, {"dac_ch1_voltage": 1.5}):
        assert [change.then for change in station.restore(source).to_set] == [1.5]


def test_sources_that_are_none(station, tmp_path, write):
    write("{instruments: {}}")
    with pytest.raises(
        ConfigurationError, match=r"lab\.yaml: has no settings\. Station\.save writes a file that has\."
    ):
        station.restore("lab.yaml")
    with pytest.raises(StationFileError, match=r"lab\.yaml:1:2: .*unknown key 'setings'"):
        station.restore(write("{setings: {}}"))
    with pytest.raises(ConfigurationError, match="holds no values of parameters"):
        station.restore({})
    (tmp_path / "torn.json").write_text("{")
    with pytest.raises(ConfigurationError, match=r"torn\.json: no snapshot can be read"):
        station.restore("torn.json")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(ConfigurationError, match="holds no snapshot"):
        station.restore("list.json")


def test_values_that_json_does_not_know(station):
    """Complex numbers, arrays and NaN come back as what the parameter takes."""
    kept = {
        "phasor": ManualParameter("phasor", initial_value=1 + 2j),
        "wave": ManualParameter("wave", vals=Arrays(shape=(3,)), initial_value=np.array([1.0, 2.0, 3.0])),
        "nothing": ManualParameter("nothing", initial_value=math.nan),
        "word": ManualParameter("word", vals=Strings(), initial_value="NaN"),
    }
    for parameter in kept.values():
        station.add_component(parameter)
    before = json.loads(json.dumps(station.snapshot()))
    assert repr(station.restore(before)).startswith("Nothing differs")
    kept["phasor"](0j)
    kept["wave"](np.zeros(3))
    kept["nothing"](1.0)
    kept["word"]("x")
    station.restore(before).apply()
    assert kept["phasor"]() == 1 + 2j
    assert kept["wave"]().tolist() == [1.0, 2.0, 3.0]
    assert math.isnan(kept["nothing"]())
    assert kept["word"]() == "NaN"


def test_several_as_one_follow_what_they_are_made_of(station):
    dac = station.dac
    station.add_component(JoinedParameter("both", lambda: [dac.ch1.voltage, dac.ch2.voltage]))
    station.both((1.0, 2.0))
    before = station.snapshot()
    station.both(0.0)
    preview = station.restore(before)
    assert [change.path for change in preview.to_set] == ["dac.ch1.voltage", "dac.ch2.voltage"]
    assert [(change.path, change.why) for change in preview.left] == [
        ("both", "follows dac.ch1.voltage and dac.ch2.voltage")
    ]


def test_the_settings_of_a_run_come_back(station, tmp_path):
    """What a run recorded of the instruments before its first point is enough."""
    data = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")
    station.dac.ch2.voltage(0.5)
    run = sweep(station.dac.ch1.voltage, 0, 1, num=3).each(station.dac.temperature).run(data=data)
    station.dac.ch2.voltage(0)
    done = station.restore(run.dataset.snapshot).apply()
    assert [(change.path, change.now, change.then) for change in done] == [
        ("dac.ch1.voltage", 1.0, 0.0),
        ("dac.ch2.voltage", 0, 0.5),
    ]


def test_a_run_may_record_the_whole_station(station, tmp_path):
    """K22: configuration and free parameters too, before the first point."""
    data = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")
    plan = sweep(station.dac.ch1.voltage, 0, 1, num=3).each(station.dac.temperature)
    run = plan.run(data=data, snapshot=station.snapshot)
    assert run.dataset.snapshot["parameters"]["bias"]["value"] == 0.0
    assert run.dataset.snapshot["config"] == {}
    station.bias(1.0)
    assert [change.path for change in station.restore(run.dataset.snapshot).to_set] == ["dac.ch1.voltage", "bias"]


def test_settings_may_be_nested_as_in_a_file(station):
    assert [change.path for change in station.restore({"dac": {"ch1.voltage": 1}, "bias": 2}).to_set] == [
        "dac.ch1.voltage",
        "bias",
    ]
