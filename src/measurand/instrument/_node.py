"""What every node is: a place in a tree, parameters, submodules, functions.

Knows no connection: where commands go is said by the root (`Instrument`) and passed up by the others. Finding things in
the tree is in `_tree.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TextIO, TypeVar

from measurand._core.json import to_plain
from measurand._core.names import check_identifier
from measurand.errors import InstrumentError
from measurand.instrument import _tree
from measurand.instrument._creation import NodeMeta
from measurand.instrument._declared import Declared, declared_in
from measurand.instrument._guard import refuse_misspelling, refuse_replacement, unknown
from measurand.instrument._members import Members
from measurand.instrument._safety import Safety
from measurand.instrument._snapshot import members_of, print_state
from measurand.logger import get_instrument_logger
from measurand.parameters import Function, Parameter

S = TypeVar("S", bound="Submodule")

_NOTHING = object()


def _refuse_copy(node: InstrumentBase, protocol: object) -> NoReturn:
    """Refuse to be pickled or copied."""
    del protocol  # none will do
    raise TypeError(
        f"{node._path()} cannot be pickled or copied: it holds a connection. Hand over its name and find it there, "
        f"its snapshot(), or create it where it is needed."
    )


class Submodule(Protocol):
    """What a node can have as a part: a module, a channel, or a list of channels."""

    @property
    def full_name(self) -> str:
        """Name with those of the nodes above."""
        ...

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state as JSON-ready data."""
        ...


class InstrumentBase(metaclass=NodeMeta):
    """One node of a tree: what instruments, modules and channels are.

    By itself it needs no device, no connection and no registry, and puts parameters together that have a meaning
    together. A device is an `Instrument`; a part of one is an `InstrumentModule` or an `InstrumentChannel`.

    Args:
        name: Identifier, unique among the siblings.
        metadata: Anything to keep in snapshots.
        label: Readable name; default the name.
        parent: The node above; default none, it is a root.

    Example:
        >>> device = InstrumentBase("device", label="Dot 7")
        >>> _ = device.add_parameter("width", unit="m", set_cmd=None, initial_value=80e-9)
        >>> device.width.full_name
        'device_width'
    """

    parameters: dict[str, Parameter[Any]]
    submodules: dict[str, Any]
    functions: dict[str, Function]
    _parent: Any = None  # drivers look at attributes of their own instrument class

    def __init__(
        self,
        name: str,
        metadata: Mapping[str, Any] | None = None,
        label: str | None = None,
        *,
        parent: InstrumentBase | None = None,
    ) -> None:
        self.short_name = check_identifier(name, "submodule" if parent else "instrument")
        self._parent = parent
        self.name_parts: list[str] = [*(parent.name_parts if parent else ()), name]
        self.label = name if label is None else label
        self.metadata = dict(metadata or {})
        self.lock: threading.RLock = parent.lock if parent else threading.RLock()  # one for the whole tree
        self.log = get_instrument_logger(self, type(self).__module__)
        self.parameters = Members(vars(self), type(self), "parameter")
        self.submodules = Members(vars(self), type(self), "submodule")
        self.functions = Members(vars(self), type(self), "function")
        self.safety: Safety = parent.safety if parent else Safety()
        for declared in declared_in(type(self)):
            if not isinstance(declared, Declared):
                self.add_submodule(declared.name, declared.make(self))
                continue
            parameter = self.add_parameter(declared.name, declared.kind, **declared.arguments(self))
            if declared.safe is not None:
                self.safety.add(parameter, declared.safe)

    @property
    def name(self) -> str:
        """Full name, e.g. ``"dac_ch3"``."""
        return "_".join(self.name_parts)

    full_name = name  # as parameters call it

    @property
    def parent(self) -> InstrumentBase | None:
        """The node above; None for a root."""
        return self._parent  # type: ignore[no-any-return]  # any node, see above

    @property
    def root_instrument(self) -> InstrumentBase:
        """The node at the root of the tree, usually an instrument; for a root the node itself."""
        parent = self.parent
        return self if parent is None else parent.root_instrument

    @property
    def lane(self) -> Hashable | None:
        """The physical connection of the root; None without one."""
        return None if self.parent is None else self.parent.lane

    def ask(self, cmd: str) -> str:  # noqa: ARG002 - for those that have a connection
        """Send a query and return the answer; here there is nowhere to send it to."""
        raise self._no_connection()

    def write(self, cmd: str) -> None:  # noqa: ARG002 - for those that have a connection
        """Send a command that has no answer; here there is nowhere to send it to."""
        raise self._no_connection()

    ancestors = property(_tree.ancestors)
    instrument_modules = property(_tree.instrument_modules)
    get_component = _tree.get_component
    get = _tree.get_value
    set = _tree.set_value
    call = _tree.call_function
    remove_parameter = _tree.remove_parameter
    invalidate_cache = _tree.invalidate_cache
    validate_status = _tree.validate_status
    load_metadata = _tree.load_metadata
    __reduce_ex__ = _refuse_copy

    def add_parameter(self, name: str, parameter_class: type[Any] | None = None, **kwargs: Any) -> Any:
        """Create a parameter of this node.

        ``self.x = Parameter("x", instrument=self, …)`` does the same and lets editors and type checkers see it.

        Args:
            name: Identifier, unique within the node; becomes an attribute.
            parameter_class: Class that accepts ``name`` and ``instrument``; default `Parameter`.
            **kwargs: Its other arguments.

        Returns:
            The parameter.

        Raises:
            DuplicateName: The name is taken.

        Example:
            >>> dac = Instrument("dac")
            >>> _ = dac.add_parameter("gain", set_cmd=None, initial_value=10)
            >>> dac.gain()
            10
        """
        known = name in self.parameters
        try:
            parameter = (parameter_class or Parameter)(name=name, instrument=self, **kwargs)
        except BaseException:  # Ctrl-C, too, must not leave a half-made parameter that entered itself
            if not known:
                self.parameters.pop(name, None)
            raise
        if name not in self.parameters:
            self.parameters[name] = parameter
        return parameter

    def add_submodule(self, name: str, submodule: S) -> S:
        """Make ``submodule`` a part of this node, reachable as attribute and in snapshots.

        Args:
            name: Identifier, unique within the node.
            submodule: A module or channel whose parent is this node, or a list of channels.

        Returns:
            The submodule, so that ``self.ch1 = self.add_submodule("ch1", …)`` shows its type.

        Raises:
            DuplicateName: The name is taken.
        """
        self.submodules[check_identifier(name, "submodule")] = submodule
        return submodule

    def add_function(self, name: str, **kwargs: Any) -> Function:
        """Create a function of this node: an action in one line, e.g. ``add_function("reset", call_cmd="*RST")``.

        A plain method says more and is checked by editors; this is for commands that are sent as they are.

        Args:
            name: Identifier, unique within the node; becomes an attribute.
            **kwargs: As for `measurand.parameters.Function`.

        Raises:
            DuplicateName: The name is taken.
        """
        self.functions[name] = function = Function(name, instrument=self, **kwargs)
        return function

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state of the node and everything below as JSON-ready data.

        Args:
            update: False (default) shows what is known and touches no hardware; True reads every parameter; None
                reads those whose value is not valid any more.
        """
        state = self.snapshot_base(update)
        if self.metadata:
            state["metadata"] = self.metadata
        plain: dict[str, Any] = to_plain(state)
        return plain

    def snapshot_base(
        self, update: bool | None = False, params_to_skip_update: list[str] | None = None
    ) -> dict[str, Any]:
        """Return what `snapshot` shows; a driver adds to it by overriding this and calling it.

        Args:
            update: As in `snapshot`.
            params_to_skip_update: Names of parameters that are not read in any case.
        """
        return members_of(self, update, params_to_skip_update or [])

    def print_readable_snapshot(
        self, update: bool | None = False, max_chars: int = 80, file: TextIO | None = None
    ) -> None:
        """Print one line per parameter: name, value and unit.

        Args:
            update: As in `snapshot`.
            max_chars: Longest line.
            file: Where to; default the standard output.
        """
        print_state(self.snapshot(update), max_chars, file)

    def __getitem__(self, name: str) -> Any:
        """Return the parameter, submodule or function ``name``."""
        return _tree.find(self, name)

    if not TYPE_CHECKING:  # for type checkers a misspelt attribute stays an error

        def __getattr__(self, name: str) -> NoReturn:
            """Explain an attribute that is not there."""
            if name.startswith("_") or "functions" not in vars(self):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            raise AttributeError(unknown(self._path(), _tree.names_in(self), name))

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; refuse one that would replace a parameter or submodule, or is probably misspelt."""
        state = vars(self)
        present = state.get(name, _NOTHING)
        if present is not _NOTHING:
            if present is not value and any(
                it is present for members in _tree.members_of(self) for it in members.values()
            ):
                refuse_replacement(f"{self._path()}.{name}", self.parameters, present, value)
        elif "_complete" in state and name[0] != "_" and not hasattr(type(self), name):
            refuse_misspelling(self._path(), self.parameters, _tree.names_in(self), name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        """Delete an attribute; a parameter or submodule is removed completely."""
        present = vars(self).get(name)
        for members in _tree.members_of(self):
            for key in [key for key, member in members.items() if member is present]:
                del members[key]
                return
        super().__delattr__(name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._path()}>"

    def _path(self) -> str:
        """Return the name as a user would type it, e.g. ``"dac.ch3"``."""
        return _tree.path_of(self)

    def _no_connection(self) -> InstrumentError:
        return InstrumentError(
            f"{self._path()}: {type(self).__name__} has no connection to send commands through. "
            f"Use VisaInstrument, or an Instrument that overrides ask_raw and write_raw."
        )
