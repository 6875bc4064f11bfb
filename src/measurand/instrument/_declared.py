"""Parameters and submodules written in the body of a class, once: typed, documented and readable without a connection.

``voltage = parameter("VOLT?", "VOLT {}", unit="V", get_parser=float)`` in a driver's class is a `Declared`; on an
instrument the same attribute is the `Parameter` itself, made when the node is. Knows nodes only as owners.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Generic, Self, TypeVar, Unpack, overload

from measurand.errors import DefinitionError
from measurand.instrument._attribute_docs import attribute_docs
from measurand.instrument._late import late
from measurand.instrument._options import DeclaredOptions
from measurand.parameters import Parameter
from measurand.validators import Validator

_OF_SELF = re.compile(r"{self\.([\w.]+)[^}]*}")

T = TypeVar("T")
N = TypeVar("N")

Get = str | Callable[[Any], Any] | bool | None
Put = str | Callable[[Any, Any], Any] | bool | None


class Declared(Generic[T]):
    """A parameter as it stands in a class; made by `parameter`."""

    def __init__(self, kind: type[Any], arguments: dict[str, Any], safe: object) -> None:
        self.name = ""
        self.kind = kind
        self.safe = safe
        self._arguments = arguments
        self._owner: type = object

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self._owner = owner

    @overload
    def __get__(self, node: None, owner: type) -> Self: ...
    @overload
    def __get__(self, node: object, owner: type) -> Parameter[T]: ...
    def __get__(self, node: object | None, owner: type) -> Self | Parameter[T]:
        if node is None:
            return self
        raise AttributeError(  # the parameter itself lies in the instance, and is found before this
            f"{owner.__name__}.{self.name} is not there: it was removed, or super().__init__ was not called yet."
        )

    def __repr__(self) -> str:
        return f"<{self.kind.__name__} {self._owner.__name__}.{self.name}, declared>"

    @property
    def docstring(self) -> str | None:
        """What the parameter does: ``docstring=``, or the text below the declaration."""
        given: str | None = self._arguments.get("docstring")
        return given if given is not None else attribute_docs(self._owner).get(self.name)

    def fixed(self, argument: str) -> Any:
        """Return an argument that is the same for every instrument; None if it was not given, or is `late`."""
        value = self._arguments.get(argument)
        return None if isinstance(value, late) else value

    def arguments(self, node: Any) -> dict[str, Any]:
        """Return the arguments for the parameter of ``node``, beside name and instrument.

        Raises:
            DefinitionError: An argument needs something of the node that is not there yet.
        """
        return {**{key: _resolved(node, key, value) for key, value in self._arguments.items()}, **self._doc()}

    def on_paper(self, node: Any) -> Any:
        """Return the parameter as far as it can be known without an instrument.

        Args:
            node: Stands for the instrument: has names and no connection.
        """
        known = {key: value for key, value in self._arguments.items() if not isinstance(value, late)}
        known.pop("initial_value", None)
        for key, stands_for in (("get_cmd", lambda: None), ("set_cmd", lambda _: None)):
            if callable(known.get(key)):
                known[key] = stands_for
            elif isinstance(known.get(key), str):
                known[key] = _OF_SELF.sub(r"<\1>", known[key])
        return self.kind(name=self.name, instrument=node, **{**known, **self._doc()})

    def _doc(self) -> dict[str, str]:
        return {} if self.docstring is None else {"docstring": self.docstring}


class DeclaredModule(Generic[N]):
    """A submodule as it stands in a class; made by `submodule`."""

    def __init__(self, kind: Callable[..., N], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        self.name = ""
        self.kind = kind
        self._args = args
        self._kwargs = kwargs

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, node: None, owner: type) -> Self: ...
    @overload
    def __get__(self, node: object, owner: type) -> N: ...
    def __get__(self, node: object | None, owner: type) -> Self | N:
        if node is None:
            return self
        raise AttributeError(
            f"{owner.__name__}.{self.name} is not there: it was removed, or super().__init__ was not called yet."
        )

    def make(self, node: Any) -> N:
        """Create the submodule of ``node``."""
        return self.kind(node, self.name, *self._args, **self._kwargs)


@overload
def parameter(
    get_cmd: Get = ..., set_cmd: Put = ..., *, get_parser: Callable[[Any], T], val_mapping: None = ...,
    vals: Validator[Any] | late[Any] | None = ..., initial_value: Any = ..., **options: Unpack[DeclaredOptions],
) -> Declared[T]: ...  # fmt: skip
@overload
def parameter(
    get_cmd: Get = ..., set_cmd: Put = ..., *, val_mapping: Mapping[T, Any] | late[Mapping[T, Any]],
    get_parser: Callable[[Any], Any] | None = ..., vals: Validator[Any] | late[Any] | None = ...,
    initial_value: Any = ..., **options: Unpack[DeclaredOptions],
) -> Declared[T]: ...  # fmt: skip
@overload
def parameter(
    get_cmd: Get = ..., set_cmd: Put = ..., *, vals: Validator[T] | late[Validator[T]], get_parser: None = ...,
    val_mapping: None = ..., initial_value: Any = ..., **options: Unpack[DeclaredOptions],
) -> Declared[T]: ...  # fmt: skip
@overload
def parameter(
    get_cmd: Callable[[Any], T], set_cmd: Put = ..., *, get_parser: None = ..., val_mapping: None = ...,
    vals: None = ..., initial_value: Any = ..., **options: Unpack[DeclaredOptions],
) -> Declared[T]: ...  # fmt: skip
@overload
def parameter(
    get_cmd: Get = ..., set_cmd: Put = ..., *, initial_value: T, get_parser: None = ..., val_mapping: None = ...,
    vals: None = ..., **options: Unpack[DeclaredOptions],
) -> Declared[T]: ...  # fmt: skip
@overload
def parameter(
    get_cmd: Get = ..., set_cmd: Put = ..., *, get_parser: None = ..., val_mapping: None = ..., vals: None = ...,
    **options: Unpack[DeclaredOptions],
) -> Declared[Any]: ...  # fmt: skip
def parameter(
    get_cmd: Get = None,
    set_cmd: Put = False,
    *,
    parameter_class: type[Any] = Parameter,
    safe: object = None,
    **options: Any,
) -> Declared[Any]:
    """Declare a parameter in the body of a driver's class.

    The text below the declaration is its docstring. What a command needs of its channel stands in braces:
    ``"SOUR{self.number}:VOLT?"``, with ``self.number`` set before ``super().__init__()``.

    Args:
        get_cmd: Text to ask, a method (it gets the node), None (the remembered value, default) or False (none).
        set_cmd: Text with one ``{}``, a method (it gets the node and the raw value), None (only remembered) or False
            (none, default).
        parameter_class: Class that accepts ``name`` and ``instrument``; default `Parameter`.
        safe: What harms nothing: a value, or a `Safe` with its ramp; used by ``safe_state()``. None: not part of it.
        **options: As for `Parameter`; an argument known only when the instrument exists is a `late` one.

    Example:
        >>> class Attenuator(Instrument):
        ...     attenuation = parameter(set_cmd=None, unit="dB", vals=Enum(0, 2, 4), initial_value=0)
        ...     '''How much is taken away.'''
        >>> Attenuator("attenuator").attenuation()
        0
    """
    if "name" in options or "instrument" in options:
        raise DefinitionError("parameter(…): name and instrument are said by the class; leave them out.")
    if options.get("initial_value") is not None and set_cmd not in (None, False):
        raise DefinitionError(
            "parameter(…): initial_value would be sent before there is a connection. Set it at the end of the "
            "constructor; initial_cache_value notes what is known to be so."
        )
    commands: dict[str, Any] = {"get_cmd": get_cmd, "set_cmd": set_cmd}
    if parameter_class is not Parameter:  # it need not know what was not given
        commands = {key: command for key, command in commands.items() if command not in (None, False)}
    return Declared(parameter_class, {**commands, **options}, safe)


def submodule(kind: Callable[..., N], *args: Any, **kwargs: Any) -> DeclaredModule[N]:
    """Declare a part of an instrument in the body of the instrument's class.

    Args:
        kind: Its class; called with the node, the name, and the rest.
        *args: Further arguments.
        **kwargs: Further arguments.

    Example:
        >>> class Source(Instrument):
        ...     trigger = submodule(InstrumentModule, label="Trigger input")
        >>> Source("source").trigger.label
        'Trigger input'
    """
    return DeclaredModule(kind, args, kwargs)


def declared_in(kind: type) -> Iterator[Declared[Any] | DeclaredModule[Any]]:
    """Yield what the class and its bases declare, bases first; the nearest declaration of a name counts."""
    names: dict[str, None] = {}
    for base in reversed(kind.__mro__):
        names.update(dict.fromkeys(key for key, value in vars(base).items() if isinstance(value, _DECLARATIONS)))
    for name in names:
        found = getattr(kind, name)
        if isinstance(found, _DECLARATIONS):  # a subclass may have put something else in its place
            yield found


_DECLARATIONS = (Declared, DeclaredModule)


def is_declared(kind: type, name: str) -> bool:
    """Return whether ``name`` is declared in the class."""
    return isinstance(getattr(kind, name, None), _DECLARATIONS)


def _resolved(node: Any, key: str, value: Any) -> Any:
    """Return an argument as the constructor of a parameter takes it."""
    if isinstance(value, late):
        return _needing(node, repr(key), lambda: value.make(node))
    if key not in ("get_cmd", "set_cmd"):
        return value
    if isinstance(value, str):
        return _filled(node, value, is_template=key == "set_cmd")
    return value.__get__(node) if hasattr(value, "__get__") else value  # a function becomes a method of the node


def _filled(node: Any, command: str, *, is_template: bool) -> str:
    """Fill in the places of a command that begin with ``self``; the others are for the value, later."""
    if "{self." not in command:
        return command
    parts = []
    for text, field, spec, conversion in string.Formatter().parse(command):
        parts.append(text.replace("{", "{{").replace("}", "}}") if is_template else text)
        if field is None:
            continue
        place = f"{{{field}{f'!{conversion}' if conversion else ''}{f':{spec}' if spec else ''}}}"
        mine = field.startswith("self.")
        parts.append(_needing(node, repr(command), partial(place.format, self=node)) if mine else place)
    return "".join(parts)


def _needing(node: Any, what: str, make: Callable[[], T]) -> T:
    """Return ``make()``, explaining an attribute of the node that it misses."""
    try:
        return make()
    except AttributeError as error:
        raise DefinitionError(
            f"{type(node).__name__}: {what} needs something that is not there yet: {error}. "
            f"Set it before super().__init__()."
        ) from None
