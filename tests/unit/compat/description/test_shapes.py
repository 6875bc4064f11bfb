"""The grid of a measurement, from what is measured and the lengths of the loops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from measurand.compat.description import detect_shape_of_measurement
from measurand.errors import DefinitionError
from measurand.parameters import ArrayParameter, ManualParameter, MultiParameter, Parameter, ParameterWithSetpoints
from measurand.validators import Arrays

SINGLE = ManualParameter("single")


class Trace(ArrayParameter):
    def get_raw(self) -> Any:
        return np.zeros(5)


class Both(MultiParameter):
    def get_raw(self) -> Any:
        return 1.0, np.zeros(3)


@pytest.mark.parametrize(
    ("steps", "shape"),
    [((), (1,)), ((3,), (3,)), ((3, [1, 2]), (3, 2)), ((np.zeros(4), range(3)), (4, 3)), ((np.int64(2),), (2,))],
)
def test_a_step_is_a_length_or_has_one(steps: Any, shape: tuple[int, ...]) -> None:
    assert detect_shape_of_measurement([SINGLE], steps) == {"single": shape}


def test_results_have_shapes_of_their_own() -> None:
    axis = Parameter("axis", vals=Arrays(shape=(4,)), get_cmd=lambda: np.arange(4.0))
    spectrum = ParameterWithSetpoints(
        "spectrum", vals=Arrays(shape=(4,)), setpoints=(axis,), get_cmd=lambda: np.zeros(4)
    )
    plain = Parameter("plain", vals=Arrays(shape=(2, lambda: 7)), get_cmd=lambda: np.zeros((2, 7)))
    both = Both("both", names=("m1", "m2"), shapes=((), (3,)))
    found = detect_shape_of_measurement([SINGLE, spectrum, plain, Trace("trace", shape=(5,)), both], (2,))
    assert found == {"single": (2,), "spectrum": (2, 4), "plain": (2, 2, 7), "trace": (2, 5), "m1": (2,), "m2": (2, 3)}


def test_an_array_of_unknown_shape_is_refused() -> None:
    free = Parameter("free", vals=Arrays(), get_cmd=lambda: np.zeros(3))
    with pytest.raises(TypeError, match="free: Cannot infer shape of a Parameter with Array validator without a known"):
        detect_shape_of_measurement([free], (2,))


@pytest.mark.parametrize("step", [3.0, True, np.zeros((2, 2)), np.array(3), object()])
def test_what_is_no_step_is_refused(step: Any) -> None:
    with pytest.raises(DefinitionError, match="steps: (?s:.*) refused"):
        detect_shape_of_measurement([SINGLE], (step,))


@pytest.mark.parametrize("parameters", [SINGLE, ["single"], [3]])
def test_what_cannot_be_measured_is_refused(parameters: Any) -> None:
    with pytest.raises(DefinitionError, match=r"refused, allowed are lists|cannot be measured"):
        detect_shape_of_measurement(parameters, (3,))
