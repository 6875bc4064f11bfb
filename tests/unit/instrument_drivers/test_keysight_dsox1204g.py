"""The Keysight DSOX1204G: what is sent, how blocks become records, and how it behaves at its simulated device."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from measurand._core.stop import Stopped, StopToken
from measurand.errors import InstrumentError, RefusedValue, UndecodableAnswer
from measurand.instrument_drivers.Keysight.Keysight_DSOX1204G import KeysightDSOX1204G
from measurand.simulation.devices.Keysight_DSOX1204G import simulate
from measurand.transports import ScriptedTransport

OK = '+0,"No error"'
PREPARED = [
    (":WAV:FORM WORD;:WAV:BYT LSBF;:WAV:UNS 1;:SYST:ERR?", OK),
    *[(f":CHAN{number}:PROB?", "+1.00000E+00") for number in (1, 2, 3, 4)],
]
OPENING = [("SYST:ERR?", OK), *PREPARED, ("*IDN?", "KEYSIGHT TECHNOLOGIES,DSO-X 1204G,CN1,02.12")]
PREAMBLE = "1,0,5,1,+1.0E-03,-2.0E-03,0,+1.0E-04,+5.0E-01,32768"


def scripted(*script: tuple[str, Any]) -> tuple[Any, ScriptedTransport]:
    transport = ScriptedTransport([*OPENING, *script])
    return KeysightDSOX1204G("scope", "TCPIP0::127.0.0.1::5025::SOCKET", transport=transport), transport


@pytest.mark.parametrize(
    ("path", "value", "command", "raw"),
    [
        ("ch1.display", True, ":CHAN1:DISP", "1"),
        ("ch2.range", 16.0, ":CHAN2:RANG", "16.0"),
        ("ch2.scale", 0.5, ":CHAN2:SCAL", "0.5"),
        ("ch3.offset", -0.25, ":CHAN3:OFFS", "-0.25"),
        ("ch4.coupling", "AC", ":CHAN4:COUP", "AC"),
        ("ch1.bandwidth_limit", True, ":CHAN1:BWL", "1"),
        ("ch1.invert", True, ":CHAN1:INV", "1"),
        ("timebase.range", 0.01, ":TIM:RANG", "0.01"),
        ("timebase.scale", 5e-9, ":TIM:SCAL", "5e-09"),
        ("timebase.position", 0.001, ":TIM:POS", "0.001"),
        ("timebase.reference", "left", ":TIM:REF", "LEFT"),
        ("trigger.sweep", "normal", ":TRIG:SWE", "NORM"),
        ("trigger.source", "ch4", ":TRIG:EDGE:SOUR", "CHAN4"),
        ("trigger.level", 0.1, ":TRIG:EDGE:LEV", "0.1"),
        ("trigger.slope", "either", ":TRIG:EDGE:SLOP", "EITH"),
        ("trigger.coupling", "low-frequency reject", ":TRIG:EDGE:COUP", "LFR"),
        ("trigger.holdoff", 1e-3, ":TRIG:HOLD", "0.001"),
        ("trigger.noise_reject", True, ":TRIG:NREJ", "1"),
        ("acquisition_type", "high resolution", ":ACQ:TYPE", "HRES"),
        ("average_count", 64, ":ACQ:COUN", "64"),
        ("points_mode", "raw", ":WAV:POIN:MODE", "RAW"),
        ("points", 50000, ":WAV:POIN", "50000"),
    ],
)
def test_settings_are_confirmed_and_read_back(path: str, value: object, command: str, raw: str) -> None:
    """A21, the golden rule: what is read can be set."""
    confirmed = (f"{command} {raw};:SYST:ERR?", OK)
    scope, transport = scripted(confirmed, (f"{command}?", raw), confirmed)
    parameter = scope
    for name in path.split("."):
        parameter = parameter[name]
    parameter(value)
    assert parameter() == value
    parameter(parameter.cache())
    transport.finish()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ch1.scale", 4e-4),
        ("ch1.scale", 10.1),
        ("ch1.range", 81),
        ("ch1.display_label", "x" * 33),
        ("timebase.scale", 51),
        ("trigger.source", "ch5"),
        ("average_count", 1),
        ("points", 99),
    ],
)
def test_what_the_device_has_not_is_not_sent(path: str, value: object) -> None:
    """A10."""
    scope, transport = scripted()
    node, _, name = path.rpartition(".")
    with pytest.raises(RefusedValue):
        (scope[node] if node else scope)[name](value)
    assert transport.sent == [sent for sent, _ in OPENING]


def test_a_probe_scales_the_limits() -> None:
    scope, transport = scripted(
        (":CHAN1:PROB 10.0;:SYST:ERR?", OK), (":CHAN1:PROB?", "+1.0E+01"), (":CHAN1:SCAL 100.0;:SYST:ERR?", OK)
    )
    scope.ch1.probe(10.0)
    with pytest.raises(RefusedValue):
        scope.ch1.scale(100.1)
    scope.ch1.scale(100.0)
    transport.finish()


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("vpp", ":MEAS:VPP? CHAN2"),
        ("vmax", ":MEAS:VMAX? CHAN2"),
        ("vmin", ":MEAS:VMIN? CHAN2"),
        ("vavg", ":MEAS:VAV? DISP,CHAN2"),
        ("vrms", ":MEAS:VRMS? DISP,DC,CHAN2"),
        ("frequency", ":MEAS:FREQ? CHAN2"),
        ("rise_time", ":MEAS:RIS? CHAN2"),
    ],
)
def test_measurements(name: str, sent: str) -> None:
    """One exchange each; what cannot be measured is no number."""
    scope, transport = scripted((sent, "+1.25E-01"), (sent, "+9.9E+37"))
    assert scope.ch2[name]() == 0.125
    assert math.isnan(scope.ch2[name]())
    transport.finish()


def test_a_block_becomes_a_record() -> None:
    """Times and voltages by the preamble; a hole is no number, clipped ones are infinite with their sign."""
    codes = np.array([0, 1, 32768, 42768, 0xFFFF], "<u2").tobytes()
    scope, transport = scripted(
        (":WAV:SOUR CHAN3;:WAV:PRE?", PREAMBLE),
        (":WAV:SOUR CHAN3;:WAV:PRE?", PREAMBLE),
        (":WAV:SOUR CHAN3;:WAV:DATA?", b"#800000010" + codes + b"\n"),
    )
    assert scope.ch3.time_axis() == pytest.approx([-2e-3, -1e-3, 0, 1e-3, 2e-3])
    record = scope.ch3.trace()
    assert np.isnan(record[0])
    assert record[1:] == pytest.approx([-math.inf, 0.5, 1.5, math.inf])
    transport.finish()


def test_a_pair_of_lowest_and_highest_has_one_time() -> None:
    preamble = PREAMBLE.replace("1,0,5", "1,1,4", 1)
    scope, _ = scripted((":WAV:SOUR CHAN1;:WAV:PRE?", preamble))
    assert scope.ch1.time_axis() == pytest.approx([-2e-3, -2e-3, 0, 0])


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ("1,0,0,1,0,0,0,0,0,0", InstrumentError, r"there is no record. Show the channel, ch1.display\(True\)"),
        ("1,0,0", UndecodableAnswer, "a preamble has 10 numbers"),
    ],
)
def test_no_record_is_not_waited_for(answer: str, error: type[Exception], message: str) -> None:
    scope, transport = scripted((":WAV:SOUR CHAN1;:WAV:PRE?", answer))
    with pytest.raises(error, match=message):
        scope.ch1.trace()
    transport.finish()


def test_a_record_that_changed_between_preamble_and_data_is_refused() -> None:
    scope, _ = scripted(
        (":WAV:SOUR CHAN1;:WAV:PRE?", PREAMBLE), (":WAV:SOUR CHAN1;:WAV:DATA?", b"#800000004\0\1\0\1\n")
    )
    with pytest.raises(InstrumentError, match="2 points came, the preamble said 5"):
        scope.ch1.trace()


def test_methods_say_what_they_should() -> None:
    done = [(f"{cmd};:SYST:ERR?", OK) for cmd in (":RUN", ":STOP", "*TRG")]
    scope, transport = scripted(
        *done, (":OPER:COND?", "+40"), (":OPER:COND?", "+32"), ("*RST;:SYST:ERR?", OK), *PREPARED,
        (":AUT;:SYST:ERR?", OK), *PREPARED,
    )  # fmt: skip
    scope.run()
    scope.stop()
    scope.force_trigger()
    assert [scope.is_running(), scope.is_running()] == [True, False]
    scope.reset()
    scope.autoscale()
    transport.finish()


def test_a_single_record_of_two_channels() -> None:
    with simulate() as served, KeysightDSOX1204G("scope", served.address) as scope:
        scope.reset()
        scope.ch2.display(True)
        scope.ch1.range(2)
        scope.ch2.range(1)
        scope.timebase.range(2e-3)
        scope.points(200)
        scope.single()
        times = scope.ch1.time_axis()
        assert times[[0, 100, -1]] == pytest.approx([-1e-3, 0, 0.99e-3])
        wave = 2 * np.pi * 1e3 * times
        assert scope.ch1.trace() == pytest.approx(0.5 * np.sin(wave), abs=2 / 256)
        assert scope.ch2.trace() == pytest.approx(0.1 + 0.25 * np.cos(wave), abs=1 / 256)
        assert [channel.npts() for channel in scope.channels[0:2]] == [200, 200]
        assert scope.ch1.frequency() == 1e3
        assert math.isnan(scope.ch3.vpp())
        with pytest.raises(InstrumentError, match="no record"):
            scope.ch3.trace()
        scope.ch1.range(0.5)
        assert np.isinf(scope.ch1.trace()).sum() > 50


def test_lengths_are_asked_for_only_after_a_setting_that_changes_them() -> None:
    with simulate() as served, KeysightDSOX1204G("scope", served.address) as scope:
        scope.single(every=0.001)
        begin = len(served.received)
        scope.single(every=0.001)
        assert set(served.received[begin:]) == {":SING;:SYST:ERR?", ":OPER:COND?"}
        scope.points(300)
        scope.ch4.display(False)
        scope.single(every=0.001)
        assert [channel.npts.cache() for channel in scope.channels] == [300, 300, 300, 0]


def test_a_trigger_that_never_comes() -> None:
    """Given up in time, and the oscilloscope is idle afterwards."""
    with simulate() as served, KeysightDSOX1204G("scope", served.address) as scope:
        scope.trigger.sweep("normal")
        scope.trigger.level(0.6)
        with pytest.raises(
            InstrumentError, match=r"scope: no record within 0.01 s, so it was stopped. Look at trigger"
        ):
            scope.single(timeout=0.01, every=0.005)
        assert not scope.is_running()
        scope.trigger.level(0.25)
        scope.single(timeout=60, every=0.001)
        assert scope.ch1.trace()[500] == pytest.approx(0.25, abs=8 / 256)


def test_a_stop_ends_the_wait_and_disarms_the_trigger() -> None:
    """I02: as a run asks for it; what waits for a trigger does not trigger some time later."""
    with simulate() as served, KeysightDSOX1204G("scope", served.address) as scope:
        scope.trigger.sweep("normal")
        scope.trigger.source("external")
        token = StopToken()
        token.request("enough")
        with token.active(), pytest.raises(Stopped):
            scope.single()
        assert served.received[-1] == ":STOP;:SYST:ERR?"
        assert not scope.is_running()


def test_all_channels_at_once() -> None:
    with simulate() as served, KeysightDSOX1204G("scope", served.address) as scope:
        scope.channels.bandwidth_limit(True)
        assert scope.channels.bandwidth_limit() == (True,) * 4
