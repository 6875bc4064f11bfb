"""Modules and channels with the names of QCoDeS, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from measurand import instrument
from measurand.compat.instrument._node import InstrumentBase
from measurand.compat.parameters import ArrayParameter, MultiChannelInstrumentParameter, MultiParameter
from measurand.errors import UnknownName


class InstrumentModule(InstrumentBase, instrument.InstrumentModule):
    """A group of parameters within an instrument: see `measurand.instrument.InstrumentModule`.

    Args:
        parent: The node above.
        name: Identifier, unique within the parent.
        **kwargs: ``metadata`` and ``label``.
    """

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        self._parent = parent
        super().__init__(name, parent=parent, **kwargs)


class InstrumentChannel(InstrumentModule, instrument.InstrumentChannel):
    """A module of which an instrument has several."""


class _Joined(instrument.ChannelTuple[Any]):
    """What lists and tuples of channels have beyond those of Measurand."""

    @property
    def _parent(self) -> Any:
        return self.parent

    @property
    def _chan_type(self) -> type[Any]:
        return self.chan_type

    @property
    def _name(self) -> str:
        return self.short_name

    @property
    def _snapshotable(self) -> bool:
        return self.snapshotable

    @property
    def _channel_mapping(self) -> dict[str, Any]:
        return {channel.short_name: channel for channel in self._channels}

    def multi_parameter(self, name: str) -> Any:
        """Return the parameter ``name`` of all channels as one."""
        kind = self._paramclass
        if not issubclass(kind, MultiChannelInstrumentParameter):
            return super().multi_parameter(name)
        members = [channel.parameters[name] for channel in self._channels if name in channel.parameters]
        if not members or len(members) < len(self._channels):
            raise UnknownName(f"{self.full_name}: not every channel has a parameter {name!r}.")
        if isinstance(members[0], MultiParameter):
            raise NotImplementedError(f"{self.full_name}.{name}: several readings of several values at once.")
        return kind(
            self._channels, name, name=f"Multi_{'_'.join(one.name for one in self._channels)}_{name}",
            instrument=self.parent, bind_to_instrument=False, **_columns(members),
        )  # fmt: skip

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state of the channels; values are as they are."""
        return self.snapshot_base(update)

    def snapshot_base(
        self, update: bool | None = False, params_to_skip_update: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Return what `snapshot` shows; a driver adds to it by overriding this and calling it."""
        state = super().snapshot_base(update, params_to_skip_update)
        return {key: value for key, value in state.items() if key not in ("name", "full_name")}

    def _selection(self, channels: Iterable[Any]) -> Any:
        picked = super()._selection(channels)
        made = ChannelTuple(
            self.parent, self.short_name, self.chan_type, list(picked), self.snapshotable, self._paramclass
        )
        made._picked = picked._picked
        return made


class ChannelTuple(_Joined):
    """Channels of one kind as one thing: see `measurand.instrument.ChannelTuple`."""

    def __init__(
        self,
        parent: Any,
        name: str,
        chan_type: type[Any],
        chan_list: Sequence[Any] | None = None,
        snapshotable: bool = True,
        multichan_paramclass: type[Any] | None = None,
    ) -> None:
        kind: Any = multichan_paramclass or MultiChannelInstrumentParameter
        super().__init__(parent, name, chan_type, chan_list, snapshotable, kind)


class ChannelList(_Joined, instrument.ChannelList[Any]):  # type: ignore[misc]  # a selection does not change any more
    """A `ChannelTuple` that can be changed: see `measurand.instrument.ChannelList`."""

    def __init__(
        self,
        parent: Any,
        name: str,
        chan_type: type[Any],
        chan_list: Sequence[Any] | None = None,
        snapshotable: bool = True,
        multichan_paramclass: type[Any] | None = None,
    ) -> None:
        kind: Any = multichan_paramclass or MultiChannelInstrumentParameter
        super().__init__(parent, name, chan_type, chan_list, snapshotable, kind)


class AutoLoadableInstrumentChannel(InstrumentChannel, instrument.AutoLoadableInstrumentChannel):
    """A channel that exists on the device: see `measurand.instrument.AutoLoadableInstrumentChannel`."""


class AutoLoadableChannelList(_Joined, instrument.AutoLoadableChannelList[Any]):  # type: ignore[misc]  # as above
    """Such channels as one: see `measurand.instrument.AutoLoadableChannelList`."""


def _columns(members: Sequence[Any]) -> dict[str, Any]:
    """Return names, labels, units, shapes and setpoints of the parameters of several channels."""
    columns: dict[str, Any] = {
        "names": tuple(one.full_name for one in members),
        "labels": tuple(one.label for one in members),
        "units": tuple(one.unit for one in members),
        "shapes": tuple(getattr(one, "shape", ()) for one in members),
    }
    if isinstance(members[0], ArrayParameter):
        for name in ("setpoints", "setpoint_names", "setpoint_labels", "setpoint_units"):
            columns[name] = tuple(getattr(one, name) for one in members)
    return columns
