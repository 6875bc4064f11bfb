"""The kinds of parameters of QCoDeS: those of Measurand with the names of QCoDeS."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, ClassVar

from measurand import parameters
from measurand.compat.parameters._quantity import ParameterBase


def any_text(name: object) -> str:
    """Return the name of an element of a reading, which may be any text."""
    return str(name)


class ManualParameter(ParameterBase):
    """A parameter that remembers what it was set to.

    Args:
        name: Identifier.
        *args: The instrument, and the initial value; drivers give them by keyword.
        **options: As for `Parameter`, without commands.
    """

    _has_commands = True

    def __init__(self, name: str, *args: Any, **options: Any) -> None:
        given = dict(zip(("instrument", "initial_value"), args, strict=False))
        super().__init__(name, **given, get_cmd=None, set_cmd=None, **options)


class DelegateParameter(ParameterBase, parameters.DelegateParameter[Any]):
    """A parameter that speaks to another one: see `measurand.parameters.DelegateParameter`.

    Args:
        name: Identifier.
        source: The other parameter; None: none for now. Whether snapshots hold the value is its affair.
        *args: The instrument; drivers give it by keyword.
        bind_to_instrument: Whether it enters itself into the instrument.
        **options: As for `Parameter`.
    """

    _has_commands = True

    def __init__(self, name: str, source: Any, *args: Any, bind_to_instrument: bool = False, **options: Any) -> None:
        options.pop("snapshot_value", None)
        super().__init__(name, source, *args, bind_to_instrument=bind_to_instrument, **options)


class ElapsedTimeParameter(ParameterBase, parameters.ElapsedTimeParameter):
    """Seconds since it was made or reset: see `measurand.parameters.ElapsedTimeParameter`."""

    _has_commands = True


class GroupParameter(ParameterBase, parameters.GroupParameter):
    """A parameter that is read and set together with others: see `measurand.parameters.GroupParameter`."""

    _has_commands = True

    def __init__(self, name: str, *args: Any, **options: Any) -> None:
        given = dict(zip(("instrument", "initial_value"), args, strict=False))
        for keyword in ("get_cmd", "set_cmd"):
            if options.get(keyword, 0) is None:  # saying that there is none is no contradiction
                del options[keyword]
        super().__init__(name, **given, **options)


class Group(parameters.Group):
    """The commands of several `GroupParameter`: see `measurand.parameters.Group`.

    Args:
        parameters: In the order of the answer.
        set_cmd: Command with a place for each parameter by name.
        get_cmd: Query, or a function that returns the query.
        **options: As for `measurand.parameters.Group`.
    """

    def __init__(self, parameters: Any, set_cmd: str | None = None, get_cmd: Any = None, **options: Any) -> None:
        super().__init__(
            parameters, set_cmd, (lambda: self.instrument.ask(get_cmd())) if callable(get_cmd) else get_cmd, **options
        )


class MultiParameter(ParameterBase, parameters.MultiParameter):
    """A reading of several values: see `measurand.parameters.MultiParameter`."""

    _has_commands = True
    _make_element_name = staticmethod(any_text)


class ArrayParameter(ParameterBase, parameters.ArrayParameter):
    """A reading that is an array: see `measurand.parameters.ArrayParameter`."""

    _has_commands = True


class ParameterWithSetpoints(ParameterBase, parameters.ParameterWithSetpoints):
    """An array with setpoints that are parameters: see `measurand.parameters.ParameterWithSetpoints`."""

    _has_commands = True

    def __init__(self, name: str, *args: Any, setpoints: Any = None, **options: Any) -> None:
        super().__init__(name, *args, setpoints=() if setpoints is None else setpoints, **options)


class Role(Enum):
    """How a `ScaledParameter` scales."""

    GAIN = "gain"
    DIVISION = "division"


class ScaledParameter(ParameterBase):
    """What a quantity is behind an amplifier or a divider.

    Args:
        output: The parameter on the instrument's side.
        division: value = output ÷ division; a number or a parameter. Give this or ``gain``.
        gain: value = output · gain; a number or a parameter.
        name: Identifier; default ``<output>_scaled``.
        label: Text for axes; default that of ``output`` likewise.
        unit: SI text; default that of ``output``.
    """

    _has_commands = True
    Role: ClassVar[type[Enum]] = Role

    def __init__(
        self,
        output: Any,
        division: Any = None,
        gain: Any = None,
        name: str | None = None,
        label: str | None = None,
        unit: str | None = None,
    ) -> None:
        self._scaled = scaled = parameters.ScaledParameter(output, division, gain, name, label, unit)
        self._wrapped_parameter = output
        self._wrapped_instrument = output.root_instrument
        super().__init__(
            scaled.name, label=scaled.label, unit=scaled.unit, instrument=output.instrument, bind_to_instrument=False,
            get_cmd=self._now if output.gettable else False, set_cmd=scaled.set if output.settable else False,
        )  # fmt: skip
        self.metadata = {"wrapped_parameter": output.name}

    @property
    def role(self) -> Enum:
        """Whether it is a gain or a division."""
        return Role(self._scaled.role)

    @role.setter
    def role(self, role: Enum) -> None:
        factor = self._multiplier
        if role is Role.GAIN:
            self._scaled.gain = factor
        else:
            self._scaled.division = factor

    @property
    def gain(self) -> Any:
        """Value ÷ output; assigning replaces gain or division."""
        return self._scaled.gain

    @gain.setter
    def gain(self, gain: Any) -> None:
        self._scaled.gain = gain

    @property
    def division(self) -> Any:
        """Output ÷ value; assigning replaces gain or division."""
        return self._scaled.division

    @division.setter
    def division(self, division: Any) -> None:
        self._scaled.division = division

    @property
    def wrapped_parameter(self) -> Any:
        """The parameter on the instrument's side."""
        return self._wrapped_parameter

    def get_wrapped_parameter_value(self) -> Any:
        """Return the value on the instrument's side."""
        return self._wrapped_parameter.get()

    @property
    def _multiplier(self) -> Any:
        return self._scaled.gain if self._scaled.role == "gain" else self._scaled.division

    def _now(self) -> Any:
        return self._scaled.get()


class InstrumentRefParameter(ParameterBase):
    """A parameter whose value is the name of an instrument.

    Args:
        name: Identifier.
        *args: The instrument that it belongs to; drivers give it by keyword.
        vals: Validator; default any text.
        set_cmd: None only, it is remembered.
        **options: As for `Parameter`.
    """

    _has_commands = True

    def __init__(self, name: str, *args: Any, vals: Any = None, set_cmd: None = None, **options: Any) -> None:
        from measurand.validators import Strings

        if set_cmd is not None:
            raise RuntimeError(f"{name}: set_cmd={set_cmd!r} refused, an InstrumentRefParameter only remembers a name.")
        super().__init__(name, *args, vals=vals or Strings(), set_cmd=None, **options)

    def get_instr(self) -> Any:
        """Return the instrument whose name it holds."""
        from measurand.instrument import find_instrument

        return find_instrument(self.get())


class Function(parameters.Function):
    """An action of an instrument: see `measurand.parameters.Function`.

    Args:
        name: Identifier.
        *args: As for `measurand.parameters.Function`.
        metadata: Anything to keep.
        **options: As for `measurand.parameters.Function`.
    """

    def __init__(self, name: str, *args: Any, metadata: dict[str, Any] | None = None, **options: Any) -> None:
        self.metadata = dict(metadata or {})
        super().__init__(name, *args, **options)

    @property
    def short_name(self) -> str:
        """Identifier within the instrument."""
        return self.name

    @property
    def name_parts(self) -> list[str]:
        """Names from the root down."""
        return [self.name] if self.instrument is None else [*self.instrument.name_parts, self.name]

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the metadata: an action has no state."""
        del update
        return {"metadata": self.metadata} if self.metadata else {}

    snapshot_base: Callable[..., dict[str, Any]] = lambda self, update=False: {}  # noqa: ARG005 - as documented

    def get_attrs(self) -> list[str]:
        """Return the attributes that describe it."""
        return ["__doc__", "_args", "_arg_count"]
