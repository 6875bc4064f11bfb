"""The part of TSP, Keithley's Lua, that programs for source-measure units need. Knows no device.

Assignments, calls, numeric ``for`` loops; numbers, texts, ``true``, ``false``, ``nil``, the four operations. A dotted name
is one name: the device says what it means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

Local = dict[str, Any]
Code = Callable[[Local], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    |"(?P<text>(?:\\.|[^"\\])*)"|(?P<mark>[-+*/=(),]))""",
    re.VERBOSE,
)
_WORDS = {"true": True, "false": False, "nil": None}
_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


class TspSyntaxError(Exception):
    """The program cannot be read; nothing of it was carried out."""


class Environment(Protocol):
    """What names mean on a device."""

    def get(self, name: str) -> Any:
        """Return the value of an attribute."""
        ...

    def set(self, name: str, value: Any) -> None:
        """Give an attribute a value."""
        ...

    def call(self, name: str, arguments: list[Any]) -> tuple[Any, ...]:
        """Call a function and return its values."""
        ...


def run(program: str, environment: Environment) -> None:
    """Read a program and carry it out.

    Raises:
        TspSyntaxError: It cannot be read.
    """
    reader = _Reader(program, environment)
    code = reader.block(None)
    code({})


class _Reader:
    def __init__(self, program: str, environment: Environment) -> None:
        self._environment = environment
        self._tokens = [*_tokens(program), ("end of program", None)]
        self._at = 0

    def block(self, end: str | None) -> Code:
        """Read statements up to ``end``."""
        statements: list[Code] = []
        while not (self._peek() == ("name", end) or (end is None and self._peek()[0] == "end of program")):
            statements.append(self._statement())
        self._at += 1

        def run_all(local: Local) -> None:
            for statement in statements:
                statement(local)

        return run_all

    def _statement(self) -> Code:
        name = self._take("name")
        if name == "for":
            return self._loop()
        if self._accept("("):
            arguments = self._arguments()
            return lambda local: self._environment.call(name, _values(arguments, local))
        self._expect("=")
        value = self._expression()
        return lambda local: self._environment.set(name, _one(value(local)))

    def _loop(self) -> Code:
        variable = self._take("name")
        self._expect("=")
        first = self._expression()
        self._expect(",")
        last = self._expression()
        if self._take("name") != "do":
            raise TspSyntaxError("'do' expected")
        body = self.block("end")

        def repeat(local: Local) -> None:
            for number in range(int(first(local)), int(last(local)) + 1):
                body({**local, variable: float(number)})

        return repeat

    def _expression(self) -> Code:
        return self._operations(("+", "-"), lambda: self._operations(("*", "/"), self._factor))

    def _operations(self, marks: tuple[str, str], operand: Callable[[], Code]) -> Code:
        left = operand()
        while self._peek() in (("mark", marks[0]), ("mark", marks[1])):
            left = _operation(_OPERATIONS[self._take("mark")], left, operand())
        return left

    def _factor(self) -> Code:
        kind, word = self._peek()
        self._at += 1
        if kind == "mark" and word == "-":
            inner = self._factor()
            return lambda local: -_one(inner(local))
        if kind == "mark" and word == "(":
            inner = self._expression()
            self._expect(")")
            return inner
        if kind == "number":
            return lambda _: float(word or 0)
        if kind == "text":
            return lambda _: re.sub(r"\\(.)", r"\1", word or "")
        if kind == "name" and word is not None:
            return self._named(word)
        raise TspSyntaxError(f"unexpected {word!r}")

    def _named(self, name: str) -> Code:
        if name in _WORDS:
            return lambda _: _WORDS[name]
        if self._accept("("):
            arguments = self._arguments()
            return lambda local: self._environment.call(name, _values(arguments, local))
        return lambda local: local[name] if name in local else self._environment.get(name)

    def _arguments(self) -> list[Code]:
        if self._accept(")"):
            return []
        arguments = [self._expression()]
        while self._accept(","):
            arguments.append(self._expression())
        self._expect(")")
        return arguments

    def _peek(self) -> tuple[str, str | None]:
        return self._tokens[self._at]

    def _accept(self, mark: str) -> bool:
        found = self._peek() == ("mark", mark)
        self._at += found
        return found

    def _expect(self, mark: str) -> None:
        if not self._accept(mark):
            raise TspSyntaxError(f"'{mark}' expected near {self._peek()[1]!r}")

    def _take(self, kind: str) -> str:
        found, token = self._peek()
        if found != kind or token is None:
            raise TspSyntaxError(f"unexpected {token!r}")
        self._at += 1
        return token


def _tokens(program: str) -> Iterator[tuple[str, str | None]]:
    at = 0
    text = program.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise TspSyntaxError(f"unexpected symbol near {text[at : at + 10]!r}")
        yield found.lastgroup, found.group(found.lastgroup)
        at = found.end()


def _operation(operate: Callable[[Any, Any], Any], left: Code, right: Code) -> Code:
    return lambda local: operate(_one(left(local)), _one(right(local)))


def _one(value: Any) -> Any:
    """Return the first of several values, which is what counts in the middle of an expression."""
    return (value[0] if value else None) if isinstance(value, tuple) else value


def _values(arguments: list[Code], local: Local) -> list[Any]:
    """Return the values of arguments; a call as the last gives all of its values, as Lua has it."""
    values: list[Any] = []
    for argument in arguments:
        value = argument(local)
        values += value if isinstance(value, tuple) else [value]
    return values
