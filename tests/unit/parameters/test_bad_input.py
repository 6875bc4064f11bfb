"""Bad input of every kind: refused with a message that says where, what was given, what is allowed; nothing is sent."""

from __future__ import annotations

import math
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

from measurand.errors import DefinitionError, MeasurandError, ParameterError, RefusedType, UndecodableAnswer
from measurand.parameters import ManualParameter, Parameter
from measurand.validators import Enum, Ints, Numbers, Strings

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (Numbers(-10, 10), NAN),
        (Numbers(-10, 10), INF),
        (Numbers(-10, 10), -INF),
        (Numbers(-10, 10), np.float64("nan")),
        (Numbers(-10, 10), 10**400),
        (Numbers(-10, 10), 1j),
        (Numbers(-10, 10), np.array(1.0)),
        (Numbers(-10, 10), np.array([1.0, 2.0])),
        (Numbers(-10, 10), "1"),
        (Numbers(-10, 10), ""),
        (Numbers(-10, 10), None),
        (Numbers(-10, 10), [1]),
        (Ints(0, 5), 2.0),
        (Ints(0, 5), np.float64(2)),
        (Ints(0, 5), 10**400),
        (Strings(1, 3), ""),
        (Strings(1, 3), 5),
        (Enum("a", "b"), "c"),
        (Enum("a", "b"), ["a"]),
        (Enum(1, 2), NAN),
    ],
)
def test_a_value_that_is_not_allowed(rule: Any, value: Any) -> None:
    """A10, A26, B04."""
    sent: list[Any] = []
    p = Parameter("gate", unit="V", set_cmd=sent.append, vals=rule, initial_cache_value=rule.valid_values[0])
    before = p.cache.state
    with pytest.raises(ParameterError) as caught:
        p(value)
    message = str(caught.value)
    assert message.startswith("gate: ")
    assert " refused" in message
    assert f"allowed {rule.allowed('V')}" in message
    assert isinstance(caught.value, (TypeError, ValueError))
    assert sent == []
    assert p.cache.state == before


@pytest.mark.parametrize("value", [np.float32(1.5), np.float64(1.5), np.int8(1), np.uint64(7), True, 1])
def test_numpy_scalars_are_numbers(value: Any) -> None:
    sent: list[Any] = []
    Parameter("gate", set_cmd=sent.append, vals=Numbers(-10, 10))(value)
    assert sent == [value]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"get_cmd": 3}, "allowed are text, a function"),
        ({"set_cmd": True}, "allowed are text, a function"),
        ({"get_cmd": lambda x: x}, "no argument"),
        ({"set_cmd": lambda: None}, "1 argument"),
        ({"get_parser": "float"}, "a function such as float"),
        ({"set_parser": 3}, "a function such as float"),
        ({"scale": 0}, "scale=0"),
        ({"val_mapping": {}}, "dict of value: code"),
        ({"val_mapping": ["a"]}, "dict of value: code"),
        ({"vals": (0, 1)}, "a validator such as"),
        ({"vals": Numbers}, "a validator such as"),
        ({"max_val_age": -1, "get_cmd": lambda: 1}, "0 s and above"),
        ({"max_val_age": "1", "get_cmd": lambda: 1}, "0 s and above"),
        ({"max_val_age": 1, "get_cmd": False}, "give get_cmd"),
        ({"step": math.nan}, "above 0"),
        ({"step": 1, "vals": Strings()}, "only numbers"),
        ({"inter_delay": -1}, "from 0 s"),
        ({"post_delay": math.inf}, "from 0 s"),
        ({"initial_value": 1, "initial_cache_value": 1, "set_cmd": None}, "not both"),
        ({"unit": "V", "units": "A"}, "give unit only"),
    ],
)
def test_a_definition_that_cannot_work(options: dict[str, Any], hint: str) -> None:
    """Refused when it is made, with the name and what is allowed."""
    old = pytest.warns(DeprecationWarning, match="units=") if "units" in options else nullcontext()
    with old, pytest.raises(DefinitionError, match=hint) as e:
        Parameter("gate", **options)
    assert str(e.value).startswith("gate: ")


def test_a_parser_that_raises_anything() -> None:
    class Odd(Exception):
        pass

    def parse(raw: str) -> float:
        raise Odd(raw)

    p = Parameter("gate", get_cmd=lambda: "garbage", get_parser=parse, initial_cache_value=1.0)
    with pytest.raises(UndecodableAnswer, match=r"gate: the answer 'garbage' cannot be converted \(Odd: garbage\)"):
        p()
    assert p.cache() == 1.0


def test_a_set_parser_that_raises_sends_nothing() -> None:
    sent: list[Any] = []
    p = Parameter("gate", set_cmd=sent.append, set_parser=lambda v: 1 / v, initial_cache_value=1)
    with pytest.raises(ZeroDivisionError) as caught:
        p(0)
    assert caught.value.__notes__ == ["while converting 0 for gate; nothing was sent"]
    assert (sent, p.cache(), p.cache.valid) == ([], 1, True)


def test_a_mapping_with_one_code_for_two_values() -> None:
    """The last of them is what reading gives back."""
    sent: list[Any] = []
    p = Parameter("output", get_cmd=lambda: sent[-1], set_cmd=sent.append, val_mapping={"on": 1, "ON": 1, "off": 0})
    p("on")
    assert p() == "ON"


def test_a_value_that_does_not_fit_the_command() -> None:
    from measurand.instrument import VisaInstrument
    from measurand.transports import ScriptedTransport

    with VisaInstrument("dac", "GPIB0::1::INSTR", transport=ScriptedTransport([]), device_clear=False) as dac:
        dac.add_parameter("voltage", set_cmd="VOLT {:.3f}", initial_cache_value=1.0)
        with pytest.raises(
            ValueError, match=r"voltage: 'x' does not fit into the command 'VOLT \{:.3f\}'.*nothing was sent"
        ):
            dac.voltage("x")
        assert dac.voltage.cache.valid


@pytest.mark.parametrize("value", ["ab", [1, 2], (1,), b"x"])
def test_what_python_would_repeat_is_not_scaled(value: Any) -> None:
    sent: list[Any] = []
    with pytest.raises(RefusedType, match="cannot be scaled"):
        Parameter("gate", set_cmd=sent.append, scale=2)(value)
    assert sent == []


def test_every_message_of_a_missing_direction_says_what_is_missing() -> None:
    for make in (
        lambda: Parameter("gate", get_cmd=False)(),
        lambda: Parameter("gate")(1),
        lambda: ManualParameter("x").sweep(0, 1),
    ):
        with pytest.raises(MeasurandError, match=r"no get command|no set command|give either num="):
            make()
