"""A parameter of several channels as one, in the form that drivers of QCoDeS derive from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from measurand import parameters
from measurand.compat.parameters._family import MultiParameter, any_text
from measurand.compat.parameters._quantity import ParameterBase


class MultiChannelInstrumentParameter(ParameterBase, parameters.MultiParameter):
    """A parameter that each of several channels has, read and set for all.

    Args:
        channels: The channels.
        param_name: Name of the parameter that each of them has.
        *args: As for `MultiParameter`.
        **options: As for `MultiParameter`.
    """

    _has_commands = True
    _make_element_name = staticmethod(any_text)

    def __init__(self, channels: Sequence[Any], param_name: str, *args: Any, **options: Any) -> None:
        self._channels = channels
        self._param_name = param_name
        super().__init__(*args, **options)

    def get_raw(self) -> tuple[Any, ...]:
        """Read the parameter of each channel."""
        return tuple(channel.parameters[self._param_name].get() for channel in self._channels)

    def set_raw(self, value: Any) -> None:
        """Set the parameter of each channel to one value, which all of them must accept."""
        members = [channel.parameters[self._param_name] for channel in self._channels]
        for member in members:
            member.validate(value)
        for member in members:
            member.set(value)

    @property
    def full_names(self) -> tuple[str, ...]:
        """Names of the columns: those of the channels' parameters."""
        return self.names


MultiParameter.register(MultiChannelInstrumentParameter)
