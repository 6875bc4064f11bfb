"""The SR560: what is sent to a device that never answers, and the voltage that is calculated with its settings."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from measurand.errors import InstrumentError, NoTrustedValue, RefusedValue
from measurand.instrument_drivers.Stanford.Stanford_SR560 import StanfordSR560, VoltageParameter
from measurand.parameters import ManualParameter, Parameter
from measurand.simulation.devices.Stanford_SR560 import GAINS, simulate
from measurand.transports import ScriptedTransport


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("gain", 1, "GAIN 0"),
        ("gain", 50000, "GAIN 14"),
        ("vernier_enabled", True, "UCAL 1"),
        ("vernier", 35, "UCGN 35"),
        ("source", "A-B", "SRCE 1"),
        ("coupling", "AC", "CPLG 2"),
        ("invert", True, "INVT 1"),
        ("dynamic_reserve", "calibration", "DYNR 2"),
        ("filter_mode", "bandpass", "FLTM 5"),
        ("cutoff_lo", 0.03, "HFRQ 0"),
        ("cutoff_lo", 10e3, "HFRQ 11"),
        ("cutoff_hi", 1e6, "LFRQ 15"),
        ("cutoff_hi", 300, "LFRQ 8"),
        ("blanked", True, "BLINK 1"),
    ],
)
def test_settings_are_sent_and_remembered(name: str, value: Any, sent: str) -> None:
    """A21: what is known is what was set; reading sends nothing."""
    with ScriptedTransport([("LALL", None), (sent, None), (sent, None)]) as transport:
        amplifier = StanfordSR560("amplifier", "GPIB0::1::INSTR", transport=transport)
        parameter: Parameter[Any] = amplifier.parameters[name]
        assert parameter() is None
        parameter(value)
        assert parameter() == value
        parameter(parameter())


@pytest.mark.parametrize(
    ("name", "value"), [("gain", 3), ("vernier", 101), ("source", "C"), ("cutoff_lo", 3e4), ("cutoff_hi", 0.02)]
)
def test_what_the_device_has_not_is_not_sent(name: str, value: Any) -> None:
    with simulate() as line, StanfordSR560("amplifier", **line.arguments) as amplifier:
        with pytest.raises(RefusedValue):
            amplifier.parameters[name](value)
        assert line.received == ["LALL"]


def test_one_unit_of_several_on_the_line() -> None:
    """Each instrument speaks to its own unit; a unit that is not addressed does nothing."""
    for unit, gain in ((2, 3), (1, 0)):
        with simulate(2) as line, StanfordSR560("amplifier", **line.arguments, unit=unit) as amplifier:
            amplifier.gain(10)
            assert line.received == ["UNLS", f"LISN {unit}", "GAIN 3"]
            assert line.device.state["GAIN"] == gain
    with pytest.raises(InstrumentError, match="unit 4 refused, allowed 0 to 3"):
        StanfordSR560("amplifier", unit=4)


def test_it_cannot_be_asked() -> None:
    with simulate() as line, StanfordSR560("amplifier", **line.arguments) as amplifier:
        with pytest.raises(InstrumentError, match="listens only and cannot be asked"):
            amplifier.ask("GAIN?")
        assert amplifier.IDN()["model"] == "SR560"
        assert amplifier.snapshot(update=True)["parameters"]["gain"]["value"] is None


def test_after_a_reset_nothing_is_known() -> None:
    with ScriptedTransport([("LALL", None), ("GAIN 3", None), ("*RST", None), ("ROLD", None)]) as transport:
        amplifier = StanfordSR560("amplifier", "GPIB0::1::INSTR", transport=transport)
        amplifier.gain(10)
        amplifier.reset()
        assert not amplifier.gain.cache.valid
        amplifier.reset_overload()


def test_set_by_hand_it_needs_no_line() -> None:
    """E01: the manual flavour of the same instrument."""
    amplifier = StanfordSR560("amplifier")
    amplifier.gain(500)
    assert amplifier.gain() == 500
    assert amplifier.snapshot()["address"] == "set by hand"
    with pytest.raises(InstrumentError, match="listens only"):
        amplifier.ask("GAIN?")
    amplifier.close()


def test_voltage_follows_the_settings() -> None:
    """The input voltage comes out, whatever the gain and the sign."""
    with simulate() as line, StanfordSR560("amplifier", **line.arguments) as amplifier:
        output = Parameter("volt", label="Output", unit="V", get_cmd=lambda: line.device.output(1e-4))
        voltage = VoltageParameter(output, amplifier, name="sample")
        amplifier.vernier_enabled(False)
        amplifier.coupling("DC")
        for gain, invert in ((GAINS[0], False), (GAINS[-1], True), (GAINS[4], False)):
            amplifier.gain(gain)
            amplifier.invert(invert)
            assert voltage() == (pytest.approx(1e-4 * gain * (-1 if invert else 1)), pytest.approx(1e-4))
        assert (voltage.names, voltage.units, voltage.labels) == (
            ("volt_raw", "sample"),
            ("V", "V"),
            ("Output", "Voltage"),
        )


def test_a_gain_that_is_not_known_is_not_used() -> None:
    """A wrong number is worse than none: nothing is read either."""
    amplifier = StanfordSR560("amplifier")
    output = ManualParameter("volt", initial_value=1.0)
    voltage = VoltageParameter(output, amplifier)
    with pytest.raises(
        NoTrustedValue, match="not known is amplifier.gain, amplifier.invert, amplifier.vernier_enabled"
    ):
        voltage()
    amplifier.gain(10)
    amplifier.invert(True)
    amplifier.vernier_enabled(True)
    with pytest.raises(NoTrustedValue, match="the vernier is in use"):
        voltage()
    amplifier.vernier_enabled(False)
    assert voltage() == (1.0, -0.1)


@pytest.mark.skipif(sys.platform == "win32", reason="a pair of serial lines needs a driver there")
def test_a_real_serial_line() -> None:
    """F02: over a serial resource, with the two stop bits that the device wants, and its line end."""
    ours, theirs = os.openpty()  # type: ignore[attr-defined,unused-ignore]  # not on Windows, where this test is skipped
    try:
        name = os.ttyname(theirs)  # type: ignore[attr-defined,unused-ignore]  # not on Windows either
        amplifier = StanfordSR560("amplifier", f"ASRL{name}::INSTR", visalib="@py")
        amplifier.gain(100)
        assert int(amplifier.visa_handle.stop_bits) == 20
        amplifier.close()
        assert os.read(ours, 100).replace(b"\r\r\n", b"\r\n") == b"LALL\r\nGAIN 6\r\n"
    finally:
        os.close(ours)
        os.close(theirs)
