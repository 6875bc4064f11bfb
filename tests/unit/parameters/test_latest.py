"""Latest values, by themselves and in expressions; expressions and latest values in a run."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from measurand.dataset import DataRoot
from measurand.errors import NoTrustedValue
from measurand.measure import BreakIf, sweep
from measurand.parameters import DelegateParameter, Parameter
from measurand.parameters._expression import Operand
from measurand.parameters._latest import Latest
from measurand.testing import FakeClock
from measurand.validators import Numbers


class Quantity(Parameter[Any], Operand):
    """A parameter with operators, and whose latest value is one too."""

    @property
    def get_latest(self) -> Any:
        return Latest(self)


class Owner:
    """An instrument that gives each parameter its connection."""

    def __init__(self, name: str, lane: str | None) -> None:
        self.name = name
        self.name_parts = [name]
        self.parameters: dict[str, Any] = {}
        self.lock = threading.RLock()
        self.lane = lane

    def ask(self, cmd: str) -> str:
        return "1"

    def write(self, cmd: str) -> None:
        pass


def manual(name: str, value: Any = None, **options: Any) -> Quantity:
    return Quantity(name, set_cmd=None, initial_value=value, **options)


def test_the_latest_value_reads_nothing() -> None:
    """A24, A25."""
    answers = iter([5.0])
    p = Quantity("p", Owner("dmm", "bus"), unit="V", label="Voltage", vals=Numbers(), get_cmd=lambda: next(answers))
    p()
    latest = p.get_latest
    assert latest() == latest.get() == 5.0
    assert latest.get_timestamp() == p.cache.timestamp is not None
    assert latest.get_raw_value() == 5.0
    assert (latest.name, latest.full_name, latest.label, latest.unit) == ("p", "dmm_p", "Voltage", "V")
    assert (latest.lane, latest.gettable, latest.settable) == (None, True, False)
    assert latest.yields == p.yields
    assert repr(latest) == "<Latest of dmm_p>"
    assert latest == p.get_latest
    assert latest != manual("p", 5.0).get_latest


def test_the_latest_value_is_read_as_the_cache_says() -> None:
    """A22, A25: never read, or older than max_val_age."""
    clock, answers = FakeClock(), iter([1.0, 2.0, 3.0])
    p = Quantity("p", get_cmd=lambda: next(answers), max_val_age=10, clock=clock)
    assert p.get_latest.max_val_age == 10
    assert p.get_latest.get_timestamp() is None
    assert p.get_latest() == 1.0
    clock.sleep(5)
    assert p.get_latest() == 1.0
    clock.sleep(6)
    assert p.get_latest() == 2.0
    p.cache.invalidate()
    assert p.get_latest() == 3.0


def test_a_latest_value_that_is_not_known() -> None:
    with pytest.raises(NoTrustedValue):
        Latest(Parameter("p", get_cmd=False, set_cmd=lambda v: None)).get()


def test_latest_of_a_delegate() -> None:
    volts = manual("volts", 0.002)
    millivolts = DelegateParameter[float]("millivolts", volts, scale=0.001)
    assert (Latest(millivolts) + 1)() == pytest.approx(3.0)


def test_a_latest_value_is_the_one_before_the_evaluation() -> None:
    """A25: the change since the last reading, whichever side stands first."""
    answers = iter([10, 13, 20])
    p = Quantity("p", get_cmd=lambda: next(answers))
    p()
    assert (p - p.get_latest)() == 3
    assert (p.get_latest - p)() == -7


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    return DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")


def test_a_named_expression_and_a_latest_value_are_measured(root: DataRoot) -> None:
    """A25, D05: stored with name, label and unit."""
    gate = manual("gate", 0.0, unit="V")
    setting = manual("setting", 7.0, unit="s")
    power = (gate * gate / 2).named("power", unit="W", label="Power")
    data = sweep(gate, 0, 2, num=3).each(power, setting.get_latest).run(data=root, progress=False).dataset
    np.testing.assert_array_equal(data.numpy("power"), [0.0, 0.5, 2.0])
    np.testing.assert_array_equal(data.numpy("setting"), [7.0, 7.0, 7.0])
    assert (data.columns["power"].unit, data.columns["power"].label) == ("W", "Power")
    assert data.columns["setting"].unit == "s"


def test_an_expression_breaks_a_loop(root: DataRoot) -> None:
    """D02: and the description of the run tells why."""
    gate = manual("gate", 0.0)
    plan = sweep(gate, 0, 9, num=10).each(gate.get_latest, BreakIf(gate * 2 >= 4))
    assert plan.to_dict()["each"][1] == {"break_if": "gate * 2 >= 4"}
    run = plan.run(data=root, progress=False)
    assert gate() == 2.0
    assert run.dataset.rows() == 3
