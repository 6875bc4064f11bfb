"""Channels that are created on the device, removed from it, and found there."""

import pytest

from measurand.errors import DefinitionError, DeviceError, DuplicateName, InstrumentError, NotOnDevice
from measurand.instrument import (
    AutoLoadableChannelList,
    AutoLoadableInstrumentChannel,
    Instrument,
    InstrumentChannel,
)
from measurand.parameters import Parameter


class Marker(AutoLoadableInstrumentChannel):
    """A marker of an analyser."""

    def __init__(self, parent, name, **kwargs):
        super().__init__(parent, name, **kwargs)
        self.position = Parameter(
            "position",
            unit="Hz",
            get_cmd=f"MARK:{name}?",
            set_cmd=f"MARK:{name} {{}}",
            get_parser=float,
            instrument=self,
        )

    @classmethod
    def _discover_from_instrument(cls, parent, prefix="", **kwargs):
        return [{"name": name} for name in parent.ask("MARK:LIST?").split(",") if name and name.startswith(prefix)]

    @classmethod
    def _get_new_instance_kwargs(cls, parent, name=None):
        return {"name": name or f"m{len(parent.markers) + 1}"}

    def _create(self):
        self.write(f"MARK:NEW {self.short_name}")

    def _remove(self):
        self.write(f"MARK:DEL {self.short_name}")


class Analyser(Instrument):
    """Its device has markers of its own."""

    def __init__(self, name, on_device=("m1", "m2")):
        super().__init__(name)
        self.on_device = dict.fromkeys(on_device, "0")
        self.sent = []
        self.markers = self.add_submodule("markers", AutoLoadableChannelList(self, "markers", Marker))

    def ask_raw(self, cmd):
        self.sent.append(cmd)
        return ",".join(self.on_device) if cmd == "MARK:LIST?" else self.on_device[cmd[5:-1]]

    def write_raw(self, cmd):
        self.sent.append(cmd)
        head, value = cmd.split()
        if head == "MARK:NEW":
            if len(self.on_device) == 4:
                raise DeviceError("too many markers")
            self.on_device[value] = "0"
        elif head == "MARK:DEL":
            del self.on_device[value]
        else:
            self.on_device[head[5:]] = value


@pytest.fixture
def analyser():
    return Analyser("analyser")


def names(channels):
    return [channel.short_name for channel in channels]


def test_those_of_the_device_are_found(analyser):
    assert names(analyser.markers) == ["m1", "m2"]
    assert all(marker.exists_on_instrument for marker in analyser.markers)
    analyser.markers.position(5)
    assert analyser.on_device == {"m1": "5", "m2": "5"}
    assert analyser.markers.m1.position() == 5
    assert analyser.markers.m1.position.full_name == "analyser_m1_position"


def test_one_is_added_on_the_device(analyser):
    marker = analyser.markers.add(name="peak")
    assert marker is analyser.markers.peak
    assert marker.exists_on_instrument
    assert list(analyser.on_device) == ["m1", "m2", "peak"]
    assert analyser.markers.add().short_name == "m4", "the driver chose"


def test_a_taken_name_is_refused_before_anything_is_sent(analyser):
    with pytest.raises(DuplicateName, match=r"analyser\.markers: there is a channel 'm1' already"):
        analyser.markers.add(name="m1")
    assert analyser.sent == ["MARK:LIST?"]


def test_one_that_the_device_refuses_is_not_there(analyser):
    analyser.markers.add(name="m3")
    analyser.markers.add(name="m4")
    with pytest.raises(DeviceError, match="too many markers"):
        analyser.markers.add(name="m5")
    assert names(analyser.markers) == ["m1", "m2", "m3", "m4"]


@pytest.mark.parametrize("remove", [lambda m: m.m1.remove(), lambda m: m.remove(m.m1), lambda m: m.remove("m1")])
def test_one_is_removed_from_the_device(analyser, remove):
    m1 = analyser.markers.m1
    remove(analyser.markers)
    assert list(analyser.on_device) == ["m2"]
    assert names(analyser.markers) == ["m2"]
    assert not m1.exists_on_instrument
    for use in (m1.position, lambda: m1.position(3), m1.remove):
        with pytest.raises(
            NotOnDevice, match=r"analyser\.m1 does not exist on the device, nothing was sent\. Create it:"
        ):
            use()
    assert analyser.sent == ["MARK:LIST?", "MARK:DEL m1"]
    m1.create()
    assert m1.position() == 0


def test_a_list_may_forget_without_touching_the_device(analyser):
    del analyser.markers[0]
    assert names(analyser.markers) == ["m2"]
    assert list(analyser.on_device) == ["m1", "m2"]
    analyser.markers.reload()
    assert names(analyser.markers) == ["m2", "m1"]


def test_one_may_be_created_later(analyser):
    marker = Marker.new_instance(analyser, create_on_instrument=False, name="late")
    assert not marker.exists_on_instrument
    with pytest.raises(NotOnDevice, match=r"analyser\.late\.create\(\)"):
        marker.position()
    marker.create()
    assert marker.position() == 0
    with pytest.raises(InstrumentError, match=r"analyser\.late exists on the device already"):
        marker.create()
    marker.remove()
    assert "late" not in analyser.on_device


def test_what_somebody_did_on_the_device_is_seen(analyser):
    m1, m2 = analyser.markers
    del analyser.on_device["m1"]
    analyser.on_device["peak"] = "7"
    analyser.markers.reload()
    assert names(analyser.markers) == ["m2", "peak"]
    assert analyser.markers[0] is m2
    assert analyser.markers.peak.position() == 7
    with pytest.raises(NotOnDevice):
        m1.position()


def test_arguments_for_finding(analyser):
    analyser.on_device["peak"] = "7"
    assert names(AutoLoadableChannelList(analyser, "peaks", Marker, prefix="p")) == ["peak"]
    assert names(Marker.load_from_instrument(analyser, prefix="m")) == ["m1", "m2"]


def test_known_channels_are_not_made_twice(analyser):
    known = Marker(analyser, "m2")
    channels = AutoLoadableChannelList(analyser, "again", Marker, [known])
    assert names(channels) == ["m2", "m1"]
    assert channels.m2 is known
    assert known.exists_on_instrument


def test_a_locked_list_changes_neither_itself_nor_the_device(analyser):
    analyser.markers.lock()
    for change in (lambda m: m.add(name="m3"), lambda m: m.remove("m1"), lambda m: m.reload()):
        with pytest.raises(InstrumentError, match=r"analyser\.markers is locked"):
            change(analyser.markers)
    assert analyser.sent == ["MARK:LIST?"]


def test_a_selection_asks_nothing(analyser):
    """A slice is a tuple of the same channels; it does not look on the device again."""
    assert names(analyser.markers[1:]) == ["m2"]
    assert len(analyser.markers + analyser.markers[:0]) == 2
    assert analyser.sent == ["MARK:LIST?"]


def test_a_driver_without_hooks_is_told_what_to_write(analyser):
    class Half(AutoLoadableInstrumentChannel):
        pass

    with pytest.raises(NotImplementedError, match=r"analyser: Half does not say .*_discover_from_instrument"):
        AutoLoadableChannelList(analyser, "half", Half)
    half = Half.new_instance(analyser, create_on_instrument=False, name="half")
    with pytest.raises(
        NotImplementedError, match=r"analyser\.half: Half cannot be created on the device; it has no _create"
    ):
        half.create()
    assert not half.exists_on_instrument
    there = Half(analyser, "there", exists_on_instrument=True)
    with pytest.raises(NotImplementedError, match="it has no _remove"):
        there.remove()
    assert there.exists_on_instrument
    with pytest.raises(DefinitionError, match="Half: a channel needs a name"):
        Half.new_instance(analyser)
    with pytest.raises(DefinitionError, match="refused, allowed is a subclass of AutoLoadableInstrumentChannel"):
        AutoLoadableChannelList(analyser, "plain", InstrumentChannel)
