"""The drivers of the driver guide, as printed, with only their imports changed, do what the guide says.

What had to be repaired stands at the top of each ``seed_*.py``. Proves G01–G06, A01–A21 where the guide shows them, F01,
F05, F07, F09–F15, E05–E07, E10–E13.
"""

from __future__ import annotations

import ctypes
import logging
import math
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.guide import seed_alazar, seed_ithaco, seed_keithley, seed_weinschel

from measurand.errors import RefusedValue, UndecodableAnswer
from measurand.instrument import Instrument
from measurand.parameters import Parameter
from measurand.simulation.kit import Served, TextDevice, serve
from measurand.testing import fresh_registry


@pytest.fixture(autouse=True)
def _no_other_instruments() -> Iterator[None]:
    with fresh_registry():
        yield


# --- Weinschel 8320 ---------------------------------------------------------------------------------------------------


@pytest.fixture
def attenuator_device() -> Iterator[Served[TextDevice]]:
    device = TextDevice(terminator="\r")
    device.remember("attenuation", r"ATTN ALL (\d\d)", r"ATTN\? 1", "00")
    device.on(r"\*IDN\?", lambda: "Aeroflex/Weinschel,8320,1234,1.0")
    with serve(device) as served:
        yield served


@pytest.fixture
def attenuator(attenuator_device: Served[TextDevice]) -> Iterator[Any]:
    with seed_weinschel.Weinschel8320("w8320_1", attenuator_device.address) as instrument:
        yield instrument


def test_weinschel_sets_and_reads(attenuator: Any, attenuator_device: Served[TextDevice]) -> None:
    """G01, F01, F05, A09: integers, floats and numpy numbers are all sent padded to two digits."""
    import numpy as np

    for value in (4, 4.0, np.float64(4), np.int64(4)):
        attenuator.attenuation(value)
        attenuator.attenuation()  # an answer says that what was sent before has arrived
        assert attenuator_device.received[-2] == "ATTN ALL 04"
    attenuator.attenuation(40)
    assert attenuator.attenuation() == 40.0
    assert attenuator.attenuation.unit == "dB"


@pytest.mark.parametrize("value", [-1, 1, 1.5, 62, "40"])
def test_weinschel_refuses_and_sends_nothing(
    attenuator: Any, attenuator_device: Served[TextDevice], value: Any
) -> None:
    """A10, B02, F05."""
    before = list(attenuator_device.received)
    with pytest.raises((ValueError, TypeError), match=r"w8320_1\.attenuation"):
        attenuator.attenuation(value)
    attenuator.IDN()
    assert attenuator_device.received == [*before, "*IDN?"]


def test_weinschel_knows_who_it_is(attenuator: Any) -> None:
    """E05, E06: ``connect_message`` read the identity, so snapshots have it."""
    assert attenuator.snapshot()["parameters"]["IDN"]["value"] == {
        "vendor": "Aeroflex/Weinschel",
        "model": "8320",
        "serial": "1234",
        "firmware": "1.0",
    }


# --- Keithley 2600 ----------------------------------------------------------------------------------------------------


def sourcemeter_device(model: str) -> TextDevice:
    device = TextDevice()
    device.on(r"localnode\.model", lambda: model)
    device.on(r"\*IDN\?", lambda: f"Keithley Instruments Inc., Model {model}, 1234567, 3.2.2")
    for channel in ("smua", "smub"):
        for name, start in (("source.func", "0"), ("source.output", "0"), ("measure.nplc", "1.0")):
            device.remember(f"{channel}.{name}", rf"{channel}\.{name}=(\S+)", rf"{channel}\.{name}", start)
        for level, reading in (("levelv", "v"), ("leveli", "i")):
            device.remember(f"{channel}.{level}", rf"{channel}\.source\.{level}=(\S+)", "never asked", "0.0")
            device.on(rf"{channel}\.measure\.{reading}\(\)", lambda c=channel, n=level: device.state[f"{c}.{n}"])
    device.on(r'display\.settext\("(.*)"\)', lambda text: device.state.__setitem__("text", text))
    return device


@pytest.fixture
def keithley_device() -> Iterator[Served[TextDevice]]:
    with serve(sourcemeter_device("2614B")) as served:
        yield served


@pytest.fixture
def keithley(keithley_device: Served[TextDevice]) -> Iterator[Any]:
    with seed_keithley.Keithley2600("smu", keithley_device.address) as instrument:
        yield instrument


def test_keithley_has_two_channels(keithley: Any) -> None:
    """G03, E10, E12."""
    assert list(keithley.submodules) == ["smua", "smub"]
    assert set(keithley.smua.parameters) == {"volt", "curr", "mode", "output", "nplc"}
    assert keithley.smub.volt.full_name == "smu_smub_volt"
    assert keithley.smua._parent is keithley


def test_keithley_sends_twelve_decimals(keithley: Any, keithley_device: Served[TextDevice]) -> None:
    """G04."""
    keithley.smub.volt(1e-9)
    assert keithley.smub.volt() == 1e-9
    assert keithley_device.received[-2] == "smub.source.levelv=0.000000001000"


@pytest.mark.parametrize(
    ("name", "value", "sent", "answered", "read"),
    [
        ("mode", "voltage", "smua.source.func=1", "1.00000e+00", "voltage"),
        ("mode", "current", "smua.source.func=0", "0.00000e+00", "current"),
        ("output", "on", "smua.source.output=1", "1.0", "on"),
        ("nplc", 0.5, "smua.measure.nplc=0.5000", "5.00000e-01", 0.5),
        ("curr", 1e-6, "smua.source.leveli=0.000001000000", "1.00000e-06", 1e-6),
    ],
)
def test_keithley_channels(
    keithley: Any, keithley_device: Served[TextDevice], name: str, value: Any, sent: str, answered: str, read: Any
) -> None:
    """A11, A13, A16: answers are floats as text, codes are integers, values are words."""
    keithley.smua[name](value)
    keithley.IDN()  # an answer says that what was sent before has arrived
    assert keithley_device.received[-2] == sent
    key = {
        "mode": "smua.source.func",
        "output": "smua.source.output",
        "nplc": "smua.measure.nplc",
        "curr": "smua.leveli",
    }
    keithley_device.device.state[key[name]] = answered
    assert keithley.smua[name]() == read


def test_keithley_refuses(keithley: Any, keithley_device: Served[TextDevice]) -> None:
    """A14, A17, B01: words that are no mode, cycles out of range; an answer outside the mapping is named."""
    before = list(keithley_device.received)
    for parameter, value in ((keithley.smua.mode, "power"), (keithley.smua.nplc, 26), (keithley.smua.nplc, 0)):
        with pytest.raises(RefusedValue, match=r"smu\.smua\."):
            parameter(value)
    keithley.IDN()
    assert keithley_device.received == [*before, "*IDN?"]
    keithley_device.device.state["smua.source.func"] = "7.0"
    with pytest.raises(UndecodableAnswer, match="7"):
        keithley.smua.mode()


def test_keithley_shows_text(keithley: Any, keithley_device: Served[TextDevice]) -> None:
    """G05: a method as set command, nothing to get."""
    keithley.display_settext("hi")
    keithley.smua.volt()  # an exchange, so that the text has arrived
    assert keithley_device.device.state["text"] == "hi"


def test_an_unknown_model_says_which_are_known() -> None:
    """G02, E08: and nothing stays behind, neither the name nor the connection."""
    with serve(sourcemeter_device("2400")) as served:
        with pytest.raises(ValueError, match=r"2601B, 2602B, 2604B, 2611B, 2612B, 2614B, 2635B, and 2636B\."):
            seed_keithley.Keithley2600("smu", served.address)
        assert "smu" not in Instrument.registry


def test_a_wrong_channel_says_which_there_are(keithley: Any) -> None:
    """E13."""
    with pytest.raises(ValueError, match='channel must be either "smub" or "smua"'):
        seed_keithley.KeithleyChannel(keithley, "smuc", "smuc")


# --- Ithaco 1211 ------------------------------------------------------------------------------------------------------


@pytest.fixture
def ithaco() -> Iterator[Any]:
    with pytest.deprecated_call(match="unit="), seed_ithaco.Ithaco1211("ithaco") as instrument:  # A46
        yield instrument


def test_ithaco_remembers_what_people_set(ithaco: Any) -> None:
    """F13, G06, E01: a manual instrument."""
    assert (ithaco.sens(), ithaco.invert(), ithaco.sens_factor()) == (1e-8, True, 1)
    ithaco.sens(1e-9)
    assert ithaco.sens() == 1e-9
    assert ithaco.risetime.unit == "msec"
    with pytest.raises(RefusedValue, match=r"ithaco\.sens"):
        ithaco.sens(3e-9)


def test_ithaco_says_who_it_is(ithaco: Any) -> None:
    assert ithaco.IDN() == {"vendor": "Ithaco (DL Instruments)", "model": "1211", "serial": None, "firmware": None}


def test_the_current_of_a_voltage(ithaco: Any) -> None:
    """F14, F15: two columns, without setpoints being given."""
    voltage = Parameter("volt", label="Voltage", unit="V", set_cmd=None, initial_value=0.5)
    current = seed_ithaco.CurrentParameter(voltage, ithaco)
    assert current() == (0.5, -0.5e-8)
    ithaco.invert(False)
    ithaco.sens_factor(10)
    assert current() == pytest.approx((0.5, 0.5e-7))
    assert current.names == ("volt_raw", "curr")
    assert current.labels == ("Voltage", "Current")
    assert current.units[1] == "A"


# --- AlazarTech -------------------------------------------------------------------------------------------------------


BOARD = "int AlazarGetBoardBySystemID(int system, int board) { return system == 1 && board == 1 ? 4711 : 0; }"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A real shared library with the one function that the guide calls."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to make the board's library with")
    folder: Path = tmp_path_factory.mktemp("ats")
    (folder / "ats.c").write_text(BOARD)
    made = folder / ("ATSApi.dll" if sys.platform == "win32" else "libATSApi.so")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(made), str(folder / "ats.c")], check=True)
    return str(made)


def test_alazar_loads_its_library(library: str, caplog: pytest.LogCaptureFixture) -> None:
    """F09, F12, G06: the library's path can be given; a setting warns when it is read before it was sent."""
    with seed_alazar.AlazarTech_ATS("board", dll_path=library) as board:
        assert board._handle == 4711
        with caplog.at_level(logging.WARNING):
            assert board.clock_source() == "INTERNAL_CLOCK"
        assert "board_clock_source was not sent to the board yet" in caplog.text
        board.clock_source("EXTERNAL_CLOCK_AC")
        assert board.clock_source.to_be_sent() == 5
        caplog.clear()
        assert board.clock_source() == "EXTERNAL_CLOCK_AC"
        assert not caplog.records
        with pytest.raises(RefusedValue, match=r"board\.clock_source"):
            board.clock_source("SUNDIAL")


def test_alazar_says_which_board_is_missing(library: str) -> None:
    """F11."""
    with pytest.raises(Exception, match="AlazarTech_ATS not found at system 1, board 2"):
        seed_alazar.AlazarTech_ATS("board", board_id=2, dll_path=library)
    assert "board" not in Instrument.registry


def test_alazar_without_its_library() -> None:
    with pytest.raises(OSError):
        seed_alazar.AlazarTech_ATS("board")


@pytest.mark.skipif(sys.platform == "win32", reason="elsewhere than on Windows it must refuse")
def test_a_dll_instrument_needs_windows() -> None:
    """F10."""
    with pytest.raises(OSError, match="only works on Windows"):
        seed_alazar.SomeDLLInstrument("dll")
    assert "dll" not in Instrument.registry
    assert not hasattr(ctypes, "windll")


# --- what the guide says beside its drivers -----------------------------------------------------------------------------


def test_on_and_off_in_every_spelling() -> None:
    """A18, A19, A20."""
    from measurand.parameters import create_on_off_val_mapping

    said: list[Any] = []
    blocked = Parameter("output", set_cmd=said.append, val_mapping=create_on_off_val_mapping(on_val=0, off_val=1))
    for on in (True, "On", "ON", "on", 1):
        blocked(on)
    assert said == [0] * 5
    for off in (False, "Off", "OFF", "off", 0):
        blocked(off)
    assert said[5:] == [1] * 5
    assert blocked() is False
    with pytest.raises(RefusedValue):
        blocked("oFF")


def test_parameters_come_and_go(keithley: Any) -> None:
    """E14: as the guide shows it, whichever way the parameter was declared."""
    del keithley.smua.parameters["volt"]
    assert not hasattr(keithley.smua, "volt")
    keithley.smua.add_parameter("volt", get_cmd=lambda: math.pi)
    assert keithley.smua.volt() == math.pi
    keithley.add_function("reset", call_cmd="*RST")
    keithley.reset()
