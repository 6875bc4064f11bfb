"""The last known value of a parameter as a quantity of its own: to be called, measured, or used in an expression.

Knows no `Parameter`, only that there is a cache and a name.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from measurand.parameters._cache import Cache
from measurand.parameters._expression import Operand
from measurand.parameters._fields import Yield, yield_of

T = TypeVar("T")


class Remembering(Protocol[T]):
    """What `Latest` needs of a parameter. The texts are Any because those of a parameter are descriptors."""

    cache: Cache[T]

    @property
    def name(self) -> Any:
        """Identifier within the owner."""
        ...

    @property
    def full_name(self) -> str:
        """Name, unique in the laboratory."""
        ...

    @property
    def label(self) -> Any:
        """Text for axes."""
        ...

    @property
    def unit(self) -> Any:
        """SI text."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Latest(Operand, Generic[T]):
    """The last known value of ``parameter``; ``p.get_latest`` makes it.

    Calling it reads the instrument only if the cache says that the value must not be trusted: none is known, it is older
    than ``max_val_age``, or something made it doubtful. Two of the same parameter are equal.

    Attributes:
        parameter: Whose value it is.

    Example:
        >>> gate = Parameter("gate", unit="V", set_cmd=None, initial_value=0.5)
        >>> gate.get_latest()
        0.5
    """

    _is_latest: ClassVar[bool] = True

    parameter: Remembering[T]

    def get(self) -> T | None:
        """Return the last known value.

        Raises:
            NoTrustedValue: There is none to be trusted and the parameter cannot be read.
        """
        return self.parameter.cache.get()

    def __call__(self) -> T | None:
        return self.parameter.cache.get()

    def get_timestamp(self) -> datetime | None:
        """Return when the value was set or read, local time; None if there is none. Never reads."""
        return self.parameter.cache.timestamp

    def get_raw_value(self) -> Any:
        """Return the raw value last set or read; None if there is none. Never reads."""
        return self.parameter.cache.raw_value

    @property
    def max_val_age(self) -> float | None:
        """Age in s beyond which the value is not trusted; None: never too old."""
        return self.parameter.cache.max_val_age

    @property
    def name(self) -> str:
        """Name of the parameter."""
        return str(self.parameter.name)

    @property
    def full_name(self) -> str:
        """Full name of the parameter."""
        return self.parameter.full_name

    @property
    def label(self) -> str:
        """Label of the parameter."""
        return str(self.parameter.label)

    @property
    def unit(self) -> str:
        """Unit of the parameter."""
        return str(self.parameter.unit)

    @property
    def yields(self) -> Yield:
        """The columns that measuring it gives: those of the parameter."""
        return yield_of(self.parameter)

    @property
    def lane(self) -> Hashable | None:
        """The physical connection: none, since normally nothing is read."""
        return None

    @property
    def gettable(self) -> bool:
        """Whether it can be asked: always."""
        return True

    @property
    def settable(self) -> bool:
        """Whether it can be set: never; set the parameter."""
        return False

    def __repr__(self) -> str:
        return f"<Latest of {self.parameter.full_name}>"
