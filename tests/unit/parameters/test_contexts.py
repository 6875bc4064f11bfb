"""Validators and values for a while, callbacks, parameters that affect others, the text of help."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from measurand.errors import NoTrustedValue, RefusedValue
from measurand.parameters import ManualParameter, Parameter
from measurand.validators import Enum, Numbers


def recorded(sent: list[Any], **options: Any) -> Parameter[Any]:
    return Parameter("p", **({"set_cmd": sent.append, "initial_cache_value": 1, "vals": Numbers(0, 9)} | options))


def test_extra_validator_is_undone_on_exceptions() -> None:
    sent: list[Any] = []
    p = recorded(sent)
    with pytest.raises(RefusedValue), p.extra_validator(Numbers(0, 3)):
        p(2)
        p(5)
    p(5)
    assert sent == [2, 5]
    assert p.validators == (p.vals,)


def test_stack_of_validators() -> None:
    p = recorded([])
    first, extra = p.vals, Enum(1, 2, 20)
    p.add_validator(extra)
    assert p.validators == (first, extra)
    for bad in (20, 3):
        with pytest.raises(RefusedValue):
            p(bad)
    assert p.remove_validator() is extra
    p(3)
    assert p.remove_validator() is first
    assert p.remove_validator() is None
    p("anything")


def test_set_to_restores_and_holds() -> None:
    sent: list[Any] = []
    p = recorded(sent)
    with p.set_to(3):
        assert p.cache() == 3
        with pytest.raises(RefusedValue, match="held at 3 by set_to"):
            p(4)
    assert (sent, p.cache()) == ([3, 1], 1)
    with p.set_to(1):
        pass
    assert sent == [3, 1]


def test_set_to_that_may_be_changed() -> None:
    sent: list[Any] = []
    p = recorded(sent)
    with p.set_to(3, allow_changes=True):
        p(4)
    assert sent == [3, 4, 1]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_restored_whatever_happens(error: type[BaseException]) -> None:
    sent: list[Any] = []
    p = recorded(sent)
    with pytest.raises(error), p.restore_at_exit():
        p(7)
        raise error
    assert sent == [7, 1]
    with p.restore_at_exit():
        pass
    assert sent == [7, 1]


def test_restored_after_a_set_that_failed() -> None:
    """A value in doubt is set again."""
    sent: list[Any] = []

    def put(value: Any) -> None:
        sent.append(value)
        if value == 7:
            raise OSError

    p = recorded(sent, set_cmd=put)
    with pytest.raises(OSError), p.restore_at_exit():
        p(7)
    assert sent == [7, 1]


def test_on_set_callbacks() -> None:
    heard: list[Any] = []
    p = Parameter("p", set_cmd=None, vals=Numbers(0, 9), on_set_callback=lambda v: heard.append(("first", v)))
    end = p.on_set(lambda v: heard.append(("second", v)))
    p(1)
    with pytest.raises(RefusedValue):
        p(10)
    end()
    p(2)
    assert heard == [("first", 1), ("second", 1), ("first", 2)]


def test_a_parameter_that_affects_others() -> None:
    """Interdependent: changing the range changes what the level may be, and what it is."""
    hardware = {"range": 1.0, "level": 0.5}
    level = Parameter(
        "level", get_cmd=lambda: hardware["level"], set_cmd=lambda v: hardware.update(level=v), vals=Numbers(0, 1)
    )

    def change_range(value: float) -> None:
        hardware.update(range=value, level=0.0)

    span = Parameter("range", set_cmd=change_range, initial_cache_value=1.0)
    span.affects(level, update=lambda: setattr(level, "vals", Numbers(0, hardware["range"])))
    assert level() == 0.5
    span(10.0)
    assert not level.cache.valid
    assert level.cache() == 0.0
    level(7)
    with pytest.raises(RefusedValue):
        level(11)


def test_increment() -> None:
    p: ManualParameter[float] = ManualParameter("p", initial_value=2.0)
    p.increment(0.5)
    assert p() == 2.5


def test_help() -> None:
    """A41: the class keeps its text, an instance says what it is."""

    class Mine(Parameter[float]):
        """My class."""

    p = Mine("volt", label="Voltage", unit="V", docstring="Sets the gate.", vals=Numbers(0, 1))
    assert Mine.__doc__ == "My class."
    assert p.__doc__ == "Sets the gate.\n\n* `name` volt\n* `label` Voltage\n* `unit` V\n* `allowed` 0 to 1 V"
    assert "One quantity" in (Parameter.__doc__ or "")


def test_others_are_in_doubt_also_after_a_set_that_failed() -> None:
    def fail(_: float) -> None:
        raise OSError("cable")

    level = ManualParameter("level", initial_value=1.0)
    span = Parameter("range", set_cmd=fail, vals=Numbers(0, 9), initial_cache_value=1.0)
    span.affects(level)
    with pytest.raises(RefusedValue):
        span(10)
    assert level.cache.valid
    with pytest.raises(OSError, match="cable"):
        span(5)
    assert not level.cache.valid


def test_a_failing_callback_says_where() -> None:
    """A26."""
    p = Parameter("p", set_cmd=None, on_set_callback=lambda v: 1 / v)
    with pytest.raises(ZeroDivisionError) as caught:
        p(0)
    assert caught.value.__notes__ == ["in a callback after p was set to 0"]


@pytest.mark.parametrize("context", ["set_to", "restore_at_exit"])
def test_what_is_not_known_for_sure_is_not_restored(context: str) -> None:
    """Never sends a guess, least of all None; refused before anything is sent."""
    sent: list[Any] = []
    never = Parameter("p", get_cmd=False, set_cmd=sent.append)
    with (
        pytest.raises(NoTrustedValue, match="not known for sure"),
        never.set_to(5) if context == "set_to" else never.restore_at_exit(),
    ):
        pass
    assert sent == []


def test_a_memory_that_was_empty_is_empty_again() -> None:
    p = ManualParameter("p")
    with p.set_to(5):
        assert p() == 5
    assert p() is None
    assert not p.cache.valid


def test_set_to_of_arrays() -> None:
    sent: list[Any] = []
    p = Parameter("wave", set_cmd=sent.append, initial_cache_value=np.zeros(2))
    with p.set_to(np.ones(2)):
        pass
    with p.set_to(np.zeros(3), allow_changes=True):
        pass
    assert [len(s) for s in sent] == [2, 2, 3, 2]


def test_what_could_not_be_restored_is_refused_before_the_block() -> None:
    """The present value is outside the limits: nothing is sent."""
    sent: list[Any] = []
    p = Parameter("p", get_cmd=lambda: 12.0, set_cmd=sent.append, vals=Numbers(-10, 10))
    with pytest.raises(RefusedValue, match="12"), p.set_to(3):
        pass
    assert sent == []
