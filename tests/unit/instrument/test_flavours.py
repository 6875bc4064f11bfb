"""The three flavours of instrument, one minimal example of each (E01), and two models of one family (E20)."""

import json

import pytest

from measurand.errors import InstrumentClosed, RefusedValue
from measurand.instrument import Instrument, VisaInstrument, close_all, find_instrument
from measurand.parameters import ManualParameter, Parameter
from measurand.testing import LineServer
from measurand.validators import Enum, Numbers


class Attenuator(VisaInstrument):
    """Hardware: its parameters speak to a device."""

    def __init__(self, name, address, **kwargs):
        super().__init__(name, address, terminator="\n", **kwargs)
        self.attenuation = Parameter(
            "attenuation", unit="dB", get_cmd="ATTN?", set_cmd="ATTN {}", get_parser=float, instrument=self
        )


class Diode(Instrument):
    """Simulation: a model with a state of its own, which answers as a measurement would."""

    def __init__(self, name, saturation_current=1e-12, **kwargs):
        super().__init__(name, **kwargs)
        self._saturation_current = saturation_current
        self.voltage = Parameter("voltage", unit="V", set_cmd=None, initial_value=0.0, instrument=self)
        self.current = Parameter("current", unit="A", get_cmd=self._flowing, instrument=self)

    def _flowing(self):
        return self._saturation_current * (2.718281828 ** (self.voltage() / 0.02585) - 1)


class Preamp(Instrument):
    """Manual: a box with knobs; people keep the record true."""

    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.gain = ManualParameter("gain", unit="V/A", vals=Enum(1e6, 1e7, 1e8), instrument=self)
        self.invert = ManualParameter("invert", initial_value=False, instrument=self)


def test_hardware():
    """E01, E02: over a real socket."""
    state = {"ATTN": "0"}

    def respond(line):
        if line.endswith("?"):
            return state[line[:-1]]
        key, state[key] = line.split()
        return None

    with LineServer(respond) as server:
        attenuator = Attenuator("attenuator", server.address)
        attenuator.attenuation(12)
        assert attenuator.attenuation() == 12.0
        assert attenuator.address == server.address
        assert attenuator.snapshot()["parameters"]["attenuation"]["value"] == 12.0
        close_all()
        with pytest.raises(InstrumentClosed):
            attenuator.attenuation()


def test_simulation():
    """E01: it needs no connection, and is used as any other."""
    diode = Diode("diode")
    assert diode.current() == 0
    diode.voltage(0.5)
    assert diode.current() == pytest.approx(2.5e-4, rel=0.02)
    assert find_instrument("diode", Diode) is diode


def test_manual():
    """E01, F13: nothing is known until somebody says it."""
    preamp = Preamp("preamp")
    assert preamp.gain() is None
    assert preamp.invert() is False
    preamp.gain(1e7)
    with pytest.raises(RefusedValue):
        preamp.gain(3)
    state = preamp.snapshot()
    assert json.loads(json.dumps(state))["parameters"]["gain"]["value"] == 1e7


# a family: what the models share is in one class, what differs in one class for each


class _PowerSupply(Instrument):
    """What the models of a family have in common."""

    max_voltage: float

    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.voltage = Parameter(
            "voltage", unit="V", set_cmd=None, vals=Numbers(0, self.max_voltage), initial_value=0, instrument=self
        )


class Small(_PowerSupply):
    """The one up to 6 V."""

    max_voltage = 6.0


class Large(_PowerSupply):
    """The one up to 60 V; it has an output switch too."""

    max_voltage = 60.0

    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.output = Parameter("output", set_cmd=None, val_mapping={"on": 1, "off": 0}, instrument=self)


def test_two_models_of_a_family():
    """E20, E07."""
    small, large = Small("small", metadata={"rack": 1}), Large("large", label="Big one")
    large.voltage(20)
    with pytest.raises(RefusedValue, match=r"small\.voltage: 20 V refused, allowed 0 to 6 V"):
        small.voltage(20)
    assert not hasattr(small, "output")
    assert _PowerSupply.instances() == [small, large]
    assert (small.metadata, large.label) == ({"rack": 1}, "Big one")
