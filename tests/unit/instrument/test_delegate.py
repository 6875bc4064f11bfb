"""Devices composed of what other instruments have."""

import json

import pytest

from measurand.errors import (
    DefinitionError,
    InstrumentClosed,
    InstrumentError,
    RefusedValue,
    TransportTimeout,
    UnknownName,
)
from measurand.instrument import (
    DelegateChannel,
    DelegateInstrument,
    Instrument,
    InstrumentChannel,
    InstrumentGroup,
)
from measurand.parameters import MultiParameter, Parameter, yield_of
from measurand.validators import Numbers


class Channel(InstrumentChannel):
    def __init__(self, parent, name, number):
        super().__init__(parent, name)
        self.voltage = Parameter(
            "voltage",
            unit="V",
            label="Voltage",
            get_cmd=f"V{number}?",
            set_cmd=f"V{number} {{}}",
            get_parser=float,
            vals=Numbers(-1, 1),
            instrument=self,
        )
        self.add_function("zero", call_cmd=f"V{number} 0.0")

    def double(self, value):
        return 2 * value


class Dac(Instrument):
    def __init__(self, name):
        super().__init__(name)
        self.memory = {"V1": "0.1", "V2": "0.2"}
        self.sent = []
        for number in (1, 2):
            self.add_submodule(f"ch{number}", Channel(self, f"ch{number}", number))

    def ask_raw(self, cmd):
        self.sent.append(cmd)
        if self._closed:
            raise InstrumentClosed(self.name)
        return self.memory[cmd.removesuffix("?")]

    def write_raw(self, cmd):
        self.sent.append(cmd)
        key, self.memory[key] = cmd.split()[0], cmd.split()[1]


class Magnet(Instrument):
    """Its method may wait or not; the field arrives later."""

    def __init__(self, name):
        super().__init__(name)
        self.target, self.calls, self.present = 0.0, [], 0.25
        self.field = Parameter("field", unit="T", get_cmd=lambda: self.present, set_cmd=self.set_field, instrument=self)

    def set_field(self, value, block=True):
        self.calls.append((value, block))


@pytest.fixture
def dac():
    return Dac("dac")


@pytest.fixture
def magnet():
    return Magnet("magnet")


@pytest.fixture
def station(dac, magnet):
    return {"dac": dac, "magnet": magnet}


# aliases


def test_an_alias_is_the_other_parameter(dac, station, registry):
    dot = DelegateInstrument("dot", station, {"gate": "dac.ch1.voltage", "bias": ["dac.ch2.voltage"]})
    assert dot.gate() == 0.1
    dot.gate(0.5)
    dot.bias(0.25)
    assert dac.sent == ["V1?", "V1 0.5", "V2 0.25"]
    assert (dot.gate.full_name, dot.gate.unit, dot.gate.label) == ("dot_gate", "V", "Voltage")
    assert dot.gate.cache() == dac.ch1.voltage.cache() == 0.5
    assert dot.gate.lane is dac.lane
    with pytest.raises(RefusedValue, match=r"dac\.ch1\.voltage: 2 V refused"):
        dot.gate(2)
    assert "dot" not in registry


def test_units_and_labels_of_ones_own(station):
    dot = DelegateInstrument(
        "dot", station, {"gate": "dac.ch1.voltage"}, units={"gate": "a.u."}, labels={"gate": "Plunger"}, label="Dot 7"
    )
    assert (dot.gate.unit, dot.gate.label, dot.label) == ("a.u.", "Plunger", "Dot 7")


@pytest.mark.parametrize("kind", ["mapping", "components", "attributes", "registry"])
def test_whatever_knows_instruments_by_name_will_do(station, kind):
    known = {
        "mapping": station,
        "components": type("Station", (), {"components": station})(),
        "attributes": type("Lab", (), station)(),
        "registry": None,
    }[kind]
    dot = DelegateInstrument("dot", known, {"gate": "dac.ch1.voltage"})
    assert dot.gate() == 0.1


def test_several_paths_are_one_parameter(dac, station):
    dot = DelegateInstrument("dot", station, {"leads": ["dac.ch1.voltage", "dac.ch2.voltage"]})
    assert dot.leads() == (0.1, 0.2)
    dot.leads(0)
    dot.leads((0.5, 1))
    assert dac.sent[2:] == ["V1 0", "V2 0", "V1 0.5", "V2 1"]
    with pytest.raises(RefusedValue) as caught:
        dot.leads((0.5, 2))
    assert "dot.leads: refused by dac.ch2.voltage, nothing was sent to any" in caught.value.__notes__
    assert len(dac.sent) == 6
    assert [field.name for field in yield_of(dot.leads).fields] == ["dac_ch1_voltage", "dac_ch2_voltage"]
    assert (dot.leads.unit, dot.leads.full_name) == ("V", "dot_leads")


def test_an_alias_of_several_values_keeps_its_columns(dac, station):
    class Both(MultiParameter):
        def get_raw(self):
            return 1.0, 2.0

    dac.add_parameter("both", parameter_class=Both, names=("x", "y"), shapes=((), ()))
    dot = DelegateInstrument("dot", station, {"signal": "dac.both"})
    assert dot.signal() == (1.0, 2.0)
    assert [field.name for field in yield_of(dot.signal).fields] == ["dac_x", "dac_y"]


def test_snapshot(dac, station):
    dot = DelegateInstrument(
        "dot",
        station,
        {"gate": "dac.ch1.voltage", "leads": ["dac.ch1.voltage", "dac.ch2.voltage"]},
        metadata={"chip": 7},
    )
    dac.ch1.voltage(0.5)
    state = dot.snapshot()
    assert json.loads(json.dumps(state)) == state
    assert state["parameters"]["gate"]["value"] == 0.5
    assert state["parameters"]["leads"]["value"] == [0.5, None]
    assert state["metadata"] == {"chip": 7}
    assert dac.sent == ["V1 0.5"]


# paths that lead nowhere


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "dacc.ch1.voltage",
            r"dot\.gate: there is no instrument 'dacc' for 'dacc\.ch1\.voltage'; did you mean 'dac'\?",
        ),
        ("xyz.voltage", r"there is no instrument 'xyz' for 'xyz\.voltage'; known: dac and magnet\."),
        (
            "dac.ch1.voltge",
            r"dot\.gate: 'dac\.ch1\.voltge' leads nowhere: dac\.ch1 has no 'voltge'; did you mean dac\.ch1\.v",
        ),
        ("dac.chan1.voltage", r"'dac\.chan1\.voltage' leads nowhere: dac has no 'chan1'; did you mean dac\.ch1\?"),
    ],
)
def test_a_path_that_leads_nowhere(station, path, message):
    with pytest.raises(UnknownName, match=message):
        DelegateInstrument("dot", station, {"gate": path})


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("dac.ch1", r"dot\.gate: 'dac\.ch1' is no parameter but <Channel dac\.ch1>"),
        (["dac.ch1.voltage", 3], r"dot\.gate: 3 refused, allowed is a path such as"),
        ([], r"dot\.gate: give at least one path"),
        ([""], r"dot\.gate: '' refused"),
    ],
)
def test_a_path_to_something_else(station, path, message):
    with pytest.raises(DefinitionError, match=message):
        DelegateInstrument("dot", station, {"gate": path})


@pytest.mark.parametrize("what", ["units", "labels", "setters"])
def test_words_for_a_parameter_that_is_not_there(station, what):
    with pytest.raises(UnknownName, match=rf"dot: {what} for 'gat', which is no parameter; did you mean 'gate'\?"):
        DelegateInstrument("dot", station, {"gate": "dac.ch1.voltage"}, **{what: {"gat": "V"}})


# following


def test_an_instrument_that_is_made_again_is_followed():
    Dac("dac")
    dot = DelegateInstrument("dot", None, {"gate": "dac.ch1.voltage", "leads": ["dac.ch1.voltage", "dac.ch2.voltage"]})
    dot.gate(0.5)
    again = Dac.recreate("dac")
    assert dot.gate() == 0.1
    assert dot.leads() == (0.1, 0.2)
    assert again.sent == ["V1?", "V1?", "V2?"]


def test_a_parameter_that_is_replaced_is_followed(dac, station):
    """E16."""
    dot = DelegateInstrument("dot", station, {"gate": "dac.ch1.voltage"}, channels={"lead": "dac.ch1"})
    dac.ch1.remove_parameter("voltage")
    for gate, path in ((dot.gate, "dac.ch1.voltage"), (dot.lead.voltage, "channel.voltage")):
        assert not gate.gettable
        assert dot.snapshot()["parameters"]["gate"]["value"] is None, "looking never fails"
        with pytest.raises(UnknownName, match=rf"'{path}' leads nowhere"):
            gate()
        with pytest.raises(UnknownName, match="leads nowhere"):
            gate(0.5)
    dac.ch1.add_parameter("voltage", unit="mV", set_cmd=None, initial_value=7)
    assert (dot.gate(), dot.gate.unit, dot.lead.voltage()) == (7, "mV", 7)


def test_a_source_may_be_assigned(dac, station):
    dot = DelegateInstrument("dot", station, {"gate": "dac.ch1.voltage"})
    dot.gate.source = dac.ch2.voltage
    assert dot.gate() == 0.2


# setters


def test_a_setter_sets(magnet, station):
    dot = DelegateInstrument(
        "dot", station, {"field": "magnet.field"}, setters={"field": {"method": "magnet.set_field", "block": False}}
    )
    assert dot.field() == 0.25
    dot.field(0.5)
    assert magnet.calls == [(0.5, False)]
    assert not dot.field.cache.valid, "the field is on its way"
    magnet.present = 0.4
    assert dot.field.cache() == 0.4


def test_a_setter_that_sets_the_parameter_is_believed(dac, station):
    dac.move = lambda value: dac.ch1.voltage(value)
    dot = DelegateInstrument("dot", station, {"gate": "dac.ch1.voltage"}, setters={"gate": "dac.move"})
    dot.gate(0.5)
    assert dot.gate.cache.valid
    assert dac.sent == ["V1 0.5"]
    with pytest.raises(RefusedValue):
        dot.gate(2)
    assert dac.sent == ["V1 0.5"], "the limits of the other parameter hold for a setter too"


def test_a_setter_of_several(dac, magnet, station):
    dot = DelegateInstrument(
        "dot",
        station,
        {"leads": ["dac.ch1.voltage", "dac.ch2.voltage"]},
        setters={"leads": {"method": "magnet.set_field", "block": True}},
    )
    dot.leads((0.5, 1))
    assert magnet.calls == [((0.5, 1), True)]
    assert dac.sent == []


@pytest.mark.parametrize(
    ("setter", "error", "message"),
    [
        ("magnet.set_feld", UnknownName, r"dot\.field: 'magnet\.set_feld' leads nowhere"),
        ({"block": False}, DefinitionError, "names no method, give method: such as 'magnet.set_field'"),
        ("magnet.calls", DefinitionError, "'magnet.calls' cannot be called"),
    ],
)
def test_a_setter_that_cannot_be_used(station, setter, error, message):
    with pytest.raises(error, match=message):
        DelegateInstrument("dot", station, {"field": "magnet.field"}, setters={"field": setter})


# initial values


def test_initial_values_are_set_on_request(dac, station):
    options = {
        "parameters": {"gate": "dac.ch1.voltage"},
        "channels": {"lead": "dac.ch2"},
        "initial_values": {"lead.voltage": 0.5, "gate": 0.25},
    }
    dot = DelegateInstrument("dot", station, **options)
    assert dac.sent == []
    dot.set_initial_values()
    assert dac.sent == ["V2 0.5", "V1 0.25"]
    DelegateInstrument("dot", station, set_initial_values_on_load=True, **options)
    assert len(dac.sent) == 4


def test_initial_values_from_a_file(dac, station):
    """Files have lists where Python has tuples."""
    leads = {"leads": ["dac.ch1.voltage", "dac.ch2.voltage"]}
    dot = DelegateInstrument("dot", station, leads, initial_values={"leads": [0.5, 1]}, set_initial_values_on_load=True)
    assert dac.sent == ["V1 0.5", "V2 1"]
    dot.leads(json.loads(json.dumps(dot.snapshot()))["parameters"]["leads"]["value"])
    with pytest.raises(RefusedValue, match="it has 3 values for 2 parameters"):
        dot.leads([0, 0, 0])


def test_one_initial_value_that_is_refused_sets_none(dac, station):
    with pytest.raises(RefusedValue, match=r"dac\.ch2\.voltage: 3 V refused"):
        DelegateInstrument(
            "dot",
            station,
            {"gate": "dac.ch1.voltage", "lead": "dac.ch2.voltage"},
            initial_values={"gate": 0.5, "lead": 3},
            set_initial_values_on_load=True,
        )
    assert dac.sent == []


def test_an_initial_value_that_fails_says_what_was_set(dac, station):
    def fail(value):
        raise TransportTimeout("no answer")

    dac.add_parameter("broken", set_cmd=fail)
    dot = DelegateInstrument(
        "dot", station, {"gate": "dac.ch1.voltage", "other": "dac.broken"}, initial_values={"gate": 0.5, "other": 1}
    )
    with pytest.raises(TransportTimeout) as caught:
        dot.set_initial_values()
    assert "dot: initial values: stopped at other; set before it: gate; not set: nothing" in caught.value.__notes__


def test_an_initial_value_for_nothing(station):
    with pytest.raises(
        UnknownName, match=r"dot: initial values: 'dot\.gat' leads nowhere: dot has no 'gat'; did you mean"
    ):
        DelegateInstrument("dot", station, {"gate": "dac.ch1.voltage"}, initial_values={"gat": 1})


# channels


def test_a_channel_of_another_instrument(dac, station):
    dot = DelegateInstrument("dot", station, channels={"lead": "dac.ch2"})
    dot.lead.voltage(0.5)
    assert dot.lead.voltage.full_name == "dot_lead_voltage"
    assert dot.lead.double(2) == 4
    dot.lead.zero()
    assert dot.lead.ask("V2?") == "0.0"
    dot.lead.write("V2 1")
    assert dac.sent == ["V2 0.5", "V2 0.0", "V2?", "V2 1"]
    assert dot.lead.lane is dac.lane
    assert dot.lead.root_instrument is dot
    with pytest.raises(AttributeError, match=r"dac\.ch2 has no 'voltge'"):
        _ = dot.lead.voltge
    with pytest.raises(InstrumentError, match="dot: DelegateInstrument has no connection"):
        dot.ask("V?")


class Limited(DelegateChannel):
    """A channel with narrower limits, as a laboratory would write it."""

    def __init__(self, parent, name, channel, limit):
        super().__init__(parent, name, channel)
        self.voltage.vals = Numbers(-limit, limit)


def test_a_channel_of_ones_own_class(dac, station):
    dot = DelegateInstrument("dot", station, channels={"lead": {"type": Limited, "channel": "dac.ch1", "limit": 0.5}})
    with pytest.raises(RefusedValue, match=r"dot\.lead\.voltage: 0\.75 V refused"):
        dot.lead.voltage(0.75)
    dac.ch1.voltage(0.75)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"type": "nowhere.Channel", "channel": "dac.ch1"},
            r"dot\.lead: the class 'nowhere\.Channel' cannot be loaded: No m",
        ),
        ({"type": "Channel", "channel": "dac.ch1"}, "the class 'Channel' cannot be loaded"),
        ({"type": "math.pi", "channel": "dac.ch1"}, "'math.pi' is no class"),
        ({"type": Limited}, "names no channel, give channel: such as"),
    ],
)
def test_a_channel_that_cannot_be_made(station, given, message):
    with pytest.raises(DefinitionError, match=message):
        DelegateInstrument("dot", station, channels={"lead": given})


# groups


def test_a_group_is_a_chip(dac, station):
    chip = InstrumentGroup(
        "chip",
        station,
        submodules_type="measurand.instrument.DelegateInstrument",
        submodules={
            "dot1": {"parameters": {"gate": "dac.ch1.voltage"}},
            "dot2": {"parameters": {"gate": "dac.ch2.voltage"}, "units": {"gate": "a.u."}},
        },
        initial_values={"dot1": {"gate": 0.5}, "dot2": {"gate": 0.25}},
        set_initial_values_on_load=True,
    )
    assert dac.sent == ["V1 0.5", "V2 0.25"]
    assert chip.dot2.gate.full_name == "chip_dot2_gate"
    assert chip.get_component("chip_dot1_gate") is chip.dot1.gate
    assert chip.snapshot()["submodules"]["dot1"]["parameters"]["gate"]["value"] == 0.5
    assert chip.dot1.parent is chip


def test_a_group_sets_nothing_if_one_value_is_refused(dac, station):
    with pytest.raises(RefusedValue):
        InstrumentGroup(
            "chip",
            station,
            submodules={
                "dot1": {"parameters": {"gate": "dac.ch1.voltage"}, "initial_values": {"gate": 0.5}},
                "dot2": {"parameters": {"gate": "dac.ch2.voltage"}, "initial_values": {"gate": 5}},
            },
            set_initial_values_on_load=True,
        )
    assert dac.sent == []


def test_initial_values_for_no_device(station):
    with pytest.raises(UnknownName, match=r"chip: initial values for 'dott', which is no device; did you mean 'dot'\?"):
        InstrumentGroup("chip", station, submodules={"dot": {}}, initial_values={"dott": {}})
