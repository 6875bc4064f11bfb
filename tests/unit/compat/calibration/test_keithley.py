"""An adjustment that would be wrong changes no constant; the commands are compared with QCoDeS's in tests/compat/apis."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from measurand.compat.calibration import calibrate_keithley_smu_v, calibrate_keithley_smu_v_single
from measurand.errors import DefinitionError, MeasurementError


class Source:
    """Remembers what it was sent."""

    channels = (SimpleNamespace(channel="smua"),)

    def __init__(self) -> None:
        self.sent: list[str] = []

    def write(self, command: str) -> None:
        self.sent.append(command)


@pytest.mark.parametrize("reading", [0.0, float("nan"), 1e9, -18.0])
def test_a_multimeter_that_sees_something_else_adjusts_nothing(reading: float) -> None:
    source = Source()
    readings = iter([0.0, reading])
    with pytest.raises(
        MeasurementError, match=r"smua, range 20 V: the multimeter reads .* where the source gives 18 V"
    ):
        calibrate_keithley_smu_v_single(source, "smua", lambda: next(readings), "20", time_delay=0)
    assert not any("calibratev" in command for command in source.sent)
    assert source.sent[-3:] == [
        "smua.source.output = smua.OUTPUT_OFF",
        "smua.cal.polarity = smua.CAL_AUTO",
        "smua.source.levelv = 1e-30",
    ]


def test_ctrl_c_leaves_nothing_under_voltage() -> None:
    source = Source()

    def pressed() -> float:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate_keithley_smu_v_single(source, "smua", pressed, "2", time_delay=0)
    last = max(number for number, command in enumerate(source.sent) if "source.output" in command)
    assert source.sent[last] == "smua.source.output = smua.OUTPUT_OFF"


def test_what_there_is_not_is_refused_before_anything_is_sent() -> None:
    source = Source()
    with pytest.raises(DefinitionError, match="channel 'smub' and range '3' refused, allowed smua and 200e-3, 2, 20"):
        calibrate_keithley_smu_v_single(source, "smub", lambda: 0.0, "3")
    with pytest.raises(DefinitionError, match=r"\['3'\] refused"):
        calibrate_keithley_smu_v(source, None, dmm_range_per_smu_range_mapping={"3": 1})
    assert source.sent == []
