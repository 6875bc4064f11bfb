"""What an instrument and its modules have in common: a place in a tree, parameters, submodules.

Knows no connection: where commands go is said by the root (`Instrument`) and passed up by the others.
"""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, TypeVar

from measurand._core.json import to_plain
from measurand._core.names import check_identifier
from measurand.errors import UnknownName
from measurand.instrument._creation import NodeMeta
from measurand.instrument._guard import refuse_misspelling, refuse_replacement, unknown
from measurand.instrument._members import Members
from measurand.instrument._snapshot import members_of, print_state
from measurand.logger import get_instrument_logger
from measurand.parameters import Function, Parameter

N = TypeVar("N", bound="Node")

_NOTHING = object()


class Node(metaclass=NodeMeta):
    """One node of the tree; use it through `Instrument`, `InstrumentModule` or `InstrumentChannel`.

    Args:
        name: Identifier, unique among the siblings.
        parent: The node above; None for a root.
        lock: The lock of the root.
        label: Readable name; default the name.
        metadata: Anything to keep in snapshots.
    """

    parameters: dict[str, Parameter[Any]]
    submodules: dict[str, Node]
    functions: dict[str, Function]

    def __init__(
        self,
        name: str,
        *,
        parent: Node | None,
        lock: threading.RLock,
        label: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.short_name = name
        self.name_parts: list[str] = [*(parent.name_parts if parent else ()), name]
        self.label = name if label is None else label
        self.metadata = dict(metadata or {})
        self.lock = lock
        self.log = get_instrument_logger(self, type(self).__module__)
        self.parameters = Members(vars(self), type(self), "parameter")
        self.submodules = Members(vars(self), type(self), "submodule")
        self.functions = Members(vars(self), type(self), "function")

    @property
    def name(self) -> str:
        """Full name, e.g. ``"dac_ch3"``."""
        return "_".join(self.name_parts)

    full_name = name  # as parameters call it

    @property
    @abstractmethod
    def lane(self) -> Hashable | None:
        """The physical connection; None without one."""

    @abstractmethod
    def ask(self, cmd: str) -> str:
        """Send a query and return the answer."""

    @abstractmethod
    def write(self, cmd: str) -> None:
        """Send a command that has no answer."""

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

    def add_submodule(self, name: str, submodule: N) -> N:
        """Make ``submodule`` a part of this node, reachable as attribute and in snapshots.

        Args:
            name: Identifier, unique within the node.
            submodule: A module or channel whose parent is this node.

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
        """Return the parameter or submodule ``name``."""
        for members in self._members():
            if name in members:
                return members[name]
        raise UnknownName(unknown(self._path(), self._names(), name))

    if not TYPE_CHECKING:  # for type checkers a misspelt attribute stays an error

        def __getattr__(self, name: str) -> NoReturn:
            """Explain an attribute that is not there."""
            if name.startswith("_") or "functions" not in vars(self):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            raise AttributeError(unknown(self._path(), self._names(), name))

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; refuse one that would replace a parameter or submodule, or is probably misspelt."""
        state = vars(self)
        present = state.get(name, _NOTHING)
        if present is not _NOTHING:
            if present is not value and any(it is present for members in self._members() for it in members.values()):
                refuse_replacement(f"{self._path()}.{name}", self.parameters, present, value)
        elif "_complete" in state and name[0] != "_" and not hasattr(type(self), name):
            refuse_misspelling(self._path(), self.parameters, self._names(), name, value)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        """Delete an attribute; a parameter or submodule is removed completely."""
        present = vars(self).get(name)
        for members in self._members():
            for key in [key for key, member in members.items() if member is present]:
                del members[key]
                return
        super().__delattr__(name)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        """Refuse to be pickled or copied."""
        raise TypeError(
            f"{self._path()} cannot be pickled or copied: it holds a connection. Hand over its name and find it there, "
            f"its snapshot(), or create it where it is needed."
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._path()}>"

    def _path(self) -> str:
        """Return the name as a user would type it, e.g. ``"dac.ch3"``."""
        return ".".join(self.name_parts)

    def _names(self) -> list[str]:
        return [name for members in self._members() for name in members]

    def _members(self) -> list[dict[str, Any]]:
        """Return the parameters, submodules and functions, as far as they exist already."""
        return [vars(self)[kind] for kind in ("parameters", "submodules", "functions") if kind in vars(self)]
