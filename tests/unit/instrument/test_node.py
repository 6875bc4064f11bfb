import copy
import io
import json
import pickle

import numpy as np
import pytest

from measurand.errors import (
    DefinitionError,
    DuplicateName,
    GuardedAttribute,
    InstrumentError,
    RefusedValue,
    UnknownName,
)
from measurand.instrument import Instrument, InstrumentChannel, InstrumentModule
from measurand.parameters import ManualParameter, Parameter
from measurand.validators import Numbers


class Channel(InstrumentChannel):
    def __init__(self, parent, name, number, **kwargs):
        super().__init__(parent, name, **kwargs)
        self.voltage = Parameter(
            "voltage",
            unit="V",
            get_cmd=f"V{number}?",
            set_cmd=f"V{number} {{}}",
            get_parser=float,
            vals=Numbers(-10, 10),
            instrument=self,
        )
        self.number = number


class Dac(Instrument):
    """A device whose text channel is a dict."""

    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.memory = {"V1": "0", "V2": "0"}
        self.sent = []
        for number in (1, 2):
            self.add_submodule(f"ch{number}", Channel(self, f"ch{number}", number))
        self.add_parameter("frequency", unit="Hz", set_cmd=None, initial_value=10.0)

    def ask_raw(self, cmd):
        self.sent.append(cmd)
        return self.memory[cmd.removesuffix("?")]

    def write_raw(self, cmd):
        self.sent.append(cmd)
        key, self.memory[key] = cmd.split()[0], cmd.split()[1]


@pytest.fixture
def dac():
    return Dac("dac")


# names and the way of commands


def test_full_names(dac):
    """E10."""
    assert (dac.name, dac.full_name, dac.short_name) == ("dac", "dac", "dac")
    assert (dac.ch1.name, dac.ch1.full_name, dac.ch1.short_name) == ("dac_ch1", "dac_ch1", "ch1")
    assert dac.ch1.name_parts == ["dac", "ch1"]
    assert dac.ch1.voltage.full_name == "dac_ch1_voltage"


def test_commands_go_to_the_parent(dac):
    """E10."""
    dac.ch2.voltage(1.5)
    assert dac.ch2.voltage() == 1.5
    assert dac.sent == ["V2 1.5", "V2?"]


def test_a_module_may_change_what_is_sent(dac):
    class Prefixed(InstrumentModule):
        def ask_raw(self, cmd):
            return super().ask_raw(f"V{cmd}")

        def write_raw(self, cmd):
            super().write_raw(f"V{cmd}")

    module = Prefixed(dac, "prefixed")
    module.write("1 3")
    assert module.ask("1?") == "3"


def test_parent_and_root(dac):
    """E11: the parent is there before the base constructor ends, so that logs carry the full name."""
    inner = InstrumentModule(dac.ch1, "inner")
    assert inner.parent is inner._parent is dac.ch1
    assert inner.root_instrument is dac.ch1.root_instrument is dac
    assert inner.lock is dac.lock
    assert inner.lane is dac.lane is None
    assert inner.log.extra == {"instrument": "dac.ch1.inner"}


def test_an_instrument_without_connection_says_so():
    preamp = Instrument("preamp")
    with pytest.raises(InstrumentError, match=r"preamp: Instrument has no connection .*Use VisaInstrument"):
        preamp.ask("A?")


@pytest.mark.parametrize("name", ["ch 1", "1ch", "class", "", None])
def test_bad_names_of_modules_are_refused(dac, name):
    with pytest.raises(DefinitionError, match="submodule"):
        Channel(dac, name, 1)


# parameters and submodules


def test_both_ways_of_declaring_give_the_same(dac):
    """A42."""
    added = dac.add_parameter("added", set_cmd=None)
    dac.attribute = attribute = Parameter("attribute", set_cmd=None, instrument=dac)
    assert dac.added is dac.parameters["added"] is dac["added"] is added
    assert dac.attribute is dac.parameters["attribute"] is dac["attribute"] is attribute
    assert "added" in dac.__dict__, "reading an attribute costs one look-up"


def test_any_parameter_class(dac):
    """E15."""

    class Own:
        def __init__(self, name, instrument, extra):
            self.name, self.instrument, self.extra = name, instrument, extra

        def snapshot(self, update):
            return {"extra": self.extra}

    assert isinstance(dac.add_parameter("manual", ManualParameter, initial_value=3), ManualParameter)
    own = dac.add_parameter("own", parameter_class=Own, extra=5)
    assert dac.own is own
    assert own.instrument is dac
    assert dac.snapshot()["parameters"]["own"] == {"extra": 5}


@pytest.mark.parametrize("name", ["frequency", "ch1", "close", "name", "memory", "ask"])
def test_a_taken_name_is_refused(dac, name):
    """A45: also where a parameter would hide a method or attribute of the driver."""
    before = dac.__dict__[name] if name in dac.__dict__ else getattr(Dac, name)
    with pytest.raises(DuplicateName, match=name):
        dac.add_parameter(name, set_cmd=None)
    assert (dac.__dict__[name] if name in dac.__dict__ else getattr(Dac, name)) is before


@pytest.mark.parametrize("name", ["frequency", "ch1", "close"])
def test_a_taken_name_of_a_submodule_is_refused(dac, name):
    """E12."""
    with pytest.raises(DuplicateName, match=name):
        dac.add_submodule(name, InstrumentModule(dac, name))


def test_a_parameter_that_cannot_be_made_leaves_nothing(dac):
    with pytest.raises(RefusedValue):
        dac.add_parameter("gain", set_cmd=None, vals=Numbers(0, 1), initial_value=2)
    assert "gain" not in dac.parameters
    assert dac.add_parameter("gain", set_cmd=None)() is None


def _add(node):
    return node.add_parameter("mode", set_cmd=None, initial_value=1)


def _declare(node):
    node.mode = Parameter("mode", set_cmd=None, initial_value=1, instrument=node)
    return node.mode


def _declare_as(node):
    node.other = Parameter("mode", set_cmd=None, initial_value=1, instrument=node)
    return node.other


def _del_item(node):
    del node.parameters["mode"]


def _del_attribute(node):
    del node.mode


def _pop(node):
    assert node.parameters.pop("mode") is not None


def _popitem(node):
    assert node.parameters.popitem()[0] == "mode"


@pytest.mark.parametrize("declare", [_add, _declare, _declare_as])
@pytest.mark.parametrize("remove", [_del_item, _del_attribute, _pop, _popitem])
def test_removing_a_parameter_removes_it_completely(dac, declare, remove):
    """E14, E16."""
    declare(dac)
    remove(dac)
    assert not hasattr(dac, "mode")
    assert not hasattr(dac, "other")
    assert "mode" not in dac.parameters
    assert "mode" not in dac.snapshot()["parameters"]
    assert declare(dac)() == 1


def test_the_dict_of_parameters_behaves(dac):
    parameters = dac.parameters
    assert parameters.pop("none", 5) == 5
    with pytest.raises(KeyError):
        parameters.pop("none")
    extra = Parameter("extra", set_cmd=None)
    parameters.update(extra=extra)
    assert dac.extra is extra
    assert parameters.setdefault("extra", None) is extra
    parameters.clear()
    assert not parameters
    assert not hasattr(dac, "frequency")


def test_removing_a_submodule(dac):
    del dac.submodules["ch1"]
    assert not hasattr(dac, "ch1")
    dac.add_submodule("ch1", Channel(dac, "ch1", 1))


def test_items(dac):
    assert dac["ch1"]["voltage"] is dac.ch1.voltage
    with pytest.raises(UnknownName, match=r"dac has no 'frequenzy'; did you mean dac.frequency?"):
        dac["frequenzy"]
    with pytest.raises(KeyError, match=r"dac has no 'x'; it has IDN, frequency, ch1 and ch2"):
        dac["x"]


# guarded attributes


def test_assigning_over_a_parameter_tells_how_to_set_it(dac):
    with pytest.raises(GuardedAttribute) as caught:
        dac.ch1.voltage = 5
    assert str(caught.value) == (
        "dac.ch1.voltage = 5 refused: it would replace <Parameter dac.ch1.voltage>. To set it, call dac.ch1.voltage(5)."
    )
    assert dac.sent == []


def test_assigning_over_a_submodule_is_refused(dac):
    with pytest.raises(GuardedAttribute, match=r"dac.ch1 = 5 refused.*del dac.ch1"):
        dac.ch1 = 5


def test_another_parameter_does_not_slip_in_either(dac):
    with pytest.raises(GuardedAttribute):
        dac.frequency = Parameter("frequency", set_cmd=None)


@pytest.mark.parametrize("attribute", ["frequenccy", "frequncy", "Frequency"])
def test_a_misspelt_parameter_is_refused(dac, attribute):
    with pytest.raises(GuardedAttribute, match=rf"did you mean dac.frequency\(3\)\? .*_{attribute}"):
        setattr(dac, attribute, 3)
    assert not hasattr(dac, attribute)


def test_other_attributes_are_the_drivers_own(dac):
    for attribute in ("frequency_offset", "notes", "_frequenccy", "f"):
        setattr(dac, attribute, 1)
        setattr(dac, attribute, 2)
    dac.memory = {}
    dac.ch1.number = 7
    dac.label = "Gates"


def test_while_constructing_nothing_is_taken_for_misspelt():
    class Generator(Instrument):
        def __init__(self, name):
            self.early = 1
            self.early = 2
            super().__init__(name)
            self.add_parameter("channel", set_cmd=None)
            self.channels = 4

    assert Generator("generator").channels == 4


def test_a_missing_attribute_suggests(dac):
    with pytest.raises(AttributeError, match=r"dac.ch1 has no 'volage'; did you mean dac.ch1.voltage?"):
        _ = dac.ch1.volage
    assert not hasattr(dac, "_private")


# snapshots


def test_a_snapshot_touches_no_hardware_unless_asked(dac):
    """E04."""
    assert dac.snapshot()["submodules"]["ch1"]["parameters"]["voltage"]["value"] is None
    assert dac.sent == []
    dac.memory["V1"] = "2.5"
    assert dac.snapshot(update=True)["submodules"]["ch1"]["parameters"]["voltage"]["value"] == 2.5
    assert dac.sent == ["V1?", "V2?"]
    assert dac.snapshot()["submodules"]["ch1"]["parameters"]["voltage"]["value"] == 2.5


def test_a_snapshot_is_json():
    """E03, with numpy, complex and arrays."""
    dac = Dac("dac", label="Gates", metadata={"rack": np.int64(3)})
    for name, value in [("a", np.arange(3)), ("c", 1 + 2j), ("n", np.float64(0.5)), ("inf", float("inf"))]:
        dac.add_parameter(name, set_cmd=None, initial_value=value)
    state = dac.snapshot()
    assert json.loads(json.dumps(state, allow_nan=False)) == state
    assert state["metadata"] == {"rack": 3}
    assert (state["name"], state["label"]) == ("dac", "Gates")
    assert state["__class__"].endswith(".Dac")
    assert state["parameters"]["a"]["value"] == [0, 1, 2]
    assert state["submodules"]["ch2"]["full_name"] == "dac_ch2"


def test_one_parameter_that_fails_does_not_lose_the_snapshot(dac, caplog):
    dac.ch1.voltage(1)
    del dac.memory["V1"]
    state = dac.snapshot(update=True)
    assert state["submodules"]["ch1"]["parameters"]["voltage"]["value"] == 1
    assert "[dac_ch1(Channel)] Snapshot: voltage was not read" in caplog.text


def test_a_driver_may_add_to_the_snapshot_and_leave_things_out():
    class Own(Dac):
        def snapshot_base(self, update=False, params_to_skip_update=None):
            return {**super().snapshot_base(update, ["frequency"]), "wiring": (1, 2)}

    own = Own("own")
    own.add_parameter("secret", set_cmd=None, snapshot_exclude=True)
    assert own.snapshot(update=True)["wiring"] == [1, 2]
    assert "secret" not in own.snapshot()["parameters"]


def test_readable_snapshot(dac):
    dac.ch1.voltage(1.5)
    dac.add_parameter("text", set_cmd=None, initial_value="x" * 100)
    out = io.StringIO()
    dac.print_readable_snapshot(file=out, max_chars=30)
    lines = out.getvalue().splitlines()
    assert lines[0] == "dac:"
    assert "  frequency : 10.0 Hz" in lines
    assert "  text      : xxxxxxxxxxxxxxx…" in lines
    assert lines[lines.index("dac.ch1:") + 1] == "  voltage : 1.5 V"
    assert lines[lines.index("dac.ch2:") + 1] == "  voltage : not known"


# the rest


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_an_instrument_cannot_be_pickled_or_copied(dac, duplicate):
    """E19."""
    for node in (dac, dac.ch1):
        with pytest.raises(TypeError, match=r"cannot be pickled or copied.*Hand over its name"):
            duplicate(node)


def test_repr(dac):
    assert repr(dac) == "<Dac dac>"
    assert repr(dac.ch1) == "<Channel dac.ch1>"
