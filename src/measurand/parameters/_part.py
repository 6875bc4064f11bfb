"""Attributes of a parameter that live in its parts, and those that are made when they are first needed."""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar, overload

V = TypeVar("V")


class Part(Generic[V]):
    """Show the field ``field`` of the part ``part`` as an attribute.

    Args:
        part: Attribute of the parameter that holds the part, e.g. ``"_spec"``; ``"_self"`` is the parameter.
        field: Field of the part, e.g. ``"unit"``.
        fixed: Refuse assignment.
    """

    def __init__(self, part: str, field: str, doc: str, *, fixed: bool = False) -> None:
        self._part = part
        self._field = field
        self._fixed = fixed
        self.__doc__ = doc

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> V: ...
    def __get__(self, instance: object | None, owner: type) -> V | Self:
        if instance is None:
            return self
        part = instance if self._part == "_self" else getattr(instance, self._part)
        return getattr(part, self._field)  # type: ignore[no-any-return]  # V by declaration

    def __set__(self, instance: Any, value: V) -> None:
        if self._fixed:
            raise AttributeError(f"{instance!r}: {self._field} cannot be changed.")
        instance._replace_in(self._part, self._field, value)


class Compiled(Generic[V]):
    """An attribute that the parameter's ``_compile`` makes when it is first needed.

    A laboratory has thousands of parameters, and a run uses a few of them: the others stay small. Once made, the
    attribute lies in the instance and is found without this object.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> V: ...
    def __get__(self, instance: Any, owner: type) -> V | Self:
        if instance is None:
            return self
        instance._compile()
        return instance.__dict__[self._name]  # type: ignore[no-any-return]  # V by declaration
