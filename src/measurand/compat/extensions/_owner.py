"""The instrument or module that a chain of parameters leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from measurand.compat.extensions._chain import InferError, get_parameter_chain, get_root_parameter, sole
from measurand.instrument import Instrument, InstrumentBase, InstrumentModule
from measurand.parameters import ParameterBase

I = TypeVar("I", bound=InstrumentBase)  # noqa: E741 - an instrument


def get_instrument_from_param(param: ParameterBase[Any]) -> InstrumentBase:
    """Return the instrument, module or channel that a parameter belongs to.

    Raises:
        InferError: It belongs to none.
    """
    if not isinstance(param.instrument, InstrumentBase):
        raise InferError(f"Parameter {param.full_name} has no instrument.")
    return param.instrument


def infer_instrument(param: ParameterBase[Any], alt_source_attrs: str | Sequence[str] | None = None) -> InstrumentBase:
    """Return the instrument that a parameter, or the one it refers to, belongs to in the end.

    Args:
        param: A parameter; one that refers to others is followed.
        alt_source_attrs: Further attributes by which parameters refer to others.

    Raises:
        InferError: The chain does not end at a parameter of an instrument.

    Example:
        >>> dac = Instrument("dac")
        >>> _ = dac.add_parameter("voltage", set_cmd=None)
        >>> infer_instrument(DelegateParameter("plunger", source=dac.voltage)) is dac
        True
    """
    root = get_instrument_from_param(get_root_parameter(param, alt_source_attrs)).root_instrument
    if not isinstance(root, Instrument):
        raise InferError(f"{param.full_name}: it leads to {root!r}, no instrument of its own.")
    return root


def infer_instrument_module(
    param: ParameterBase[Any], alt_source_attrs: str | Sequence[str] | None = None
) -> InstrumentModule:
    """Return the module or channel that a parameter, or the one it refers to, belongs to in the end.

    Raises:
        InferError: The chain does not end at a parameter of a module.
    """
    found = get_instrument_from_param(get_root_parameter(param, alt_source_attrs))
    if not isinstance(found, InstrumentModule):
        raise InferError(f"{param.full_name}: it leads to {found!r}, no module or channel.")
    return found


def infer_channel(param: ParameterBase[Any], alt_source_attrs: str | Sequence[str] | None = None) -> InstrumentModule:
    """Return what `infer_instrument_module` returns."""
    return infer_instrument_module(param, alt_source_attrs)


def get_parent_instruments_from_chain_of_type(
    instrument_type: type[I] | tuple[type[I], ...], parameter: ParameterBase[Any]
) -> tuple[I, ...]:
    """Return the instruments of the parameters of a chain that are of one of the given classes, each once."""
    owners = [link.instrument for link in get_parameter_chain(parameter)]
    return tuple(dict.fromkeys(owner for owner in owners if isinstance(owner, instrument_type)))


def get_sole_parent_instrument_from_chain_of_type(
    instrument_type: type[I] | tuple[type[I], ...], parameter: ParameterBase[Any]
) -> I:
    """Return the one instrument of the parameters of a chain that is of one of the given classes.

    Raises:
        ValueError: There is none, or more than one.
    """
    found = get_parent_instruments_from_chain_of_type(instrument_type, parameter)
    return sole(found, instrument_type, parameter, "instrument")
