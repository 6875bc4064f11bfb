"""What harms nothing: by hand, at close, at the end of a run."""

from __future__ import annotations

from typing import Any

import pytest

from measurand._core.stop import StopToken, check_stop
from measurand.errors import InstrumentError, RefusedValue
from measurand.instrument import Instrument, InstrumentChannel, Safe, VisaInstrument, parameter, submodule
from measurand.testing import FakeClock
from measurand.transports import ScriptedTransport
from measurand.validators import Numbers


class Output(InstrumentChannel):
    """One output."""

    voltage = parameter(set_cmd=None, unit="V", vals=Numbers(-10, 10), initial_value=1.0, safe=0.0)


class Source(Instrument):
    """Two outputs."""

    enabled = parameter(set_cmd=None, initial_value=True)
    ch1 = submodule(Output)
    ch2 = submodule(Output)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.safety.add(self.enabled, False)


def test_safe_values_are_set_in_their_order() -> None:
    source: Any = Source("source")
    order: list[str] = []
    for one in (source.ch1.voltage, source.ch2.voltage, source.enabled):
        one.on_set(lambda _, one=one: order.append(one.full_name))
    source.safe_state()
    assert (source.ch1.voltage(), source.ch2.voltage(), source.enabled()) == (0.0, 0.0, False)
    assert order == ["source_ch1_voltage", "source_ch2_voltage", "source_enabled"]
    assert len(source.safety) == 3


def test_a_ramp_of_its_own_and_the_old_one_after_it() -> None:
    sent: list[float] = []
    clock = FakeClock()
    dac: Any = Instrument("dac")
    dac.add_parameter("voltage", set_cmd=sent.append, initial_cache_value=1.0, step=0.7, clock=clock)
    dac.safety.add(dac.voltage, Safe(0.0, step=0.25, inter_delay=0.1))
    dac.safe_state()
    assert sent == [0.75, 0.5, 0.25, 0.0]
    assert clock.slept[-3:] == pytest.approx([0.1, 0.1, 0.1])
    assert (dac.voltage.step, dac.voltage.inter_delay) == (0.7, 0)


def test_all_are_tried_and_the_failures_raised_together() -> None:
    def broken(_: float) -> None:
        raise OSError("cable")

    dac: Any = Instrument("dac")
    for name, command in (("a", None), ("b", broken), ("c", None)):
        dac.add_parameter(name, set_cmd=command, initial_cache_value=1.0)
        dac.safety.add(dac[name], 0.0)
    with pytest.raises(ExceptionGroup, match="dac is not safe: 1 of 3 parameters could not be set") as raised:
        dac.safe_state()
    assert (dac.a(), dac.c()) == (0.0, 0.0)
    assert "dac_b to 0.0" in "".join(raised.value.exceptions[0].__notes__)


def test_it_works_while_a_run_is_being_stopped() -> None:
    """The ramp to safety does not look at the token that ended the run."""
    token = StopToken()
    dac: Any = Instrument("dac")
    dac.add_parameter("voltage", set_cmd=None, initial_value=1.0, step=0.1, clock=FakeClock())
    dac.safety.add(dac.voltage, 0.0)
    token.request("stopped by hand")
    with token.active():
        dac.safe_state()
        with pytest.raises(BaseException, match="stopped by hand"):
            check_stop()
    assert dac.voltage() == 0.0


def test_unsafe_declarations_are_refused() -> None:
    dac: Any = Instrument("dac")
    dac.add_parameter("voltage", set_cmd=None, vals=Numbers(1, 2))
    dac.add_parameter("reading", get_cmd=lambda: 1)
    with pytest.raises(RefusedValue, match="allowed 1 to 2"):
        dac.safety.add(dac.voltage, 0)
    with pytest.raises(InstrumentError, match=r"dac_reading: cannot be made safe"):
        dac.safety.add(dac.reading, 0)
    dac.safety.add(dac.voltage, 1)
    dac.safety.remove(dac.voltage)
    assert list(dac.safety) == []


def test_at_close_only_if_asked_for_and_only_once() -> None:
    transport = ScriptedTransport([("VOLT 0", None)])
    source: Any = VisaInstrument("source", "GPIB0::1::INSTR", transport=transport)
    source.add_parameter("voltage", set_cmd="VOLT {}")
    source.safety.add(source.voltage, 0)
    source.safety.at_close = True
    source.close()
    source.close()
    transport.finish()
    assert transport.closed


def test_a_failure_at_close_is_told_after_closing() -> None:
    source: Any = VisaInstrument("source", "GPIB0::1::INSTR", transport=(transport := ScriptedTransport()))
    source.add_parameter("voltage", set_cmd="VOLT {}")
    source.safety.add(source.voltage, 0)
    source.safety.at_close = True
    transport.write = _refuse  # type: ignore[method-assign]
    with pytest.raises(ExceptionGroup, match="source is not safe"):
        source.close()
    assert source.closed
    assert transport.closed
    assert "source" not in Instrument.registry


def _refuse(text: str) -> None:
    raise OSError(text)


def test_a_constructor_that_fails_makes_nothing_safe() -> None:
    """Nobody has said yet what is safe for it, and the device may be another one."""
    sent: list[float] = []

    class Broken(Instrument):
        voltage = parameter(False, lambda _, raw: sent.append(raw), safe=0.0)

        def __init__(self, name: str) -> None:
            super().__init__(name)
            self.safety.at_close = True
            raise OSError("not this model")

    with pytest.raises(OSError, match="not this model"):
        Broken("broken")
    assert sent == []


def test_a_parameter_that_was_replaced_hands_its_safe_value_on() -> None:
    """E16: after a change of mode it is the new parameter that must be safe; a removed one is not looked for."""
    source: Any = Source("source")
    old = source.ch1.voltage
    del source.ch1.parameters["voltage"]
    source.ch1.add_parameter("voltage", set_cmd=None, initial_value=5.0)
    del source.ch2.parameters["voltage"]
    source.safe_state()
    assert source.ch1.voltage() == 0.0
    assert old() == 1.0
    assert source.enabled() is False
