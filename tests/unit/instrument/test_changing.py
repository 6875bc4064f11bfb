"""Parameters that come, go and change while the instrument is in use: E14, E16."""

import pytest

from measurand.errors import GuardedAttribute, UnknownName
from measurand.instrument import ChannelTuple, DelegateInstrument, Instrument, InstrumentChannel, parameter
from measurand.parameters import Parameter
from measurand.validators import Numbers


class Source(InstrumentChannel):
    """A channel that sources a voltage or a current; `level` means what the mode says."""

    def __init__(self, parent, name):
        super().__init__(parent, name)
        self.device = {"voltage": 0.5, "current": 1e-3}
        self.mode = Parameter("mode", set_cmd=self._change, val_mapping={"voltage": 0, "current": 1}, instrument=self)
        self.mode("voltage")

    def _change(self, code):
        kind, unit, limit = [("voltage", "V", 10), ("current", "A", 1)][code]
        if "level" in self.parameters:
            self.remove_parameter("level")
        self.level = Parameter(
            "level",
            unit=unit,
            label=kind.capitalize(),
            get_cmd=lambda: self.device[kind],
            set_cmd=lambda value: self.device.update({kind: value}),
            vals=Numbers(-limit, limit),
            instrument=self,
        )


class Smu(Instrument):
    def __init__(self, name):
        super().__init__(name)
        self.a = self.add_submodule("a", Source(self, "a"))
        self.b = self.add_submodule("b", Source(self, "b"))
        self.channels = self.add_submodule(
            "channels", ChannelTuple(self, "channels", Source, [self.a, self.b], snapshotable=False)
        )


@pytest.fixture
def smu():
    return Smu("smu")


def test_a_mode_swaps_a_parameter(smu):
    """E16: the attribute, the dict and the way by name show the new one."""
    assert (smu.a.level(), smu.a.level.unit) == (0.5, "V")
    before = smu.a.level
    smu.a.mode("current")
    assert smu.a.level is smu.a.parameters["level"] is smu.a["level"] is smu.get_component("smu_a_level")
    assert smu.a.level is not before
    assert (smu.a.level(), smu.a.level.unit) == (1e-3, "A")
    with pytest.raises(ValueError, match=r"smu\.a\.level: 5 A refused, allowed -1 to 1 A"):
        smu.a.level(5)
    with pytest.raises(GuardedAttribute, match=r"To set it, call smu\.a\.level\(5\)"):
        smu.a.level = 5


def test_snapshots_follow(smu, registry):
    """E16: also that of all instruments, which a run stores."""
    smu.a.mode("current")
    smu.a.level()
    assert smu.a.snapshot()["parameters"]["level"]["unit"] == "A"
    stored = registry.snapshot()["smu"]["submodules"]["a"]["parameters"]
    assert (stored["level"]["value"], stored["level"]["label"]) == (1e-3, "Current")
    assert list(stored) == ["mode", "level"]


def test_channel_lists_follow(smu):
    """E16: also a parameter of all channels that somebody holds."""
    levels = smu.channels.level
    assert (levels(), levels.unit) == ((0.5, 0.5), "V")
    smu.a.mode("current")
    assert (levels(), levels.unit) == ((1e-3, 0.5), "")
    smu.channels.mode("current")
    levels(0.25)
    assert levels.unit == "A"
    assert smu.a.device == {"voltage": 0.5, "current": 0.25}


def test_devices_composed_of_them_follow(smu):
    """E16."""
    dot = DelegateInstrument("dot", {"smu": smu}, {"drive": "smu.a.level"})
    smu.a.mode("current")
    assert (dot.drive(), dot.drive.unit, dot.drive.label) == (1e-3, "A", "Current")


class Declaring(Instrument):
    """The class-level form."""

    level = parameter(set_cmd=None, unit="V", initial_value=0.5)


def _by_method(node):
    return node.add_parameter("level", unit="A", set_cmd=None, initial_value=1)


def _by_attribute(node):
    node.level = Parameter("level", unit="A", set_cmd=None, initial_value=1, instrument=node)
    return node.level


@pytest.mark.parametrize("again", [_by_method, _by_attribute])
def test_a_declared_parameter_is_removed_and_added_again(again):
    """E14: for what the class declares, in both styles of adding it again."""
    source = Declaring("source")
    del source.parameters["level"]
    assert "level" not in source.snapshot()["parameters"]
    assert not hasattr(source, "level")
    with pytest.raises(UnknownName, match="source has no component"):
        source.get_component("source_level")
    assert source.parameters.get("level") is None
    assert again(source)() == 1
    assert source.level.unit == source.snapshot()["parameters"]["level"]["unit"] == "A"


def test_a_removed_parameter_still_works_for_who_holds_it(smu):
    """A sweep that was planned before is not cut off; it moves what it was made for."""
    before = smu.a.level
    smu.a.mode("current")
    before(2)
    assert smu.a.device["voltage"] == 2
