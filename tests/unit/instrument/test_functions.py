"""Functions of an instrument: declared in one line, checked before anything is sent."""

from __future__ import annotations

import pytest

from measurand.errors import DuplicateName, GuardedAttribute, RefusedType, RefusedValue
from measurand.instrument import InstrumentModule, VisaInstrument
from measurand.measure import sweep
from measurand.parameters import ManualParameter
from measurand.testing import fresh_registry  # noqa: F401 - a fixture
from measurand.transports import ScriptedTransport
from measurand.validators import Numbers


def test_functions_are_called_checked_and_listed() -> None:
    """C04, C05, C06, C07, C08, C10."""
    script = ScriptedTransport([("*RST", None), ("PULSE 1.5,3", None), ("ADD? 1,2", "3")])
    with VisaInstrument("gen", "GPIB0::5::INSTR", transport=script, device_clear=False) as gen:
        gen.add_function("reset", call_cmd="*RST")
        gen.add_function("pulse", call_cmd="PULSE {},{}", args=[Numbers(0, 2), Numbers(0, 9)])
        gen.add_function("sum", call_cmd="ADD? {},{}", args=[Numbers(), Numbers()], return_parser=int)
        gen.add_function("double", call_cmd=lambda x: 2 * x, args=[Numbers()])
        gen.reset()
        gen.pulse(1.5, 3)
        assert gen["sum"](1, 2) == 3
        assert gen.double(4) == 8
        with pytest.raises(RefusedValue):
            gen.pulse(3, 3)
        with pytest.raises(RefusedType):
            gen.pulse(1)
        with pytest.raises(DuplicateName):
            gen.add_function("reset", call_cmd="*CLS")
        with pytest.raises(GuardedAttribute):
            gen.reset = 3
        assert set(gen.snapshot()["functions"]) == {"reset", "pulse", "sum", "double"}
        with pytest.raises(ValueError, match="cannot be measured"):
            sweep(ManualParameter("x")[0, 1]).each(gen.reset)
        del gen.functions["reset"]
        assert not hasattr(gen, "reset")


def test_functions_of_a_module_go_through_its_parent() -> None:
    """C04."""
    script = ScriptedTransport([("CH1:TRIG", None)])
    with VisaInstrument("gen", "GPIB0::5::INSTR", transport=script, device_clear=False) as gen:
        channel = gen.add_submodule("ch1", InstrumentModule(gen, "ch1"))
        channel.add_function("trigger", call_cmd="CH1:TRIG")
        gen.ch1.trigger()
