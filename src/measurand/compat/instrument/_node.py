"""What every node of QCoDeS has beyond one of Measurand; the tree itself is Measurand's."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Self

from measurand import instrument
from measurand.compat.parameters import Function, Parameter, deep_update
from measurand.errors import MissingParameter

ABSTRACT = "__qcodes_is_abstract_method__"  # marks a method that a subclass has to define


class InstrumentMeta(instrument.InstrumentMeta):
    """Create an instrument as Measurand does; a hyphen in its name becomes an underscore."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - of a metaclass
        """Make an instrument.

        Raises:
            MissingParameter: Its class has methods that are only promised; it is a NotImplementedError.
        """
        promised = [name for name in dir(cls) if hasattr(getattr(cls, name, None), ABSTRACT)]
        if promised:
            raise MissingParameter(
                f"{cls.__name__} cannot be made: it only promises {', '.join(promised)}. "
                f"Derive a class from it and define them."
            )
        if any(isinstance(value, str) and "-" in value for value in (*args, *kwargs.values())):
            args, kwargs = _without_hyphen(cls, args, kwargs)
        return super().__call__(*args, **kwargs)


class InstrumentBase(instrument.InstrumentBase):
    """A node of a tree: see `measurand.instrument.InstrumentBase`.

    Args:
        name: Identifier, unique among the siblings.
        metadata: Anything to keep in snapshots.
        label: Readable name; default the name.
        **more: What classes of Measurand take.
    """

    delegate_attr_dicts = ("parameters", "functions", "submodules")

    def __init__(
        self, name: str, metadata: Mapping[Any, Any] | None = None, label: str | None = None, **more: Any
    ) -> None:
        self._meta_attrs = ["name", "label"]
        super().__init__(name=name.replace("-", "_"), metadata=metadata, label=label, **more)

    def __class_getitem__(cls, item: Any) -> type[Self]:
        """Accept the type of the parent, as annotations have it."""
        del item
        return cls

    def add_parameter(self, name: str, parameter_class: type[Any] | None = None, **kwargs: Any) -> Any:
        """Create a parameter of this node; see `measurand.instrument.InstrumentBase.add_parameter`."""
        return super().add_parameter(name, parameter_class or Parameter, **kwargs)

    def add_function(self, name: str, **kwargs: Any) -> Function:
        """Create a function of this node; see `measurand.instrument.InstrumentBase.add_function`."""
        self.functions[name] = function = Function(name, instrument=self, **kwargs)
        return function

    def load_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Add to the metadata, nested dicts too."""
        deep_update(self.metadata, metadata)

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return `snapshot_base` with the metadata."""
        state = self.snapshot_base(update)
        return {**state, "metadata": self.metadata} if self.metadata else state

    def snapshot_base(
        self, update: bool | None = False, params_to_skip_update: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Return the state of parameters and submodules; values are as they are, `NumpyJSONEncoder` writes them.

        A driver adds to it by overriding this and calling it, or by ``self._meta_attrs``.

        Args:
            update: True reads every parameter, False none, None those whose value is not valid any more.
            params_to_skip_update: Names of parameters that are not read in any case.
        """
        state = super().snapshot_base(update, list(params_to_skip_update or ()))
        del state["full_name"]
        return state | {name: getattr(self, name) for name in self._meta_attrs if hasattr(self, name)}

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; refuse one that would replace a parameter or submodule."""
        if name in vars(self):
            super().__setattr__(name, value)
        else:  # drivers of others keep their own things under any name
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        above = "" if self.parent is None else f" of {type(self.parent).__name__}: {self.parent.name}"
        return f"<{type(self).__name__}: {self.name}{above}>"

    @property
    def _short_name(self) -> str:
        return self.short_name

    @property
    def _label(self) -> str:
        return self.label

    @property
    def _channel_lists(self) -> dict[str, Any]:
        return {name: module for name, module in self.submodules.items() if not hasattr(module, "functions")}


def _without_hyphen(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of a constructor with the name as an identifier has it."""
    names = [*inspect.signature(cls.__init__).parameters][1:]  # type: ignore[misc]  # the class is looked at
    if isinstance(kwargs.get("name"), str):
        return args, {**kwargs, "name": kwargs["name"].replace("-", "_")}
    place = names.index("name") if "name" in names else len(args)
    given = list(args)
    if place < len(given) and isinstance(given[place], str):
        given[place] = given[place].replace("-", "_")
    return tuple(given), kwargs
