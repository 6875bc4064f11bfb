"""The cases on QCoDeS, by its documented interface. Runs in its own environment, where Measurand is not installed."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import qcodes as qc
from qcodes.dataset import (
    LinSweep,
    Measurement,
    dond,
    initialise_or_create_database_at,
    load_or_create_experiment,
)
from qcodes.parameters import ManualParameter, Parameter
from qcodes.validators import Numbers

from benchmarks.timing import once, per_call

ROWS = 10_000


def _manual() -> Any:
    return ManualParameter("p", initial_value=1.0, vals=Numbers(-10, 10))


def _callable() -> Any:
    return Parameter("p", get_cmd=lambda: 1.0, set_cmd=lambda value: None, vals=Numbers(-10, 10))


def _parsed() -> Any:
    return Parameter("p", get_cmd=lambda: "1.0", set_cmd=lambda value: None, get_parser=float, scale=10)


def _fresh_database() -> None:
    qc.config.subscription.default_subscribers = []
    initialise_or_create_database_at(str(Path(tempfile.mkdtemp(prefix="qcodes-bench-")) / "bench.db"))
    load_or_create_experiment("bench", "none")


def _measurement() -> tuple[Measurement, list[Any]]:
    _fresh_database()
    x = ManualParameter("x", initial_value=0.0)
    results = [Parameter(name, get_cmd=lambda: 1.0) for name in ("y", "z")]
    measurement = Measurement()
    measurement.register_parameter(x)
    for result in results:
        measurement.register_parameter(result, setpoints=(x,))
    return measurement, [x, *results]


def recorded_row() -> float:
    measurement, (x, y, z) = _measurement()
    with measurement.run() as saver:
        for i in range(1000):
            saver.add_result((x, float(i)), (y, 2.0), (z, 3.0))
        return once(lambda: [saver.add_result((x, float(i)), (y, 2.0), (z, 3.0)) for i in range(ROWS)]) / ROWS


def ten_point_run() -> float:
    measurement, (x, y, z) = _measurement()

    def run() -> None:
        with measurement.run() as saver:
            for i in range(10):
                x(float(i))
                saver.add_result((x, float(i)), (y, y()), (z, z()))

    run()
    return statistics.median(once(run) for _ in range(20))


def sweep_point() -> float:
    _, (x, y, z) = _measurement()
    go: Callable[[], object] = lambda: dond(LinSweep(x, 0, 1, ROWS), y, z, do_plot=False, show_progress=False)  # noqa: E731
    return once(go) / ROWS


CASES = {
    "get manual": lambda: per_call(_manual().get, 4000),
    "get callable": lambda: per_call(_callable().get, 4000),
    "get parsed+scaled": lambda: per_call(_parsed().get, 4000),
    "set manual": lambda: per_call(partial(_manual().set, 1.0), 4000),
    "set callable": lambda: per_call(partial(_callable().set, 1.0), 4000),
    "set parsed+scaled": lambda: per_call(partial(_parsed().set, 1.0), 4000),
    "recorded row": recorded_row,
    "ten-point run": ten_point_run,
    "sweep point": sweep_point,
}

if __name__ == "__main__":
    print(CASES[sys.argv[1]]())
