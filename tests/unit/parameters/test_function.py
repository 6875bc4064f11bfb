"""Functions: actions that are no quantities, with checked arguments."""

from __future__ import annotations

import json
import threading
import warnings
from typing import Any

import pytest

from measurand.errors import DefinitionError, RefusedType, RefusedValue, UndecodableAnswer
from measurand.measure import Task
from measurand.parameters._function import Function
from measurand.validators import Enum, Ints, Numbers, Strings


class Device:
    """An owner that answers from a dict and remembers every byte it was sent."""

    def __init__(self, **answers: str) -> None:
        self.name = "dac_ch3"
        self.name_parts = ["dac", "ch3"]
        self.parameters: dict[str, Any] = {}
        self.lock = threading.RLock()
        self.lane = "bus"
        self.answers = answers
        self.sent: list[str] = []

    def ask(self, cmd: str) -> str:
        self.sent.append(f"asked {cmd}")
        return self.answers[cmd]

    def write(self, cmd: str) -> None:
        self.sent.append(f"wrote {cmd}")


@pytest.fixture
def device() -> Device:
    return Device()


def test_text_is_written(device: Device) -> None:
    """C04: called in either way, without an answer."""
    reset = Function("reset", device, "*RST")
    assert reset() is None
    assert reset.call() is None
    assert device.sent == ["wrote *RST"] * 2


def test_arguments_have_validators_and_a_place_each(device: Device) -> None:
    """C05."""
    ramp = Function("ramp", device, "RAMP {},{}", args=[Numbers(-10, 10), Ints(1, 100)])
    ramp(2.5, 10)
    assert device.sent == ["wrote RAMP 2.5,10"]
    assert [repr(validator) for validator in ramp.args] == [repr(Numbers(-10, 10)), repr(Ints(1, 100))]


@pytest.mark.parametrize(
    ("args", "error", "message"),
    [
        ((), RefusedType, r"no argument given, allowed exactly 2: dac\.ch3\.ramp\(-10 to 10, .*nothing was sent"),
        ((1,), RefusedType, r"1 argument \(1\) given, allowed exactly 2"),
        ((1, 2, 3), RefusedType, r"3 arguments \(1, 2, 3\) given, allowed exactly 2"),
        ((12, 1), RefusedValue, r"dac\.ch3\.ramp, argument 1: 12 refused, allowed -10 to 10"),
        ((1, 0), RefusedValue, r"dac\.ch3\.ramp, argument 2: 0 refused, allowed"),
        ((1, "x"), RefusedType, r"argument 2: 'x' \(str\) refused"),
    ],
)
def test_errors_come_before_anything_is_sent(device: Device, args: Any, error: Any, message: str) -> None:
    """C06: for text and for functions."""
    limits = [Numbers(-10, 10), Ints(1, 100)]
    for cmd in ("RAMP {},{}", lambda a, b: device.sent.append("called")):
        ramp = Function("ramp", device, cmd, args=limits)
        for call in (ramp, ramp.call, ramp.validate):
            with pytest.raises(error, match=message):
                call(*args)
    assert device.sent == []


def test_arguments_by_keyword_are_refused(device: Device) -> None:
    """C05."""
    f = Function("f", call_cmd=lambda volts: device.sent.append("called"), args=[Numbers()])
    with pytest.raises(TypeError, match="f: volts given by keyword, allowed are arguments by position only"):
        f(volts=3)
    assert device.sent == []


def test_a_return_parser_makes_text_ask() -> None:
    """C07."""
    device = Device(**{"ADD? 1,2": "3.0"})
    add = Function("add", device, "ADD? {},{}", args=[Numbers(), Numbers()], return_parser=float)
    assert add(1, 2) == 3.0
    assert device.sent == ["asked ADD? 1,2"]


def test_an_answer_that_cannot_be_read() -> None:
    device = Device(**{"N?": "many"})
    with pytest.raises(UndecodableAnswer, match=r"dac\.ch3\.n: the answer 'many' cannot be converted"):
        Function("n", device, "N?", return_parser=int)()


def test_arguments_are_parsed_together(device: Device) -> None:
    """C02: validated as given, then converted."""
    f = Function(
        "f",
        device,
        "F {},{}",
        args=[Enum("on", "off"), Ints()],
        arg_parser=lambda a, b: ({"on": 1, "off": 0}[a], b * 2),
    )
    f("on", 4)
    one = Function("one", device, "ONE {}", args=[Numbers(0, 1)], arg_parser=lambda x: int(x * 100))
    one(0.5)
    assert device.sent == ["wrote F 1,8", "wrote ONE 50"]


def test_a_function_as_command() -> None:
    """C08: with or without an instrument; its result is returned."""
    add = Function("add", call_cmd=lambda a, b: a + b, args=[Numbers(), Numbers()])
    assert add(1, 2) == 3
    assert Function("f", call_cmd=lambda: "done")() == "done"


@pytest.mark.parametrize("attribute", ["get", "get_latest", "cache"])
def test_it_cannot_be_measured(device: Device, attribute: str) -> None:
    """C09: and the error says what can be done instead."""
    reset = Function("reset", device, "*RST")
    assert reset.gettable is False
    assert not hasattr(reset, attribute)
    with pytest.raises(
        AttributeError, match=r"dac\.ch3\.reset: a function cannot be measured.*write Task\(dac\.ch3\.reset\)"
    ):
        getattr(reset, attribute)
    with pytest.raises(AttributeError, match="Function has no attribute 'vlas'"):
        reset.vlas  # type: ignore[attr-defined]  # that is the point
    assert device.sent == []


def test_it_can_be_a_task(device: Device) -> None:
    """C09: the action at each point of a sweep."""
    Task(Function("beep", device, "BEEP {}", args=[Numbers()]), 3)()
    assert device.sent == ["wrote BEEP 3"]


def test_it_gives_no_warning(device: Device) -> None:
    """C10."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Function("reset", device, "*RST")()


def test_help_tells_the_arguments(device: Device) -> None:
    """C05: what help() and the question mark of a notebook show."""
    f = Function("f", device, "F {}", args=[Strings()], docstring="Show a text.")
    assert f.docstring == "Show a text."
    assert f.__doc__ == f"Show a text.\n\ndac.ch3.f({Strings().allowed()})"
    assert repr(f) == f"<Function dac.ch3.f({Strings().allowed()})>"
    assert (f.name, f.full_name, f.instrument) == ("f", "dac_ch3_f", device)
    alone = Function("g", call_cmd=lambda: None)
    assert (alone.full_name, alone.instrument, alone.args, alone.docstring) == ("g", None, (), None)


def test_the_snapshot_is_json_and_sends_nothing(device: Device) -> None:
    f = Function("f", device, "F {}", args=[Numbers(0, 1)], docstring="Move.")
    snapshot = f.snapshot(update=True)
    assert json.loads(json.dumps(snapshot)) == snapshot
    assert (snapshot["name"], snapshot["full_name"], snapshot["docstring"]) == ("f", "dac_ch3_f", "Move.")
    assert snapshot["args"] == [repr(Numbers(0, 1))]
    assert device.sent == []


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"call_cmd": None}, DefinitionError, "call_cmd is missing"),
        ({"call_cmd": 3}, DefinitionError, "3 .* refused, allowed are text and a function"),
        ({"call_cmd": "*RST"}, DefinitionError, "no instrument to send it to. Give instrument=self"),
        ({"call_cmd": lambda a: a}, TypeError, "needed is a function of no arguments"),
        ({"call_cmd": lambda: 1, "args": [Numbers()]}, TypeError, "needed is a function of 1 argument"),
        ({"call_cmd": lambda a: a, "args": [3]}, DefinitionError, r"args has 3 \(int\), allowed is one validator"),
        ({"call_cmd": lambda a: a, "args": Numbers()}, DefinitionError, "allowed is a list of validators"),
        ({"call_cmd": lambda a: a, "args": 3}, DefinitionError, r"args has 3 \(int\)"),
        ({"call_cmd": lambda: 1, "arg_parser": 3}, DefinitionError, "arg_parser=3 refused"),
        ({"call_cmd": lambda: 1, "return_parser": "f"}, DefinitionError, "return_parser='f' refused"),
        ({"name": "a b", "call_cmd": lambda: 1}, DefinitionError, "cannot be the name of a function.*a_b"),
    ],
)
def test_a_contradicting_definition_is_refused(options: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        Function(**{"name": "f", **options})


def test_text_with_more_places_than_arguments_is_refused(device: Device) -> None:
    """C01."""
    with pytest.raises(RefusedType, match=r"dac\.ch3\.f: 'F \{\},\{\}' has places for 2 arguments, given are 1"):
        Function("f", device, "F {},{}", args=[Numbers()])
