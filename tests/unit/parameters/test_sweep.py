"""Sweep values made from parameters."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from measurand.errors import DefinitionError, RefusedValue
from measurand.parameters import ManualParameter, Parameter, Sweep
from measurand.validators import Numbers

p: ManualParameter[float] = ManualParameter("p", vals=Numbers(-100, 100))


@pytest.mark.parametrize(
    ("sweep", "values"),
    [
        (p[0:10:1], list(range(10))),
        (p[10:0:1], list(range(10, 0, -1))),
        (p[10:0:-1], list(range(10, 0, -1))),
        (p[0:1:0.1], [0.1 * i for i in range(10)]),
        (p[3], [3]),
        (p[1, 2, 5], [1, 2, 5]),
        (p[[1, 2, 3]], [1, 2, 3]),
        (p[1, 2, 5:8:1], [1, 2, 5, 6, 7]),
        (p[5:8:1, 0], [5, 6, 7, 0]),
        (p[[1, 2], [3, 4]], [1, 2, 3, 4]),
        (p[np.array([1.5, 2.5])], [1.5, 2.5]),
        (p[np.linspace(0, 1, 3), 7], [0, 0.5, 1, 7]),
    ],
)
def test_slice_grammar(sweep: Sweep, values: list[float]) -> None:
    """A36."""
    assert list(sweep) == pytest.approx(values)
    assert len(sweep) == len(values)


@pytest.mark.parametrize("make", [lambda: p[0:10], lambda: p[:10:1], lambda: p[0:10:0], lambda: p[[]]])
def test_incomplete_slices_explain(make: Any) -> None:
    with pytest.raises(DefinitionError):
        make()


def test_values_are_validated_at_once() -> None:
    """A36."""
    with pytest.raises(RefusedValue, match="101"):
        p[0, 101]
    with pytest.raises(RefusedValue):
        p.sweep(0, 200, num=3)


def test_what_cannot_be_set_cannot_be_swept() -> None:
    with pytest.raises(DefinitionError, match="cannot be set"):
        Parameter("reading", get_cmd=lambda: 1).sweep(0, 1, num=2)


def test_linear() -> None:
    """A37: both ends included, exactly."""
    assert list(p.sweep(0, 1, num=5)) == [0, 0.25, 0.5, 0.75, 1]
    assert list(p.sweep(1, 0, step=0.5)) == [1, 0.5, 0]
    assert list(p.sweep(0, 1, step=0.1))[-1] == 1
    assert list(p.sweep(2, 9, num=1)) == [2]
    with pytest.raises(DefinitionError, match="num=4 or num=5"):
        p.sweep(0, 1, step=0.3)
    for wrong in ({}, {"num": 3, "step": 1}, {"num": 0}, {"num": 2.5}, {"step": 0}):
        with pytest.raises(DefinitionError):
            p.sweep(0, 1, **wrong)  # type: ignore[arg-type]


def test_list_behaviour() -> None:
    """A38: joining, reversing, membership, length, compact description."""
    joined = p[1, 2] + p.sweep(5, 9, num=5)
    assert list(joined) == [1, 2, 5, 6, 7, 8, 9]
    assert list(joined.reverse()) == list(reversed(joined)) == [9, 8, 7, 6, 5, 2, 1]
    assert 7 in joined
    assert 3 not in joined
    described = joined.to_dict()
    assert json.loads(json.dumps(described)) == {
        "parameter": "p",
        "segments": [{"values": [1, 2]}, {"start": 5, "stop": 9, "num": 5}],
    }
    assert len(json.dumps(p.sweep(0, 1, num=100_000).to_dict())) < 100
    with pytest.raises(DefinitionError, match="one parameter"):
        p[1] + ManualParameter("q")[1]


def test_a_million_values() -> None:
    assert len(p.sweep(0, 1, num=1_000_000)) == 1_000_000


def test_appending_returns_a_new_sweep() -> None:
    """A38: a sweep never changes."""
    begin = p[1, 2]
    assert list(begin.append(5)) == [1, 2, 5]
    assert list(begin.extend([7, 8])) == list(begin.extend(p[7, 8])) == [1, 2, 7, 8]
    assert list(begin) == [1, 2]
    with pytest.raises(RefusedValue):
        begin.append(500)


@pytest.mark.parametrize(
    "sweep",
    [p[0:10:1], p[0:1:0.1], p.sweep(-1, 1, num=7), p.sweep(3, -3, num=4), p[1, 2.5, 5:8:1], p.sweep(2, 2, num=3), p[4]],
)
def test_to_data_and_back(sweep: Sweep) -> None:
    """What another process needs: the same values to the last bit, from JSON."""
    again = Sweep.from_dict(json.loads(json.dumps(sweep.to_dict())), {"p": p}.__getitem__)
    assert list(again) == list(sweep)
    assert again.to_dict() == sweep.to_dict()


def test_narrow_numpy_ends_do_not_wrap() -> None:
    q = ManualParameter("q")
    assert list(q.sweep(np.uint16(1000), np.uint16(0), num=np.int64(5))) == [1000, 750, 500, 250, 0]
    assert list(q.sweep(np.int8(-100), np.int8(100), step=np.int8(100))) == [-100, 0, 100]
    assert list(q[np.uint8(200) : np.uint8(0) : np.uint8(50)]) == [200, 150, 100, 50]
    assert json.loads(json.dumps(q[np.int64(3)].to_dict())) == {"parameter": "q", "segments": [{"values": [3]}]}


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "1", 1j, True])
def test_ends_must_be_finite_numbers(bad: Any) -> None:
    q = ManualParameter("q")
    for make in (lambda: q.sweep(0, bad, num=3), lambda: q[0:bad:1]):
        with pytest.raises(DefinitionError, match="finite"):
            make()


def test_fine_slices_exclude_their_end() -> None:
    q = ManualParameter("q")
    assert len(q[-8.8:-8.27:1e-5]) == 53000
