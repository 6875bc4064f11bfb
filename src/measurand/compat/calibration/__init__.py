"""Adjust the voltage ranges of Keithley 26xx source-measure units with a calibrated multimeter."""

from measurand.compat.calibration._keithley import (
    calibrate_keithley_smu_v,
    calibrate_keithley_smu_v_single,
    save_calibration,
    setup_dmm,
)

__all__ = ["calibrate_keithley_smu_v", "calibrate_keithley_smu_v_single", "save_calibration", "setup_dmm"]
