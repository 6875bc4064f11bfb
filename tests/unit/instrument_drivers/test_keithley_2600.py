"""The Keithley 2600 series: what is sent, what the models allow, and how it behaves at its simulated device."""

from __future__ import annotations

import importlib
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import ConfigurationError, DeviceError, RefusedValue, TransportTimeout, UnknownName
from measurand.instrument_drivers.Keithley._Keithley_26xx import Keithley2600Channel
from measurand.instrument_drivers.Keithley._Keithley_26xx_models import MODELS
from measurand.instrument_drivers.Keithley.Keithley_2600 import Keithley2600
from measurand.instrument_drivers.Keithley.Keithley_2602B import Keithley2602B
from measurand.measure import sweep
from measurand.parameters import ManualParameter, Parameter
from measurand.simulation.devices.Keithley_26xx import simulate
from measurand.simulation.kit import lost_answer
from measurand.transports import ScriptedTransport

NONE = ("print(errorqueue.count)", "0.00000e+00")
SETTINGS = [
    ("mode", "current", "source.func", "0", "0.000000000000000e+00"),
    ("mode", "voltage", "source.func", "1", "1.000000000000000e+00"),
    ("output", "on", "source.output", "1", "1.000000000000000e+00"),
    ("offmode", "high-z", "source.offmode", "2", "2.000000000000000e+00"),
    ("sense_mode", "4-wire", "sense", "1", "1.000000000000000e+00"),
    ("nplc", 0.01, "measure.nplc", "0.0100", "1.000000000000000e-02"),
    ("limitv", 10.0, "source.limitv", "10.000000000", "1.000000000000000e+01"),
    ("limiti", 1e-7, "source.limiti", "0.000000100000000", "1.000000000000000e-07"),
    ("limitp", 0.0, "source.limitp", "0.000000000", "0.000000000000000e+00"),
    ("volt_level", 0.5, "source.levelv", "0.500000000000", "5.000000000000000e-01"),
    ("curr_level", 1e-9, "source.leveli", "0.000000001000000", "1.000000000000000e-09"),
    ("sourcerange_v", 6.0, "source.rangev", "6.0", "6.000000000000000e+00"),
    ("sourcerange_i", 1e-5, "source.rangei", "1e-05", "1.000000000000000e-05"),
    ("measurerange_v", 40.0, "measure.rangev", "40.0", "4.000000000000000e+01"),
    ("measurerange_i", 3.0, "measure.rangei", "3.0", "3.000000000000000e+00"),
    ("source_autorange_v_enabled", True, "source.autorangev", "1", "1.000000000000000e+00"),
    ("source_autorange_i_enabled", False, "source.autorangei", "0", "0.000000000000000e+00"),
    ("measure_autorange_v_enabled", True, "measure.autorangev", "1", "1.000000000000000e+00"),
    ("measure_autorange_i_enabled", False, "measure.autorangei", "0", "0.000000000000000e+00"),
    ("source_delay", 0.25, "source.delay", "0.250000", "2.500000000000000e-01"),
    ("measure_delay", -1, "measure.delay", "-1.000000", "-1.000000000000000e+00"),
    ("autozero", "auto", "measure.autozero", "2", "2.000000000000000e+00"),
    ("filter_enabled", True, "measure.filter.enable", "1", "1.000000000000000e+00"),
    ("filter_type", "median", "measure.filter.type", "2", "2.000000000000000e+00"),
    ("filter_count", 10, "measure.filter.count", "10", "1.000000000000000e+01"),
]


def scripted(*script: tuple[str, str | None], model: str = "2602B") -> tuple[Keithley2600, ScriptedTransport]:
    transport = ScriptedTransport(
        [
            ("print(localnode.model)", model),
            NONE,
            ("format.asciiprecision=16", None),
            NONE,
            ("*IDN?", f"Keithley Instruments Inc., Model {model}, 1398687, 3.2.1"),
            *script,
        ]
    )
    return Keithley2600("smu", "TCPIP0::192.168.0.7::inst0::INSTR", transport=transport), transport


@pytest.mark.parametrize(("name", "value", "attribute", "sent", "answer"), SETTINGS)
def test_settings_are_confirmed_and_read_back(name: str, value: Any, attribute: str, sent: str, answer: str) -> None:
    """G03, A21: of both channels; what is read can be set."""
    said = [(f"smub.{attribute}={sent}", None), NONE, (f"print(smub.{attribute})", answer)]
    smu, transport = scripted(*said, (f"smub.{attribute}={sent}", None), NONE)
    parameter: Parameter[Any] = smu.smub.parameters[name]
    parameter(value)
    assert parameter() == value
    parameter(parameter.cache())
    transport.finish()


def test_voltages_have_twelve_decimals() -> None:
    """G03, G04: set is the level, read measures."""
    smu, transport = scripted(
        ("smua.source.levelv=0.000000001000", None), NONE,
        ("print(smua.measure.v())", "1.02e-09"),
        ("smub.source.leveli=-0.000000000000020", None), NONE,
        ("print(smub.measure.i())", "-1.9e-14"),
    )  # fmt: skip
    smu.smua.volt(1e-9)
    assert smu.smua.volt() == 1.02e-9
    smu.smub.curr(-2e-14)
    assert smu.smub.curr() == -1.9e-14
    transport.finish()


def test_readings() -> None:
    smu, transport = scripted(
        ("print(smua.measure.r())", "1.0e+03"),
        ("print(smua.measure.p())", "2.5e-04"),
        ("print(smua.measure.iv())", "5.0e-04\t5.0e-01"),
        ("print(smua.source.compliance)", "true"),
        ("print(localnode.linefreq)", "5.0e+01"),
        ("print(smua.measure.v())", "-9.91e+37"),
    )
    assert (smu.smua.res(), smu.smua.power(), smu.smua.iv()) == (1e3, 2.5e-4, (5e-4, 0.5))
    assert smu.smua.compliance() is True
    assert smu.linefreq() == 50.0
    assert smu.smua.volt() == -math.inf
    transport.finish()


@pytest.mark.parametrize(
    ("text", "sent"),
    [("hi", "hi"), ('say "no"', 'say \\"no\\"'), ("one\ntwo", "one$Ntwo"), ("a\\b", "a\\\\b")],
)
def test_text_on_the_display(text: str, sent: str) -> None:
    """G05: a method as set command, and no get."""
    smu, transport = scripted((f'display.clear() display.settext("{sent}")', None), NONE)
    smu.display_settext(text)
    assert not smu.display_settext.gettable
    transport.finish()
    with simulate() as served, Keithley2600("simulated", served.address) as simulated:
        simulated.display_settext("hi")
        assert served.device.display == "hi"
        simulated.display_normal()
        assert served.device.display == ""


def test_an_error_of_the_device_is_raised_with_its_text() -> None:
    smu, transport = scripted(
        ("smua.source.rangev=6.0", None),
        ("print(errorqueue.count)", "2.0"),
        ("print(errorqueue.next())", "1.10200e+03\tParameter too big\t2.00000e+01\t1.00000e+00"),
        ("print(errorqueue.count)", "1.0"),
        ("print(errorqueue.next())", "-2.86000e+02\tTSP Runtime error\t2.00000e+01\t1.00000e+00"),
        NONE,
    )
    with pytest.raises(DeviceError, match=r"reported 1102, Parameter too big; -286, TSP Runtime error after 'smua"):
        smu.smua.sourcerange_v(6.0)
    transport.finish()


def test_errors_from_before_are_not_blamed_on_the_first_command(caplog: pytest.LogCaptureFixture) -> None:
    with simulate() as served:
        served.device.errors.append((1102.0, "Parameter too big", 20.0, 1.0))
        with Keithley2600("smu", served.address) as smu:
            assert "Error from before the connection: 1102, Parameter too big" in caplog.text
            smu.smua.volt(1.0)


def test_an_unknown_model_is_refused_with_those_that_are_known() -> None:
    """G02: with commas and "and"; nothing stays registered or open."""
    transport = ScriptedTransport([("print(localnode.model)", "2450")])
    with pytest.raises(ValueError, match="unknown model 2450") as caught:
        Keithley2600("smu", "GPIB0::26::INSTR", transport=transport)
    assert str(caught.value).endswith(
        "Known models are: 2601A, 2601B, 2602A, 2602B, 2604B, 2611A, 2611B, 2612A, 2612B, 2614B, 2634B, 2635A, 2635B, "
        "2636A, and 2636B."
    )
    assert transport.closed
    assert "smu" not in Keithley2600.registry


def test_another_model_than_expected_is_refused() -> None:
    transport = ScriptedTransport([("print(localnode.model)", "2612B")])
    with pytest.raises(ConfigurationError, match=r"is a 2612B, Keithley2602B is for 2602B. Use Keithley2612B"):
        Keithley2602B("smu", "GPIB0::26::INSTR", transport=transport)


def test_a_channel_that_the_model_has_not() -> None:
    """E13: the names that are allowed are listed."""
    with simulate("2601B") as served, Keithley2600("smu", served.address) as smu:
        assert list(smu.submodules) == ["smua"]
        with pytest.raises(ValueError, match="the 2601B has no channel 'smub', it has \"smua\""):
            Keithley2600Channel(smu, "smub", "smub")
    with simulate("2602B") as served, Keithley2600("smu", served.address) as smu:
        with pytest.raises(UnknownName, match='it has "smua" and "smub"'):
            Keithley2600Channel(smu, "third", "smuc")
        assert Keithley2600Channel(smu, "gate", "smub").volt() == 0.0


@pytest.mark.parametrize("model", MODELS)
def test_limits_of_every_model(model: str) -> None:
    """What the device refuses is refused before; what it allows reaches it. Driver and device are from the manual each."""
    driver = getattr(
        importlib.import_module(f"measurand.instrument_drivers.Keithley.Keithley_{model}"), f"Keithley{model}"
    )
    with simulate(model) as served, driver("smu", served.address) as smu:
        assert list(smu.submodules) == list(served.device.smus)
        assert smu.IDN()["model"] == model
        smua, ranges = smu.smua, smu.ranges
        for parameter, top in ((smua.volt, ranges.highest_voltage), (smua.curr, ranges.highest_current)):
            parameter(-top)
            before = len(served.received)
            with pytest.raises(RefusedValue):
                parameter(1.001 * top)
            assert len(served.received) == before
        for name, allowed in (
            ("sourcerange_v", ranges.voltage_ranges),
            ("sourcerange_i", ranges.source_current_ranges),
            ("measurerange_i", ranges.measure_current_ranges),
            ("limitv", (ranges.least_voltage_limit, ranges.voltage_ranges[-1])),
            ("limiti", (ranges.least_current_limit, ranges.source_current_ranges[-1])),
        ):
            for value in (allowed[0], allowed[-1]):
                smua.parameters[name](value)
                assert smua.parameters[name]() == value
            for value in (0.5 * allowed[0], 2 * allowed[-1]):
                with pytest.raises(RefusedValue):
                    smua.parameters[name](value)


def test_a_resistor_and_a_limit() -> None:
    with simulate() as served, Keithley2600("smu", served.address) as smu:
        smua = smu.smua
        smua.volt(1.0)
        assert (smua.volt(), smua.volt_level()) == (0.0, 1.0)  # the output is off
        smua.output("on")
        assert (smua.volt(), smua.curr(), smua.res(), smua.compliance()) == (1.0, 1e-3, 1e3, False)
        smua.limiti(1e-4)
        assert (smua.volt(), smua.compliance()) == (pytest.approx(0.1), True)
        smua.mode("current")
        smua.curr(2e-3)
        assert smua.volt() == pytest.approx(2.0)
        smua.measurerange_v(1.0)
        assert smua.measure_autorange_v_enabled() is False
        assert smua.volt() == math.inf  # beyond the range
        smu.safe_state()
        assert [channel.output() for channel in (smua, smu.smub)] == ["off", "off"]
        smu.reset()
        assert (smua.mode(), smua.limiti()) == ("voltage", 1.0)


def test_a_level_beyond_a_fixed_range_is_refused_by_the_device() -> None:
    with simulate() as served, Keithley2600("smu", served.address) as smu:
        smu.smua.sourcerange_v(1.0)
        with pytest.raises(DeviceError, match="1102, Parameter too big after 'smua.source.levelv=5"):
            smu.smua.volt(5.0)
        assert smu.smua.volt_level() == 0.0


def test_time_trace() -> None:
    """F16: the device measures by itself; single readings are single again after it."""
    with simulate() as served, Keithley2600("smu", served.address) as smu:
        smu.smua.volt(0.5)
        smu.smua.output("on")
        trace = smu.smua.timetrace
        trace.npts(5)
        trace.dt(0.1)
        assert trace.current().tolist() == [5e-4] * 5
        assert trace.time_axis().tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
        assert trace.times().tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
        trace.dt(0)
        assert trace.voltage().tolist() == [0.5] * 5
        assert trace.time_axis()[1] == pytest.approx(0.02)  # one line cycle
        assert served.device.smus["smua"].settings["measure.count"] == 1.0
        assert smu.timeout() == 5


def test_a_trace_that_breaks_leaves_single_readings() -> None:
    with simulate() as served, Keithley2600("smu", served.address, timeout=0.1) as smu:
        served.faults.inject(lost_answer, match="printbuffer")
        smu.smua.timetrace.npts(2)
        smu.smua.nplc(0.001)
        with pytest.raises(TransportTimeout):
            smu.smua.timetrace.current()
        assert smu.timeout() == 0.1
        assert served.device.smus["smua"].settings["measure.count"] == 1.0
        assert smu.smua.timetrace.current().tolist() == [0.0, 0.0]


def test_a_script_that_fails_is_explained_by_the_device() -> None:
    with simulate() as served, Keithley2600("smu", served.address, timeout=0.1) as smu:
        with pytest.raises(DeviceError, match="TSP Syntax error"):
            smu.run_script("for i=1", 0)
        served.device.unknown.clear()
        assert smu.run_script('print(2*3-1, "x")', 0) == "5.000000000000000e+00\tx"


def test_a_sweep_is_stored_with_its_setpoints(tmp_path: Path) -> None:
    """F16: the device steps; levels and readings are stored together."""
    gate = ManualParameter("gate", initial_value=0)
    with simulate() as served, Keithley2600("smu", served.address) as smu:
        smua = smu.smua
        smua.output("on")
        smua.nplc(1)
        smua.voltage_sweep.start(-1.0)
        smua.voltage_sweep.stop(1.0)
        smua.voltage_sweep.npts(41)  # more than one piece of half a second
        data = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")
        done = sweep(gate, 0, 1, num=2).each(smua.voltage_sweep.trace).run(data=data, snapshot=dict)
        stored = done.dataset.to_xarray()
        found = stored["smu_smua_voltage_sweep_trace"]
        assert found.dims == ("gate", "smu_smua_voltage_sweep_axis")
        np.testing.assert_allclose(found[1], np.linspace(-1e-3, 1e-3, 41), atol=1e-15)
        np.testing.assert_allclose(found["smu_smua_voltage_sweep_axis"], np.linspace(-1, 1, 41), atol=1e-15)
        assert sum("for i=" in message for message in served.received) == 4
        assert len(smua.timetrace.times()) == 41
        assert smua.volt_level() == pytest.approx(1.0)


def test_a_sweep_begins_with_the_ramp_of_the_channel() -> None:
    """A ramp never jumps, also not to the first level of a sweep."""
    with simulate() as served, Keithley2600("smu", served.address) as smu:
        smu.smub.output("on")
        smu.smub.mode("current")
        smu.smub.curr.step = 1e-3
        sweep_of = smu.smub.current_sweep
        sweep_of.start(2e-3)
        sweep_of.stop(4e-3)
        sweep_of.npts(3)
        assert sweep_of.trace().tolist() == pytest.approx([2, 3, 4])
        levels = [message for message in served.received if message.startswith("smub.source.leveli")]
        assert levels == ["smub.source.leveli=0.001000000000000", "smub.source.leveli=0.002000000000000"]
        assert sweep_of.trace.unit == "V"
        assert not smu.smub.curr.cache.valid


def test_a_sweep_stays_within_the_model() -> None:
    with simulate("2611B") as served, Keithley2600("smu", served.address) as smu, pytest.raises(RefusedValue):
        smu.smua.voltage_sweep.stop(203.0)
