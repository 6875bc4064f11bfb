"""From words to classes: every way to name a driver, and what is said when there is none."""

from __future__ import annotations

import sys
import textwrap

import pytest

from measurand import Instrument
from measurand.instrument import InstrumentChannel
from measurand.instrument_drivers.Measurand.Measurand_DM7 import MeasurandDM7
from measurand.station._drivers import (
    UnknownDriver,
    driver_named,
    drivers,
    in_present_words,
    lookup_argument,
    shipped,
    unknown_arguments,
)

DM7 = "measurand.instrument_drivers.Measurand.Measurand_DM7.MeasurandDM7"


@pytest.mark.parametrize("kind", [DM7, "MeasurandDM7", DM7.replace("measurand", "qcodes", 1), "qcodes.x.MeasurandDM7"])
def test_a_driver_has_several_names(kind):
    """A file written for QCoDeS names ours by the path they have there, or by a path that has moved."""
    assert driver_named(kind) is MeasurandDM7


def test_the_plain_instrument_can_be_named():
    assert driver_named("measurand.instrument.Instrument") is Instrument
    assert driver_named("Instrument") is Instrument


def test_old_paths_inside_of_arguments_are_translated():
    old = {"submodules_type": f"qcodes{DM7[9:]}", "others": ["qcodes.nothing.Known", "plain", 3]}
    assert in_present_words(old) == {"submodules_type": DM7, "others": ["qcodes.nothing.Known", "plain", 3]}


def test_a_class_of_a_script_is_known_by_its_name():
    class ScriptMeter(Instrument):
        pass

    assert driver_named("ScriptMeter") is ScriptMeter
    assert "ScriptMeter" in drivers()


def test_a_class_that_is_defined_again_is_the_newest():
    """In a notebook the cell is run again, and the old class lives on in its instances."""

    def cell():
        class CellMeter(Instrument):
            pass

        return CellMeter

    old, new = cell(), cell()
    assert driver_named("CellMeter") is new is not old


def test_two_classes_of_one_name_have_to_be_told_apart():
    kinds = [type("TwinMeter", (Instrument,), {"__module__": f"rack_{side}"}) for side in "ab"]
    with pytest.raises(UnknownDriver, match="several classes; write which: rack_a.TwinMeter and rack_b.TwinMeter"):
        driver_named("TwinMeter")
    assert len(kinds) == 2


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("MeasurandDM8", "there is no class 'MeasurandDM8' of instruments; did you mean 'MeasurandDM7'?"),
        (DM7.replace("DM7", "DM8"), ("there is no module measurand.instrument_drivers.Measurand.Measurand_DM8; "
         "did you mean measurand.instrument_drivers.Measurand.Measurand_DM7?")),
        (DM7[:-1] + "8", "Measurand_DM7 has no class 'MeasurandDM8'; did you mean 'MeasurandDM7'?"),
        ("measurand.instrument_drivers.Acme.Acme_1.Acme1", "there is no module measurand.instrument_drivers.Acme; "),
        ("nowhere_to_be_found.Meter", "there is no module nowhere_to_be_found; is it installed here"),
        ("measurand.instrument.InstrumentChannel", "no class of instruments; measurand.instrument has "),
        ("json.dumps", "json.dumps is <function dumps"),
        ("json.loader", "the module json has no class 'loader'; it has nothing."),
    ],
)  # fmt: skip
def test_what_cannot_be_found_says_what_there_is(kind, message):
    with pytest.raises(UnknownDriver) as caught:
        driver_named(kind)
    assert message in str(caught.value)


def test_a_driver_that_cannot_be_imported_says_why(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "rack_driver_broken.py").write_text("import not_installed_library\n")
    (tmp_path / "rack_driver_failing.py").write_text("raise OSError('only on Windows')\n")
    with pytest.raises(UnknownDriver, match="rack_driver_broken cannot be imported .*No module named 'not_installed_l"):
        driver_named("rack_driver_broken.Meter")
    with pytest.raises(UnknownDriver, match=r"rack_driver_failing cannot be imported \(OSError: only on Windows\)"):
        driver_named("rack_driver_failing.Meter")


def test_a_driver_of_ones_own_is_named_by_its_module(tmp_path, monkeypatch):
    """H04: drivers that are no part of the package."""
    monkeypatch.syspath_prepend(tmp_path)
    text = """
        from measurand import Instrument

        class OwnMeter(Instrument):
            pass
    """
    (tmp_path / "rack_driver_own.py").write_text(textwrap.dedent(text))
    assert driver_named("rack_driver_own.OwnMeter") is sys.modules["rack_driver_own"].OwnMeter


def test_parts_of_instruments_are_no_drivers():
    class RackChannel(InstrumentChannel):
        pass

    assert RackChannel.__name__ not in drivers()


def test_what_ships_is_listed_with_and_without_module():
    assert {"MeasurandDM7", DM7} <= set(shipped())
    assert shipped() == sorted(shipped())
    assert not [name for name in shipped() if name.rpartition(".")[2].startswith("_")]


def test_arguments_that_are_certainly_wrong():
    class Exact(Instrument):
        def __init__(self, name, port, baud=9600):
            super().__init__(name)

    class Open(Instrument):
        def __init__(self, name, **kwargs):
            super().__init__(name, **kwargs)

    assert unknown_arguments(Exact, {"port": 1, "bad": 2, "zzz": 3}) == {
        "bad": "Exact takes no argument 'bad'; did you mean 'baud'?",
        "zzz": "Exact takes no argument 'zzz'; it takes port and baud.",
    }
    assert unknown_arguments(Open, {"anything": 1}) == {}


def test_a_driver_may_want_the_station():
    class Composed(Instrument):
        def __init__(self, name, station, parameters):
            super().__init__(name)

    assert lookup_argument(Composed) == "station"
    assert lookup_argument(Instrument) is None
