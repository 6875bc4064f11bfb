"""Arguments that are known only when the instrument exists. Knows nothing of what they are for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class late(Generic[T_co]):  # noqa: N801 - reads as a word where it is used: `vals=late(lambda self: …)`
    """An argument that is known only when the instrument exists.

    Args:
        make: Gets the instrument, module or channel and returns the argument.

    Example:
        >>> class Source(Instrument):
        ...     highest = 10.0
        ...     voltage = parameter(set_cmd=None, vals=late(lambda self: Numbers(0, self.highest)))
        >>> Source("source").voltage.vals
        <Numbers: 0 to 10>
    """

    def __init__(self, make: Callable[[Any], T_co]) -> None:
        self.make = make
