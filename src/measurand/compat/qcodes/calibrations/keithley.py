"""``qcodes.calibrations.keithley``."""

from measurand.compat.calibration import (
    calibrate_keithley_smu_v,
    calibrate_keithley_smu_v_single,
    save_calibration,
    setup_dmm,
)

__all__ = ["calibrate_keithley_smu_v", "calibrate_keithley_smu_v_single", "save_calibration", "setup_dmm"]
