"""Reading several parameters at a point: order, threads, and what happens when one of them fails."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from measurand.compat.measure import SequentialParamsCaller, ThreadPoolParamsCaller, call_params_threaded
from measurand.errors import DefinitionError
from measurand.instrument import Instrument
from measurand.parameters import Parameter


@pytest.fixture
def meters() -> Any:
    made = [Instrument(name) for name in ("one", "two")]
    for meter in made:
        for name in ("a", "b"):
            meter.add_parameter(name, get_cmd=threading.get_ident)
    yield made
    for meter in made:
        meter.close()


def test_values_come_in_the_order_of_the_parameters(meters: Any) -> None:
    one, two = meters
    wanted = [one.a, two.a, one.b, two.b]
    pairs = call_params_threaded(wanted)
    assert [parameter for parameter, _ in pairs] == wanted


def test_two_instruments_are_read_in_two_threads(meters: Any) -> None:
    one, two = meters
    with ThreadPoolParamsCaller(one.a, two.a, one.b, two.b, max_workers=2) as call:
        for _ in range(2):
            a1, a2, b1, b2 = (thread for _, thread in call())
            assert a1 == b1 != a2 == b2


def test_functions_are_called_and_give_nothing(meters: Any) -> None:
    calls: list[int] = []
    things = (meters[0].a, lambda: calls.append(1))
    with SequentialParamsCaller(*things) as call:
        assert len(call()) == 1
    assert len(SequentialParamsCaller(*things)()) == 1
    assert len(call_params_threaded(things)) == 1
    assert calls == [1, 1, 1]


def test_failures_come_out(meters: Any) -> None:
    def fail() -> None:
        raise OSError("no answer")

    broken = Parameter("broken", instrument=meters[1], get_cmd=fail)
    with pytest.raises(OSError, match="no answer"):
        call_params_threaded((meters[0].a, broken))


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(DefinitionError, match="3 .int. can neither be read nor called"):
        SequentialParamsCaller(3)
    with pytest.raises(DefinitionError, match="enter it first"):
        ThreadPoolParamsCaller()()
