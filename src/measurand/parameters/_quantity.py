"""What every parameter is, whatever its source: a name in a tree, a meaning, a value that can be asked for and swept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, Generic, NoReturn, TypeVar, overload

from measurand.errors import DefinitionError
from measurand.parameters._cache import Cache, shown
from measurand.parameters._expression import Operand
from measurand.parameters._fields import Yield, single
from measurand.parameters._latest import Latest
from measurand.parameters._owner import Owner
from measurand.parameters._part import Compiled, Part
from measurand.parameters._spec import InstanceDoc, Spec
from measurand.parameters._sweep import Sweep, linear_sweep, sliced_sweep

T = TypeVar("T")
_NOTHING: Any = object()


def _refuse_copy(parameter: ParameterBase[Any], protocol: object) -> NoReturn:
    """Refuse to be pickled or copied: two parameters would claim to know one device."""
    del protocol  # none will do
    raise TypeError(
        f"{parameter.full_name} cannot be copied or pickled, it stands for one quantity of one device. Make another one "
        f"where it is needed, or hand over its name, its value or its snapshot()."
    )


class ParameterBase(Operand, ABC, Generic[T]):
    """A named quantity that can be read, set, or both; use it through `Parameter` and its family.

    Args:
        spec: What it is called and means.
        instrument: What it belongs to, if to anything.
    """

    __iter__: ClassVar[None] = None  # `p[...]` makes sweeps; it must not make a parameter look like a list
    cache = Compiled[Cache[T]]()
    """The last known value."""

    name = Part[str]("_spec", "name", "Identifier within the owner.", fixed=True)
    label = Part[str]("_spec", "label", "Text for axes.")
    unit = Part[str]("_spec", "unit", "SI text.")
    docstring = Part["str | None"]("_spec", "docstring", "What the parameter does.")
    metadata = Part[Mapping[str, Any]]("_spec", "metadata", "Kept in snapshots.")
    snapshot_exclude = Part[bool]("_spec", "snapshot_exclude", "Whether the owner's snapshot leaves this out.")
    snapshot_value = Part[bool]("_spec", "snapshot_value", "Whether snapshots hold the value.", fixed=True)
    short_name = Part[str]("_spec", "name", "Identifier within the owner.", fixed=True)
    register_name = Part[str]("_self", "full_name", "Name in stored runs.", fixed=True)
    raw_value = Part[Any]("cache", "raw_value", "The raw value last known.", fixed=True)
    underlying_instrument = Part[Any]("_self", "instrument", "What it belongs to.", fixed=True)
    abstract = False

    def __init__(self, spec: Spec, instrument: Owner | None) -> None:
        self._spec = spec
        self.instrument = instrument

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__doc__ = InstanceDoc(cls.__dict__.get("__doc__"))  # type: ignore[assignment]  # text for the class
        for method in ("get", "set"):
            if method in vars(cls) and "__measurand__" not in vars(cls):
                raise DefinitionError(
                    f"{cls.__name__}.{method} would switch off validation and cache. "
                    f"Override {method}_raw instead: same arguments, same result."
                )

    @abstractmethod
    def get(self) -> T:
        """Return the value, read from the instrument if there is one."""

    @abstractmethod
    def set(self, value: T) -> None:
        """Set the value."""

    @abstractmethod
    def validate(self, value: Any) -> None:
        """Raise unless ``value`` is allowed."""

    @abstractmethod
    def _compile(self) -> None:
        """Make `cache` and what else is `Compiled`."""

    @property
    @abstractmethod
    def gettable(self) -> bool:
        """Whether it can be read."""

    @property
    @abstractmethod
    def settable(self) -> bool:
        """Whether it can be set."""

    @overload
    def __call__(self) -> T: ...
    @overload
    def __call__(self, value: T) -> None: ...
    def __call__(self, value: Any = _NOTHING) -> T | None:
        """Read without an argument, set with one."""
        if value is _NOTHING:
            return self.get()
        self.set(value)
        return None

    @property
    def full_name(self) -> str:
        """Name with those of its owners, e.g. ``"dac_ch3_voltage"``."""
        return "_".join(self.name_parts)

    @property
    def name_parts(self) -> list[str]:
        """Names from the root down, e.g. ``["dac", "ch3", "voltage"]``."""
        return [self.name] if self.instrument is None else [*self.instrument.name_parts, self.name]

    @property
    def root_instrument(self) -> Any:
        """The instrument at the root of the tree; None without one."""
        return getattr(self.instrument, "root_instrument", self.instrument)

    @property
    def lane(self) -> Hashable | None:
        """The physical connection it is read through; None without one."""
        return None if self.instrument is None else self.instrument.lane

    @property
    def yields(self) -> Yield:
        """The columns that measuring it gives."""
        return Yield((single(self, self.full_name),))

    def sweep(self, start: float, stop: float, *, num: int | None = None, step: float | None = None) -> Sweep:
        """Return the values from ``start`` to ``stop``, both included.

        Args:
            start: First value, in the unit of the parameter.
            stop: Last value.
            num: Number of values. Give either this or ``step``.
            step: Distance of neighbours; must divide the span.
        """
        return linear_sweep(self, start, stop, num, step)

    def __getitem__(self, keys: Any) -> Sweep:
        """Return sweep values: ``p[0:1:0.1]`` (end excluded), ``p[1, 2, 5:8:1]``, ``p[array]``."""
        return sliced_sweep(self, keys)

    @property
    def get_latest(self) -> Latest[T]:
        """The last known value without reading: ``p.get_latest()``; it can be measured and used in expressions."""
        return Latest(self)  # pyright: ignore[reportArgumentType] - `cache` is a descriptor that gives a Cache

    def increment(self, value: T) -> None:
        """Set it to its present value plus ``value``."""
        self.set(self.get() + value)  # type: ignore[operator]  # for numbers

    def __repr__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        doubt = "" if self.cache.valid else " (in doubt)"
        value = "" if self.cache.time is None else f", last {shown(self.cache)!r}{unit}{doubt}"
        return f"<{type(self).__name__} {'.'.join(self.name_parts)}{value}>"

    def __str__(self) -> str:
        return self.full_name

    __reduce_ex__ = _refuse_copy
