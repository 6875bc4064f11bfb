"""From raw to value and back, in fixed order: raw → parser → −offset → ÷scale → mapping → value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from measurand._core.numbers import is_real, plain
from measurand.errors import DefinitionError, RefusedType

Convert = Callable[[Any], Any]


class Codecs(NamedTuple):
    """The conversions of one parameter, as data; `decoder` and `encoder` compile them.

    Attributes:
        get_parser: From the raw answer, e.g. ``float``.
        set_parser: To what is sent.
        offset: Added on the way out, subtracted on the way in, in raw units.
        scale: Multiplied on the way out, divided by on the way in; raw = value · scale + offset.
        mapping: Value to code.
    """

    get_parser: Convert | None = None
    set_parser: Convert | None = None
    offset: float | None = None
    scale: float | None = None
    mapping: Mapping[Any, Any] | None = None

    @property
    def inverse(self) -> dict[Any, Any] | None:
        """Code to value; of several values with one code the last one counts."""
        return None if self.mapping is None else {code: value for value, code in self.mapping.items()}

    def decoder(self) -> Convert | None:
        """Return the function from raw to value, or None if they are the same."""
        steps: list[Convert] = []
        if self.offset is not None or self.scale is not None:
            steps.append(_unscale(self.get_parser, self.offset, self.scale))
        elif self.get_parser is not None:
            steps.append(self.get_parser)
        if self.mapping is not None:
            steps.append(_Inverse(self.inverse or {}).__getitem__)
        return _chain(steps)

    def encoder(self) -> Convert | None:
        """Return the function from value to raw, or None if they are the same."""
        steps: list[Convert] = []
        if self.mapping is not None:
            steps.append(self.mapping.__getitem__)
        if self.offset is not None or self.scale is not None:
            steps.append(_rescale(self.offset, self.scale))
        if self.set_parser is not None:
            steps.append(self.set_parser)
        return _chain(steps)


_NONE = Codecs()  # many parameters have none and share this one


def make_codecs(
    where: str,
    get_parser: Convert | None,
    set_parser: Convert | None,
    offset: float | None,
    scale: float | None,
    mapping: Mapping[Any, Any] | None,
) -> Codecs:
    """Return the codecs, checked.

    Raises:
        DefinitionError: A parser is no function, the scale is 0, or the mapping is none or empty.
    """
    if get_parser is None and set_parser is None and offset is None and scale is None and mapping is None:
        return _NONE
    for keyword, parser in (("get_parser", get_parser), ("set_parser", set_parser)):
        if parser is not None and not callable(parser):
            raise DefinitionError(f"{where}: {keyword}={parser!r} refused, allowed is a function such as float.")
    for keyword, factor in (("scale", scale), ("offset", offset)):
        if factor is not None and not (is_real(factor) and math.isfinite(factor)):
            raise DefinitionError(f"{where}: {keyword}={factor!r} refused, allowed is one finite number.")
    if scale == 0:
        raise DefinitionError(f"{where}: scale=0 refused: the value could not be computed back from the raw value.")
    if mapping is not None and not (isinstance(mapping, Mapping) and mapping):
        raise DefinitionError(f"{where}: val_mapping={mapping!r} refused, allowed is a dict of value: code.")
    return Codecs(get_parser, set_parser, plain(offset), plain(scale), None if mapping is None else dict(mapping))


def _chain(steps: list[Convert]) -> Convert | None:
    if len(steps) <= 1:
        return steps[0] if steps else None
    if len(steps) == 2:
        first, second = steps
        return lambda value: second(first(value))
    first, second, third = steps
    return lambda value: third(second(first(value)))


def _unscale(parser: Convert | None, offset: float | None, scale: float | None) -> Convert:
    """Return the way in; without a scale nothing is divided, and a whole scale keeps whole numbers whole (A21)."""
    if parser is not None and offset is None and not isinstance(scale, int):
        return lambda raw: parser(raw) / scale  # in one function, because this is the hot one
    parse = parser or _same
    divide = (
        _divide_exactly(scale) if isinstance(scale, int) else _same if scale is None else lambda value: value / scale
    )
    if offset is None:
        return lambda raw: divide(parse(raw))
    return lambda raw: divide(parse(raw) - offset)


def _divide_exactly(scale: int) -> Convert:
    def divide(value: Any) -> Any:
        return value // scale if type(value) is int and value % scale == 0 else value / scale

    return divide


def _rescale(offset: float | None, scale: float | None) -> Convert:
    if offset is None:
        return lambda value: _number(value) * scale
    if scale is None:
        return lambda value: _number(value) + offset
    return lambda value: _number(value) * scale + offset


def _number(value: Any) -> Any:
    """Return the value; refuse what Python would repeat or join instead of scaling it."""
    if isinstance(value, (str, bytes, list, tuple)):
        raise RefusedType(f"{value!r} ({type(value).__name__}) cannot be scaled, allowed are numbers and arrays")
    return plain(value)


def _same(value: Any) -> Any:
    return value


class _Inverse(dict[Any, Any]):
    """Code to value; an instrument that answers ``"1"`` or ``"1.0"`` for the code 1 is understood."""

    def __missing__(self, code: Any) -> Any:
        number = _as_number(code)
        if number is not None and number in self:
            return self[number]
        raise KeyError(code)


def _as_number(code: Any) -> float | None:
    try:
        return float(code) if isinstance(code, str) else None
    except ValueError:
        return None
