"""The parameters or submodules of a node: a dict whose entries are attributes of the node at the same time."""

from __future__ import annotations

from typing import Any, TypeVar

from measurand.errors import DuplicateName
from measurand.instrument._abstract import may_replace
from measurand.instrument._declared import is_declared

M = TypeVar("M")


class Members(dict[str, M]):
    """Entries by name; entering one makes it an attribute, removing one removes every attribute that holds it.

    Args:
        attributes: The ``__dict__`` of the node.
        kind: The class of the node, whose own attributes must not be hidden.
        what: What the entries are, for messages.
    """

    __slots__ = ("_attributes", "_kind", "_what")

    def __init__(self, attributes: dict[str, Any], kind: type, what: str) -> None:
        super().__init__()
        self._attributes = attributes
        self._kind = kind
        self._what = what

    def __setitem__(self, name: str, member: M) -> None:
        if name in self:
            if not may_replace(self[name], member):
                raise DuplicateName(
                    f"There is a {self._what} {name!r} already. Choose another name, or remove it first."
                )
            del self[name]
        present = self._attributes.get(name, member)
        if present is not member or (hasattr(self._kind, name) and not is_declared(self._kind, name)):
            raise DuplicateName(
                f"A {self._what} {name!r} would hide {self._kind.__name__}.{name}, which exists already. "
                f"Choose another name."
            )
        super().__setitem__(name, member)
        self._attributes[name] = member

    def __delitem__(self, name: str) -> None:
        member = self[name]
        super().__delitem__(name)
        for attribute in [key for key, value in self._attributes.items() if value is member]:
            del self._attributes[attribute]

    def pop(self, name: str, *default: Any) -> Any:
        """Remove an entry with its attributes and return it, or ``default`` if there is none."""
        if name not in self and default:
            return default[0]
        member = self[name]
        del self[name]
        return member

    def popitem(self) -> tuple[str, M]:
        """Remove the entry that came last, with its attributes, and return its name and itself."""
        name = next(reversed(self))
        return name, self.pop(name)

    def clear(self) -> None:
        """Remove every entry with its attributes."""
        for name in list(self):
            del self[name]

    def update(self, *others: Any, **named: Any) -> None:
        """Enter several."""
        for name, member in dict(*others, **named).items():
            self[name] = member

    def setdefault(self, name: str, default: Any = None) -> Any:
        """Return the entry ``name``, entering ``default`` if there is none."""
        if name not in self:
            self[name] = default
        return self[name]
