"""What every node offers to find its parts and to treat them alike; nodes that need no device."""

import json

import pytest

from measurand.errors import DefinitionError, InstrumentError, RefusedValue, UnknownName
from measurand.instrument import Instrument, InstrumentBase, InstrumentChannel, InstrumentModule
from measurand.parameters import Parameter
from measurand.validators import Numbers


class Source(Instrument):
    """Two levels of modules, and a memory in place of a device."""

    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.memory = {"V1": 0.5, "L": 0.1}
        self.ch1 = self.add_submodule("ch1", InstrumentChannel(self, "ch1"))
        self.ch1.voltage = Parameter(
            "voltage",
            unit="V",
            get_cmd=lambda: self.memory["V1"],
            set_cmd=lambda value: self.memory.update(V1=value),
            vals=Numbers(-1, 1),
            instrument=self.ch1,
        )
        self.ch1.trigger = self.ch1.add_submodule("trigger", InstrumentModule(self.ch1, "trigger"))
        self.ch1.trigger.add_parameter("level", get_cmd=lambda: self.memory["L"])
        self.add_function("reset", call_cmd=lambda: self.memory.update(V1=0.0))


@pytest.fixture
def source():
    return Source("source")


# without a device


def test_a_node_needs_no_device(registry):
    device = InstrumentBase("device", metadata={"chip": 7}, label="Dot 7")
    device.width = Parameter("width", unit="m", set_cmd=None, initial_value=80e-9, instrument=device)
    device.add_submodule("left", InstrumentModule(device, "left")).add_parameter("gate", set_cmd=None, initial_value=1)
    assert device.left.gate.full_name == "device_left_gate"
    state = device.snapshot()
    assert json.loads(json.dumps(state)) == state
    assert (state["label"], state["metadata"]) == ("Dot 7", {"chip": 7})
    assert state["submodules"]["left"]["parameters"]["gate"]["value"] == 1
    assert device.lane is device.left.lane is None
    assert device.log.extra == {"instrument": "device"}
    assert "device" not in registry, "only devices have to be found and closed"


def test_two_nodes_without_device_may_have_one_name():
    assert InstrumentBase("device").name == InstrumentBase("device").name


def test_a_node_without_device_cannot_send():
    device = InstrumentBase("device")
    for send in (device.ask, device.write, InstrumentModule(device, "left").ask):
        with pytest.raises(InstrumentError, match=r"device: InstrumentBase has no connection"):
            send("V?")


def test_the_name_is_checked():
    with pytest.raises(DefinitionError, match=r"'dot 7' cannot be the name of an instrument.*Use 'dot_7'"):
        InstrumentBase("dot 7")


# the way up


def test_the_way_up(source):
    trigger = source.ch1.trigger
    assert trigger.ancestors == (trigger, source.ch1, source)
    assert trigger.root_instrument is source.root_instrument is source
    assert trigger.parent is trigger._parent is source.ch1
    assert source.parent is None
    assert source.ancestors == (source,)
    assert source.instrument_modules == {"ch1": source.ch1}


# the way down


@pytest.mark.parametrize("name", ["source_ch1_voltage", "source.ch1.voltage", "ch1_voltage", "ch1.voltage"])
def test_components_are_found_by_full_name(source, name):
    assert source.get_component(name) is source.ch1.voltage


def test_every_kind_of_component_is_found(source):
    assert source.get_component("source_ch1_trigger") is source.ch1.trigger
    assert source.ch1.get_component("source_ch1_trigger_level") is source.ch1.trigger.level
    assert source.get_component("source_reset") is source.reset


@pytest.mark.parametrize("name", ["source_ch1_voltge", "ch1.voltge"])
def test_a_component_that_is_not_there(source, name):
    with pytest.raises(UnknownName, match=rf"source has no component '{name}'; did you mean 'source_ch1_voltage'\?"):
        source.get_component(name)


def test_shortcuts_by_name(source):
    source.ch1.set("voltage", 0.25)
    assert source.ch1.get("voltage") == 0.25
    source.call("reset")
    assert source.ch1.get("voltage") == 0


@pytest.mark.parametrize(
    "use", [lambda ch: ch.get("voltge"), lambda ch: ch.set("voltge", 1), lambda ch: ch.remove_parameter("voltge")]
)
def test_a_shortcut_to_nothing(source, use):
    with pytest.raises(UnknownName, match=r"source.ch1 has no 'voltge'; did you mean source.ch1.voltage\?"):
        use(source.ch1)


def test_a_function_that_is_not_there(source):
    with pytest.raises(UnknownName, match=r"source has no 'rest'; did you mean source.reset\?"):
        source.call("rest")


def test_invalidating_reaches_everything_below(source):
    source.snapshot(update=True)
    assert source.ch1.voltage.cache.valid
    assert source.ch1.trigger.level.cache.valid
    source.memory["V1"] = 0.75  # somebody turned the knob
    source.invalidate_cache()
    assert not source.IDN.cache.valid
    assert not source.ch1.trigger.level.cache.valid
    assert source.ch1.voltage.cache() == 0.75


def test_the_state_of_the_device_is_checked(source, caplog):
    source.validate_status()
    source.memory["V1"] = 12
    with caplog.at_level("INFO"), pytest.raises(ExceptionGroup, match=r"source is in a state") as caught:
        source.validate_status(verbose=True)
    (refusal,) = caught.value.exceptions
    assert isinstance(refusal, RefusedValue)
    assert "source.ch1.voltage: 12 V refused, allowed -1 to 1 V" in str(refusal)
    assert "source_ch1_voltage is 12 V" in caplog.text


def test_metadata_can_be_added(source):
    source.load_metadata({"rack": 3})
    assert source.snapshot()["metadata"] == {"rack": 3}


def test_a_removed_parameter_makes_room(source):
    """E14."""
    source.ch1.remove_parameter("voltage")
    assert "voltage" not in source.ch1.parameters
    assert not hasattr(source.ch1, "voltage")
    assert source.ch1.add_parameter("voltage", set_cmd=None, initial_value=3)() == 3
