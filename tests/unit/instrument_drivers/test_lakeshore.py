"""The Lake Shore 336 and 372: what is sent, what readings mean, and waiting for a temperature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from measurand._core.stop import Stopped, StopToken
from measurand.errors import DeviceError, InstrumentError, RefusedValue
from measurand.instrument_drivers.Lakeshore.Lakeshore_336 import Lakeshore336
from measurand.instrument_drivers.Lakeshore.Lakeshore_372 import Lakeshore372
from measurand.simulation.devices.Lakeshore_336 import Lakeshore336Simulator
from measurand.simulation.devices.Lakeshore_336 import simulate as simulate_336
from measurand.simulation.devices.Lakeshore_372 import simulate as simulate_372
from measurand.simulation.kit import Served
from measurand.testing import FakeClock
from measurand.transports import ScriptedTransport

Bench = tuple[Lakeshore336, Served[Lakeshore336Simulator], FakeClock]


def scripted(driver: type[Any], *script: tuple[str, str]) -> tuple[Any, ScriptedTransport]:
    transport = ScriptedTransport([("*ESR?", "128"), ("*IDN?", "LSCI,MODEL336,LSA1234/1234567,2.9"), *script])
    return driver("ls", "SCRIPTED::INSTR", transport=transport), transport


def part(controller: Any, path: str) -> Any:
    for name in path.split("."):
        controller = controller[name]
    return controller


@pytest.fixture
def bench() -> Iterator[Bench]:
    clock = FakeClock()
    with simulate_336(clock) as served, Lakeshore336("ls", served.address, clock=clock) as controller:
        yield controller, served, clock


@pytest.mark.parametrize(
    ("driver", "path", "value", "sent", "asked", "answer"),
    [
        (Lakeshore336, "output_1.setpoint", 77.5, "SETP 1,77.5", "SETP? 1", "+77.5000"),
        (Lakeshore336, "output_2.range", "high", "RANGE 2,3", "RANGE? 2", "3"),
        (Lakeshore336, "output_3.range", "on", "RANGE 3,1", "RANGE? 3", "1"),
        (Lakeshore336, "output_1.manual_output", 12.5, "MOUT 1,12.5", "MOUT? 1", "+12.5000"),
        (Lakeshore336, "B.curve", 23, "INCRV B,23", "INCRV? B", "23"),
        (Lakeshore336, "C.sensor_name", "still", 'INNAME C,"still"', "INNAME? C", "still          "),
        (Lakeshore372, "sample_heater.range", "31.6 uA", "RANGE 0,1", "RANGE? 0", "1"),
        (Lakeshore372, "sample_heater.range", "100 mA", "RANGE 0,8", "RANGE? 0", "8"),
        (Lakeshore372, "warm_up_heater.range", "on", "RANGE 1,1", "RANGE? 1", "1"),
        (Lakeshore372, "still.setpoint", 0.8, "SETP 2,0.8", "SETP? 2", "+0.8"),
    ],
)
def test_settings_are_confirmed_and_read_back(
    driver: type[Any], path: str, value: object, sent: str, asked: str, answer: str
) -> None:
    """A21, the golden rule."""
    controller, transport = scripted(driver, (f"{sent};*ESR?", "0"), (asked, answer), (f"{sent};*ESR?", "0"))
    parameter = part(controller, path)
    parameter(value)
    assert parameter() == value
    parameter(parameter.cache())
    transport.finish()


@pytest.mark.parametrize(
    ("driver", "path", "value", "asked", "before", "sent"),
    [
        (Lakeshore336, "output_1.mode", "closed loop", "OUTMODE? 1", "0,2,0", "OUTMODE 1,1,2,0"),
        (Lakeshore336, "output_1.input", "D", "OUTMODE? 1", "1,2,0", "OUTMODE 1,1,4,0"),
        (Lakeshore336, "output_4.mode", "warm-up", "OUTMODE? 4", "0,1,1", "OUTMODE 4,5,1,1"),
        (Lakeshore336, "output_2.on_at_power_up", True, "OUTMODE? 2", "1,2,0", "OUTMODE 2,1,2,1"),
        (Lakeshore336, "output_1.i", 25.0, "PID? 1", "+50.0,+20.0,+0.0", "PID 1,+50.0,25.0,+0.0"),
        (Lakeshore336, "output_2.ramp_rate", 0.5, "RAMP? 2", "1,+10.0", "RAMP 2,1,0.5"),
        (Lakeshore336, "output_2.ramp_enabled", False, "RAMP? 2", "1,+10.0", "RAMP 2,0,+10.0"),
        (Lakeshore336, "A.sensor_type", "NTC", "INTYPE? A", "1,0,0,0,1", "INTYPE A,3,0,0,0,1"),
        (Lakeshore372, "sample_heater.mode", "closed loop", "OUTMODE? 0", "0,6,0,0,0,5", "OUTMODE 0,5,6,0,0,0,5"),
        (Lakeshore372, "sample_heater.input", "16", "OUTMODE? 0", "5,6,0,0,0,5", "OUTMODE 0,5,16,0,0,0,5"),
        (Lakeshore372, "still.polarity", "bipolar", "OUTMODE? 2", "4,0,0,0,0,5", "OUTMODE 2,4,0,0,1,0,5"),
        (Lakeshore372, "ch03.curve", 21, "INSET? 3", "1,10,3,0,1", "INSET 3,1,10,3,21,1"),
        (Lakeshore372, "ch03.excitation", "20 uV", "INTYPE? 3", "1,8,1,13,0,1", "INTYPE 3,0,3,1,13,0,1"),
        (Lakeshore372, "ch03.excitation", "3.16 nA", "INTYPE? 3", "0,3,1,13,0,1", "INTYPE 3,1,8,1,13,0,1"),
        (Lakeshore372, "ch16.range", 6320.0, "INTYPE? 16", "0,3,0,1,0,1", "INTYPE 16,0,3,0,14,0,1"),
        (Lakeshore372, "control_input.excitation", "1 nA", "INTYPE? A", "1,3,1,1,0,1", "INTYPE A,1,2,1,1,0,1"),
        (Lakeshore372, "autoscan", True, "SCAN?", "06,0", "SCAN 6,1"),
        (Lakeshore372, "scanned_channel", 5, "SCAN?", "06,1", "SCAN 5,1"),
    ],
)
def test_one_of_several_fields_leaves_the_others_as_they_are(
    driver: type[Any], path: str, value: object, asked: str, before: str, sent: str
) -> None:
    command, _, fields = sent.partition(" ")
    after = fields.partition(",")[2] if asked != "SCAN?" else fields
    controller, transport = scripted(driver, (asked, before), (f"{sent};*ESR?", "0"), (asked, after))
    part(controller, path)(value)
    assert part(controller, path)() == value
    assert command in asked
    transport.finish()


def test_readings_of_the_336() -> None:
    controller, transport = scripted(
        Lakeshore336,
        ("KRDG? A", "+4.2000E+0"), ("SRDG? A", "+1.6000"), ("RDGST? A", "000"), ("RDGST? D", "129"), ("RAMPST? 1", "1"),
        ("HTR? 2", "+033.5"), ("AOUT? 3", "+10.0"), ("HTRST? 1", "1"),
    )  # fmt: skip
    assert (controller.A.temperature(), controller.A.sensor_reading(), controller.A.status()) == (4.2, 1.6, "ok")
    assert controller.D.status() == "invalid reading, sensor units overrange"
    assert controller.output_1.ramping() is True
    assert (controller.output_2.heater_output(), controller.output_3.heater_output()) == (33.5, 10.0)
    assert controller.output_1.heater_status() == "open load"
    transport.finish()


def test_readings_of_the_372() -> None:
    controller, transport = scripted(
        Lakeshore372,
        ("KRDG? 6", "+1.0E-2"), ("RDGR? 6", "+2.0E+4"), ("RDGPWR? 6", "+1.0E-13"), ("RDGST? 6", "020"), ("KRDG? A", "4.2"),
        ("HTR?", "+050.0"), ("AOUT? 2", "+10.0"), ("SCAN 6,0;*ESR?", "0"),
    )  # fmt: skip
    channel = controller.channels[5]
    assert (channel.temperature(), channel.resistance(), channel.power()) == (0.01, 2e4, 1e-13)
    assert channel.status() == "mixer overload, resistance overrange"
    assert controller.control_input.temperature() == 4.2
    assert (controller.sample_heater.heater_output(), controller.still.heater_output()) == (50.0, 10.0)
    controller.ch06.select()
    transport.finish()


def test_safe_is_off() -> None:
    controller, transport = scripted(Lakeshore336, *[(f"RANGE {i},0;*ESR?", "0") for i in range(1, 5)])
    controller.safe_state()
    transport.finish()
    transport = ScriptedTransport(
        [("*ESR?", "0"), ("*IDN?", "LSCI,MODEL372,1,1"), *[(f"RANGE {i},0;*ESR?", "0") for i in range(3)]]
    )
    Lakeshore372("ls2", "SCRIPTED::INSTR", transport=transport).safe_state()
    transport.finish()


@pytest.mark.parametrize(
    ("driver", "path", "value"),
    [
        (Lakeshore336, "output_1.setpoint", -1), (Lakeshore336, "output_1.setpoint", 1506),
        (Lakeshore336, "output_3.range", "high"), (Lakeshore336, "output_1.mode", "monitor"),
        (Lakeshore336, "output_1.p", 0), (Lakeshore336, "output_1.ramp_rate", 101), (Lakeshore336, "A.curve", 60),
        (Lakeshore336, "output_2.manual_output", 101), (Lakeshore336, "A.sensor_name", "a name that is too long"),
        (Lakeshore372, "sample_heater.range", "1 A"), (Lakeshore372, "ch01.excitation", "5 uV"),
        (Lakeshore372, "ch01.range", 5.0), (Lakeshore372, "scanned_channel", 17), (Lakeshore372, "still.setpoint", 421),
    ],
)  # fmt: skip
def test_beyond_the_limits_nothing_is_sent(driver: type[Any], path: str, value: object) -> None:
    controller, transport = scripted(driver)
    with pytest.raises((RefusedValue, ValueError)):
        part(controller, path)(value)
    transport.finish()


def test_what_the_device_refuses_is_raised(bench: Bench) -> None:
    controller, _, _ = bench
    with pytest.raises(DeviceError, match=r"parameter refused \(execution error\) after 'RANGE 3,3'"):
        controller.write("RANGE 3,3")
    with pytest.raises(DeviceError, match="illegal command after 'HEAT 1'"):
        controller.write("HEAT 1")


def test_a_temperature_is_waited_for(bench: Bench) -> None:
    controller, _, clock = bench
    loop = controller.output_1
    loop.input("B")
    loop.mode("closed loop")
    loop.ramp_rate(60)
    loop.ramp_enabled(True)
    loop.setpoint(14.2)
    loop.range("low")
    loop.wait_until_stable(0.05, 20)
    assert 10 + 20 < clock.monotonic() < 80  # the ramp of ten kelvin, the last bit, and twenty seconds of rest
    assert abs(controller.B.temperature() - 14.2) < 0.05
    assert controller.A.temperature() == pytest.approx(4.2)


def test_waiting_says_why_it_cannot_end(bench: Bench) -> None:
    controller, served, clock = bench
    loop = controller.output_1
    with pytest.raises(InstrumentError, match="holds no temperature: input none, range off"):
        loop.wait_until_stable(0.1, 1)
    loop.input("A")
    loop.range("high")  # the mode is off still
    loop.setpoint(100)
    with pytest.raises(InstrumentError, match=r"not stable in 30 s: ls_A is at 4\.2 K, the setpoint is 100 K"):
        loop.wait_until_stable(0.1, 1, timeout=30)
    assert clock.monotonic() == pytest.approx(30)
    served.device.broken.add("A")
    with pytest.raises(InstrumentError, match="the reading of ls_A is not valid: invalid reading"):
        loop.wait_until_stable(0.1, 1)


def test_a_stopped_run_ends_the_wait(bench: Bench) -> None:
    """I: what waits looks at the stop token."""
    controller, _, _ = bench
    controller.output_1.input("A")
    controller.output_1.range("high")
    token = StopToken()
    token.request("enough")
    with token.active(), pytest.raises(Stopped):
        controller.output_1.wait_until_stable(0.1, 1)


def test_the_372_on_the_bench() -> None:
    clock = FakeClock()
    with simulate_372(clock) as served, Lakeshore372("ls", served.address, clock=clock) as bridge:
        assert bridge.ch05.resistance() == pytest.approx(1000)
        bridge.sample_heater.input("5")
        bridge.sample_heater.mode("closed loop")
        bridge.sample_heater.setpoint(6.0)
        bridge.sample_heater.range("10 mA")
        bridge.sample_heater.wait_until_stable(0.01, 10)
        assert bridge.channels.temperature()[4] == pytest.approx(6, abs=0.01)
        bridge.sample_heater.resistance(120.0)
        assert served.device.heater == "120.0,0,0,1"
        with pytest.raises(DeviceError):
            bridge.write("SCAN 17,0")
