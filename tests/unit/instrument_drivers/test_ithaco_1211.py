"""The Ithaco 1211 and the current that is calculated with its settings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import RefusedType, RefusedValue
from measurand.instrument_drivers.Ithaco.Ithaco_1211 import CurrentParameter, Ithaco1211
from measurand.measure import sweep
from measurand.parameters import ManualParameter, Parameter, yield_of


def test_it_is_a_manual_instrument() -> None:
    """E01, E05, F13: no connection, an identity all the same, and values that only people know."""
    amplifier = Ithaco1211("amplifier")
    assert amplifier.IDN() == {"vendor": "Ithaco (DL Instruments)", "model": "1211", "serial": None, "firmware": None}
    assert {name: parameter() for name, parameter in amplifier.parameters.items() if name != "IDN"} == {
        "sens": 1e-8,
        "invert": True,
        "sens_factor": 1,
        "suppression": 1e-7,
        "risetime": 0.3,
    }


@pytest.mark.parametrize(
    ("name", "allowed", "refused"),
    [
        ("sens", [1e-11, 1e-3], 2e-8),
        ("invert", [False, True], 1.0),
        ("sens_factor", [0.1, 1, 10], 2),
        ("suppression", [1e-10, 1e-3], 1e-11),
        ("risetime", [0.01, 1000], 0.2),
    ],
)
def test_knobs_have_positions(name: str, allowed: list[object], refused: object) -> None:
    """G06: the values of the guide."""
    knob = Ithaco1211("amplifier").parameters[name]
    for value in allowed:
        knob(value)
        assert knob() == value
    with pytest.raises((RefusedValue, RefusedType)):
        knob(refused)
    assert knob() == allowed[-1]


@pytest.mark.parametrize(("sens", "factor", "invert", "current"), [
    (1e-8, 1, True, -5e-9), (1e-8, 10, False, 5e-8), (1e-11, 0.1, False, 5e-13), (1e-3, 1, True, -5e-4),
])  # fmt: skip
def test_current_follows_the_settings(sens: float, factor: float, invert: bool, current: float) -> None:
    """F14: (v, v times sensitivity times factor), with the sign of the output."""
    amplifier = Ithaco1211("amplifier")
    amplifier.sens(sens)
    amplifier.sens_factor(factor)
    amplifier.invert(invert)
    measured = CurrentParameter(ManualParameter("volt", initial_value=0.5), amplifier)
    assert measured() == (0.5, pytest.approx(current))


def test_current_has_names_labels_and_units() -> None:
    """F14, F15: two columns without setpoints, one voltage reading for both."""
    readings = iter([0.1, 0.2])
    voltage = Parameter("volt", label="Output", unit="V", get_cmd=lambda: next(readings))
    measured = CurrentParameter(voltage, Ithaco1211("amplifier"), name="drain")
    assert (measured.name, measured.names, measured.labels, measured.units, measured.shapes) == (
        "drain",
        ("volt_raw", "drain"),
        ("Output", "Current"),
        ("V", "A"),
        ((), ()),
    )
    assert [field.name for field in yield_of(measured).fields] == ["amplifier_volt_raw", "amplifier_drain"]
    assert [measured()[0], measured()[0]] == [0.1, 0.2]


def test_several_currents_share_one_amplifier() -> None:
    amplifier = Ithaco1211("amplifier")
    for name in ("x", "y"):
        CurrentParameter(ManualParameter(name, initial_value=1.0), amplifier)
    assert "curr" not in amplifier.parameters


def test_current_is_measured_in_a_sweep(tmp_path: Path) -> None:
    """F15: both are stored as columns of the run."""
    gate = ManualParameter("gate", unit="V", initial_value=0.0)
    amplifier = Ithaco1211("amplifier")
    amplifier.invert(False)
    voltage = Parameter("volt", unit="V", get_cmd=lambda: 2 * gate())
    data = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")
    done = sweep(gate, 0, 1, num=3).each(CurrentParameter(voltage, amplifier)).run(data=data, snapshot=dict)
    stored = done.dataset.to_xarray()
    np.testing.assert_allclose(stored.amplifier_volt_raw, [0, 1, 2])
    np.testing.assert_allclose(stored.amplifier_curr, [0, 1e-8, 2e-8])
    assert stored.amplifier_curr.attrs["units"] == "A"
