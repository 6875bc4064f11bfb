"""A "device" that has no connection of its own: the sample, composed of parameters of the instruments around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from measurand._core.names import listing, nearest
from measurand._core.partway import do_each
from measurand.errors import DefinitionError, UnknownName
from measurand.instrument._alias import AliasParameter, JoinedAlias
from measurand.instrument._instrument import Instrument
from measurand.instrument._module import InstrumentChannel
from measurand.instrument._node import InstrumentBase
from measurand.instrument._paths import follow, follow_to_parameter, load_class

Paths = str | Sequence[str]


class DelegateInstrument(InstrumentBase):
    """A device whose parameters are those of other instruments, under names of its own.

    A parameter of several paths is read as a tuple, and set to one value for all or to a tuple with one for each. Paths are
    followed anew at each use: an instrument that was made again is found, also a parameter that was replaced.

    Args:
        name: Identifier.
        station: Knows the instruments by name: a station, or a mapping; None: all instruments of this process.
        parameters: For each name the path of a parameter, e.g. ``"dac.ch1.voltage"``, or several paths.
        channels: For each name the path of a channel, all of whose parameters are wanted; or a mapping with ``channel``,
            its path, ``type``, a class called with this device, the name, the channel, and the rest of the mapping.
        initial_values: Values by name, ``"gate"`` or ``"channel.voltage"``; set by `set_initial_values`, in this order.
        set_initial_values_on_load: Whether they are set when the device is made; default no.
        setters: For each name the path of a method that sets the value, or a mapping with ``method``, its path, and further
            arguments by keyword.
        units: SI text by name; default that of the other parameter.
        labels: Text for axes by name; default that of the other parameter.
        metadata: Anything to keep in snapshots.
        label: Readable name; default the name.
        parent: The node above; default none.

    Raises:
        UnknownName: A path leads nowhere, or a name is not among the parameters; the message names the nearest.

    Example:
        >>> dac = Instrument("dac")
        >>> _ = dac.add_parameter("out1", unit="V", set_cmd=None, initial_value=0.0)
        >>> _ = dac.add_parameter("out2", unit="V", set_cmd=None, initial_value=0.0)
        >>> dot = DelegateInstrument("dot", {"dac": dac}, {"gate": "dac.out1", "leads": ["dac.out1", "dac.out2"]})
        >>> dot.gate(0.5)
        >>> dot.leads()
        (0.5, 0.0)
    """

    def __init__(
        self,
        name: str,
        station: Any = None,
        parameters: Mapping[str, Paths] | None = None,
        channels: Mapping[str, str | Mapping[str, Any]] | None = None,
        initial_values: Mapping[str, Any] | None = None,
        set_initial_values_on_load: bool = False,
        setters: Mapping[str, str | Mapping[str, Any]] | None = None,
        units: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        label: str | None = None,
        *,
        parent: InstrumentBase | None = None,
    ) -> None:
        super().__init__(name, metadata, label, parent=parent)
        self._station = Instrument.registry if station is None else station
        parameters = parameters or {}
        for what, given in (("setters", setters), ("units", units), ("labels", labels)):
            self._refuse_unknown(what, given or {}, parameters)
        for alias, paths in parameters.items():
            self._add_alias(
                alias, paths, (setters or {}).get(alias), (units or {}).get(alias), (labels or {}).get(alias)
            )
        for alias, given_channel in (channels or {}).items():
            self.add_submodule(alias, self._channel(alias, given_channel))
        self._initial_values = dict(initial_values or {})
        for path in self._initial_values:
            self._initial(path)  # a misspelt one is said now
        if set_initial_values_on_load:
            self.set_initial_values()

    def set_initial_values(self) -> None:
        """Set the initial values, in their order, after all of them have been accepted.

        Raises:
            RefusedValue, RefusedType: One is not allowed; nothing was set.
        """
        self.check_initial_values()
        do_each(
            f"{self._path()}: initial values",
            "set",
            list(self._initial_values),
            lambda path: self._initial(path).set(self._initial_values[path]),
        )

    def check_initial_values(self) -> None:
        """Raise unless every initial value is allowed; nothing is set."""
        for path, value in self._initial_values.items():
            self._initial(path).validate(value)

    def _add_alias(
        self, alias: str, paths: Paths, setter: str | Mapping[str, Any] | None, unit: str | None, label: str | None
    ) -> None:
        where = f"{self._path()}.{alias}"
        options: dict[str, Any] = {"unit": unit, "label": label}
        if setter is not None:
            options["setter"] = self._setter(where, setter)
        given = [paths] if isinstance(paths, str) else list(paths)
        finders = [follow_to_parameter(self._station, path, where) for path in given]
        if not finders:
            raise DefinitionError(f"{where}: give at least one path, such as 'dac.ch1.voltage'.")
        for find in finders:
            find()  # a path that leads nowhere is said now
        if len(finders) == 1:
            self.add_parameter(alias, AliasParameter, find=finders[0], **options)
        else:
            self.add_parameter(alias, JoinedAlias, find=finders, **options)

    def _setter(self, where: str, given: str | Mapping[str, Any]) -> Any:
        """Return the function that sets a value by calling the method of a path."""
        arguments = {"method": given} if isinstance(given, str) else dict(given)
        path = arguments.pop("method", None)
        if path is None:
            raise DefinitionError(
                f"{where}: the setter {given!r} names no method, give method: such as 'magnet.set_field'."
            )
        method = follow(self._station, path, where)
        if not callable(method()):
            raise DefinitionError(f"{where}: the setter {path!r} cannot be called.")

        return lambda value: method()(value, **arguments)

    def _channel(self, alias: str, given: str | Mapping[str, Any]) -> Any:
        """Return the channel ``alias`` of this device."""
        where = f"{self._path()}.{alias}"
        arguments = {"channel": given} if isinstance(given, str) else dict(given)
        kind = load_class(arguments.pop("type", DelegateChannel), where)
        path = arguments.pop("channel", None)
        if path is None:
            raise DefinitionError(f"{where}: {given!r} names no channel, give channel: such as 'dac.ch1'.")
        return kind(self, alias, follow(self._station, path, where)(), **arguments)

    def _initial(self, path: str) -> Any:
        """Return the parameter of an initial value."""
        return follow_to_parameter(
            {self.short_name: self}, f"{self.short_name}.{path}", f"{self._path()}: initial values"
        )()

    def _refuse_unknown(self, what: str, given: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
        for alias in given:
            if alias not in parameters:
                meant = nearest(alias, parameters)
                advice = f"did you mean {meant!r}?" if meant else f"its parameters are {listing(parameters)}."
                raise UnknownName(f"{self._path()}: {what} for {alias!r}, which is no parameter; {advice}")


class DelegateChannel(InstrumentChannel):
    """A channel of another instrument, under a name of one's own.

    Its parameters are those of the channel; everything else that is asked of it is asked of the channel.

    Args:
        parent: The device.
        name: Identifier, unique within the device.
        channel: The channel.
        **kwargs: As for `InstrumentChannel`.
    """

    def __init__(self, parent: InstrumentBase, name: str, channel: Any, **kwargs: Any) -> None:
        self._channel = channel
        super().__init__(parent, name, **kwargs)
        for key in channel.parameters:
            find = follow_to_parameter({"channel": channel}, f"channel.{key}", f"{parent._path()}.{name}")
            self.add_parameter(key, AliasParameter, find=find)

    @property
    def lane(self) -> Any:
        """The physical connection of the channel."""
        return self._channel.lane

    def ask_raw(self, cmd: str) -> str:
        """Hand a query to the channel."""
        answer: str = self._channel.ask(cmd)
        return answer

    def write_raw(self, cmd: str) -> None:
        """Hand a command to the channel."""
        self._channel.write(cmd)

    if not TYPE_CHECKING:  # for type checkers a misspelt attribute stays an error

        def __getattr__(self, name: str) -> Any:
            """Ask the channel."""
            if name[0] != "_" and "_complete" in vars(self):
                return getattr(self._channel, name)
            return super().__getattr__(name)


class InstrumentGroup(InstrumentBase):
    """Several devices as one, such as the dots of a chip.

    Args:
        name: Identifier.
        station: Knows the instruments by name, as for `DelegateInstrument`.
        submodules_type: Class of the devices, or its dotted name; by default, and usually, `DelegateInstrument`.
        submodules: For each name what the device is made of: the other arguments of its class.
        initial_values: For each name the initial values of the device.
        set_initial_values_on_load: Whether they are set when the group is made; default no.
        metadata: Anything to keep in snapshots.
        label: Readable name; default the name.

    Example:
        >>> source = Instrument("source")
        >>> _ = source.add_parameter("out", unit="V", set_cmd=None, initial_value=0.5)
        >>> chip = InstrumentGroup(
        ...     "chip", {"source": source}, submodules={"dot": {"parameters": {"gate": "source.out"}}}
        ... )
        >>> chip.dot.gate.full_name, chip.dot.gate()
        ('chip_dot_gate', 0.5)
    """

    def __init__(
        self,
        name: str,
        station: Any = None,
        submodules_type: str | type[Any] = DelegateInstrument,
        submodules: Mapping[str, Mapping[str, Any]] | None = None,
        initial_values: Mapping[str, Mapping[str, Any]] | None = None,
        set_initial_values_on_load: bool = False,
        metadata: Mapping[str, Any] | None = None,
        label: str | None = None,
    ) -> None:
        super().__init__(name, metadata, label)
        kind = load_class(submodules_type, self._path())
        given, values = submodules or {}, initial_values or {}
        for alias in values:
            if alias not in given:
                meant = nearest(alias, given)
                advice = f"did you mean {meant!r}?" if meant else f"its devices are {listing(given)}."
                raise UnknownName(f"{self._path()}: initial values for {alias!r}, which is no device; {advice}")
        for alias, arguments in given.items():
            options = dict(arguments)
            if alias in values:
                options["initial_values"] = values[alias]
            self.add_submodule(alias, kind(name=alias, station=station, parent=self, **options))
        if set_initial_values_on_load:
            self.set_initial_values()

    def set_initial_values(self) -> None:
        """Set the initial values of every device, after all of them have been accepted."""
        for device in self.submodules.values():
            device.check_initial_values()
        do_each(
            f"{self._path()}: initial values", "set", list(self.submodules.values()), lambda it: it.set_initial_values()
        )
