"""One quantity: a `Parameter` puts its parts together. What a part does is in the part's own file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, ClassVar, TypeVar, Unpack, overload

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.errors import DefinitionError, DuplicateName, NotGettable, NotSettable
from measurand.parameters._access import compile_access
from measurand.parameters._cache import Cache, check_max_val_age
from measurand.parameters._codecs import Codecs, make_codecs
from measurand.parameters._contexts import differ, restored
from measurand.parameters._options import Options, refuse_unknown
from measurand.parameters._owner import Owner
from measurand.parameters._part import Compiled, Part
from measurand.parameters._quantity import ParameterBase
from measurand.parameters._ramp import Ramp, make_ramp
from measurand.parameters._rules import Rules, make_rules
from measurand.parameters._snapshot import state_of
from measurand.parameters._source import GetCmd, SetCmd, Source, commands
from measurand.parameters._spec import Spec, make_name, make_unit
from measurand.parameters._walk import Pace, Walk
from measurand.validators import Nothing, Refusal, Validator

T = TypeVar("T")
_COMPILING = threading.RLock()  # two threads that use a parameter first shall not each make a cache of their own


class Parameter(ParameterBase[T]):
    """One quantity that can be set, read, or both.

    ``p()`` and ``p.get()`` read, ``p(v)`` and ``p.set(v)`` set, ``p.cache()`` is the last known value. A value that the
    validator refuses is never sent. A subclass overrides `get_raw` and `set_raw`, never `get` and `set`.

    Args:
        name: Identifier, unique within the instrument.
        instrument: Receives commands that are text; the parameter enters itself into ``instrument.parameters``.
        label: Text for axes; default the name.
        unit: SI text; default none. ``units`` is its deprecated spelling.
        get_cmd: Text to ask, a function of no arguments, None (the remembered value, default) or False (none).
        set_cmd: Text with one ``{}``, a function of the raw value, None (only remembered), or False (none, default).
        get_parser: Converts the raw answer, e.g. ``float``.
        set_parser: Converts what is sent.
        scale: raw = value · scale + offset.
        offset: See ``scale``; in raw units.
        val_mapping: Dict of value to the instrument's code; its keys are the allowed values.
        vals: Validator; with ``val_mapping`` a value must satisfy both.
        max_val_age: Age in s beyond which the cached value is read again; None: never too old.
        initial_value: Set at construction.
        initial_cache_value: Noted at construction as present value, not sent.
        step: Largest change at once: larger ones are ramped in steps, each validated before the first is sent.
        inter_delay: Least time in s between two sets.
        post_delay: Time in s to wait after the start of each set.
        docstring: What the parameter does, for ``help``.
        metadata: Anything to keep in snapshots.
        snapshot_get: Whether a snapshot with ``update=True`` reads the instrument; default True.
        snapshot_value: Whether snapshots hold the value; default True.
        snapshot_exclude: Whether the instrument's snapshot leaves the parameter out; default False.
        bind_to_instrument: Whether the parameter enters itself into the instrument; default True.
        on_set_callback: Called with each value after it was set; see `on_set`.
        abstract: Whether this only promises a parameter, which a subclass of the instrument has to make; default no.
        clock: Time stamps and delays.

    Raises:
        DefinitionError: The arguments contradict each other.
        UnknownKeyword: A keyword is misspelt; the message names the nearest one.
        DuplicateName: The instrument has a parameter of this name.

    Example:
        >>> gate = Parameter("gate", unit="V", set_cmd=None, vals=Numbers(-1, 1), initial_value=0.0)
        >>> gate(0.5)
        >>> gate()
        0.5
    """

    __measurand__ = True  # may define get and set
    _forwards = False  # whether setting it sets one other parameter, and nothing else
    _check_reading: Callable[[Any], None] | None = None  # raises for a reading that must not be kept
    _cache_class: ClassVar[type[Cache[Any]]] = Cache
    _make_name = staticmethod(make_name)

    scale = Part["float | None"]("_codecs", "scale", "raw = value · scale + offset.")
    offset = Part["float | None"]("_codecs", "offset", "In raw units.")
    inverse_val_mapping = Part["dict[Any, Any] | None"]("_codecs", "inverse", "Code to value.", fixed=True)
    val_mapping = Part["Mapping[Any, Any] | None"]("_codecs", "mapping", "Value to code.", fixed=True)
    step = Part["float | None"]("_ramp", "step", "Largest change at once.")
    inter_delay = Part[float]("_ramp", "inter_delay", "Least time in s between two sets.")
    post_delay = Part[float]("_ramp", "post_delay", "Wait in s after the start of each set.")
    _where = Compiled[Callable[[], str]]()
    _vals = Compiled["Validator[Any] | None"]()
    _fetch = Compiled[Callable[[], T]]()
    _move = Compiled[Callable[[T], None]]()
    _to_raw = Compiled[Callable[[T], Any]]()
    _to_value = Compiled[Callable[[Any], T]]()
    validators = Part["tuple[Validator[Any], ...]"]("_rules", "validators", "All validators.", fixed=True)

    @overload
    def __init__(
        self, name: str, instrument: Owner | None = None, *, get_parser: Callable[[Any], T], get_cmd: GetCmd = None,
        vals: Validator[Any] | None = None, val_mapping: None = None, initial_value: Any = None,
        **options: Unpack[Options],
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self, name: str, instrument: Owner | None = None, *, val_mapping: Mapping[T, Any], get_cmd: GetCmd = None,
        get_parser: Callable[[Any], Any] | None = None, vals: Validator[Any] | None = None, initial_value: Any = None,
        **options: Unpack[Options],
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self, name: str, instrument: Owner | None = None, *, vals: Validator[T], get_cmd: GetCmd = None,
        get_parser: None = None, val_mapping: None = None, initial_value: Any = None,
        **options: Unpack[Options],
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self, name: str, instrument: Owner | None = None, *, get_cmd: Callable[[], T],
        get_parser: None = None, val_mapping: None = None, vals: None = None, initial_value: Any = None,
        **options: Unpack[Options],
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self, name: str, instrument: Owner | None = None, *, initial_value: T, get_cmd: GetCmd = None,
        get_parser: None = None, val_mapping: None = None, vals: None = None,
        **options: Unpack[Options],
    ) -> None: ...  # fmt: skip
    @overload
    def __init__(
        self: Parameter[Any], name: str, instrument: Owner | None = None, *, get_cmd: GetCmd = None,
        get_parser: Callable[[Any], Any] | None = None, val_mapping: Mapping[Any, Any] | None = None,
        vals: Validator[Any] | None = None, initial_value: Any = None,
        **options: Unpack[Options],
    ) -> None: ...  # fmt: skip
    def __init__(
        self,
        name: str,
        instrument: Owner | None = None,
        *,
        label: str | None = None,
        unit: str | None = None,
        units: str | None = None,
        get_cmd: GetCmd = None,
        set_cmd: SetCmd = False,
        get_parser: Callable[[Any], Any] | None = None,
        set_parser: Callable[[Any], Any] | None = None,
        scale: float | None = None,
        offset: float | None = None,
        val_mapping: Mapping[Any, Any] | None = None,
        vals: Validator[Any] | None = None,
        max_val_age: float | None = None,
        initial_value: Any = None,
        initial_cache_value: Any = None,
        step: float | None = None,
        inter_delay: float = 0,
        post_delay: float = 0,
        docstring: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        snapshot_get: bool = True,
        snapshot_value: bool = True,
        snapshot_exclude: bool = False,
        bind_to_instrument: bool = True,
        on_set_callback: Callable[[Any], Any] | None = None,
        abstract: bool = False,
        clock: Clock = SYSTEM_CLOCK,
        **unknown: Any,
    ) -> None:
        name = self._make_name(name)
        if unknown:
            refuse_unknown(name, unknown)
        if instrument is not None and not hasattr(instrument, "name_parts"):
            raise DefinitionError(
                f"{name}: instrument={instrument!r} is no instrument; give label=, unit=… by keyword."
            )
        spec = Spec(
            name, name if label is None else label, make_unit(name, unit, units), docstring, metadata or {},
            snapshot_get, snapshot_value, snapshot_exclude,
        )  # fmt: skip
        super().__init__(spec, instrument)
        if abstract:
            self.abstract = True
        self._clock = clock
        self._callbacks: tuple[Callable[[Any], Any], ...] = () if on_set_callback is None else (on_set_callback,)
        self._doubts: tuple[Callable[[], None], ...] = ()
        self._rules = make_rules(name, (vals,), val_mapping)
        self._codecs = make_codecs(name, get_parser, set_parser, offset, scale, val_mapping)
        self._ramp = make_ramp(name, step, inter_delay, post_delay, self._rules)
        self._source, self._remembered = _source_of(self, name, instrument, get_cmd, set_cmd)
        if max_val_age is not None:
            check_max_val_age(name, max_val_age, self.gettable and not self._remembered)
        self._max_val_age = max_val_age
        if initial_value is not None and initial_cache_value is not None:
            raise DefinitionError(f"{name}: give initial_value or initial_cache_value, not both.")
        if instrument is not None and bind_to_instrument:
            _enter(self, instrument)
        try:
            if initial_cache_value is not None:
                self.cache.set(initial_cache_value)
            if initial_value is not None:
                self.set(initial_value)
        except BaseException:  # what was not made must not stay
            if instrument is not None and bind_to_instrument:
                instrument.parameters.pop(name, None)
            raise

    def get(self) -> T:
        """Read the value, from the instrument if there is one.

        Raises:
            NotGettable: The parameter cannot be read.
            UndecodableAnswer: The parser or the mapping cannot read the raw value.
        """
        return self._fetch()

    def set(self, value: T) -> None:
        """Validate ``value`` and set it, in steps if `step` is given.

        Raises:
            RefusedType, RefusedValue: The value is not allowed; nothing was sent.
            NotSettable: The parameter cannot be set.
            NoTrustedValue: `step` is given and the present value is not known.
        """
        self._move(value)

    def get_raw(self) -> Any:
        """Return the raw value; a subclass overrides this to say how."""
        if self._source.read is None:
            raise NotGettable(f"{self._where()}: cannot be read, it has no get command.")
        return self.cache.raw() if self._remembered else self._source.read()

    def set_raw(self, value: Any) -> None:
        """Send the raw value; a subclass overrides this to say how."""
        if self._source.write is None:
            raise NotSettable(f"{self._where()}: cannot be set to {value!r}, it has no set command.")
        self._source.write(value)

    def validate(self, value: Any) -> None:
        """Raise `RefusedType` or `RefusedValue` unless ``value`` is allowed."""
        vals = self._vals
        if vals is not None and (refusal := vals.refusal(value)) is not None:
            raise vals.error(value, refusal, self._where(), self.unit)

    @property
    def vals(self) -> Validator[Any] | None:
        """The first validator; assigning one replaces it, None removes it. No validator accepts everything."""
        return self.validators[0] if self.validators else None

    @vals.setter
    def vals(self, vals: Validator[Any] | None) -> None:
        self._replace_in("_rules", "given", (vals, *self._rules.given[1:]))

    def add_validator(self, vals: Validator[Any]) -> None:
        """Demand that values satisfy ``vals`` too."""
        self._replace_in("_rules", "given", (*self._rules.given, vals))

    def remove_validator(self) -> Validator[Any] | None:
        """Remove the validator added last and return it; None if there is none. The keys of a mapping stay."""
        given = self._rules.given
        self._replace_in("_rules", "given", given[:-1])
        return given[-1] if given else None

    @contextmanager
    def extra_validator(self, vals: Validator[Any]) -> Iterator[None]:
        """Demand that values satisfy ``vals`` too, inside the block only."""
        self.add_validator(vals)
        try:
            yield
        finally:
            given = self._rules.given
            last = max(
                (i for i, known in enumerate(given) if known is vals), default=None
            )  # it may be a lasting one too
            if last is not None:
                self._replace_in("_rules", "given", given[:last] + given[last + 1 :])

    @contextmanager
    def set_to(self, value: T, allow_changes: bool = False) -> Iterator[None]:
        """Have the parameter at ``value`` inside the block, and where it was after it.

        Args:
            value: For the block.
            allow_changes: Whether it may be set to something else inside the block; default no.
        """
        with self.restore_at_exit():
            if allow_changes or not self.cache.valid or differ(self.cache.value, value):
                self.set(value)
            with (
                nullcontext()
                if allow_changes
                else self.extra_validator(Nothing(f"held at {value!r} by set_to; allow_changes=True lets it go"))
            ):
                yield

    @contextmanager
    def restore_at_exit(self, allow_changes: bool = True) -> Iterator[None]:
        """Have the parameter back where it was when the block ends, whatever happens in it.

        Args:
            allow_changes: Whether it may be set inside the block; default yes.
        """
        hold = nullcontext() if allow_changes else self.extra_validator(Nothing("held by restore_at_exit"))
        get = self.get if self.gettable and not self._remembered else None
        with restored(self._where, self.cache, get, self.set, self.validate, self._source.memory), hold:
            yield

    def on_set(self, callback: Callable[[T], Any]) -> Callable[[], None]:
        """Have ``callback`` called with each value after it was set; what it raises, the set raises.

        Returns:
            The function that ends it.
        """
        self._callbacks = (*self._callbacks, callback)
        self._compile()

        def end() -> None:
            self._callbacks = tuple(known for known in self._callbacks if known is not callback)
            self._compile()

        return end

    def affects(self, *others: ParameterBase[Any], update: Callable[[], Any] | None = None) -> None:
        """Have each set of this parameter put the known values of ``others`` in doubt, because the device changes them.

        Args:
            *others: Parameters whose cached values are not valid any more after a set.
            update: Called after that, e.g. to give one of them new limits.
        """

        def doubt() -> None:
            for other in others:
                other.cache.invalidate()

        self._doubts = (*self._doubts, doubt)
        if update is not None:
            self.on_set(lambda _: update())
        self._compile()

    @property
    def gettable(self) -> bool:
        """Whether it can be read."""
        return self._source.read is not None

    @property
    def settable(self) -> bool:
        """Whether it can be set."""
        return self._source.write is not None

    @property
    def lane(self) -> Hashable | None:
        """The physical connection it is read through; None without one."""
        return None if self._remembered else super().lane

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state as JSON-ready data.

        Args:
            update: True reads the instrument; False (default) shows what is known; None reads what is not valid.
        """
        shown = self._spec.snapshot_get and self._spec.snapshot_value and self.gettable
        if shown and (update or (update is None and not self.cache.valid)):
            self.get()
        cache: Cache[T] | None = vars(self).get("cache")  # not made if the parameter was never used
        return state_of(type(self), self._spec, cache, self._codecs, self._ramp, self.validators, self.instrument)

    def _compile(self) -> None:
        """Put the parts together, so that `get` and `set` look nothing up; each is replaced in one step, when it is whole."""
        with _COMPILING:
            vars(self).setdefault("_where", partial(path_of, self))
            if "cache" not in vars(self):
                check = partial(checked_raw, self)
                cache: Cache[T] = self._cache_class(self._where, self._clock.time, check, self._max_val_age)
                self.cache = cache
            self._vals = vals = self._rules.combined
            access = compile_access(
                self._where, self._source, self._codecs, self.cache, None if vals is None else vals.refusal,
                partial(_refuse, self), self._remembered, self._check_reading, self._forwards,
            )  # fmt: skip
            self._to_raw, self._to_value = access.to_raw, access.to_value
            move = access.put
            if (self.settable or self._forwards) and (self._ramp.step is not None or self._ramp.timed):
                self._pace = vars(self).get("_pace") or Pace()  # outlives this compilation, as does a ramp under way
                move = Walk(
                    self._where, self._ramp, self._clock, self.cache, partial(_present, self), self.validate, move,
                    self._source.memory, self._pace,
                ).to  # fmt: skip
            if self._callbacks or self._doubts:
                move = _telling(self._where, move, self.cache, self._doubts, self._callbacks)
            self.cache.refresh = self.get if self.gettable else None
            self._fetch, self._move = access.fetch, move

    def _replace_in(self, part: str, field: str, value: Any) -> None:
        """Replace one field of a frozen part; the new part is checked before it is used."""
        new = getattr(self, part)._replace(**{field: value})
        where = path_of(self)
        if isinstance(new, Codecs):
            new = make_codecs(where, new.get_parser, new.set_parser, new.offset, new.scale, new.mapping)
        elif isinstance(new, Ramp):
            new = make_ramp(where, new.step, new.inter_delay, new.post_delay, self._rules)
        elif isinstance(new, Rules):
            new = make_rules(where, new.given, self._codecs.mapping)
        setattr(self, part, new)
        self._compile()
        if isinstance(new, Codecs):
            self.cache.reinterpret(self._to_value)  # a ramp begins where the cache says


def _telling(
    where: Callable[[], str],
    put: Callable[[Any], None],
    cache: Cache[Any],
    doubts: tuple[Callable[[], None], ...],
    callbacks: tuple[Callable[[Any], Any], ...],
) -> Callable[[Any], None]:
    """Return ``put`` with what follows it: doubts also after a set that failed on its way, callbacks only after success."""

    def put_and_tell(value: Any) -> None:
        try:
            put(value)
        except BaseException:  # a refusal leaves the cache as it was, and then others too
            if not cache.valid:
                for doubt in doubts:
                    doubt()
            raise
        for doubt in doubts:
            doubt()
        for callback in callbacks:
            try:
                callback(value)
            except Exception as error:  # whatever it was: say where
                error.add_note(f"in a callback after {where()} was set to {value!r}")
                raise

    return put_and_tell


def _present(parameter: Parameter[Any]) -> Any:
    """Return the present value, read if it is in doubt; None if it cannot be known for sure."""
    if not parameter.cache.valid and parameter.gettable:
        parameter._fetch()
    return parameter.cache.value if parameter.cache.valid else None


def path_of(parameter: Parameter[Any]) -> str:
    """Return the name as a user would type it, e.g. ``"dac.ch3.voltage"``."""
    owner = parameter.instrument
    return parameter.name if owner is None else ".".join([*owner.name_parts, parameter.name])


def _refuse(parameter: Parameter[Any], value: Any, refusal: Refusal) -> None:
    """Raise what the validators' refusal means."""
    if parameter._vals is not None:
        raise parameter._vals.error(value, refusal, path_of(parameter), parameter.unit)


def checked_raw(parameter: Parameter[T], value: T) -> Any:
    """Return what would be sent for ``value``; raise if it is not allowed."""
    parameter.validate(value)
    return parameter._to_raw(value)


def _source_of(
    parameter: Parameter[Any], name: str, instrument: Owner | None, get_cmd: GetCmd, set_cmd: SetCmd
) -> tuple[Source, bool]:
    """Return the source of a parameter, and whether reading it means remembering."""
    kind = type(parameter)
    own_get, own_set = kind.get_raw is not Parameter.get_raw, kind.set_raw is not Parameter.set_raw
    if not own_get and not own_set:
        return commands(name, instrument, get_cmd, set_cmd), get_cmd is None
    for own, command, method in ((own_get, get_cmd, "get"), (own_set, set_cmd, "set")):
        if own and command not in (None, False):
            raise DefinitionError(
                f"{name}: {kind.__name__} defines {method}_raw, so {method}_cmd={command!r} would never be "
                f"used; give one of them."
            )
    source = commands(name, instrument, get_cmd, set_cmd)
    if own_get:
        source = source._replace(read=parameter.get_raw)
    if own_set:
        source = source._replace(write=parameter.set_raw)
    return source, get_cmd is None and not own_get


def _enter(parameter: Parameter[Any], owner: Owner) -> None:
    if parameter.name in owner.parameters and not getattr(owner.parameters[parameter.name], "abstract", False):
        raise DuplicateName(
            f"{owner.name} has a parameter {parameter.name!r} already. Choose another name, or remove the first one "
            f"with del {'.'.join(owner.name_parts)}.parameters[{parameter.name!r}]."
        )
    owner.parameters[parameter.name] = parameter
