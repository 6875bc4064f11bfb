"""AlazarTech digitizers: real ctypes calls to a library that is not the vendor's, and what comes of its samples."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import (
    CannotOpen,
    ConfigurationError,
    DeviceError,
    InstrumentClosed,
    RefusedValue,
    TransportTimeout,
)
from measurand.instrument_drivers.AlazarTech._AlazarTech_parameter import AlazarParameter
from measurand.instrument_drivers.AlazarTech.AlazarTech_ATS9360 import AlazarTechATS9360
from measurand.instrument_drivers.AlazarTech.AlazarTech_ATS9870 import AlazarTechATS9870
from measurand.measure import sweep
from measurand.parameters import ManualParameter
from measurand.simulation.devices.AlazarTech_ATS9xxx import simulate


@pytest.fixture
def computer() -> Any:
    return simulate()


@pytest.fixture
def board(computer: Any) -> AlazarTechATS9870:
    return AlazarTechATS9870("board", **computer.arguments)


def test_opening_gives_the_board_every_setting(computer: Any, board: AlazarTechATS9870) -> None:
    """F09: the base class is `Instrument`, the library is called with numbers; the order is that of the guide."""
    assert computer.received == [
        "AlazarSetCaptureClock(1, 53, 0, 0)",
        "AlazarInputControl(1, 2, 12, 2)",
        "AlazarSetBWLimit(1, 0)",
        "AlazarInputControl(2, 2, 12, 2)",
        "AlazarSetBWLimit(2, 0)",
        "AlazarSetTriggerOperation(0, 0, 2, 1, 140, 1, 3, 1, 128)",
        "AlazarSetExternalTrigger(2, 0)",
        "AlazarSetTriggerDelay(0)",
        "AlazarSetTriggerTimeOut(0)",
    ]
    assert board.IDN() == {
        "vendor": "AlazarTech",
        "model": "ATS9870",
        "serial": "970123",
        "firmware": "SDK 7.4.0, CPLD 25.16",
    }
    assert board.api.channel_info() == (1 << 28, 8)


@pytest.mark.parametrize("platform", ["darwin", "emscripten"])
def test_a_platform_without_the_library(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    """F10: an `OSError` that names driver and platform; nothing stays registered."""
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(OSError, match=f"AlazarTechATS9870: the vendor's library exists for .* not for {platform}"):
        AlazarTechATS9870("board")
    assert "board" not in AlazarTechATS9870.registry


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    """F09: ``dll_path`` is what is loaded."""
    path = str(tmp_path / "ATSApi.dll")
    with pytest.raises(CannotOpen) as caught:
        AlazarTechATS9870("board", dll_path=path)
    assert path in str(caught.value)
    assert "give its path as dll_path" in str(caught.value)


def test_a_path_of_the_class_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """F09: a laboratory may set it once for all."""
    monkeypatch.setattr(AlazarTechATS9870, "dll_path", str(tmp_path / "somewhere.so"))
    with pytest.raises(CannotOpen, match=r"somewhere\.so cannot be loaded"):
        AlazarTechATS9870("board")


def test_a_board_that_is_not_there(computer: Any) -> None:
    """F11: the message has system and board."""
    with pytest.raises(OSError, match=r"board: no board found at system 1, board 2; the library sees 1 system\(s\)"):
        AlazarTechATS9870("board", board_id=2, **computer.arguments)
    assert "board" not in AlazarTechATS9870.registry


def test_another_model_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="is of kind 25, AlazarTechATS9870 is for kind 13"):
        AlazarTechATS9870("board", **simulate("ATS9360").arguments)


def test_a_setting_is_held_until_it_is_applied(computer: Any, board: AlazarTechATS9870) -> None:
    """F12: setting sends nothing; reading before warns; applying sends all."""
    before = list(computer.received)
    board.clock_source("EXTERNAL_CLOCK_10MHz_REF")
    board.ch2.range(0.4)
    assert computer.received == before
    for parameter, value in ((board.clock_source, "EXTERNAL_CLOCK_10MHz_REF"), (board.ch2.range, 0.4)):
        with pytest.warns(UserWarning, match=r"not on the board yet. Call sync_settings_to_card\(\)"):
            assert parameter() == value
    board.sync_settings_to_card()
    assert computer.received[len(before)] == "AlazarSetCaptureClock(7, 53, 0, 0)"
    assert "AlazarInputControl(2, 2, 7, 2)" in computer.received[len(before) :]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (board.clock_source(), board.ch2.range()) == ("EXTERNAL_CLOCK_10MHz_REF", 0.4)


def test_a_setting_that_the_board_refuses_stays_marked(computer: Any, board: AlazarTechATS9870) -> None:
    """The error has the library's own text."""
    board.trigger_delay(100)
    computer.device.refuses = "AlazarSetTriggerDelay"
    with pytest.raises(
        DeviceError, match=r"board: the library reported ApiFailed \(513\) after AlazarSetTriggerDelay\(100\)"
    ):
        board.sync_settings_to_card()
    assert not board.trigger_delay.is_applied  # type: ignore[attr-defined]  # declared as a Parameter
    computer.device.refuses = ""
    board.sync_settings_to_card()
    assert board.trigger_delay.is_applied  # type: ignore[attr-defined]  # as above


def test_the_parameter_of_the_guide() -> None:
    """G06: as the driver guide writes it."""
    clock = AlazarParameter(
        name="clock_source",
        label="Clock Source",
        unit=None,
        value="INTERNAL_CLOCK",
        byte_to_value_dict={1: "INTERNAL_CLOCK", 4: "SLOW_EXTERNAL_CLOCK", 5: "EXTERNAL_CLOCK_AC"},
    )
    assert clock.byte == 1
    with pytest.raises(RefusedValue):
        clock("EXTERNAL")
    with pytest.warns(UserWarning, match="clock_source is 'INTERNAL_CLOCK' here, and not on the board yet"):
        clock()


@pytest.mark.parametrize(("driver", "model"), [(AlazarTechATS9870, "ATS9870"), (AlazarTechATS9360, "ATS9360")])
def test_records_of_both_channels(driver: type[Any], model: str) -> None:
    """Every record of every buffer is at its place, in V, also with more buffers than are posted at once."""
    computer = simulate(model)
    board = driver("board", **computer.arguments)
    board.sample_rate(1e8)
    board.samples_per_record(256)
    board.records_per_buffer(2)
    board.buffers_per_acquisition(7)
    volts = board.acquire()
    assert volts.shape == (14, 2, 256)
    resolution = max(board.ch1.range(), board.ch2.range()) / (1 << (board.board.bits - 1))
    times = np.arange(256) / 1e8
    np.testing.assert_allclose(volts[:, 0], np.tile(0.1 * np.sin(2e6 * np.pi * times), (14, 1)), atol=resolution)
    np.testing.assert_allclose(
        volts[:, 1, 100], np.minimum(0.02 * np.arange(1, 15), board.ch2.range()), atol=resolution
    )
    assert "AlazarBeforeAsyncRead(3, 0, 256, 2, 14, 4609)" in computer.received  # NPT, start by hand, interleaved
    assert computer.received[-1] == "AlazarAbortAsyncRead()"


def test_one_channel_needs_no_order(computer: Any, board: AlazarTechATS9870) -> None:
    board.ch2.range(0.1)
    board.samples_per_record(320)
    volts = board.acquire("B")
    assert volts.shape == (1, 1, 320)
    np.testing.assert_allclose(volts, 0.02, atol=0.1 / 127)
    assert "AlazarBeforeAsyncRead(2, 0, 320, 1, 1, 513)" in computer.received


def test_a_trigger_that_does_not_come(computer: Any, board: AlazarTechATS9870) -> None:
    """The board is stopped, and the next acquisition is right."""
    computer.device.triggered = False
    with pytest.raises(TransportTimeout, match=r"no complete buffer within 5 s. Check that triggers arrive"):
        board.acquire()
    assert computer.received[-1] == "AlazarAbortAsyncRead()"
    assert computer.device.posted == []
    board.force_trigger()
    assert board.acquire("A").shape == (1, 1, 1024)


@pytest.mark.parametrize("samples", [255, 128, 300])
def test_lengths_that_the_board_has_not(board: AlazarTechATS9870, samples: int) -> None:
    with pytest.raises(RefusedValue):
        board.samples_per_record(samples)


def test_a_buffer_that_is_too_large(computer: Any, board: AlazarTechATS9870) -> None:
    """Refused before the board hears of it."""
    board.samples_per_record(64 * 1024)
    board.records_per_buffer(10_000)
    board.sync_settings_to_card()
    before = len(computer.received)
    with pytest.raises(ConfigurationError, match="Use fewer records_per_buffer"):
        board.acquire()
    assert not any("AsyncRead" in call for call in computer.received[before:])


def test_a_waveform_is_measured_over_its_time_axis(board: AlazarTechATS9870, tmp_path: Path) -> None:
    """F16: the mean record of one input, with the times of its samples."""
    gate = ManualParameter("gate", initial_value=0)
    board.sample_rate(1e8)
    board.decimation(2)
    board.samples_per_record(256)
    board.records_per_buffer(4)
    board.ch1.range(0.1)
    data = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")
    done = sweep(gate, 0, 1, num=2).each(board.ch1.waveform).run(data=data, snapshot=dict)
    found = done.dataset.to_xarray()["board_ch1_waveform"]
    assert found.dims == ("gate", "board_time_axis")
    times = found["board_time_axis"].values
    np.testing.assert_allclose(times, np.arange(256) / 5e7)
    np.testing.assert_allclose(found[1], 0.1 * np.sin(2e6 * np.pi * times), atol=0.1 / 127)


def test_the_led(computer: Any, board: AlazarTechATS9870) -> None:
    board.blink(0)
    assert computer.received[-2:] == ["AlazarSetLED(1)", "AlazarSetLED(0)"]


def test_a_closed_board_is_left_alone(computer: Any, board: AlazarTechATS9870) -> None:
    """E09: the library is not called any more; the name is free."""
    board.close()
    before = list(computer.received)
    for use in (board.acquire, board.force_trigger, board.IDN):
        with pytest.raises(InstrumentClosed, match="board was closed. Create it again"):
            use()
    assert computer.received == before
    board.close()
    assert AlazarTechATS9870("board", **computer.arguments).acquire("A").shape == (1, 1, 1024)
