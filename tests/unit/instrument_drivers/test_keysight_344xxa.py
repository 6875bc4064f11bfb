"""The Truevolt multimeters: what is sent, and how they behave at their simulated devices."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import pytest

from measurand.errors import (
    DefinitionError,
    DeviceError,
    InstrumentError,
    RefusedValue,
    TransportTimeout,
    UndecodableAnswer,
)
from measurand.instrument_drivers.Keysight.Keysight_34460A import Keysight34460A
from measurand.instrument_drivers.Keysight.Keysight_34461A import Keysight34461A
from measurand.instrument_drivers.Keysight.Keysight_34465A import Keysight34465A
from measurand.instrument_drivers.Keysight.Keysight_34470A import Keysight34470A
from measurand.simulation.devices.Keysight_344xxA import simulate
from measurand.transports import ScriptedTransport

OK = '+0,"No error"'
BEFORE = [("*IDN?", "Keysight Technologies,X,MY1,A.03"), ("SAMP:COUN?", "+1")]
DIGITISING = (Keysight34465A, Keysight34470A)


def scripted(driver: type[Any], *script: tuple[str, Any], name: str = "dmm") -> tuple[Any, ScriptedTransport]:
    opening = [*BEFORE, *([("SAMP:SOUR?", "IMM")] if driver in DIGITISING else []), ("FUNC?", '"VOLT"')]
    transport = ScriptedTransport([*opening, *script])
    return driver(name, "TCPIP0::127.0.0.1::5025::SOCKET", transport=transport), transport


@pytest.mark.parametrize(
    ("path", "value", "sent", "asked", "answer"),
    [
        ("function", "four_wire_resistance", 'FUNC "FRES"', "FUNC?", '"FRES"'),
        ("dc_voltage.range", 10.0, "VOLT:DC:RANG 10.0", "VOLT:DC:RANG?", "+1.00000000E+01"),
        ("dc_voltage.auto_range", False, "VOLT:DC:RANG:AUTO 0", "VOLT:DC:RANG:AUTO?", "0"),
        ("dc_voltage.null_enabled", True, "VOLT:DC:NULL 1", "VOLT:DC:NULL?", "1"),
        ("dc_current.null_value", -1e-6, "CURR:DC:NULL:VAL -1e-06", "CURR:DC:NULL:VAL?", "-1.00000000E-06"),
        ("dc_voltage.nplc", 0.2, "VOLT:DC:NPLC 0.2", "VOLT:DC:NPLC?", "+2.00000000E-01"),
        ("dc_voltage.auto_zero", False, "VOLT:DC:ZERO:AUTO 0", "VOLT:DC:ZERO:AUTO?", "0"),
        ("dc_voltage.auto_impedance", True, "VOLT:DC:IMP:AUTO 1", "VOLT:DC:IMP:AUTO?", "1"),
        ("dc_voltage.aperture", 3e-4, "VOLT:DC:APER 0.0003", "VOLT:DC:APER?", "+3.00000000E-04"),
        ("dc_voltage.aperture_enabled", True, "VOLT:DC:APER:ENAB 1", "VOLT:DC:APER:ENAB?", "1"),
        ("ac_voltage.range", 1.0, "VOLT:AC:RANG 1.0", "VOLT:AC:RANG?", "+1.00000000E+00"),
        ("ac_voltage.bandwidth", 3.0, "VOLT:AC:BAND 3.0", "VOLT:AC:BAND?", "+3.00000000E+00"),
        ("dc_current.range", 1e-6, "CURR:DC:RANG 1e-06", "CURR:DC:RANG?", "+1.00000000E-06"),
        ("dc_current.nplc", 100.0, "CURR:DC:NPLC 100.0", "CURR:DC:NPLC?", "+1.00000000E+02"),
        ("dc_current.terminals", 10, "CURR:DC:TERM 10", "CURR:DC:TERM?", "+10"),
        ("ac_current.range", 0.1, "CURR:AC:RANG 0.1", "CURR:AC:RANG?", "+1.00000000E-01"),
        ("ac_current.bandwidth", 200.0, "CURR:AC:BAND 200.0", "CURR:AC:BAND?", "+2.00000000E+02"),
        ("resistance.range", 1e9, "RES:RANG 1000000000.0", "RES:RANG?", "+1.00000000E+09"),
        ("resistance.auto_zero", True, "RES:ZERO:AUTO 1", "RES:ZERO:AUTO?", "1"),
        ("frequency.aperture", 1.0, "FREQ:APER 1.0", "FREQ:APER?", "+1.00000000E+00"),
        ("frequency.bandwidth", 20.0, "FREQ:RANG:LOW 20.0", "FREQ:RANG:LOW?", "+2.00000000E+01"),
        ("frequency.voltage_range", 0.1, "FREQ:VOLT:RANG 0.1", "FREQ:VOLT:RANG?", "+1.00000000E-01"),
        ("frequency.voltage_auto_range", True, "FREQ:VOLT:RANG:AUTO 1", "FREQ:VOLT:RANG:AUTO?", "1"),
        ("temperature.probe", "thermocouple", "TEMP:TRAN:TYPE TC", "TEMP:TRAN:TYPE?", "TC"),
        ("temperature.rtd_resistance", 100.0, "TEMP:TRAN:RTD:RES 100.0", "TEMP:TRAN:RTD:RES?", "+1.0E+02"),
        ("temperature.four_wire_rtd_resistance", 100.0, "TEMP:TRAN:FRTD:RES 100.0", "TEMP:TRAN:FRTD:RES?", "+1.0E+02"),
        ("temperature.nplc", 1.0, "TEMP:NPLC 1.0", "TEMP:NPLC?", "+1.00000000E+00"),
        ("temperature.unit", "°C", "UNIT:TEMP C", "UNIT:TEMP?", "C"),
        ("trigger.source", "external", "TRIG:SOUR EXT", "TRIG:SOUR?", "EXT"),
        ("trigger.slope", "positive", "TRIG:SLOP POS", "TRIG:SLOP?", "POS"),
        ("trigger.delay", 0.5, "TRIG:DEL 0.5", "TRIG:DEL?", "+5.00000000E-01"),
        ("trigger.auto_delay", True, "TRIG:DEL:AUTO 1", "TRIG:DEL:AUTO?", "1"),
        ("trigger.count", 3, "TRIG:COUN 3", "TRIG:COUN?", "+3.00000000E+00"),
        ("sample.count", 100, "SAMP:COUN 100", "SAMP:COUN?", "+100"),
        ("sample.source", "timer", "SAMP:SOUR TIM", "SAMP:SOUR?", "TIM"),
        ("sample.interval", 1e-3, "SAMP:TIM 0.001", "SAMP:TIM?", "+1.00000000E-03"),
        ("display_enabled", False, "DISP 0", "DISP?", "0"),
        ("display_text", "cold", 'DISP:TEXT "cold"', "DISP:TEXT?", '"cold"'),
    ],
)
def test_settings_are_confirmed_and_read_back(path: str, value: object, sent: str, asked: str, answer: str) -> None:
    """A21, the golden rule: what is read can be set."""
    confirmed = (f"{sent};:SYST:ERR?", OK)
    dmm, transport = scripted(Keysight34465A, confirmed, (asked, answer), confirmed)
    parameter = dmm
    for name in path.split("."):
        parameter = parameter[name]
    parameter(value)
    assert parameter() == value
    parameter(parameter.cache())
    transport.finish()


@pytest.mark.parametrize(
    ("driver", "path", "value"),
    [
        (Keysight34465A, "dc_voltage.range", 2.0),
        (Keysight34460A, "dc_voltage.nplc", 0.06),
        (Keysight34461A, "dc_current.range", 1e-6),
        (Keysight34461A, "resistance.range", 1e9),
        (Keysight34461A, "function", "capacitance"),
        (Keysight34461A, "temperature.probe", "thermocouple"),
        (Keysight34461A, "sample.count", 1_000_001),
        (Keysight34470A, "dc_voltage.aperture", 2.0),
        (Keysight34470A, "ac_voltage.bandwidth", 10.0),
        (Keysight34470A, "display_text", "x" * 41),
    ],
)
def test_what_the_model_does_not_allow_is_not_sent(driver: type[Any], path: str, value: object) -> None:
    """A10: the limits are those of the model."""
    dmm, transport = scripted(driver)
    node, _, name = path.rpartition(".")
    parameter = (dmm[node] if node else dmm)[name]
    with pytest.raises(RefusedValue):
        parameter(value)
    transport.finish()


def test_what_only_some_models_have() -> None:
    models = (Keysight34460A, Keysight34461A, Keysight34470A)
    small, middle, large = (scripted(one, name=one.__name__)[0] for one in models)
    assert "terminals" not in small.dc_current.parameters
    assert "terminals" in middle.dc_current.parameters
    assert "aperture" not in middle.dc_voltage.parameters
    assert "source" not in middle.sample.parameters
    assert "time_axis" not in middle.parameters
    assert {"aperture", "aperture_enabled"} <= large.dc_voltage.parameters.keys()
    assert large.trace.setpoints == (large.sample_index,)


@pytest.mark.parametrize(
    ("answer", "value"), [("-1.25000000E-01", -0.125), ("+9.90000000E+37", math.inf), ("-9.90000000E+37", -math.inf)]
)
def test_an_overload_is_infinite(answer: str, value: float) -> None:
    dmm, transport = scripted(Keysight34461A, ("READ?", answer))
    assert dmm.volt() == value
    transport.finish()


def test_no_number_is_none() -> None:
    dmm, _ = scripted(Keysight34461A, ("READ?", "+9.91000000E+37"))
    assert math.isnan(dmm.reading())


def test_readings_have_the_unit_of_the_function() -> None:
    """E05: what is stored says what it is."""
    with simulate() as served, Keysight34465A("dmm", served.address) as dmm:
        assert (dmm.volt(), dmm.reading.unit) == (1.0, "V")
        dmm.function("four_wire_resistance")
        assert (dmm.reading(), dmm.reading.unit, dmm.trace.unit) == (1000.0, "Ohm", "Ohm")
        dmm.function("temperature")
        assert (dmm.reading(), dmm.reading.unit) == (pytest.approx(20.0), "°C")
        dmm.temperature.unit("K")
        assert (dmm.reading(), dmm.reading.unit) == (293.15, "K")
        dmm.reset()
        assert (dmm.function(), dmm.reading.unit) == ("dc_voltage", "V")


def test_no_voltage_is_read_while_something_else_is_measured() -> None:
    """Nothing is switched silently: measuring a resistance sends a current through the sample."""
    dmm, transport = scripted(Keysight34461A, ('FUNC "RES";:SYST:ERR?', OK))
    dmm.function("resistance")
    with pytest.raises(InstrumentError, match=r"dmm: measures resistance at present, no voltage\. Set function to"):
        dmm.volt()
    transport.finish()


def test_a_fixed_range_ends_auto_range_and_overloads() -> None:
    with simulate() as served, Keysight34465A("dmm", served.address) as dmm:
        assert dmm.dc_voltage.auto_range()
        assert dmm.dc_voltage.range() == 1.0
        dmm.dc_voltage.range(0.1)
        assert not dmm.dc_voltage.auto_range.cache.valid
        assert not dmm.dc_voltage.auto_range()
        assert dmm.volt() == math.inf
        dmm.dc_voltage.auto_range(True)
        assert dmm.volt() == 1.0


def test_null_is_subtracted() -> None:
    with simulate("34461A") as served, Keysight34461A("dmm", served.address) as dmm:
        dmm.function("resistance")
        dmm.resistance.null_value(0.25)
        assert dmm.reading() == 1000.0
        dmm.resistance.null_enabled(True)
        assert dmm.reading() == 999.75


def test_a_diode_is_no_voltage() -> None:
    """Its reading is in V, and a current flows."""
    dmm, transport = scripted(Keysight34461A, ('FUNC "DIOD";:SYST:ERR?', OK))
    dmm.function("diode")
    with pytest.raises(InstrumentError, match="dmm: measures diode at present, no voltage"):
        dmm.volt()
    transport.finish()


def test_apertures_and_power_line_cycles_exclude_each_other() -> None:
    with simulate() as served, Keysight34470A("dmm", served.address) as dmm:
        dmm.dc_voltage.aperture(3e-4)
        assert dmm.dc_voltage.aperture_enabled.cache() is True
        dmm.dc_voltage.nplc(0.06)
        assert dmm.dc_voltage.aperture_enabled.cache() is False


@pytest.mark.parametrize("binary", [False, True])
def test_a_trace_with_its_time_axis(binary: bool) -> None:
    """F16: the axis is that of the samples; text and blocks give the same numbers."""
    with simulate() as served, Keysight34465A("dmm", served.address) as dmm:
        dmm.sample.count(40)
        dmm.sample.source("timer")
        dmm.sample.interval(1e-3)
        dmm.binary_trace(binary)
        trace = dmm.trace()
        times = np.arange(40) * 1e-3
        assert dmm.trace.setpoints == (dmm.time_axis,)
        np.testing.assert_allclose(dmm.time_axis(), times, rtol=1e-12)
        np.testing.assert_allclose(trace, 1.0 + 0.1 * np.sin(2 * np.pi * 50 * times), atol=1e-8)
        assert dmm.timeout() == 5
        with pytest.raises(UndecodableAnswer, match="40 readings came for one; set sample.count"):
            dmm.reading()
        dmm.sample.source("immediate")
        assert dmm.trace.setpoints == (dmm.sample_index,)
        assert dmm.errors() == []


def test_blocks_are_asked_for_only_while_a_trace_is_read() -> None:
    data = struct.pack(">3d", 1.0, 9.9e37, -9.9e37)
    dmm, transport = scripted(
        Keysight34461A,
        ("SAMP:COUN 3;:SYST:ERR?", OK),
        ("VOLT:DC:NPLC?", "+1.00000000E+01"),
        ("FORM REAL,64;:FORM:BORD NORM;:SYST:ERR?", OK),
        ("READ?", b"#224" + data),
        ("FORM ASC;:SYST:ERR?", OK),
    )
    dmm.sample.count(3)
    dmm.binary_trace(True)
    assert dmm.trace().tolist() == [1.0, math.inf, -math.inf]
    transport.finish()


def test_text_is_asked_for_again_when_a_trace_fails() -> None:
    dmm, transport = scripted(
        Keysight34461A,
        ("VOLT:DC:NPLC?", "+1.00000000E+01"),
        ("FORM REAL,64;:FORM:BORD NORM;:SYST:ERR?", OK),
        ("READ?", TransportTimeout("dmm: no answer")),
        ("FORM ASC;:SYST:ERR?", OK),
    )
    dmm.binary_trace(True)
    with pytest.raises(TransportTimeout):
        dmm.acquire()
    transport.finish()


def test_the_time_that_a_timer_takes_is_waited_for() -> None:
    dmm, transport = scripted(
        Keysight34465A,
        ("SAMP:SOUR TIM;:SYST:ERR?", OK),
        ("SAMP:TIM 2.0;:SYST:ERR?", OK),
        ("SAMP:COUN 30;:SYST:ERR?", OK),
        ("READ?", ",".join(["+1.00000000E+00"] * 30)),
    )
    dmm.sample.source("timer")
    dmm.sample.interval(2.0)
    dmm.sample.count(30)
    waited: list[float | None] = []
    dmm.parameters["timeout"].on_set(waited.append)
    assert dmm.trace().shape == (30,)
    assert waited == [65.0, 5.0]
    transport.finish()


@pytest.mark.parametrize(
    ("function", "settings", "longest"),
    [
        ("dc_voltage", {"dc_voltage.nplc": 100.0}, 10 * (2 * 100 / 50 + 0.1)),
        ("four_wire_resistance", {"resistance.nplc": 0.2}, 10 * (2 * 0.2 / 50 + 0.1)),
        ("dc_current", {"dc_current.aperture": 0.5}, 10 * (2 * 0.5 + 0.1)),
        ("ac_voltage", {"ac_voltage.bandwidth": 3.0}, 10 * (2.5 + 0.1)),
        ("ac_current", {"ac_current.bandwidth": 200.0}, 10 * (0.025 + 0.1)),
        ("frequency", {}, 10 * 5.0),
    ],
)
def test_a_trace_waits_as_long_as_the_settings_say(function: str, settings: dict[str, float], longest: float) -> None:
    with simulate() as served, Keysight34465A("dmm", served.address) as dmm:
        dmm.function(function)
        for path, value in settings.items():
            module, name = path.split(".")
            dmm[module][name](value)
        dmm.sample.count(10)
        waited: list[float | None] = []
        dmm.parameters["timeout"].on_set(waited.append)
        assert dmm.trace().shape == (10,)
        assert waited == [pytest.approx(5 + longest), 5]


def test_a_trace_of_another_length_is_refused() -> None:
    dmm, _ = scripted(
        Keysight34461A,
        ("SAMP:COUN 3;:SYST:ERR?", OK),
        ("VOLT:DC:NPLC?", "+1.00000000E+01"),
        ("READ?", "+1.0E+00,+1.0E+00"),
    )
    dmm.sample.count(3)
    with pytest.raises((RefusedValue, DefinitionError), match="dmm.trace"):
        dmm.trace()


def test_a_trigger_that_never_comes_is_a_time_out_that_does_no_harm() -> None:
    with simulate() as served, Keysight34465A("dmm", served.address, timeout=0.2) as dmm:
        dmm.trigger.source("external")
        with pytest.raises(TransportTimeout):
            dmm.volt()
        dmm.abort()
        dmm.trigger.source("immediate")
        assert dmm.volt() == 1.0


def test_methods() -> None:
    confirmed = [
        (f"{sent};:SYST:ERR?", OK) for sent in ("INIT", "*TRG", "ABOR", "VOLT:DC:ZERO:AUTO ONCE", "DISP:TEXT:CLE")
    ]
    dmm, transport = scripted(
        Keysight34461A,
        *confirmed,
        ("FETC?", "+1.0E+00,+2.0E+00"),
        ("ROUT:TERM?", "REAR"),
        ("SYST:ERR?", '-113,"Undefined header"'),
        ("SYST:ERR?", OK),
    )
    dmm.initiate()
    dmm.force_trigger()
    dmm.abort()
    dmm.auto_zero_once()
    dmm.display_clear()
    assert dmm.fetch().tolist() == [1.0, 2.0]
    assert dmm.terminals() == "rear"
    assert dmm.errors() == ['-113,"Undefined header"']
    transport.finish()


def test_an_error_of_the_device_is_raised_with_its_text() -> None:
    """What the validators cannot know, the device says: fast integration needs an option."""
    dmm, transport = scripted(
        Keysight34465A, ("VOLT:DC:NPLC 0.001;:SYST:ERR?", '-222,"Data out of range"'), ("SYST:ERR?", OK)
    )
    with pytest.raises(DeviceError, match=r'dmm .*: the device reported -222,"Data out of range" after') as caught:
        dmm.dc_voltage.nplc(0.001)
    assert caught.value.__notes__ == ["while setting dmm.dc_voltage.nplc to 0.001"]
    assert not dmm.dc_voltage.nplc.cache.valid
    transport.finish()


def test_the_simulated_models_refuse_what_they_do_not_have() -> None:
    """The simulator is written from the guide, not from the driver."""
    with simulate("34460A") as served:
        for message, error in (
            ('FUNC "CAP"', "-224"),
            ("SAMP:SOUR TIM", "-113"),
            ("VOLT:RANG 1001", "-222"),
            ("CURR:TERM 10", "-113"),
            ("TEMP:TRAN:TYPE TC", "-224"),
            ("FETC?", "-230"),
        ):
            assert str(served.device.handle(f"{message};:SYST:ERR?")).startswith(error), message
        assert served.device.handle("VOLT:RANG 2;RANG?;:VOLT:AC:BAND 190;BAND?") == "10;20"
