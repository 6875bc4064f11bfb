"""Find the instruments of this process by name."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from measurand.errors import DuplicateName
from measurand.instrument._instrument import Instrument

K = TypeVar("K", bound=Instrument)


@overload
def find_instrument(name: str) -> Any: ...
@overload
def find_instrument(name: str, instrument_class: type[K]) -> K: ...
def find_instrument(name: str, instrument_class: type[Any] | None = None) -> Any:
    """Return the instrument ``name``.

    Args:
        name: As given to its constructor.
        instrument_class: The class it must be of; default any.

    Raises:
        UnknownName: There is none, or it is of another class.
    """
    return Instrument.registry.find(name, instrument_class)


def find_or_create_instrument(
    instrument_class: type[K], name: str, *args: Any, recreate: bool = False, **kwargs: Any
) -> K:
    """Return the instrument ``name``, creating it if there is none.

    Args:
        instrument_class: Its class.
        name: Its name.
        *args: Further arguments of the constructor, if one has to be created.
        recreate: Close an existing one and create it anew.
        **kwargs: Further arguments of the constructor, if one has to be created.

    Raises:
        DuplicateName: An instrument of this name but of another class exists.
    """
    if recreate or name not in instrument_class.registry:
        return instrument_class.recreate(name, *args, **kwargs)
    found = instrument_class.registry.find(name)
    if not isinstance(found, instrument_class):
        raise DuplicateName(
            f"The instrument {name!r} is a {type(found).__name__}, not a {instrument_class.__name__}. "
            f"Choose another name, or close it."
        )
    return found


def close_all() -> None:
    """Close every instrument of this process.

    Raises:
        ExceptionGroup: Of everything that went wrong, after all are closed.
    """
    Instrument.registry.close_all()
