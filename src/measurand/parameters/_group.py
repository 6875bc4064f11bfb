"""Several parameters behind one command: ``SET amplitude, frequency`` and ``GET?`` that answers both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from measurand.errors import DefinitionError, NotGettable, NotSettable, UndecodableAnswer
from measurand.parameters._owner import Owner
from measurand.parameters._parameter import Parameter


class GroupParameter(Parameter[Any]):
    """A parameter that is read and set together with others, as its `Group` says.

    Args:
        name: Identifier, unique within the instrument.
        instrument: The instrument it belongs to.
        initial_value: Set when the group is made.
        **options: As for `Parameter`, without ``get_cmd`` and ``set_cmd``: the group has them.
    """

    def __init__(self, name: str, instrument: Owner | None = None, initial_value: Any = None, **options: Any) -> None:
        for keyword in ("get_cmd", "set_cmd"):
            if keyword in options:
                raise DefinitionError(f"{name}: {keyword} belongs to the Group, not to its parameters.")
        self.group: Group | None = None
        self._initial = initial_value
        super().__init__(name, instrument, **options)

    def get_raw(self) -> Any:
        """Read the whole group and return this one's raw value."""
        self._of_group().update()
        return self.cache.raw_value

    def set_raw(self, value: Any) -> None:
        """Set the whole group: this one to ``value``, the others to what they are."""
        self._of_group().set_one(self, value)

    @property
    def gettable(self) -> bool:
        """Whether the group can be read."""
        return self.group is not None and self.group.get_cmd is not None

    @property
    def settable(self) -> bool:
        """Whether the group can be set."""
        return self.group is not None and self.group.set_cmd is not None

    def _of_group(self) -> Group:
        if self.group is None:
            raise DefinitionError(f"{'.'.join(self.name_parts)} is in no Group yet: make one with Group([...]).")
        return self.group


class Group:
    """What the commands of several `GroupParameter` are.

    Args:
        parameters: In the order of the answer.
        set_cmd: Command with a place for each parameter by name, e.g. ``"SET {amplitude},{frequency}"``; None: cannot
            be set.
        get_cmd: Query, or a function of no arguments that returns the answer; None: cannot be read.
        get_parser: From the answer to a dict of raw values by name; default splits it at ``separator``.
        separator: Between the values of the answer.
        single_instrument: Whether all must belong to one instrument.

    Raises:
        DefinitionError: The parameters do not fit together, or text commands have no instrument to go to.
    """

    def __init__(
        self,
        parameters: Sequence[GroupParameter],
        set_cmd: str | None = None,
        get_cmd: str | Callable[[], str] | None = None,
        get_parser: Callable[[str], Mapping[str, Any]] | None = None,
        separator: str = ",",
        single_instrument: bool = True,
    ) -> None:
        if not parameters:
            raise DefinitionError("Group([]) needs at least one parameter.")
        self.parameters = {parameter.name: parameter for parameter in parameters}
        self.instrument = parameters[0].root_instrument
        names = ", ".join(self.parameters)
        if single_instrument and any(p.root_instrument is not self.instrument for p in parameters):
            raise DefinitionError(f"Group of {names}: its parameters belong to different instruments.")
        if self.instrument is None and (set_cmd is not None or isinstance(get_cmd, str)):
            raise DefinitionError(f"Group of {names}: text commands need an instrument to send them to.")
        self.set_cmd = set_cmd
        self.get_cmd = get_cmd
        self.get_parser = get_parser or _splitting(names, list(self.parameters), separator)
        for parameter in parameters:
            parameter.group = self
            parameter._compile()
        self._set_initial()

    def update(self) -> None:
        """Read all of them with one query.

        Raises:
            NotGettable: The group has no query.
            UndecodableAnswer: The answer does not have a value for each.
        """
        if self.get_cmd is None:
            raise NotGettable(f"Group of {', '.join(self.parameters)}: cannot be read, it has no get_cmd.")
        answer = self.get_cmd() if callable(self.get_cmd) else self.instrument.ask(self.get_cmd)
        raw_values = self.get_parser(answer)
        missing = [name for name in self.parameters if name not in raw_values]
        if missing:
            raise UndecodableAnswer(
                f"Group of {', '.join(self.parameters)}: the answer {answer!r} has no value for {', '.join(missing)}."
            )
        values = {name: parameter._to_value(raw_values[name]) for name, parameter in self.parameters.items()}
        for name, parameter in self.parameters.items():  # all of them, or none
            parameter.cache.keep(values[name], raw_values[name])

    def set_one(self, parameter: GroupParameter, raw: Any) -> None:
        """Set one parameter to a raw value and the others to what they are; those not known are read first."""
        self._check_settable()
        with getattr(self.instrument, "lock", None) or nullcontext():  # another thread may be setting another one
            others = [p for p in self.parameters.values() if p is not parameter]
            if self.get_cmd is not None and not all(p.cache.valid for p in others):
                self.update()
            self.set({p.name: raw if p is parameter else p.cache.raw_value for p in self.parameters.values()})

    def _set_initial(self) -> None:
        """Set all initial values with one command."""
        initial = {p: p._initial for p in self.parameters.values() if p._initial is not None}
        if not initial:
            return
        self._check_settable()
        raw = {}
        for parameter, value in initial.items():
            parameter.validate(value)
            raw[parameter.name] = parameter._to_raw(value)
        if len(initial) < len(self.parameters) and self.get_cmd is not None:
            self.update()
        self.set({name: raw.get(name, p.cache.raw_value) for name, p in self.parameters.items()})
        for parameter, value in initial.items():
            parameter.cache.keep(value, raw[parameter.name])

    def set(self, raw_values: Mapping[str, Any]) -> None:
        """Send one command with these raw values by name.

        Raises:
            NotSettable: The group has no command, or a value is not known.
        """
        self._check_settable()
        unknown = [name for name in self.parameters if raw_values.get(name) is None]
        if unknown:
            raise NotSettable(
                f"Group of {', '.join(self.parameters)}: the command needs all values and that of {', '.join(unknown)} is not known. "
                f"Set it with initial_value=, or note it with cache.set(value)."
            )
        with getattr(self.instrument, "lock", None) or nullcontext():
            self.instrument.write(str(self.set_cmd).format(**raw_values))
            for name, parameter in self.parameters.items():
                parameter.cache.keep(parameter._to_value(raw_values[name]), raw_values[name])

    def _check_settable(self) -> None:
        if self.set_cmd is None:
            raise NotSettable(f"Group of {', '.join(self.parameters)}: cannot be set, it has no set_cmd.")


def _splitting(where: str, names: list[str], separator: str) -> Callable[[str], dict[str, str]]:
    def split(answer: str) -> dict[str, str]:
        parts = answer.split(separator)
        if len(parts) != len(names):
            raise UndecodableAnswer(
                f"Group of {where}: the answer {answer!r} has {len(parts)} values, expected {len(names)}."
            )
        return dict(zip(names, (part.strip() for part in parts), strict=True))

    return split
