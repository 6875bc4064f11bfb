"""How a node comes to life: an instrument exists completely and under a free name, or not at all."""

from __future__ import annotations

import inspect
from abc import ABCMeta
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from measurand._core.names import check_identifier
from measurand.errors import ConfigurationError
from measurand.instrument._abstract import refuse_abstract

N = TypeVar("N")


class NodeMeta(ABCMeta):
    """Mark a node as complete when its constructor has returned; from then on misspelt attributes are refused."""

    def __call__(cls: type[N], *args: Any, **kwargs: Any) -> N:  # so typed, checkers look at the constructor
        node: N = type.__call__(cls, *args, **kwargs)
        _complete(node)
        return node


class InstrumentMeta(NodeMeta):
    """Create an instrument only under a free name, register it only when its constructor succeeded."""

    def __call__(
        cls: type[N], *args: Any, server_name: object = None, server: object = None, **kwargs: Any
    ) -> N:  # so typed, checkers look at the constructor
        name = _given_name(cls, args, kwargs)
        for keyword, value in (("server_name", server_name), ("server", server)):
            if value is not None:
                raise ConfigurationError(
                    f"{name or cls.__name__}: {keyword}={value!r} refused, allowed is None: instruments live in this "
                    f"process, hosts for them do not exist yet. Leave {keyword} out."
                )
        instrument: Any = cls.__new__(cls, *args, **kwargs)
        vars(instrument)["_claimed"] = None
        try:
            if name is not None:
                instrument._claim(name)
            instrument.__init__(*args, **kwargs)
            _complete(instrument)
        except BaseException as error:  # Ctrl-C, too, must leave nothing open
            _undo(instrument, error)
            raise
        instrument.registry.enter(instrument)
        made: N = instrument
        return made


def _complete(node: Any) -> None:
    """Close the constructor of a node: what it promises must be there, and what it has is guarded from now on."""
    refuse_abstract(type(node), ".".join(node.name_parts), node.parameters)
    vars(node)["_complete"] = True


def _given_name(cls: type, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
    """Return the name among the arguments, checked; None if the driver's constructor chooses it by itself."""
    signature = inspect.signature(cls.__init__)  # type: ignore[misc]  # the class, not an instance, is looked at
    try:
        given = signature.bind_partial(None, *args, **kwargs).arguments
    except TypeError:
        return None  # the constructor itself will say what is wrong with its arguments
    name = given.get("name", kwargs.get("name"))
    return None if name is None else check_identifier(name, "instrument")


def _undo(instrument: Any, error: BaseException) -> None:
    """Close what a failed constructor opened, without hiding why it failed."""
    if "_link" in vars(instrument):  # Instrument.__init__ was reached
        try:
            instrument.close()
        except Exception as second:  # noqa: BLE001 - a driver's close may need what its constructor did not get to
            error.add_note(f"Closing the half-made instrument failed too: {second!r}")
    instrument._release()
