"""Expressions and latest values: evaluation, text, names, data, errors."""

from __future__ import annotations

import enum
import functools
import pickle
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from measurand.errors import DefinitionError, NotGettable, RefusedType
from measurand.parameters import Parameter
from measurand.parameters._expression import Expression, Operand
from measurand.parameters._function import Function
from measurand.parameters._latest import Latest


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


@pytest.fixture
def p() -> Quantity:
    return manual("p", 3.0)


@pytest.fixture
def q() -> Quantity:
    return manual("q", 4.0)


def test_evaluated_with_the_values_at_call_time(p: Quantity, q: Quantity) -> None:
    """D01."""
    total = p + 2 * q
    assert total() == total.get() == 11.0
    q(10)
    assert total() == 23.0


@pytest.mark.parametrize(
    ("make", "value", "text"),
    [
        (lambda p, q: p + q, 7.0, "p + q"),
        (lambda p, q: 1 + p, 4.0, "1 + p"),
        (lambda p, q: p - q, -1.0, "p - q"),
        (lambda p, q: 1 - p, -2.0, "1 - p"),
        (lambda p, q: 2 * p, 6.0, "2 * p"),
        (lambda p, q: p / q, 0.75, "p / q"),
        (lambda p, q: 6 / p, 2.0, "6 / p"),
        (lambda p, q: q // p, 1.0, "q // p"),
        (lambda p, q: 7 // p, 2.0, "7 // p"),
        (lambda p, q: q % p, 1.0, "q % p"),
        (lambda p, q: 7 % p, 1.0, "7 % p"),
        (lambda p, q: p**2, 9.0, "p ** 2"),
        (lambda p, q: 2**p, 8.0, "2 ** p"),
        (lambda p, q: -p, -3.0, "-p"),
        (lambda p, q: +p, 3.0, "+p"),
        (lambda p, q: abs(-p), 3.0, "abs(-p)"),
        (lambda p, q: round(p / 7), 0, "round(p / 7)"),
        (lambda p, q: round(p / 7, 2), 0.43, "round(p / 7, 2)"),
        (lambda p, q: p >= 3, True, "p >= 3"),
        (lambda p, q: p <= 2, False, "p <= 2"),
        (lambda p, q: p < q, True, "p < q"),
        (lambda p, q: p > 3, False, "p > 3"),
        (lambda p, q: p.eq(3), True, "p.eq(3)"),
        (lambda p, q: p.ne(3), False, "p.ne(3)"),
        (lambda p, q: (p > 1) & (q > 5), False, "(p > 1) & (q > 5)"),
        (lambda p, q: (p > 1) | (q > 5), True, "(p > 1) | (q > 5)"),
        (lambda p, q: False | p, True, "False | p"),
        (lambda p, q: True & p, True, "True & p"),
        (lambda p, q: p - (q - 1), 0.0, "p - (q - 1)"),
        (lambda p, q: (p - q) - 1, -2.0, "p - q - 1"),
        (lambda p, q: (p + q) * 2, 14.0, "(p + q) * 2"),
        (lambda p, q: -(p**2), -9.0, "-p ** 2"),
        (lambda p, q: (-p) ** 2, 9.0, "(-p) ** 2"),
        (lambda p, q: (-2) ** p, -8.0, "(-2) ** p"),
        (lambda p, q: p ** (-q / 4), 1 / 3, "p ** (-q / 4)"),
        (lambda p, q: (p < q) < 2, True, "(p < q) < 2"),
        (lambda p, q: sum([p, q]), 7.0, "0 + p + q"),
    ],
)
def test_operators_and_their_text(p: Quantity, q: Quantity, make: Any, value: Any, text: str) -> None:
    """D02, D04."""
    made = make(p, q)
    assert repr(made) == text
    assert made() == pytest.approx(value)
    assert type(made()) is type(value)


def test_the_text_of_the_guide() -> None:
    """D02, D04: with the full names, and a latest value on the other side."""
    source, limit = Owner("src", "bus"), manual("lim", 0.002)
    i, v = manual("I", 0.1, instrument=source), manual("V", -0.01, instrument=source)
    assert repr(abs(i * v) >= 1e-3) == "abs(src_I * src_V) >= 0.001"
    below = abs(i * v) < limit.get_latest
    assert repr(below) == "abs(src_I * src_V) < lim.get_latest"
    assert below() is True


def test_both_sides_are_evaluated() -> None:
    """D02: no short-circuit, so that an instrument is read as the expression says."""
    read: list[str] = []

    def reads(name: str, value: bool) -> Quantity:
        return Quantity(name, get_cmd=lambda: (read.append(name), value)[1])

    a, b = reads("a", False), reads("b", True)
    assert (a & b)() is False
    assert (b | a)() is True
    assert read == ["a", "b", "b", "a"]


def test_a_truth_value_is_refused_with_advice(p: Quantity) -> None:
    """D03."""
    for use in (lambda: bool(p > 3), lambda: 1 < p < 3, lambda: (p > 1) and (p < 3), lambda: not (p > 3)):
        with pytest.raises(TypeError, match=r"no truth value yet.*Call it.*\(p > \d\)\(\).*\(a\) & \(b\)") as caught:
            use()
        assert isinstance(caught.value, RefusedType)


def test_equality_stays_identity(p: Quantity, q: Quantity) -> None:
    """DESIGN 4: a parameter can be found in a list and be a key, and so can an expression."""
    assert p == p  # noqa: PLR0124 - identity is the thing tested
    assert p != q
    assert [q, p].index(p) == 1
    total = p + q
    assert total == total  # noqa: PLR0124 - as above
    assert (p + q) != total
    assert len({p, q, total}) == 3


def test_inputs(p: Quantity, q: Quantity) -> None:
    """D04: once each, in the order they stand, also those of latest values and of named expressions."""
    power = (q * p).named("power")
    assert (p + q * p).inputs == (p, q)
    assert (power - p + 1).inputs == (q, p)
    assert (q.get_latest + p + q).inputs == (q, p)
    assert (p + (lambda: 3)).inputs == (p,)


def test_an_input_is_read_once_in_an_evaluation(q: Quantity) -> None:
    """A noisy quantity minus itself is zero, however deep it stands and also inside a named expression."""
    counts: Iterator[int] = iter(range(100))
    noisy = Quantity("noisy", get_cmd=lambda: next(counts))
    double = (noisy * 2).named("double")
    difference = double - noisy - abs(noisy)
    assert [difference(), difference(), difference()] == [0, 0, 0]
    assert next(counts) == 3


def test_functions_are_called_later(p: Quantity) -> None:
    """D01: any function of no arguments."""
    calls: list[int] = []

    def count() -> int:
        calls.append(1)
        return len(calls)

    total = p * count
    assert not calls
    assert repr(total) == "p * count()"
    assert [total(), total()] == [3.0, 6.0]
    assert (count - total)() == 3 - 12.0
    assert (p + functools.partial(int, "7"))() == 10.0


class Level(enum.IntEnum):
    HIGH = 5


class Mode(str, enum.Enum):  # noqa: UP042 - its str() is not its value, which is the trap
    ON = "on"


def test_constants(p: Quantity) -> None:
    """LEGACY 1.6: numbers, text, None; members of an enum count as their values."""
    assert (p + Level.HIGH)() == 8.0
    assert repr(p + Level.HIGH) == "p + 5"
    mode = manual("mode", "on")
    assert (mode.eq(Mode.ON) & mode.ne(None) & mode.eq("on"))() is True
    assert repr(mode.eq(Mode.ON)) == "mode.eq('on')"
    assert (p * 2j)() == 6j


def test_numpy_on_either_side(p: Quantity) -> None:
    """D02: scalars and arrays."""
    array = np.array([1.0, 2.0])
    for made in (np.float64(2) * p, p * np.float64(2), np.int64(2) * p, np.array(2.0) * p):
        assert isinstance(made, Expression)
        assert made() == 6.0
    for made in (array * p, p * array):
        assert isinstance(made, Expression)
        np.testing.assert_array_equal(made(), [3.0, 6.0])
    assert (np.float64(2) <= p)() == True  # noqa: E712 - numpy's own true
    assert repr(np.float32(0.1) * p) == "0.1 * p"
    assert repr(array * p) == "array([1.0, 2.0]) * p"
    assert repr(p + np.zeros((3, 40))) == "p + <array (3, 40) float64>"


def test_arrays_broadcast_and_are_combined_element_by_element() -> None:
    trace, offset = manual("trace", np.array([1.26, -2.0, 3.0])), manual("offset", np.array([[1.0], [2.0]]))
    assert (trace + offset)().shape == (2, 3)
    np.testing.assert_array_equal(((trace > 0) & (trace < 2))(), [True, False, False])
    np.testing.assert_array_equal(((trace < 0) | True)(), [True, True, True])
    np.testing.assert_array_equal(trace.eq(3)(), [False, False, True])
    np.testing.assert_array_equal(round(trace, 1)(), [1.3, -2.0, 3.0])
    np.testing.assert_array_equal(round(trace)(), [1.0, -2.0, 3.0])


def test_an_expression_keeps_its_constant_array(p: Quantity) -> None:
    """Frozen: what happens to the array afterwards does not matter."""
    array = np.array([1.0, 2.0])
    scaled = p * array
    array[0] = 100.0
    np.testing.assert_array_equal(scaled(), [3.0, 6.0])


@pytest.mark.parametrize(
    ("other", "advice"),
    [
        ([1, 2], "make it a numpy array"),
        ((1, 2), "make it a numpy array"),
        ({}, "allowed are parameters"),
        (object(), "allowed are parameters"),
        (int, "a class is no value"),
        (lambda x: x, r"its arguments are \(x\), needed is a function of no arguments"),
        (Function("beep", call_cmd=lambda: None), "it cannot be read"),
        (np.array([None]), "object is not allowed"),
        (np.ma.masked_array([1.0]), "only plain arrays"),
    ],
)
def test_other_operands_are_refused(p: Quantity, other: Any, advice: str) -> None:
    """LEGACY 1.6: when the expression is written, not when it is evaluated."""
    for operate in (lambda: p + other, lambda: p.eq(other)):
        with pytest.raises(RefusedType, match=f"cannot be part of an expression: .*{advice}"):
            operate()


async def later() -> float:
    return 1.0


def test_a_coroutine_function_is_refused(p: Quantity) -> None:
    with pytest.raises(TypeError, match="coroutine"):
        p + later


def test_a_failure_says_what_was_computed_from_what(p: Quantity) -> None:
    zero = manual("zero", 0.0)
    with pytest.raises(ZeroDivisionError) as caught:
        (p / zero)()
    assert caught.value.__notes__ == ["while evaluating p / zero with p = 3.0, zero = 0.0"]
    with pytest.raises(NotGettable) as unreadable:
        (p + Quantity("q", get_cmd=False, set_cmd=None))()
    assert unreadable.value.__notes__ == ["while evaluating p + q with p = 3.0"]


def test_an_expression_cannot_be_changed(p: Quantity) -> None:
    with pytest.raises(AttributeError):
        (p + 1).terms = ()  # type: ignore[misc]  # refused at run time too


def test_a_named_expression_describes_itself(p: Quantity, q: Quantity) -> None:
    """D05."""
    power = (p * q).named("power", unit="W")
    assert (power.name, power.full_name, power.label, power.unit) == ("power", "power", "power", "W")
    assert (power.gettable, power.settable) == (True, False)
    assert power() == power.get() == 12.0
    assert repr(power) == "<NamedExpression power = p * q, W>"
    assert (p * q).named("x", label="Power").label == "Power"
    half = power / 2
    assert repr(half) == "power / 2"
    assert half() == 6.0


@pytest.mark.parametrize("name", ["two words", "", None, "class"])
def test_a_bad_name_is_refused(p: Quantity, name: Any) -> None:
    with pytest.raises(DefinitionError, match="cannot be the name of an expression"):
        (p * 2).named(name)


def test_a_bad_unit_or_label_is_refused(p: Quantity) -> None:
    with pytest.raises(DefinitionError, match="unit=3"):
        (p * 2).named("x", unit=3)  # type: ignore[arg-type]  # that is the point
    with pytest.raises(DefinitionError, match="label=3"):
        (p * 2).named("x", label=3)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("attribute", ["name", "full_name", "label", "unit"])
def test_without_a_name_it_says_how_to_get_one(p: Quantity, attribute: str) -> None:
    """D05: and nothing takes it for a measurable."""
    assert not hasattr(p * 2, attribute)
    with pytest.raises(AttributeError, match=r"p \* 2 has no .*\(p \* 2\)\.named\("):
        getattr(p * 2, attribute)
    with pytest.raises(AttributeError, match="Expression has no attribute 'frequenccy'"):
        (p * 2).frequenccy  # type: ignore[attr-defined]  # that is the point


def test_the_lane_is_the_one_connection_that_is_needed(p: Quantity) -> None:
    one, other = Owner("one", "bus 1"), Owner("other", "bus 2")
    a, b = (Quantity(name, one, get_cmd="A?", get_parser=float) for name in "ab")
    c = Quantity("c", other, get_cmd="C?", get_parser=float)
    assert (a * b + p + 1).named("x").lane == "bus 1"
    assert (a * c).named("x").lane is None
    assert (a + c.get_latest).named("x").lane == "bus 1"
    assert (p * 2).named("x").lane is None
    assert (a + (lambda: 3)).named("x").lane is None


def test_a_long_sum(p: Quantity) -> None:
    """As many terms as a rack has channels."""
    channels = [manual(f"c{n}", float(n)) for n in range(200)]
    assert sum(channels)() == sum(range(200))  # type: ignore[operator]  # sum() might give 0


def test_an_operand_needs_only_a_name_and_a_get() -> None:
    class Thing(Operand):
        name = "thing"

        def get(self) -> int:
            return 5

    assert repr(Thing() + 1) == "thing + 1"
    assert (Thing() + 1)() == 6
    with pytest.raises(NotGettable, match="Operand cannot be read, it has no get"):
        Operand().get()


def test_an_expression_can_be_copied_to_another_process() -> None:
    """Constants and operators are data; so is the expression if its operands are."""
    again = pickle.loads(pickle.dumps(Stone() * 2 > 3))
    assert repr(again) == "stone * 2 > 3"
    assert again() is True


class Stone(Operand):
    full_name = "stone"

    def get(self) -> int:
        return 2
