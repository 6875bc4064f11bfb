"""Commands: text or function, one callable of fixed arity."""

from __future__ import annotations

import functools
from typing import Any

import pytest

import measurand.parameters
from measurand.errors import DefinitionError, RefusedType, UndecodableAnswer
from measurand.parameters._command import Command


class Line:
    """Answers and remembers what it was sent."""

    def __init__(self, answer: str = "") -> None:
        self.answer = answer
        self.sent: list[str] = []

    def __call__(self, text: str) -> str:
        self.sent.append(text)
        return self.answer


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.mark.parametrize(
    ("text", "args", "sent"),
    [
        ("*RST", (), "*RST"),
        ("VOLT {}", (1.5,), "VOLT 1.5"),
        ("VOLT {:.3f}", (1.5,), "VOLT 1.500"),
        ("RAMP {},{}", (1, 2), "RAMP 1,2"),
        ("RAMP {1},{0}", (1, 2), "RAMP 2,1"),
        ("RAMP {0},{0}", (1,), "RAMP 1,1"),
        ("VOLT {:.{}f}", (1.5, 2), "VOLT 1.50"),
        ("DATA {{{}}}", (3,), "DATA {3}"),
        ("ONE {}", (1, 2), "ONE 1"),
    ],
)
def test_text_is_filled_in_and_sent(line: Line, text: str, args: tuple[Any, ...], sent: str) -> None:
    """C01: arguments without a place are left out, as str.format does."""
    Command("x", len(args), text, line)(*args)
    assert line.sent == [sent]


def test_a_function_is_called_as_it_is() -> None:
    """C01, C02: its result is returned, and the parsers are for text."""
    command = Command("x", 2, lambda a, b: (a, b), input_parser=str, output_parser=str)
    assert command(1, 2) == (1, 2)
    assert command.arg_count == 2


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_wrong_number_of_arguments_at_the_call(line: Line, count: int) -> None:
    """C01: for both kinds the same, also if the function itself would take more."""
    wrong = (1,) * (count + 1)
    for command in (Command("dac.x", count, "*RST", line), Command("dac.x", count, lambda *args: line("called"))):
        command(*wrong[1:])
        line.sent.clear()
        for args in filter(lambda args: len(args) != count, [(), wrong]):
            with pytest.raises(TypeError, match=rf"dac\.x: .* given, allowed exactly {count}; nothing was sent"):
                command(*args)
    assert line.sent == []


class Callable2:
    def __call__(self, a: int, b: int = 3) -> int:
        return a + b


class Later:
    async def __call__(self) -> None: ...


async def later() -> None: ...


async def many_later() -> Any:
    yield 1


@pytest.mark.parametrize(
    ("function", "counts"),
    [
        (lambda: None, {0}),
        (lambda a: None, {1}),
        (lambda a, b=2: None, {1, 2}),
        (lambda *args: None, {0, 1, 2, 3}),
        (lambda a, *, b: None, set()),
        (lambda a, *, b=1: None, {1}),
        (Callable2(), {1, 2}),
        ([].append, {1}),
        (functools.partial(max, 3), {0, 1, 2, 3}),
        (functools.partial(lambda a, b: a, 1), {1}),
        (float, {1}),
        (int, {1}),
        (str, {1}),
        (Line, {1}),
        (max, {0, 1, 2, 3}),  # C code that does not tell its arguments is trusted
        (later, set()),
        (many_later, set()),
        (Later(), set()),
        (functools.partial(later), set()),
    ],
)
def test_the_arity_of_a_function_is_checked_at_construction(function: Any, counts: set[int]) -> None:
    """C01: a type takes one argument; a coroutine function would never begin."""
    for count in range(4):
        if count in counts:
            Command("x", count, function)
            continue
        with pytest.raises(TypeError, match=r"^x: .*needed is a function of") as caught:
            Command("x", count, function)
        assert isinstance(caught.value, RefusedType)


@pytest.mark.parametrize(("text", "count"), [("V {}", 0), ("V {},{}", 1), ("V {2}", 2), ("V {:{}}", 1)])
def test_text_with_too_many_places_is_refused(line: Line, text: str, count: int) -> None:
    """C01."""
    with pytest.raises(TypeError, match="has places for"):
        Command("x", count, text, line)


@pytest.mark.parametrize("text", ["V {value}", "V {", "V }", "V {} {0}", "V {!x}", "DATA {1,2}"])
def test_text_that_is_no_template_is_refused(line: Line, text: str) -> None:
    with pytest.raises(DefinitionError, match="^x: "):
        Command("x", 1, text, line)


def test_one_argument_is_parsed(line: Line) -> None:
    """C02."""
    Command("x", 1, "V {}", line, input_parser=lambda volts: int(volts * 1000))(1.5)
    assert line.sent == ["V 1500"]


def test_several_arguments_are_parsed_together(line: Line) -> None:
    """C02: the parser may make more or fewer of them."""
    Command("x", 2, "V {},{},{}", line, input_parser=lambda a, b: (a, b, a + b))(1, 2)
    Command("x", 2, "V {}", line, input_parser=lambda a, b: (a * b,))(3, 4)
    assert line.sent == ["V 1,2,3", "V 12"]


def test_the_answer_is_parsed() -> None:
    """C02."""
    assert Command("x", 0, "V?", Line("1.5"), output_parser=float)() == 1.5
    assert Command("x", 1, "V{}?", Line("1.5"), output_parser=float)(2) == 1.5
    assert Command("x", 0, "V?", Line("1.5"))() == "1.5"


def test_an_unreadable_answer_says_what_came() -> None:
    with pytest.raises(UndecodableAnswer, match=r"dmm\.x: the answer 'OVLD' cannot be converted \(ValueError"):
        Command("dmm.x", 0, "V?", Line("OVLD"), output_parser=float)()


@pytest.mark.parametrize("parser", [None, lambda a, b: (a,), lambda a, b: 1 / 0])
def test_arguments_that_do_not_fit_the_text_send_nothing(line: Line, parser: Any) -> None:
    command = Command("dac.x", 2, "V {:d},{:d}", line, input_parser=parser)
    with pytest.raises((ValueError, IndexError, ZeroDivisionError)) as caught:
        command(1.5, "two")
    assert caught.value.__notes__ == [
        "while writing 2 arguments (1.5, 'two') into 'V {:d},{:d}' for dac.x; nothing was sent"
    ]
    assert line.sent == []


@pytest.mark.parametrize("cmd", [None, 3, False, b"V?"])
def test_neither_text_nor_function(line: Line, cmd: Any) -> None:
    with pytest.raises(DefinitionError, match=r"dac\.x: .* refused, allowed are text and a function"):
        Command("dac.x", 0, cmd, line)


def test_text_needs_a_sender() -> None:
    with pytest.raises(DefinitionError, match="nothing to send it with"):
        Command("x", 0, "*RST")


def test_it_is_not_public() -> None:
    """C03."""
    assert "Command" not in measurand.parameters.__all__
    assert not hasattr(measurand.parameters, "Command")
