"""What every parameter of QCoDeS has beyond a parameter of Measurand: the names that its scripts and drivers use.

The parameter itself is Measurand's: sources, codecs, validators, ramps and the cache are not touched here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from measurand import parameters
from measurand.compat.parameters import _relations
from measurand.compat.parameters._cache import KnownCache
from measurand.compat.parameters._merge import deep_update
from measurand.errors import UndecodableAnswer

OnSet = Callable[[Any, Any], None]


class Offered:
    """A method that only a parameter with that capability has: ``hasattr(p, "set")`` says whether it can be set."""

    def __init__(self, capability: str) -> None:
        self._capability = capability

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return getattr(super(self._owner, owner), self._name)
        if not getattr(instance, self._capability):
            raise AttributeError(
                f"{instance.full_name} has no {self._name}: it is not {self._capability}. "
                f"Define it with {self._name}_cmd, or {self._name}_raw in its class."
            )
        method = getattr(super(self._owner, instance), self._name)
        vars(instance)[self._name] = method  # found there from now on
        return method


def _identifier(name: object) -> str:
    """Return ``name`` if it can be an attribute; Python's own words may be names here."""
    if isinstance(name, str) and name.isidentifier():
        return name
    return parameters.Parameter._make_name(name)


class ParameterBase(parameters.Parameter[Any]):
    """What all parameters are; a driver derives a class from it and overrides `get_raw` or `set_raw`.

    Args:
        name: Identifier, unique within the instrument.
        *args: The instrument it belongs to; drivers give it by keyword.
        register_name: Name in datasets; default the full name.
        on_set_callback: Called with the parameter and each value after it was set.
        **options: As for `measurand.parameters.Parameter`.
    """

    __measurand__ = True  # defines get and set
    _cache_class = KnownCache
    _make_name = staticmethod(_identifier)
    _has_commands: ClassVar[bool] = False  # without get_cmd it remembers
    global_on_set_callback: ClassVar[OnSet | None] = None
    """Called with the parameter and the value after any parameter was set; None: nobody is told."""

    if not TYPE_CHECKING:  # for type checkers they are methods
        get = Offered("gettable")
        set = Offered("settable")

    def __init__(
        self,
        name: str,
        *args: Any,
        register_name: str | None = None,
        on_set_callback: OnSet | None = None,
        **options: Any,
    ) -> None:
        self._register_name = register_name
        self.on_set_callback = on_set_callback
        self._meta_attrs = ["label", "unit", "vals", "name"]
        if not self._has_commands:
            options.setdefault("get_cmd", False)
        super().__init__(name, *args, on_set_callback=self._call_on_set_callback, **options)

    def __class_getitem__(cls, item: Any) -> type[Self]:
        """Accept types of value and instrument, as annotations have them."""
        del item
        return cls

    @classmethod
    def __subclasshook__(cls, other: type) -> Any:
        """Count every parameter of Measurand, also one made without the alias."""
        if cls is not ParameterBase or parameters.ParameterBase not in other.__mro__:
            return NotImplemented
        return True

    def __call__(self, *args: Any) -> Any:
        """Read without an argument, set with one."""
        return self._move(*args) if args else self._fetch()

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return `snapshot_base` with the metadata."""
        state = self.snapshot_base(update)
        if self.metadata:
            state["metadata"] = dict(self.metadata)
        return state

    def snapshot_base(
        self,
        update: bool | None = True,
        params_to_skip_update: Sequence[str] | None = None,  # noqa: ARG002 - of no effect, as documented
    ) -> dict[str, Any]:
        """Return value, raw value, time and description; values are as they are, `NumpyJSONEncoder` writes them.

        Args:
            update: Whether to read it: True, False, or None, if its cache is not valid.
            params_to_skip_update: Has no effect.
        """
        state = super().snapshot(update)
        state.pop("metadata", None)
        if state.get("ts") is not None:
            state["ts"] = state["ts"][:19]
        if "value" in state and "cache" in vars(self):
            state["value"], state["raw_value"] = _shown(self.cache)
        if self.validators:
            state["vals"] = repr(self.validators[0])
        return state

    def load_metadata(self, metadata: dict[str, Any]) -> None:
        """Add to the metadata, nested dicts too."""
        self.metadata = deep_update(dict(self.metadata), metadata)

    def get_ramp_values(self, value: Any, step: float | None = None) -> Sequence[Any]:
        """Return the values from the present one, which is not among them, to ``value`` in steps of at most ``step``."""
        return _relations.ramp_values(self.cache.value, value, step)

    register_name = property(_relations.register_name)
    underlying_instrument = property(_relations.underlying_instrument)
    depends_on = property(_relations.depends_on)
    has_control_of = property(_relations.has_control_of)
    is_controlled_by = property(_relations.is_controlled_by)
    paramtype = property(_relations.paramtype, _relations.set_paramtype)
    param_spec = property(_relations.param_spec)
    unpack_self = _relations.unpack_self
    _from_value_to_raw_value = property(lambda self: self._to_raw)
    _from_raw_value_to_value = property(lambda self: self._to_value)
    _gettable = property(lambda self: self.gettable)
    _settable = property(lambda self: self.settable)
    _short_name = property(lambda self: self.name)
    _label = property(lambda self: self.label)
    _unitval = property(lambda self: self.unit)
    _instrument = property(lambda self: self.instrument)
    _snapshot_value = property(_relations.snapshot_value, _relations.set_snapshot_value)
    _snapshot_get = property(_relations.snapshot_get, _relations.set_snapshot_get)

    def _call_on_set_callback(self, value: Any) -> None:
        for callback in (self.on_set_callback, type(self).global_on_set_callback):
            if callback is not None:
                callback(self, value)

    def _compile(self) -> None:
        super()._compile()
        cache = vars(self)["cache"]
        if isinstance(cache, KnownCache):
            cache.owner = self


class Parameter(ParameterBase):
    """A parameter with commands: see `measurand.parameters.Parameter`, whose keywords these are."""

    _has_commands = True

    @classmethod
    def __subclasshook__(cls, other: type) -> Any:
        """Count every parameter of one value, also one of Measurand made without the alias."""
        if cls is not Parameter or parameters.Parameter not in other.__mro__:
            return NotImplemented
        if not getattr(other, "_has_commands", True):  # derived from ParameterBase itself
            return False
        several = (parameters.MultiParameter, parameters.ArrayParameter)
        return not any(kind in other.__mro__ for kind in several)


def _shown(cache: parameters.Cache[Any]) -> tuple[Any, Any]:
    try:
        return cache.value, cache.raw_value
    except UndecodableAnswer:  # looking must not fail
        return None, cache.raw_value
