"""The language: SCPI program messages taken apart, headers matched in short or long form, parameters read.

Follows the syntax of IEEE 488.2 and SCPI-99 as far as bench instruments use it: compound messages with `;`, headers
relative to the one before unless they start with `:`, numeric suffixes, optional nodes, any mixture of upper and lower
case; numbers (with MINimum, MAXimum and, where there is one, DEFault), words, on and off, texts and blocks as parameters.
Knows neither sockets nor what any command does. Left out: expressions, channel lists, and units after numbers.
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
    -161: "Invalid block data",
    -221: "Settings conflict",
    -222: "Data out of range",
    -223: "Too much data",
    -224: "Illegal parameter value",
    -230: "Data corrupt or stale",
    -241: "Hardware missing",
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
    for unit in _split(message, ";"):
        header, _, rest = unit.lstrip().partition(" ")  # at its end there may be data that looks like space
        if not header:
            continue
        header = header.upper()
        if header.startswith(":"):
            header = header[1:]
        elif not header.startswith("*"):
            header = path + header
        if not header.startswith("*"):  # common commands leave the path as it was
            path = header[: header.rfind(":") + 1]
        yield header, _split(rest, ",") if rest.strip() else []


_PART = re.compile(r"""[^;,"'#]+|"(?:[^"]|"")*"|'(?:[^']|'')*'|.""", re.DOTALL)


def _split(text: str, mark: str) -> list[str]:
    """Return the parts of ``text`` between marks that stand in no quotes and in no block."""
    parts, at = [""], 0
    while at < len(text):
        if text[at] == "#" and text[at + 1 : at + 2].isdigit() and text[at + 1] != "0":
            start = at + 2 + int(text[at + 1])
            length = text[at + 2 : start]
            end = start + int(length) if length.isdigit() else start
        else:
            end = _PART.match(text, at).end()  # type: ignore[union-attr]  # the last alternative matches anything
        if text[at:end] == mark:
            parts.append("")
        else:
            parts[-1] += text[at:end]
        at = end
    return [part.lstrip() if "#" in part else part.strip() for part in parts]


@dataclass(frozen=True)
class Header:
    """What headers a command answers to.

    Args:
        pattern: Nodes with their short form in capitals, e.g. ``"[SOURce#:]VOLTage[:LEVel]"``; `#` stands for a numeric
            suffix, and what stands in brackets may be left out.
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
    marks = {"[": "(?:", "]": ")?", ":": ":", "?": r"\?"}
    return re.compile("".join(marks.get(part) or _node(part) for part in re.findall(r"[\[\]:?]|[^\[\]:?]+", pattern)))


def _node(node: str) -> str:
    name = node.rstrip("#")
    short = short_form(name)
    longer = re.escape(name.upper()[len(short) :])
    return re.escape(short) + (f"(?:{longer})?" if longer else "") + (r"(\d*)" if node.endswith("#") else "")


def short_form(word: str) -> str:
    """Return the capitals of a word such as ``"VOLTage"``."""
    return "".join(letter for letter in word if not letter.islower())


class Accepts(Protocol):
    """Reads one parameter of a command."""

    def read(self, text: str) -> float | str | bytes:
        """Return the value of the parameter, or raise `ScpiError`."""
        ...


@dataclass(frozen=True)
class Within:
    """A number between two limits, both allowed; the words MINimum, MAXimum and DEFault stand for numbers.

    Args:
        low: Smallest number.
        high: Largest number.
        default: What DEFault means; None: the word is refused.
    """

    low: float
    high: float
    default: float | None = None

    def read(self, text: str) -> float:
        """Return the number.

        Raises:
            ScpiError: -104 no number, -222 outside the limits.
        """
        words = {"MIN": self.low, "MAX": self.high, "DEF": self.default}
        meant = words.get(short_of(text, ("MINimum", "MAXimum", "DEFault")) or "")
        value = number(text) if meant is None else meant
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
    """A word out of a list, in its short or long form, e.g. ``Word(("OFF", "LOW", "MEDium"))``."""

    words: tuple[str, ...]

    def read(self, text: str) -> str:
        """Return the short form.

        Raises:
            ScpiError: -224, not in the list.
        """
        found = short_of(text, self.words)
        if found is None:
            raise ScpiError(-224)
        return found


@dataclass(frozen=True)
class Switch:
    """ON, OFF, or a number that is rounded: 0 is off, all others are on."""

    def read(self, text: str) -> bool:
        """Return whether it is on.

        Raises:
            ScpiError: -104, neither a number nor one of the words.
        """
        word = text.upper()
        return word == "ON" if word in ("ON", "OFF") else round(number(text)) != 0


@dataclass(frozen=True)
class Quoted:
    """A text in single or double quotes."""

    longest: int = 256

    def read(self, text: str) -> str:
        """Return the text without its quotes.

        Raises:
            ScpiError: -104 no quotes, -223 too long.
        """
        if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0]:
            raise ScpiError(-104)
        plain = text[1:-1].replace(text[0] * 2, text[0])
        if len(plain) > self.longest:
            raise ScpiError(-223)
        return plain


@dataclass(frozen=True)
class Block:
    """Binary data as a definite-length block (IEEE 488.2, 7.7.6)."""

    def read(self, text: str) -> bytes:
        """Return the data.

        Raises:
            ScpiError: -161, it is no such block.
        """
        if not re.match("#[1-9]", text):
            raise ScpiError(-161)
        start = 2 + int(text[1])
        data = text[start:].encode("latin-1")
        if not text[2:start].isdigit() or len(data) != int(text[2:start]):
            raise ScpiError(-161)
        return data


def block(data: bytes) -> bytes:
    """Return ``data`` as a definite-length block (IEEE 488.2, 8.7.9), to be an answer."""
    length = str(len(data))
    return f"#{len(length)}{length}".encode() + data


def short_of(text: str, words: tuple[str, ...]) -> str | None:
    """Return the short form of the one of ``words`` that ``text`` is in short or long form; None if it is none."""
    return next((short_form(word) for word in words if re.fullmatch(_node(word), text.upper())), None)


def number(text: str) -> float:
    """Return a decimal number in any of the forms of IEEE 488.2.

    Raises:
        ScpiError: -104, it is none.
    """
    if not _NUMBER.fullmatch(text):
        raise ScpiError(-104)
    return float(re.sub(r"\s", "", text))


def written(value: object) -> str | bytes:
    """Return a value as an instrument writes it into its answer; several in a list or tuple with commas."""
    if isinstance(value, (bytes, str)):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (list, tuple)):
        return ",".join(str(written(one)) for one in value)
    return f"{value:.9G}" if isinstance(value, float) else str(value)
