"""The language: SCPI program messages taken apart, headers matched in short or long form, parameters read.

Follows the syntax of IEEE 488.2 and SCPI-99 as far as bench instruments use it: compound messages with `;`, headers
relative to the one before unless they start with `:`, numeric suffixes, any mixture of upper and lower case. Knows
neither sockets nor what any command does. Left out: string, block and expression parameters, units after numbers, and
the words MINimum, MAXimum and DEFault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

ERRORS = {
    0: "No error",
    -100: "Command error",
    -104: "Data type error",
    -108: "Parameter not allowed",
    -109: "Missing parameter",
    -113: "Undefined header",
    -114: "Header suffix out of range",
    -222: "Data out of range",
    -224: "Illegal parameter value",
    -310: "System error",
    -350: "Queue overflow",
}
"""Number and text of the errors that the simulated instruments report, as SCPI-99 (volume 2, chapter 21) has them."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(\s*[eE]\s*[+-]?\d+)?")


class ScpiError(Exception):
    """A program message that the instrument does not carry out; goes into its error queue.

    Args:
        code: Number of the error in `ERRORS`.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code, ERRORS[code])
        self.code = code


def units(message: str) -> Iterator[tuple[str, list[str]]]:
    """Yield header and parameters of every unit of a program message, the header in upper case from the root.

    Example:
        >>> list(units("SOUR1:VOLT 0.5;RAMP 10;*OPC?"))
        [('SOUR1:VOLT', ['0.5']), ('SOUR1:RAMP', ['10']), ('*OPC?', [])]
    """
    path = ""
    for unit in message.split(";"):
        header, _, rest = unit.strip().partition(" ")
        if not header:
            continue
        header = header.upper()
        if header.startswith(":"):
            header = header[1:]
        elif not header.startswith("*"):
            header = path + header
        if not header.startswith("*"):  # common commands leave the path as it was
            path = header[: header.rfind(":") + 1]
        yield header, [parameter.strip() for parameter in rest.split(",")] if rest.strip() else []


@dataclass(frozen=True)
class Header:
    """What headers a command answers to.

    Args:
        pattern: Nodes with their short form in capitals, e.g. ``"SOURce#:VOLTage"``; `#` stands for a numeric suffix.
        suffixes: Allowed numbers for `#`; an omitted one means the first.
    """

    pattern: str
    suffixes: range = range(1, 2)

    def match(self, header: str) -> list[int] | None:
        """Return the numeric suffixes of ``header``, or None if it is another command.

        Raises:
            ScpiError: -114, the suffix is out of range.
        """
        found = _expression(self.pattern).fullmatch(header)
        if found is None:
            return None
        numbers = [int(digits) if digits else self.suffixes[0] for digits in found.groups()]
        if any(number not in self.suffixes for number in numbers):
            raise ScpiError(-114)
        return numbers


def _expression(pattern: str) -> re.Pattern[str]:
    """Return the regular expression for a pattern of `Header`; `re` keeps what it compiled."""
    return re.compile(":".join(_node(node) for node in pattern.split(":")))


def _node(node: str) -> str:
    name = node.rstrip("#?")
    short = "".join(letter for letter in name if not letter.islower())
    longer = re.escape(name.upper()[len(short) :])
    text = re.escape(short) + (f"(?:{longer})?" if longer else "")
    return text + (r"(\d*)" if "#" in node else "") + (r"\?" if node.endswith("?") else "")


class Accepts(Protocol):
    """Reads one parameter of a command."""

    def read(self, text: str) -> float | str:
        """Return the value of the parameter, or raise `ScpiError`."""
        ...


@dataclass(frozen=True)
class Within:
    """A number between two limits, both allowed."""

    low: float
    high: float

    def read(self, text: str) -> float:
        """Return the number.

        Raises:
            ScpiError: -104 no number, -222 outside the limits.
        """
        value = number(text)
        if not self.low <= value <= self.high:
            raise ScpiError(-222)
        return value


@dataclass(frozen=True)
class OneOf:
    """A number out of a list; nearly equal ones are taken for equal."""

    values: tuple[float, ...]

    def read(self, text: str) -> float:
        """Return the number as it is in the list.

        Raises:
            ScpiError: -104 no number, -224 not in the list.
        """
        value = number(text)
        for allowed in self.values:
            if abs(value - allowed) <= 1e-6 * abs(allowed):
                return allowed
        raise ScpiError(-224)


@dataclass(frozen=True)
class Word:
    """A word out of a list, in its short or long form, e.g. ``Word("OFF", "LOW", "MEDium")``."""

    words: tuple[str, ...]

    def read(self, text: str) -> str:
        """Return the short form.

        Raises:
            ScpiError: -224, not in the list.
        """
        for word in self.words:
            if re.fullmatch(_node(word), text.upper()):
                return "".join(letter for letter in word if not letter.islower())
        raise ScpiError(-224)


def number(text: str) -> float:
    """Return a decimal number in any of the forms of IEEE 488.2.

    Raises:
        ScpiError: -104, it is none.
    """
    if not _NUMBER.fullmatch(text):
        raise ScpiError(-104)
    return float(re.sub(r"\s", "", text))


def written(value: object) -> str:
    """Return a value as an instrument writes it into its answer."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:.9G}" if isinstance(value, float) else str(value)
