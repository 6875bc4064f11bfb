"""``qcodes.calibrations``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__, {"measurand.compat.calibration": "calibrate_keithley_smu_v", ".": "keithley"}
)
