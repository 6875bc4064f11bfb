"""An instrument for runs that are stopped and resumed: it writes down what it is asked, and fails when it is told to."""

from __future__ import annotations

from typing import Any

import pytest

from measurand.instrument import Instrument, parameter
from measurand.measure import Plan, sweep


class Box(Instrument):
    """Two outputs and a meter between them, which writes down what it is asked."""

    gate = parameter(unit="V", get_cmd=False, set_cmd="gate {:g}")
    bias = parameter(unit="V", get_cmd=False, set_cmd="bias {:g}")

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.said: list[str] = []
        self.fails_at = -1
        self.error: BaseException = RuntimeError("the meter hung")
        self.current = self.add_parameter("current", unit="A", get_cmd=self._measure)

    def write(self, cmd: str) -> None:
        self.said.append(cmd)

    def _measure(self) -> float:
        if self.said.count("?") == self.fails_at:
            self.fails_at = -1
            raise self.error
        self.said.append("?")
        return 10 * (self.gate.cache.value or 0) + (self.bias.cache.value or 0)


def stopped(plan: Plan, box: Box, after: int, data: Any, error: BaseException | None = None, **options: Any) -> None:
    """Run the plan until ``after`` readings were made."""
    box.fails_at = after
    box.error = error or RuntimeError("the meter hung")
    with pytest.raises(type(box.error)):
        plan.run(data=data, progress=False, **options)
    box.said.clear()


def grid(box: Box, **options: Any) -> Plan:
    return sweep(box.gate, 0, 2, num=3, **options).loop(box.bias, 0, 1, num=2).each(box.current)
