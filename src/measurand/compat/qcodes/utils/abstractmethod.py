"""``qcodes.utils.abstractmethod``."""

from collections.abc import Callable
from typing import TypeVar

from measurand.compat.instrument import ABSTRACT

__all__ = ["qcodes_abstractmethod"]

F = TypeVar("F", bound=Callable[..., object])


def qcodes_abstractmethod(funcobj: F) -> F:
    """Mark a method of an instrument that a subclass has to define; without it none can be made."""
    setattr(funcobj, ABSTRACT, True)
    return funcobj
