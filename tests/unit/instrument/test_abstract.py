"""Classes of instruments that promise parameters: E18."""

import pytest

from measurand.errors import DefinitionError, DuplicateName, MissingParameter
from measurand.instrument import Instrument, InstrumentBase, InstrumentChannel, parameter
from measurand.parameters import ManualParameter, Parameter


class VoltageSource(Instrument):
    """What every voltage source of the laboratory has."""

    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.add_parameter("voltage", unit="V", abstract=True)
        self.current = Parameter("current", unit="A", abstract=True, instrument=self)
        self.add_parameter("owner", set_cmd=None)


class Complete(VoltageSource):
    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.add_parameter("voltage", unit="V", set_cmd=None, initial_value=0.5)
        self.current = Parameter("current", unit="A", get_cmd=lambda: 1e-9, instrument=self)


def test_what_is_missing_prevents_construction(registry):
    """E18: all are named, the name is free, nothing is registered."""
    with pytest.raises(MissingParameter) as caught:
        VoltageSource("source")
    assert str(caught.value) == (
        "source: VoltageSource cannot be made, it has abstract parameters that are not implemented: 'voltage' and "
        "'current'. A subclass adds each of them under the same name and with the same unit, without abstract=True."
    )
    assert isinstance(caught.value, NotImplementedError)
    assert not Instrument.exist("source")
    assert VoltageSource.instances() == []
    assert Complete("source") in registry.all(VoltageSource)


def test_an_implementation_takes_the_place():
    """E18, in both styles of declaration."""
    source = Complete("source")
    assert source.voltage is source.parameters["voltage"]
    assert source.current is source.parameters["current"]
    assert (source.voltage(), source.current()) == (0.5, 1e-9)
    assert not source.voltage.abstract
    assert list(source.snapshot()["parameters"]) == ["IDN", "owner", "voltage", "current"]


@pytest.mark.parametrize("unit", ["mV", None])
def test_the_unit_is_part_of_the_promise(unit):
    class Other(VoltageSource):
        def __init__(self, name):
            super().__init__(name)
            self.add_parameter("voltage", unit=unit, set_cmd=None)

    with pytest.raises(DefinitionError, match=r"source_voltage: unit '(mV)?' refused.* has the unit 'V'\. .*scale"):
        Other("source")
    assert not Instrument.exist("source")


def test_one_may_be_missing_still():
    class Half(VoltageSource):
        def __init__(self, name):
            super().__init__(name)
            self.add_parameter("voltage", unit="V", set_cmd=None)

    with pytest.raises(MissingParameter, match=r"not implemented: 'current'\. A subclass adds it under"):
        Half("source")


def test_only_promises_can_be_replaced():
    with pytest.raises(DuplicateName, match="voltage"):
        Complete("source").add_parameter("voltage", unit="V", set_cmd=None)


def test_any_class_may_implement():
    class Manual(VoltageSource):
        def __init__(self, name):
            super().__init__(name)
            for quantity, unit in [("voltage", "V"), ("current", "A")]:
                self.add_parameter(quantity, parameter_class=ManualParameter, unit=unit, initial_value=1)

    assert Manual("source").voltage() == 1


def test_a_failed_instrument_is_closed():
    closed = []

    class Opened(VoltageSource):
        def close(self):
            closed.append(self.name)
            super().close()

    with pytest.raises(MissingParameter):
        Opened("source")
    assert closed == ["source"]


def test_channels_and_nodes_without_device_promise_too():
    class Channel(InstrumentChannel):
        def __init__(self, parent, name):
            super().__init__(parent, name)
            self.add_parameter("level", unit="V", abstract=True)

    rack = Instrument("rack")
    with pytest.raises(MissingParameter, match=r"rack\.ch1: Channel cannot be made"):
        Channel(rack, "ch1")

    class Device(InstrumentBase):
        def __init__(self, name):
            super().__init__(name)
            self.add_parameter("level", abstract=True)

    with pytest.raises(MissingParameter, match="device: Device"):
        Device("device")


def test_a_promise_costs_other_parameters_nothing():
    assert "abstract" not in vars(Parameter("plain", set_cmd=None))


class Meter(Instrument):
    """A promise in the body of the class."""

    reading = parameter(unit="V", abstract=True)
    """What it shows."""


def test_a_class_may_promise_in_its_body():
    """E18, for the class-level form."""
    with pytest.raises(MissingParameter, match=r"meter: Meter cannot be made, .*'reading'"):
        Meter("meter")

    class Real(Meter):
        reading = parameter(lambda self: 1.5, unit="V")

    class InConstructor(Meter):
        def __init__(self, name):
            super().__init__(name)
            self.add_parameter("reading", unit="V", get_cmd=lambda: 2.5)

    assert Real("real").reading() == 1.5
    assert InConstructor("other").reading() == 2.5

    class Wrong(Meter):
        reading = parameter(lambda self: 1.5, unit="mV")

    with pytest.raises(DefinitionError, match=r"meter_reading: unit 'mV' refused, .*has the unit 'V'"):
        Wrong("meter")
    assert not Instrument.exist("meter")
