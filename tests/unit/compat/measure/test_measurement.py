"""What may be registered, and how it is related."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from measurand.compat.dataset import Experiment, load_by_id
from measurand.compat.measure import Measurement
from measurand.errors import DefinitionError
from measurand.parameters import ManualParameter, Parameter
from measurand.validators import Arrays, ComplexNumbers, Enum, Ints, Strings


@pytest.mark.parametrize(
    ("vals", "paramtype"),
    [
        (None, "numeric"),
        (Ints(), "numeric"),
        (Strings(), "text"),
        (ComplexNumbers(), "complex"),
        (Arrays(shape=(2,)), "array"),
        (Enum("a", "b"), "numeric"),
    ],
)
def test_the_validator_says_the_type(vals: Any, paramtype: str) -> None:
    parameter = ManualParameter("p", vals=vals)
    assert Measurement().register_parameter(parameter).parameters["p"].type == paramtype


def test_a_setpoint_that_is_a_parameter_registers_itself(gate: Any, current: Any) -> None:
    measurement = Measurement().register_parameter(current, setpoints=(gate,))
    tree = measurement._interdeps.dependencies
    assert {spec.name: [need.name for need in needs] for spec, needs in tree.items()} == {"current": ["gate"]}
    assert measurement.parameters["gate"].unit == "V"


def test_names_are_registered_before_they_are_used(gate: Any) -> None:
    measurement = Measurement().register_parameter(gate)
    measurement.register_custom_parameter("power", unit="W", setpoints=("gate",), basis=())
    with pytest.raises(ValueError, match="Unknown interdependency: nope. Please register that parameter first"):
        measurement.register_parameter(ManualParameter("p"), setpoints=("nope",))
    with pytest.raises(ValueError, match="Unknown setpoint: nope"):
        measurement.register_custom_parameter("other", setpoints=("nope",))
    with pytest.raises(ValueError, match="power: Parameter already registered in this Measurement"):
        measurement.register_custom_parameter("power")
    assert list(measurement.parameters) == ["power", "gate"] or list(measurement.parameters) == ["gate", "power"]


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda m: m.register_parameter("gate"), "Can not register object of type <class 'str'>"),
        (lambda m: m.register_parameter(ManualParameter("p"), paramtype="float"), "float is not a valid paramtype"),
        (lambda m: m.register_custom_parameter("1c"), "Invalid name: '1c' refused"),
        (lambda m: m.unregister_parameter(3), "3: Wrong input type"),
        (lambda m: m.register_parent(3, "calibration"), "register_parent: 3 is no dataset"),
        (lambda m: m.set_shapes(3), "set_shapes: 3 refused"),
        (lambda m: m.set_shapes({"a": 3}), "set_shapes: a: 3 refused"),
        (lambda m: m.add_before_run(len, (1, 2)), "Mismatch between function call signature"),
        (lambda m: m.add_after_run(3, ()), "3 is not a callable object"),
        (lambda m: m.add_subscriber(3, []), "3 is no function"),
        (lambda m: setattr(m, "write_period", 0), "must be at least 1 ms"),
        (lambda m: setattr(m, "write_period", "a"), "must be a number"),
    ],
)
def test_what_does_not_fit_is_refused_when_it_is_said(call: Any, problem: str) -> None:
    measurement = Measurement()
    with pytest.raises(DefinitionError, match=problem):
        call(measurement)
    assert measurement.parameters == {}


def test_what_something_depends_on_stays(gate: Any, current: Any) -> None:
    measurement = Measurement().register_parameter(current, setpoints=(gate,))
    with pytest.raises(ValueError, match="Cannot remove gate"):
        measurement.unregister_parameter(gate)
    measurement.unregister_parameter(current)
    measurement.unregister_parameter("gate")
    measurement.unregister_parameter("never registered")
    assert measurement.parameters == {}


def test_the_write_period_is_the_documented_one_until_it_is_set() -> None:
    measurement = Measurement()
    assert measurement.write_period == 5.0
    measurement.write_period = np.float64(2)
    assert measurement.write_period == 2.0


def test_later_registrations_do_not_reach_a_run(experiment: Experiment, gate: Any, current: Any) -> None:
    measurement = Measurement(exp=experiment, name="sweep").register_parameter(gate)
    with measurement.run() as datasaver:
        measurement.register_parameter(current, setpoints=(gate,))
        with pytest.raises(ValueError, match="no such parameter registered"):
            datasaver.add_result((gate, 1), (current, 2))


def test_a_run_knows_its_parents_shapes_and_snapshot(experiment: Experiment, gate: Any, current: Any) -> None:
    first = Measurement(exp=experiment).register_parameter(gate)
    with first.run() as datasaver:
        parent = datasaver.dataset
    second = Measurement(exp=experiment, name="after").register_parameter(current, setpoints=(gate,))
    second.register_parent(parent, "calibration", "offset").set_shapes({"current": np.array([2])})  # type: ignore[func-returns-value, dict-item]  # the shape of an array is a tuple of numbers, too
    with second.run() as datasaver:
        pass
    found = load_by_id(datasaver.run_id)
    assert found.name == "after"
    assert found.description.shapes == {"current": (2,)}
    assert [(link.tail, link.edge_type, link.description) for link in found.parent_dataset_links] == [
        (parent.guid, "calibration", "offset")
    ]
    assert found.snapshot is not None
    assert set(found.snapshot["parameters"]) == {"gate", "current"}


def test_the_station_is_kept(experiment: Experiment, current: Parameter[float]) -> None:
    class Bench:
        def snapshot(self) -> dict[str, Any]:
            return {"instruments": {"dac": {}}}

    measurement = Measurement(exp=experiment, station=Bench()).register_parameter(current)
    with measurement.run() as datasaver:
        pass
    assert datasaver.dataset.snapshot["station"] == {"instruments": {"dac": {}}}
    assert list(datasaver.dataset.snapshot["parameters"]) == ["current"]


def test_what_fails_in_a_snapshot_does_not_cost_the_run(experiment: Experiment, current: Any) -> None:
    class Broken:
        def snapshot(self) -> dict[str, Any]:
            raise OSError("no answer")

    with Measurement(exp=experiment, station=Broken()).register_parameter(current).run() as datasaver:
        datasaver.add_result((current, 1))
    assert datasaver.points_written == 1
