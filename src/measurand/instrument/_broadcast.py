"""One word to all channels: their parameters as one parameter, their functions and methods as one call.

Knows channels only as objects with names, parameters and functions.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

from measurand._core.names import listing
from measurand._core.partway import do_each
from measurand.errors import UnknownName
from measurand.instrument._guard import unknown
from measurand.instrument._tree import path_of
from measurand.parameters import JoinedParameter, ParameterBase


class MultiChannelInstrumentParameter(JoinedParameter):
    """A parameter of several channels as one; ``dac.channels.voltage`` makes it.

    The channels are looked at anew at each use: one that was added counts, and a parameter that was replaced is followed.

    Args:
        channels: The channels.
        param_name: Name of the parameter that each of them has.
        instrument: Where it belongs: the list of the channels.
        lock: Held while all are read or set.
        **options: As for `measurand.parameters.JoinedParameter`.
    """

    def __init__(
        self,
        channels: Sequence[Any],
        param_name: str,
        instrument: Any = None,
        *,
        lock: threading.RLock | None = None,
        **options: Any,
    ) -> None:
        self._channels = channels
        super().__init__(param_name, partial(parameters_of, channels, param_name), instrument, lock=lock, **options)

    @property
    def full_name(self) -> str:
        """Name with those of its owners; of a selection of channels with theirs, e.g. ``"dac_channels_ch1_ch3_voltage"``."""
        picked: str = getattr(self._channels, "_picked", "")
        return "_".join(part for part in (*self.name_parts[:-1], picked, self.name) if part)


class Broadcast:
    """A function or method of several channels; calling it calls that of each channel, in order.

    Arguments of functions are validated by all channels before the first is called. If one fails, the error says which,
    and which were called before.

    Args:
        path: The list of channels as a user would type it.
        channels: The channels.
        name: Name of the function or method.
        lock: Held while all are called.
    """

    def __init__(self, path: str, channels: Sequence[Any], name: str, lock: threading.RLock) -> None:
        self._where = f"{path}.{name}"
        self._channels = channels
        self._name = name
        self._lock = lock
        self.__doc__ = next((getattr(channel, name).__doc__ for channel in channels), None)

    def __call__(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Call each of them with these arguments.

        Returns:
            What each of them returned.
        """
        for channel in self._channels:
            if self._name in channel.functions and not kwargs:
                channel.functions[self._name].validate(*args)
        with self._lock:
            return tuple(do_each(self._where, "called", self._channels, partial(self._call, args, kwargs), path_of))

    def __repr__(self) -> str:
        return f"<Broadcast {self._where} to {listing(channel.short_name for channel in self._channels)}>"

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any], channel: Any) -> Any:
        return getattr(channel, self._name)(*args, **kwargs)


def parameters_of(channels: Sequence[Any], name: str) -> list[ParameterBase[Any]]:
    """Return the parameter ``name`` of each channel.

    Raises:
        UnknownName: A channel has none, e.g. because it is in another mode than the others.
    """
    try:
        return [channel.parameters[name] for channel in channels]
    except KeyError:
        missing = next(channel for channel in channels if name not in channel.parameters)
        raise UnknownName(unknown(path_of(missing), missing.parameters, name)) from None
