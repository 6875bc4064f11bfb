"""Channels that exist on the device, not only here: created there, removed there, found there.

Such as the markers of an analyser or the subsystems of a digitizer. How is said by the driver, in three hooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self, TypeVar

from measurand.errors import DefinitionError, InstrumentError, NotOnDevice
from measurand.instrument._broadcast import MultiChannelInstrumentParameter
from measurand.instrument._channels import ChannelList, check_channel
from measurand.instrument._module import InstrumentChannel
from measurand.instrument._node import InstrumentBase


class AutoLoadableInstrumentChannel(InstrumentChannel):
    """A channel that can be created on the device, removed from it, and found there.

    A driver overrides `_discover_from_instrument` to find channels, `_create` and `_remove` to make and remove one, and
    `_get_new_instance_kwargs` if a new one needs arguments that the user does not give. A channel that does not exist on
    the device refuses to send anything.

    Args:
        parent: The instrument or module it is on.
        name: Identifier, unique within the parent.
        exists_on_instrument: Whether the device has it already; default no.
        channel_list: The list that it is in, if in any.
        **kwargs: As for `InstrumentChannel`.
    """

    def __init__(
        self,
        parent: InstrumentBase,
        name: str,
        exists_on_instrument: bool = False,
        channel_list: AutoLoadableChannelList[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self._exists_on_instrument = exists_on_instrument
        self._channel_list = channel_list
        self._changing = False
        super().__init__(parent, name, **kwargs)

    @classmethod
    def load_from_instrument(
        cls, parent: InstrumentBase, channel_list: AutoLoadableChannelList[Any] | None = None, **kwargs: Any
    ) -> list[Self]:
        """Return a channel for each that the device has.

        Args:
            parent: The instrument or module they are on.
            channel_list: The list that they will be in, if in any.
            **kwargs: For `_discover_from_instrument`.
        """
        return [
            cls(parent, exists_on_instrument=True, channel_list=channel_list, **_named(cls, found))
            for found in cls._discover_from_instrument(parent, **kwargs)
        ]

    @classmethod
    def new_instance(
        cls,
        parent: InstrumentBase,
        create_on_instrument: bool = True,
        channel_list: AutoLoadableChannelList[Any] | None = None,
        **kwargs: Any,
    ) -> Self:
        """Return a new channel, which is created on the device too.

        Args:
            parent: The instrument or module it is on.
            create_on_instrument: Whether the device makes it at once; default yes. No: later, by `create`.
            channel_list: The list that it will be in, if in any.
            **kwargs: For the constructor, by way of `_get_new_instance_kwargs`.
        """
        arguments = _named(cls, cls._get_new_instance_kwargs(parent, **kwargs))
        channel = cls(parent, exists_on_instrument=False, channel_list=channel_list, **arguments)
        if create_on_instrument:
            channel.create()
        return channel

    @property
    def exists_on_instrument(self) -> bool:
        """Whether the device has it, as far as is known here; `AutoLoadableChannelList.reload` asks the device."""
        return self._exists_on_instrument

    def create(self) -> None:
        """Create the channel on the device.

        Raises:
            InstrumentError: The device has it already.
        """
        if self._exists_on_instrument:
            raise InstrumentError(f"{self._path()} exists on the device already, it is not created again.")
        with self._being_changed():
            self._create()
        self._exists_on_instrument = True

    def remove(self) -> None:
        """Remove the channel from the device, and from the list that it is in.

        Raises:
            NotOnDevice: The device does not have it.
        """
        self._refuse_unless_there()
        with self._being_changed():
            self._remove()
        self._exists_on_instrument = False
        if self._channel_list is not None:
            self._channel_list.forget(self)

    def ask(self, cmd: str) -> str:
        """Send a query to the parent and return the answer.

        Raises:
            NotOnDevice: The device does not have this channel.
        """
        self._refuse_unless_there()
        return super().ask(cmd)

    def write(self, cmd: str) -> None:
        """Send a command that has no answer to the parent.

        Raises:
            NotOnDevice: The device does not have this channel.
        """
        self._refuse_unless_there()
        super().write(cmd)

    @classmethod
    def _discover_from_instrument(cls, parent: InstrumentBase, **kwargs: Any) -> Iterable[Mapping[str, Any]]:
        """Ask the device for its channels; return the arguments of the constructor for each, ``name`` among them."""
        del kwargs
        raise NotImplementedError(
            f"{parent._path()}: {cls.__name__} does not say which channels the device has; override "
            f"_discover_from_instrument."
        )

    @classmethod
    def _get_new_instance_kwargs(cls, parent: InstrumentBase, **kwargs: Any) -> Mapping[str, Any]:
        """Return the arguments of the constructor for a new channel, ``name`` among them; default those given."""
        del parent
        return kwargs

    def _create(self) -> None:
        """Tell the device to make this channel."""
        raise NotImplementedError(
            f"{self._path()}: {type(self).__name__} cannot be created on the device; it has no _create."
        )

    def _remove(self) -> None:
        """Tell the device to remove this channel."""
        raise NotImplementedError(
            f"{self._path()}: {type(self).__name__} cannot be removed from the device; it has no _remove."
        )

    @contextmanager
    def _being_changed(self) -> Iterator[None]:
        """Let commands through while the channel comes and goes, with the device to itself."""
        with self.lock:
            self._changing = True
            try:
                yield
            finally:
                self._changing = False

    def _refuse_unless_there(self) -> None:
        if not (self._exists_on_instrument or self._changing):
            raise NotOnDevice(
                f"{self._path()} does not exist on the device, nothing was sent. Create it: {self._path()}.create()."
            )


A = TypeVar("A", bound=AutoLoadableInstrumentChannel)


class AutoLoadableChannelList(ChannelList[A]):
    """The channels that a device has: found there when the list is made.

    `add` and `remove` change the device too; what else changes a list (``del``, ``pop``, ``clear``) changes the list only.

    Args:
        parent: The instrument or module they are on.
        name: Identifier, unique within the parent.
        chan_type: Class of the channels, a subclass of `AutoLoadableInstrumentChannel`.
        chan_list: Channels that are known already; default none.
        snapshotable: Whether its snapshot holds those of the channels; default yes.
        multichan_paramclass: Class of its parameters.
        **kwargs: For ``chan_type.load_from_instrument``.
    """

    def __init__(
        self,
        parent: InstrumentBase,
        name: str,
        chan_type: type[A],
        chan_list: Iterable[A] | None = None,
        snapshotable: bool = True,
        multichan_paramclass: type[MultiChannelInstrumentParameter] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(parent, name, chan_type, None, snapshotable, multichan_paramclass)
        if not issubclass(chan_type, AutoLoadableInstrumentChannel):
            raise DefinitionError(
                f"{self.full_name}: chan_type={chan_type!r} refused, allowed is a subclass of "
                f"AutoLoadableInstrumentChannel, which says how channels are found on the device."
            )
        self._load_kwargs = kwargs
        self.extend(chan_list or ())
        self.reload()

    def add(self, **kwargs: Any) -> A:
        """Create a channel on the device and append it.

        Args:
            **kwargs: For the constructor, usually ``name``.

        Returns:
            The channel.

        Raises:
            DuplicateName: There is one of this name; nothing was sent.
        """
        self._refuse_if_locked()
        channel: A = self.chan_type.new_instance(self.parent, create_on_instrument=False, channel_list=self, **kwargs)
        check_channel(self, channel)
        channel.create()
        self.append(channel)
        return channel

    def remove(self, value: A | str) -> None:
        """Remove a channel, given itself or its name, from the device and from the list."""
        self._refuse_if_locked()
        channel = self[value if isinstance(value, str) else value.short_name]
        if channel.exists_on_instrument:
            channel.remove()
        self.forget(channel)

    def reload(self) -> None:
        """Ask the device which channels it has: new ones come in, those that are gone leave the list.

        Those that stay are the same objects.
        """
        self._refuse_if_locked()
        found = self.chan_type.load_from_instrument(self.parent, channel_list=self, **self._load_kwargs)
        known = {channel.short_name for channel in self}
        there = {channel.short_name for channel in found}
        for channel in list(self):
            channel._exists_on_instrument = channel.short_name in there
            if not channel._exists_on_instrument:
                self.forget(channel)
        self.extend(channel for channel in found if channel.short_name not in known)

    def forget(self, channel: A) -> None:
        """Take a channel out of the list, and leave the device as it is; harmless if it is not in the list."""
        if channel in self:
            del self[self.index(channel)]


def _named(kind: type, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments for the constructor of a channel, if there is a name among them."""
    if "name" not in arguments:
        raise DefinitionError(f"{kind.__name__}: a channel needs a name, the arguments are {dict(arguments)!r}.")
    return arguments
