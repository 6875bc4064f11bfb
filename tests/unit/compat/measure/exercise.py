"""Measure the same things with the names of either side, and say what can be read."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Registration = tuple[Any, ...]  # name, setpoints, paramtype, basis
XY: tuple[Registration, ...] = (("x", ()), ("y", ("x",)))
ARRAYS: tuple[Registration, ...] = (("x", (), "array"), ("y", ("x",), "array"))
PARAMETERS = ("ArrayParameter", "ManualParameter", "MultiParameter", "Parameter", "ParameterWithSetpoints")
NAN, INF = float("nan"), float("inf")


@dataclass(frozen=True)
class Case:
    """Columns, and what is added to them."""

    name: str
    columns: Sequence[Registration]
    calls: Sequence[Sequence[tuple[str, Any]]]
    shapes: dict[str, tuple[int, ...]] | None = field(default=None)


def xy(*pairs: tuple[Any, Any]) -> list[list[tuple[str, Any]]]:
    return [[("x", x), ("y", y)] for x, y in pairs]


def cases() -> Iterator[Case]:
    """Yield what is measured; among it much that is refused."""
    line = np.arange(3.0)
    yield Case("single", XY, [*xy((1, 2), (np.float32(1.5), np.int64(7)), (INF, -INF), (2, NAN)), [("y", 1), ("x", 9)]])
    yield Case("refused", XY, xy((1, "abc"), (1, None), (1, 1 + 2j), ("a", 1), (True, 1), (1, {1: 2}), (1, [1, "a"])))
    yield Case("ragged lists", XY, xy((1, [[1, 2], [3]]), (1, datetime.datetime(2020, 1, 1)), (3, 4)))  # noqa: DTZ001 - refused
    yield Case(
        "incomplete", XY, [[("y", 2)], [("x", 1), ("y", 2), ("q", 3)], [("x", 1), ("x", 2), ("y", 3)], [("x", 1)], []]
    )
    yield Case(
        "two results",
        (*XY, ("z", ("x",))),
        [[("x", 1), ("y", 2), ("z", 3)], [("x", 2), ("y", 4)], [("x", 3), ("z", 4)], [("x", 4), ("y", line), ("z", 5)]],
    )
    yield Case(
        "lists", XY, xy(([1, 2, 3], [4, 5, 6]), ((1, 2), (3, 4)), (7, [1, 2]), ([], []), ([[1], [2]], [[5], [6]]))
    )
    yield Case(
        "arrays", XY, xy((line, line + 1), (7, np.arange(3)), (np.array(3), np.array(4)), (np.eye(2), np.eye(2)))
    )
    yield Case("shapes that do not fit", XY, xy((line, 5), (np.arange(2), line), ([1], [[1, 2]]), ([1], [3, 4])))
    yield Case("whole arrays", ARRAYS, xy((line, line), (line, line + 1)))
    yield Case("whole arrays of whole numbers", ARRAYS, xy((np.arange(3), np.arange(3)), (np.arange(3), np.arange(3))))
    yield Case("ragged", ARRAYS, xy((line, line), (line[:2], line[:2]), (5, line), (1, 2)))
    yield Case("arrays along single values", (("x", ()), ("y", ("x",), "array")), xy((1.5, line), (2.5, [1, 2, 3])))
    yield Case("complex arrays", (("x", ()), ("y", ("x",), "array")), xy((1, line * 1j), (2, line * 2j)))
    yield Case(
        "texts", (("x", ()), ("y", ("x",), "text")), xy((1, "a"), (2, 3), ([1, 2], ["c", "dd"]), (1, ""), (1, None))
    )
    yield Case("along texts", (("x", (), "text"), ("y", ("x",))), xy(("left", 1), (["a", "b"], [1, 2])))
    yield Case(
        "complex", (("x", ()), ("y", ("x",), "complex")), xy((1, 1j), (2, 3), ([1, 2], [1j, 2]), (1, NAN), (1, "a"))
    )
    yield Case("on a grid", XY, xy(([1, 2, 3], [4, 5, 6]), ([1, 2, 3], [7, 8, 9])), {"y": (2, 3)})
    yield Case("on a grid that is not full", XY, xy(([1, 2, 3], [4, 5, 6]), ([1, 2], [4, 5])), {"y": (2, 3)})
    yield Case("arrays on a grid", (("x", ()), ("y", ("x",), "array")), xy((1, line), (2, line)), {"y": (2, 3)})
    yield Case("alone", (("x", ()), ("y", ())), [[("x", 1)], [("y", 2)], [("x", 3), ("y", 4)], [("x", [5, 6])]])
    yield Case(
        "inferred",
        (*XY, ("b", (), "numeric", ("x",))),
        [[("x", 1), ("y", 2), ("b", 3)], [("x", 1), ("y", 2)], [("x", 1), ("b", 2)]],
    )
    yield Case(
        "two setpoints",
        (("x", ()), ("w", ()), ("y", ("x", "w"))),
        [[("x", 1), ("w", line), ("y", line)], [("x", 1), ("y", 3)]],
    )


def generated(number: int) -> Iterator[Case]:
    """Yield measurements that dice decide, the same ones every time; numbers are short, QCoDeS keeps 15 digits of them."""
    dice = random.Random(11)
    for which in range(number):
        kinds = (
            ("array",) if dice.random() < 0.3 else ("numeric", "numeric", "text", "complex")
        )  # QCoDeS stores no mixture
        types = [dice.choice(kinds) for _ in range(4)]
        setpoints = [f"s{n}" for n in range(dice.randint(1, 2))]
        columns: list[Registration] = [(name, (), kind) for name, kind in zip(setpoints, types, strict=False)]
        results = [f"r{n}" for n in range(dice.randint(1, 2))]
        for name in results:
            along = tuple(dice.sample(setpoints, dice.randint(0, len(setpoints))))
            columns.append((name, along, dice.choice(kinds)))
        calls = [_call(dice, columns) for _ in range(dice.randint(1, 5))]
        yield Case(f"generated {which}", columns, calls)


def _call(dice: random.Random, columns: Sequence[Registration]) -> list[tuple[str, Any]]:
    """Return values for all columns: of one shape, single setpoints beside arrays, or now and then of shapes that differ."""
    length = dice.choice((None, None, 1, 2, 3))
    call = []
    for name, _, kind in columns:
        shape = length
        if name.startswith("s") and dice.random() < 0.4:
            shape = None
        elif dice.random() < 0.1:
            shape = dice.choice((None, 2))
        call.append((name, _value(dice, kind, shape)))
    dice.shuffle(call)
    return call


def _value(dice: random.Random, kind: str, length: int | None) -> Any:
    make: dict[str, Callable[[], Any]] = {
        "numeric": lambda: dice.choice((dice.randint(-5, 5), dice.randint(-64, 64) / 16, np.float32(0.5), np.int16(3))),
        "array": lambda: dice.randint(-64, 64) / 16,
        "text": lambda: dice.choice(("", "a", "off", "µV")),
        "complex": lambda: complex(dice.randint(0, 3), dice.randint(0, 3)),
    }
    if length is None:
        return make[kind]()
    values = [make[kind]() for _ in range(length)]
    return dice.choice((values, tuple(values), np.array(values)))


def observed(qc: Any, case: Case) -> Any:
    """Return what is read of a case, and which calls were refused."""
    measurement = qc.Measurement(name=case.name)
    for name, setpoints, *rest in case.columns:
        paramtype = rest[0] if rest else "numeric"
        basis = rest[1] if len(rest) > 1 else None
        measurement.register_custom_parameter(name, setpoints=setpoints, paramtype=paramtype, basis=basis)
    if case.shapes:
        measurement.set_shapes(case.shapes)
    refused = []
    with measurement.run() as datasaver:
        for number, call in enumerate(case.calls):
            try:
                datasaver.add_result(*call)
            except (ValueError, TypeError):
                refused.append(number)
    return {**read(datasaver.dataset), "refused": refused, "points": datasaver.points_written}


def read(dataset: Any) -> dict[str, Any]:
    """Return the data of a dataset, and what it says of itself."""
    data = {
        name: {column: plain(values) for column, values in columns.items()}
        for name, columns in dataset.get_parameter_data().items()
    }
    interdeps = dataset.description.interdeps._to_dict()
    interdeps["standalones"].sort()  # whose order QCoDeS leaves to chance
    description = {key: list(value.items()) if isinstance(value, dict) else value for key, value in interdeps.items()}
    return {
        "data": data,
        "results": dataset.number_of_results,
        "shapes": dataset.description.shapes,
        "description": description,
    }


def plain(values: Any) -> Any:
    if values.dtype == object:
        return ["object", [plain(np.asarray(one)) for one in values]]
    listed = values.tolist()
    return [values.dtype.kind, list(values.shape), repr(listed)]


def parameters(qc: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield measurements of parameters of every kind."""
    arrays, manual = qc.Arrays, qc.ManualParameter

    class Array(qc.ArrayParameter):  # type: ignore[misc]  # of either side
        def get_raw(self) -> Any:
            return np.arange(np.prod(self.shape)).reshape(self.shape) * 1.0

    class Multi(qc.MultiParameter):  # type: ignore[misc]  # of either side
        def get_raw(self) -> Any:
            return tuple(np.ones(shape) if shape else 1.0 for shape in self.shapes)

    first = qc.Parameter("first", vals=arrays(shape=(3,)), get_cmd=lambda: np.arange(3.0), unit="s", label="First")
    second = qc.Parameter("second", vals=arrays(shape=(2,)), get_cmd=lambda: np.arange(2.0) + 10)
    trace = qc.ParameterWithSetpoints(
        "trace", vals=arrays(shape=(3,)), setpoints=(first,), get_cmd=lambda: np.arange(3.0)
    )
    image = qc.ParameterWithSetpoints(
        "image", vals=arrays(shape=(3, 2)), setpoints=(first, second), get_cmd=lambda: np.arange(6.0).reshape(3, 2)
    )
    nested = ((5, 6), ((1, 2, 3), (1, 2, 3)))
    every = [
        trace,
        image,
        Array("plain", shape=(2,), setpoints=((5, 6),)),
        Array(
            "named", shape=(2, 2), setpoints=((5, 6), (7, 8)), setpoint_names=("sa", "sb"), setpoint_labels=("A", "B")
        ),
        Array("nested", shape=(2, 3), setpoints=nested, setpoint_units=("a", "b")),
        Multi("pair", names=("left", "right"), shapes=((), ()), setpoints=((), ())),
        Multi(
            "mixed", names=("one", "two"), shapes=((), (2,)), setpoints=((), ((5, 6),)), setpoint_names=((), ("nn",))
        ),
        Multi("lines", names=("k1", "k2"), shapes=((2,), (2,)), setpoints=(((5, 6),), ((7, 8),)), units=("V", "A")),
    ]
    outer = manual("outer")
    for parameter in every:
        for setpoints in ((), (outer,)):
            for paramtype in (None, "numeric", "array"):
                name = f"{parameter.name} {paramtype} {len(setpoints)}"
                yield name, lambda p=parameter, s=setpoints, t=paramtype: _of_parameter(qc, p, s, t)  # type: ignore[misc]  # default binds now


def _of_parameter(qc: Any, parameter: Any, setpoints: Sequence[Any], paramtype: str | None) -> Any:
    measurement = qc.Measurement()
    for one in setpoints:
        measurement.register_parameter(one)
    measurement.register_parameter(parameter, setpoints=setpoints, paramtype=paramtype)
    specs = [repr(spec) for spec in measurement.parameters.values()]
    with measurement.run() as datasaver:
        for value in (1, 2):
            datasaver.add_result(*((one, value) for one in setpoints), (parameter, parameter.get()))
    return {**read(datasaver.dataset), "specs": specs}


def everything(qc: Any) -> dict[str, Any]:
    """Return all that is observed, by name."""
    found = {case.name: observed(qc, case) for case in (*cases(), *generated(80))}
    return found | {name: measure() for name, measure in parameters(qc)}
