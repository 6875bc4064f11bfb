"""Run the same `dond`s with the names of either side, and say what they did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

QUIET = {"do_plot": False, "show_progress": False}
NAMES = [
    "ArraySweep",
    "DataSetDefinition",
    "LinSweep",
    "LinSweeper",
    "LogSweep",
    "TogetherSweep",
    "datasaver_builder",
    "do0d",
    "do1d",
    "do2d",
    "dond",
    "dond_into",
    "call_params_threaded",
    "SequentialParamsCaller",
    "ThreadPoolParamsCaller",
]


class Bench:
    """Two parameters to move, three to measure, and a log of what was done."""

    def __init__(self, qc: Any) -> None:
        self.log: list[str] = []
        self.x = qc.ManualParameter("x", unit="V", initial_value=0.0)
        self.y = qc.ManualParameter("y", initial_value=0.0)
        self.a = qc.Parameter("a", get_cmd=lambda: float(self.x() + 10 * self.y()))
        self.b = qc.Parameter("b", get_cmd=lambda: float(self.y() * 2))
        axis = qc.Parameter("axis", vals=qc.Arrays(shape=(3,)), get_cmd=lambda: qc.np.arange(3.0))
        self.trace = qc.ParameterWithSetpoints(
            "trace", vals=qc.Arrays(shape=(3,)), setpoints=(axis,), get_cmd=lambda: qc.np.arange(3.0) + float(self.x())
        )

    def note(self, what: str) -> Callable[[], None]:
        return lambda: self.log.append(f"{what} x={float(self.x())} y={float(self.y())}")


def runs(qc: Any, at: Bench) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield what is called, by name."""
    x, y, a, b, lin = at.x, at.y, at.a, at.b, qc.LinSweep
    yield "0d", lambda: qc.do0d(a, **QUIET)
    yield "0d array", lambda: qc.do0d(at.trace, a, **QUIET)
    yield "1d", lambda: qc.do1d(x, 0, 1, 3, 0, a, b, **QUIET)
    yield "1d array", lambda: qc.do1d(x, 0, 1, 2, 0, at.trace, measurement_name="traces", **QUIET)
    yield "2d", lambda: qc.do2d(x, 0, 1, 2, 0, y, 0, 2, 3, 0, a, b, **QUIET)
    inner = {"before_inner_actions": (at.note("before"),), "after_inner_actions": (at.note("after"),)}
    yield "2d actions", lambda: qc.do2d(x, 0, 1, 2, 0, y, 1, 2, 2, 0, a, **inner, **QUIET)
    yield (
        "2d not set before",
        lambda: qc.do2d(x, 0, 1, 2, 0, y, 1, 2, 2, 0, a, set_before_sweep=False, **inner, **QUIET),
    )
    around = {"enter_actions": (at.note("enter"),), "exit_actions": (at.note("exit"),)}
    outer, deep = lin(x, 0, 1, 2, 0, (at.note("outer"),)), lin(y, 3, 4, 2, 0, (at.note("inner"),))
    yield "actions", lambda: qc.dond(outer, deep, a, at.note("measure"), b, **around, **QUIET)
    yield "log and array", lambda: qc.dond(qc.LogSweep(x, 0, 2, 3), qc.ArraySweep(y, [5, 1, 7]), a, **QUIET)
    together = qc.TogetherSweep(lin(x, 0, 1, 2), lin(y, 3, 4, 2))
    yield "together", lambda: qc.dond(together, a, b, **QUIET)
    yield "together and one more", lambda: qc.dond(together, lin(qc.ManualParameter("z"), 0, 1, 2), a, **QUIET)
    yield "groups", lambda: qc.dond(lin(x, 0, 1, 2), [a], [b, at.trace], measurement_name=("A", "B"), **QUIET)
    yield "groups of one name", lambda: qc.dond(lin(x, 0, 1, 2), [a, b], [b], measurement_name="N", **QUIET)
    yield "not squeezed", lambda: qc.dond(lin(x, 0, 1, 2), a, squeeze=False, **QUIET)
    yield "read back", lambda: qc.dond(lin(x, 0, 1, 2, get_after_set=True), a, **QUIET)
    yield "more setpoints", lambda: qc.dond(lin(x, 0, 1, 2), a, additional_setpoints=(y,), **QUIET)
    yield "broken off", lambda: qc.dond(lin(x, 0, 1, 5), a, break_condition=lambda: x() > 0.4, **QUIET)
    yield "threads", lambda: qc.dond(lin(x, 0, 1, 2), a, b, use_threads=True, **QUIET)
    apart = {"A": (x, a), "B": (y, b)}
    yield "depending", lambda: qc.dond(together, a, b, dataset_dependencies=apart, **QUIET)
    yield (
        "depending on both",
        lambda: qc.dond(together, a, b, dataset_dependencies={"A": (x, y, a), "B": (x, b, a)}, **QUIET),
    )
    yield "refused: grouped twice", lambda: qc.dond(together, [a], [b], dataset_dependencies=apart, **QUIET)
    yield (
        "refused: a sweep nothing depends on",
        lambda: qc.dond(lin(x, 0, 1, 2), lin(y, 0, 1, 2), a, b, dataset_dependencies=apart, **QUIET),
    )
    yield (
        "refused: names",
        lambda: qc.dond(together, a, b, measurement_name=("A", "C"), dataset_dependencies=apart, **QUIET),
    )
    yield "refused: measured for nothing", lambda: qc.dond(together, a, b, dataset_dependencies={"A": (x, a)}, **QUIET)
    yield "refused: nothing measured", lambda: qc.dond(lin(x, 0, 1, 2), **QUIET)
    yield "refused: mixed", lambda: qc.dond(lin(x, 0, 1, 2), a, [b], **QUIET)
    yield "refused: count of names", lambda: qc.dond(lin(x, 0, 1, 2), [a], [b], measurement_name=("A",), **QUIET)
    yield "refused: swept and measured", lambda: qc.dond(lin(x, 0, 1, 2), x, **QUIET)
    yield "refused: lengths", lambda: qc.TogetherSweep(lin(x, 0, 1, 2), lin(y, 0, 1, 3))


def others(qc: Any, at: Bench) -> Iterator[tuple[str, Any]]:
    """Yield what else there is."""
    x, y, a, b = at.x, at.y, at.a, at.b
    first = qc.DataSetDefinition("first", (x, y), (a,))
    second = qc.DataSetDefinition("second", (x,), (b,), metadata={"key": "value"}, shapes={"b": (2,)})
    with qc.datasaver_builder([first, second]) as (one, other):
        for _ in qc.LinSweeper(x, 0, 1, 2):
            qc.dond_into(one, qc.LinSweep(y, 0, 1, 2), at.note("into"), a, additional_setpoints=(x,))
            other.add_result((x, x()), (b, b()))
    yield "built", [{**qc.read(saver.dataset), "name": saver.dataset.name} for saver in (one, other)]
    yield "metadata", other.dataset.metadata
    sweeper = qc.LinSweeper(x, 0, 1, 3)
    yield "sweeper", [[float(value) for value in sweeper] for _ in range(2)]
    yield "threaded", [(one.name, float(value)) for one, value in qc.call_params_threaded((a, b))]
    with qc.SequentialParamsCaller(a, at.note("call"), b) as call:
        yield "sequential", [(one.name, float(value)) for one, value in call()]
    together = qc.TogetherSweep(qc.LinSweep(x, 0, 1, 2), qc.LogSweep(y, 0, 1, 2))
    yield "points", [[float(value) for value in point] for point in together.get_setpoints()]
    sweep = qc.ArraySweep(x, [1, 2], 0.5, (len,), True)
    yield "sweep", [sweep.param.name, sweep.num_points, sweep.delay, len(sweep.post_actions), sweep.get_after_set]


def everything(qc: Any) -> dict[str, Any]:
    """Return all that is observed, by name."""
    found: dict[str, Any] = {}
    at = Bench(qc)
    for name, call in runs(qc, at):
        at.x(0.0)
        at.y(0.0)
        at.log.clear()
        try:
            result = call()
        except ValueError:
            found[name] = "refused"
            continue
        datasets = result[0] if isinstance(result[0], tuple) else (result[0],)
        found[name] = {
            "datasets": [{**qc.read(one), "name": one.name, "deps": dependencies(one)} for one in datasets],
            "form": [isinstance(result[0], tuple), repr(result[1]), repr(result[2])],
            "log": list(at.log),
        }
    return found | dict(others(qc, at))


def dependencies(dataset: Any) -> dict[str, list[str]]:
    tree = dataset.description.interdeps.dependencies
    return {spec.name: [need.name for need in needs] for spec, needs in tree.items()}
