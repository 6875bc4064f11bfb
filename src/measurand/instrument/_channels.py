"""Several channels as one thing: pick some, speak to all. Knows its channels, the node it is on, and no connection."""

from __future__ import annotations

import operator
import zlib
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from typing import Any, NoReturn, TextIO, TypeVar, overload

from measurand._core.json import to_plain
from measurand._core.names import check_identifier, listing
from measurand.errors import (
    DefinitionError,
    DuplicateName,
    GuardedAttribute,
    InstrumentError,
    UnknownIndex,
    UnknownName,
)
from measurand.instrument._broadcast import Broadcast, MultiChannelInstrumentParameter
from measurand.instrument._guard import refuse_misspelling, unknown
from measurand.instrument._module import InstrumentModule
from measurand.instrument._node import InstrumentBase
from measurand.instrument._snapshot import print_state
from measurand.instrument._tree import path_of
from measurand.validators import Enum

C = TypeVar("C", bound=InstrumentModule)
_NAMED = 4  # so many channels of a selection are named in the names of columns


def _refuse_copy(channels: ChannelTuple[Any], protocol: object) -> NoReturn:
    """Refuse to be pickled or copied: the channels stand for a device."""
    del protocol  # none will do
    raise TypeError(f"{path_of(channels)} cannot be pickled or copied. Hand over its names or its snapshot().")


class ChannelTuple(Sequence[C]):
    """Channels of one kind, in a fixed order, as one thing.

    ``dac.channels[0]``, ``dac.channels["ch1"]`` and ``dac.channels.ch1`` are channels; ``dac.channels[0:2]`` and
    ``dac.channels["ch1", "ch3"]`` are again such tuples. What all of them have, they have together:
    ``dac.channels.voltage()`` reads all, ``dac.channels.voltage(0)`` sets all, ``dac.channels.reset()`` calls all. A name that
    the tuple has itself, such as ``count``, is reached by `multi_parameter` and `multi_callable`.

    Args:
        parent: The instrument or module it is on.
        name: Identifier, unique within the parent.
        chan_type: Class of the channels.
        chan_list: The channels; default none.
        snapshotable: Whether its snapshot holds those of the channels; default yes. False where the channels are
            submodules by themselves too.
        multichan_paramclass: Class of its parameters.

    Raises:
        DefinitionError: A channel is of another class.
        DuplicateName: Two channels have the same name.

    Example:
        >>> dac = Instrument("dac")
        >>> channels = [InstrumentChannel(dac, f"ch{number}") for number in (1, 2, 3)]
        >>> for channel in channels:
        ...     _ = channel.add_parameter("voltage", unit="V", set_cmd=None, initial_value=0.0)
        >>> _ = dac.add_submodule("channels", ChannelTuple(dac, "channels", InstrumentChannel, channels))
        >>> dac.channels[0:2].voltage(0.5)
        >>> dac.channels.voltage()
        (0.5, 0.5, 0.0)
    """

    def __init__(
        self,
        parent: InstrumentBase,
        name: str,
        chan_type: type[C],
        chan_list: Iterable[C] | None = None,
        snapshotable: bool = True,
        multichan_paramclass: type[MultiChannelInstrumentParameter] | None = None,
    ) -> None:
        self.short_name = check_identifier(name, "submodule")
        self.name_parts = [*parent.name_parts, name]
        self.name = self.full_name = "_".join(self.name_parts)
        self.parent = parent
        self.root_instrument = parent.root_instrument
        if not isinstance(chan_type, type) or not issubclass(chan_type, InstrumentModule):
            raise DefinitionError(
                f"{path_of(self)}: chan_type={chan_type!r} refused, allowed is a class of channels: a subclass of "
                f"InstrumentChannel or InstrumentModule."
            )
        self.chan_type: type[C] = chan_type
        self.snapshotable = snapshotable
        self._paramclass = multichan_paramclass or MultiChannelInstrumentParameter
        self._picked = ""  # which of a longer tuple these are, for names of columns
        self._channels: list[C] = []
        for channel in chan_list or ():
            check_channel(self, channel)
            self._channels.append(channel)

    def get_channel_by_name(self, *names: str) -> Any:
        """Return the channel of this name, or several as a `ChannelTuple`.

        Args:
            *names: Short names, e.g. ``"ch1"``, or full names.

        Raises:
            UnknownName: There is none; the message names the nearest.
        """
        return by_name(self, names[0]) if len(names) == 1 else self.get_channels_by_name(*names)

    def get_channels_by_name(self, *names: str) -> ChannelTuple[C]:
        """Return the channels of these names, in this order, also if it is only one."""
        return self._selection(by_name(self, name) for name in names)

    def get_validator(self) -> Enum[C]:
        """Return what accepts the present channels and nothing else."""
        return Enum(*self._channels)

    def multi_parameter(self, name: str) -> MultiChannelInstrumentParameter:
        """Return the parameter ``name`` of all channels as one.

        Raises:
            UnknownName: A channel has none.
        """
        parameter = self._paramclass(self, name, self, lock=self.root_instrument.lock)
        if not parameter.parameters:
            raise UnknownName(f"{path_of(self)} has no channels yet, so there is no {name!r} to read or set.")
        return parameter

    def multi_callable(self, name: str) -> Broadcast:
        """Return the function or method ``name`` of all channels as one call."""
        return Broadcast(path_of(self), self, name, self.root_instrument.lock)

    multi_function = multi_callable

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state of the channels as JSON-ready data.

        Args:
            update: As for the channels.
        """
        plain: dict[str, Any] = to_plain(self.snapshot_base(update))
        return plain

    def snapshot_base(
        self,
        update: bool | None = False,
        params_to_skip_update: Sequence[str] | None = None,  # noqa: ARG002 - the channels know their own
    ) -> dict[str, Any]:
        """Return what `snapshot` shows; a driver adds to it by overriding this and calling it."""
        kind = type(self)
        state: dict[str, Any] = {
            "__class__": f"{kind.__module__}.{kind.__qualname__}",
            "name": self.short_name,
            "full_name": self.full_name,
            "snapshotable": self.snapshotable,
        }
        if self.snapshotable:
            state["channels"] = {channel.full_name: channel.snapshot(update) for channel in self._channels}
        return state

    def print_readable_snapshot(
        self, update: bool | None = False, max_chars: int = 80, file: TextIO | None = None
    ) -> None:
        """Print one line per parameter of each channel; arguments as for an instrument."""
        for channel in self._channels:
            print_state(channel.snapshot(update), max_chars, file)

    def invalidate_cache(self) -> None:
        """Distrust every known value of the channels."""
        for channel in self._channels:
            channel.invalidate_cache()

    @overload
    def __getitem__(self, key: int) -> C: ...
    @overload
    def __getitem__(self, key: slice) -> ChannelTuple[C]: ...
    @overload
    def __getitem__(self, key: str) -> C: ...  # type: ignore[overload-overlap]  # a text is one name, not many
    @overload
    def __getitem__(self, key: Iterable[int | str]) -> ChannelTuple[C]: ...
    def __getitem__(self, key: Any) -> C | ChannelTuple[C]:
        """Return a channel by its position or name; several by a slice, or by several positions or names."""
        if isinstance(key, str):
            return by_name(self, key)
        if isinstance(key, slice):
            return self._selection(self._channels[key])
        if isinstance(key, Iterable):
            return self._selection(self[one] for one in key)
        try:
            return self._channels[operator.index(key)]
        except IndexError:
            raise UnknownIndex(
                f"{path_of(self)}: there is no channel {key}, it has {len(self)}: {_names(self._channels)}."
            ) from None

    def __len__(self) -> int:
        return len(self._channels)

    def __iter__(self) -> Iterator[C]:
        return iter(self._channels)

    def __contains__(self, channel: object) -> bool:
        """Return whether this channel, or one of this name, is in it."""
        return any(channel is one or channel in (one.short_name, one.full_name) for one in self._channels)

    def __add__(self, other: ChannelTuple[C]) -> ChannelTuple[C]:
        """Return the channels of both; they must be of one class and on one parent."""
        if (
            not isinstance(other, ChannelTuple)
            or other.chan_type is not self.chan_type
            or other.parent is not self.parent
        ):
            raise DefinitionError(
                f"{path_of(self)} + {other!r} refused, allowed are channels of the same class "
                f"({self.chan_type.__name__}) on the same parent ({path_of(self.parent)})."
            )
        return self._selection([*self._channels, *other._channels])

    def __getattr__(self, name: str) -> Any:
        """Return a parameter, function or method of all channels as one, or the channel of this name."""
        channels: list[C] = vars(self).get("_channels", [])
        if name[0] == "_":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        for channel in channels:
            if name in channel.parameters:
                return self.multi_parameter(name)
            if name in channel.functions:
                return self.multi_callable(name)
        if any(name == channel.short_name for channel in channels):
            return by_name(self, name)
        if callable(getattr(self.chan_type, name, None)):
            return self.multi_callable(name)
        raise AttributeError(unknown(path_of(self), sorted(_words(self)), name))

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; refuse one that would hide what the channels have, or is probably misspelt."""
        if "_channels" in vars(self) and name[0] != "_" and name not in vars(self) and not hasattr(type(self), name):
            parameters = {key: one for channel in self._channels for key, one in channel.parameters.items()}
            words = _words(self)
            if name in words:
                advice = f" To set all, call {path_of(self)}.{name}({value!r})." if name in parameters else ""
                raise GuardedAttribute(f"{path_of(self)}.{name} = {value!r} refused: it would hide {name!r}.{advice}")
            refuse_misspelling(path_of(self), parameters, words, name, value)
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_words(self)})

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {path_of(self)} of {len(self)} {self.chan_type.__name__}: {_names(self._channels)}>"

    __reduce_ex__ = _refuse_copy

    def _selection(self, channels: Iterable[C]) -> ChannelTuple[C]:
        made = ChannelTuple(
            self.parent, self.short_name, self.chan_type, channels, self.snapshotable, self._paramclass
        )  # of any class: one that was made in another way, as from a device, must not be made so again
        same = made._channels == self._channels
        made._picked = self._picked if same else _shortly([channel.short_name for channel in made._channels])
        return made


class ChannelList(ChannelTuple[C], MutableSequence[C]):  # type: ignore[misc]  # a selection does not change any more
    """A `ChannelTuple` that can be changed, e.g. while the instrument is made.

    It behaves as a list until `lock`. One that is made with channels is locked at once, as QCoDeS has it.

    Args:
        parent: The instrument or module it is on.
        name: Identifier, unique within the parent.
        chan_type: Class of the channels.
        chan_list: The channels; given, the list is locked; default none.
        snapshotable: Whether its snapshot holds those of the channels; default yes.
        multichan_paramclass: Class of its parameters.

    Example:
        >>> rack = Instrument("rack")
        >>> slots = ChannelList(rack, "slots", InstrumentChannel)
        >>> for number in (1, 2):
        ...     slots.append(InstrumentChannel(rack, f"slot{number}"))
        >>> _ = rack.add_submodule("slots", slots.to_channel_tuple())
        >>> rack.slots
        <ChannelTuple rack.slots of 2 InstrumentChannel: slot1 and slot2>
    """

    def __init__(
        self,
        parent: InstrumentBase,
        name: str,
        chan_type: type[C],
        chan_list: Iterable[C] | None = None,
        snapshotable: bool = True,
        multichan_paramclass: type[MultiChannelInstrumentParameter] | None = None,
    ) -> None:
        self._locked = False
        super().__init__(parent, name, chan_type, chan_list, snapshotable, multichan_paramclass)
        self._locked = chan_list is not None

    def lock(self) -> None:
        """Make the list immutable, for good."""
        self._locked = True

    def to_channel_tuple(self) -> ChannelTuple[C]:
        """Return the present channels as a `ChannelTuple`."""
        return self._selection(self._channels)

    def insert(self, index: int, value: C) -> None:
        """Put a channel before the position ``index``.

        Raises:
            InstrumentError: The list is locked.
            DefinitionError: The channel is of another class.
            DuplicateName: There is one of this name.
        """
        self._refuse_if_locked()
        check_channel(self, value)
        self._channels.insert(index, value)

    def extend(self, values: Iterable[C]) -> None:
        """Append several channels: all of them, or none if one is refused."""
        grown = self._selection([*self._channels, *values])
        self._refuse_if_locked()
        self._channels[:] = grown._channels

    def remove(self, value: C | str) -> None:
        """Take a channel out of the list, given itself or its name.

        Raises:
            UnknownName: It is not in the list.
        """
        channel = by_name(self, value if isinstance(value, str) else value.short_name)
        self._refuse_if_locked()
        self._channels.remove(channel)

    def __setitem__(self, index: Any, value: Any) -> None:
        """Replace the channel at this position, or those of a slice."""
        self._refuse_if_locked()
        changed = [*self._channels]
        changed[index] = value
        self._channels[:] = self._selection(changed)._channels

    def __delitem__(self, index: int | slice) -> None:
        """Take the channels at these positions out of the list."""
        self._refuse_if_locked()
        del self._channels[index]

    def __add__(self, other: ChannelTuple[C]) -> ChannelList[C]:
        """Return a list of the channels of both; they must be of one class and on one parent."""
        both = super().__add__(other)
        made = ChannelList[C](self.parent, self.short_name, self.chan_type, None, self.snapshotable, self._paramclass)
        made.extend(both)
        return made

    def _refuse_if_locked(self) -> None:
        if self._locked:
            raise InstrumentError(
                f"{path_of(self)} is locked, its channels cannot be changed. A selection is a new tuple."
            )


def by_name(channels: ChannelTuple[C], name: str) -> C:
    """Return the channel of this name, short or full.

    Raises:
        UnknownName: There is none; the message names the nearest.
    """
    for channel in channels._channels:
        if channel.short_name == name:
            return channel
    for channel in channels._channels:
        if channel.full_name == name:
            return channel
    raise UnknownName(unknown(path_of(channels), [channel.short_name for channel in channels._channels], name))


def check_channel(channels: ChannelTuple[C], channel: C) -> None:
    """Raise unless ``channel`` may be one more of them."""
    if not isinstance(channel, channels.chan_type):
        raise DefinitionError(
            f"{path_of(channels)}: {channel!r} ({type(channel).__name__}) refused, allowed are channels of the class "
            f"{channels.chan_type.__name__}."
        )
    if any(one.short_name == channel.short_name for one in channels._channels):
        raise DuplicateName(f"{path_of(channels)}: there is a channel {channel.short_name!r} already.")


def _names(channels: Iterable[InstrumentModule]) -> str:
    return listing(channel.short_name for channel in channels)


def _shortly(names: list[str]) -> str:
    """Return one word for these names, another one for others."""
    if len(names) <= _NAMED:
        return "_".join(names)
    return f"{names[0]}_to_{names[-1]}_{zlib.crc32(' '.join(names).encode()):08x}"


def _words(channels: ChannelTuple[Any]) -> set[str]:
    """Return what can be said to all of them, and their names."""
    kind = channels.chan_type
    words = {word for word in dir(kind) if word[0] != "_" and callable(getattr(kind, word))}
    for channel in channels._channels:
        words |= {channel.short_name, *channel.parameters, *channel.functions}
    return words
