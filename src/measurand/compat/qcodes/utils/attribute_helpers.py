"""``qcodes.utils.attribute_helpers``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

__all__ = [
    "DelegateAttributes",
    "attribute_set_to",
    "checked_getattr",
    "checked_getattr_indexed",
    "getattr_indexed",
    "strip_attrs",
]


class DelegateAttributes:
    """Something whose attributes are also those of dicts and objects that it has.

    Attributes:
        delegate_attr_dicts: Names of its attributes that are dicts, whose keys count as attributes.
        delegate_attr_objects: Names of its attributes whose attributes count as its own.
        omit_delegate_attrs: Names that do not count.
    """

    delegate_attr_dicts: ClassVar[Sequence[str]] = []
    delegate_attr_objects: ClassVar[Sequence[str]] = []
    omit_delegate_attrs: ClassVar[Sequence[str]] = []

    def __getattr__(self, key: str) -> Any:
        if key in self.omit_delegate_attrs:
            raise AttributeError(f"'{type(self).__name__}' does not delegate attribute {key}")
        own = vars(self)
        for name in self.delegate_attr_dicts:
            if key == name:
                break
            members = own.get(name) or {}
            if key in members:
                return members[key]
        for name in self.delegate_attr_objects:
            if key != name and own.get(name) is not None and hasattr(own[name], key):
                return getattr(own[name], key)
        raise AttributeError(f"'{type(self).__name__}' object and its delegates have no attribute '{key}'")

    def __dir__(self) -> list[str]:
        names = set(super().__dir__())
        for name in self.delegate_attr_dicts:
            names |= {key for key in getattr(self, name, None) or {} if isinstance(key, str)}
        for name in self.delegate_attr_objects:
            names |= {key for key in dir(getattr(self, name, None)) if not key.startswith("__")}
        return sorted(names.difference(self.omit_delegate_attrs))


def strip_attrs(obj: object, whitelist: Sequence[str] = ()) -> None:
    """Remove every attribute of an object, but those named."""
    for name in [name for name in getattr(obj, "__dict__", {}) if name not in whitelist]:
        delattr(obj, name)


def getattr_indexed(instance: Any, attribute: str) -> Any:
    """Return an attribute, or what stands in it: ``getattr_indexed(thing, "lists[1][2]")``."""
    name, *places = re.split(r"[\[\]]+", attribute.rstrip("]"))
    found = getattr(instance, name)
    for place in places:
        found = found[int(place)]
    return found


def checked_getattr(instance: Any, attribute: str, expected_type: type | tuple[type, ...]) -> Any:
    """Return an attribute; raise TypeError if it is of another type."""
    return _checked(getattr(instance, attribute), attribute, expected_type)


def checked_getattr_indexed(instance: Any, attribute: str, expected_type: type | tuple[type, ...]) -> Any:
    """Return what `getattr_indexed` returns; raise TypeError if it is of another type."""
    return _checked(getattr_indexed(instance, attribute), attribute, expected_type)


@contextmanager
def attribute_set_to(object_: object, attribute_name: str, new_value: Any) -> Iterator[None]:
    """Have an attribute be something else inside the block."""
    before = getattr(object_, attribute_name)
    setattr(object_, attribute_name, new_value)
    try:
        yield
    finally:
        setattr(object_, attribute_name, before)


def _checked(found: Any, attribute: str, expected: type | tuple[type, ...]) -> Any:
    if not isinstance(found, expected):
        raise TypeError(f"{attribute} is {found!r} ({type(found).__name__}), expected {expected!r}.")
    return found
