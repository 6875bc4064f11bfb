"""Adjustment of voltages of a Keithley 26xx against a multimeter.

The commands and their order are those of the adjustment procedure in the *Series 2600B Reference Manual*
(2600BS-901-01), appendix B, and of its TSP command reference, ``smuX.cal`` and ``smuX.source/measure.calibratev``.
Readings that cannot be right are told before any constant of the device is changed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from measurand._core.clock import SYSTEM_CLOCK
from measurand.errors import DefinitionError, MeasurementError

_PASSWORD = "KI0026XX"  # noqa: S105 - the factory's, printed in the manual
_RANGES = ("200e-3", "2", "20", "1", "6", "40", "200", "100e-3")  # of all models
_DMM_RANGES: Mapping[str, float] = {"200e-3": 1, "2": 10, "20": 100}
_FULL_SCALE = 0.9  # of a range
_PLAUSIBLE = 0.05  # of a range: further off, the multimeter sees something else
_YEAR = 365 * 24 * 3600  # s


def calibrate_keithley_smu_v(
    smu: Any,
    dmm: Any,
    src_Z: float = 1e-30,
    time_delay: float = 3.0,
    save_calibrations: bool = False,
    calibration_due_in_years_from_today: float = 1.0,
    dmm_range_per_smu_range_mapping: Mapping[str, float] | None = None,
) -> None:
    """Adjust the voltage ranges of all channels; asks at the prompt to connect each of them.

    Args:
        smu: A Keithley 26xx.
        dmm: A multimeter with ``aperture_time``, ``autozero``, ``autorange``, ``range`` and ``volt``, such as the
            Keysight 344xxA.
        src_Z: Voltage that stands for zero, in V.
        time_delay: Time to settle in s.
        save_calibrations: Whether the device keeps the adjustment after it was switched off, see `save_calibration`.
        calibration_due_in_years_from_today: When the next one is due.
        dmm_range_per_smu_range_mapping: The ranges to adjust, as text, each with the range of the multimeter in V;
            default ``{"200e-3": 1, "2": 10, "20": 100}``.

    Raises:
        DefinitionError: There is no such range.
        MeasurementError: The multimeter reads something else; the range was not adjusted, the output is off.
    """
    ranges = _DMM_RANGES if dmm_range_per_smu_range_mapping is None else dmm_range_per_smu_range_mapping
    unknown = [name for name in ranges if name not in _RANGES]
    if unknown:
        raise DefinitionError(f"dmm_range_per_smu_range_mapping: {unknown} refused, allowed {', '.join(_RANGES)}.")
    setup_dmm(dmm)
    for channel in smu.channels:
        input(f"Please connect channel {channel.channel} to V input on calibrated DMM.")
        for v_range, dmm_range in ranges.items():
            dmm.range(dmm_range)
            calibrate_keithley_smu_v_single(smu, channel.channel, dmm.volt, v_range, src_Z, time_delay)
    if save_calibrations:
        save_calibration(smu, calibration_due_in_years_from_today)


def calibrate_keithley_smu_v_single(
    smu: Any, channel: str, dmm_param_volt: Any, v_range: str, src_Z: float = 1e-30, time_delay: float = 3.0
) -> None:
    """Adjust one voltage range of one channel, for both polarities.

    Args:
        smu: A Keithley 26xx.
        channel: ``"smua"`` or ``"smub"``.
        dmm_param_volt: Parameter of the multimeter that reads the voltage.
        v_range: The range in V, as text: ``"200e-3"``, ``"2"``, ``"20"``, ….
        src_Z: Voltage that stands for zero, in V.
        time_delay: Time to settle in s.

    Raises:
        DefinitionError: There is no such channel or range; nothing was sent.
        MeasurementError: The multimeter reads something else; this polarity was not adjusted, the output is off.
    """
    channels = [one.channel for one in smu.channels]
    if channel not in channels or v_range not in _RANGES:
        raise DefinitionError(
            f"calibrate_keithley_smu_v_single: channel {channel!r} and range {v_range!r} refused, allowed "
            f"{', '.join(channels)} and {', '.join(_RANGES)}."
        )
    write = smu.write
    write(f'{channel}.cal.unlock("{_PASSWORD}")')
    write(f"{channel}.reset()")
    write(f"{channel}.source.func = {channel}.OUTPUT_DCVOLTS")
    write(f"{channel}.source.rangev = {v_range}")
    write(f"{channel}.source.output = {channel}.OUTPUT_OFF")
    write(f"{channel}.sense = {channel}.SENSE_LOCAL")
    SYSTEM_CLOCK.sleep(time_delay)
    try:
        for polarity, sign in (("POSITIVE", ""), ("NEGATIVE", "-")):
            write(f"{channel}.cal.polarity = {channel}.CAL_{polarity}")
            _adjust(smu, channel, dmm_param_volt, sign, v_range, src_Z, time_delay)
    except BaseException:  # whatever went wrong, a Ctrl-C too: nothing stays under voltage
        write(f"{channel}.source.output = {channel}.OUTPUT_OFF")
        raise
    finally:
        write(f"{channel}.cal.polarity = {channel}.CAL_AUTO")
        write(f"{channel}.source.levelv = {src_Z}")


def _adjust(
    smu: Any, channel: str, dmm_param_volt: Any, sign: str, v_range: str, src_Z: float, time_delay: float
) -> None:
    """Compare zero and full scale of one polarity with the multimeter, and adjust source and measurement."""
    full = _FULL_SCALE * float(v_range)
    levels = {"Z": f"{sign}{src_Z}", "FS": f"{sign}{full:.8e}"}
    seen: dict[str, str] = {}
    for name, level in levels.items():
        smu.write(f"{channel}.source.levelv = {level}")
        smu.write(f"{channel}.source.output = {channel}.OUTPUT_ON")
        SYSTEM_CLOCK.sleep(time_delay)
        smu.write(f"{name}_rdg = {channel}.measure.v()")
        volts = float(dmm_param_volt())
        smu.write(f"{channel}.source.output = {channel}.OUTPUT_OFF")
        if not abs(volts - float(level)) <= _PLAUSIBLE * float(v_range):  # NaN too
            raise MeasurementError(
                f"{channel}, range {v_range} V: the multimeter reads {volts} V where the source gives {float(level):g} V. "
                f"The range was not adjusted. Is the channel connected to the multimeter, and is its range right?"
            )
        seen[name] = f"{volts:.8e}"
    SYSTEM_CLOCK.sleep(time_delay)
    span = f"{sign}{v_range}"
    smu.write(f"{channel}.source.calibratev({span}, {levels['Z']}, {seen['Z']}, {levels['FS']}, {seen['FS']})")
    SYSTEM_CLOCK.sleep(time_delay)
    smu.write(f"{channel}.measure.calibratev({span}, Z_rdg, {seen['Z']}, FS_rdg, {seen['FS']})")
    SYSTEM_CLOCK.sleep(time_delay)


def save_calibration(smu: Any, calibration_due_in_years_from_today: float = 1.0) -> None:
    """Have the device keep the adjustment of all its channels, with its date and when the next one is due.

    Args:
        smu: A Keithley 26xx that was adjusted since it was switched on.
        calibration_due_in_years_from_today: When the next one is due.
    """
    now = int(time.time())
    due = now + int(calibration_due_in_years_from_today * _YEAR)
    for channel in [one.channel for one in smu.channels]:
        smu.write(f"{channel}.cal.adjustdate = {now}")
        smu.write(f"{channel}.cal.date = {now}")
        smu.write(f"{channel}.cal.due = {due}")
        smu.write(f"{channel}.cal.save()")


def setup_dmm(dmm: Any) -> None:
    """Have a multimeter read slowly and in a fixed range.

    Args:
        dmm: With ``aperture_time``, ``autozero`` and ``autorange``.
    """
    dmm.aperture_time(1.0)
    dmm.autozero("OFF")
    dmm.autorange("OFF")
