"""Chains of parameters: a delegate refers to a source, which may be a delegate itself. Knows no instrument."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from measurand.errors import ParameterError
from measurand.parameters import DelegateParameter, ParameterBase

C = TypeVar("C")
_SOURCE = "source"


class InferError(ParameterError, AttributeError):
    """A chain of parameters does not lead to what was looked for."""


class InferAttrs:
    """The attributes by which parameters of your own refer to others, beside the ``source`` of delegates.

    They hold for this process.

    Example:
        >>> InferAttrs.add("linked_parameter")
        >>> InferAttrs.known_attrs()
        ('linked_parameter',)
        >>> InferAttrs.clear()
    """

    _known: ClassVar[dict[str, None]] = {}  # a set that keeps its order

    @classmethod
    def add(cls, attrs: str | Iterable[str]) -> None:
        """Add one or several names of attributes."""
        cls._known.update(dict.fromkeys(_listed(attrs)))

    @classmethod
    def discard(cls, attr: str) -> None:
        """Take a name out, if it is there."""
        cls._known.pop(attr, None)

    @classmethod
    def clear(cls) -> None:
        """Take all names out."""
        cls._known.clear()

    @classmethod
    def known_attrs(cls) -> tuple[str, ...]:
        """Return the names."""
        return tuple(cls._known)


def get_parameter_chain(
    param_chain: ParameterBase[Any] | Sequence[ParameterBase[Any]], alt_source_attrs: str | Sequence[str] | None = None
) -> tuple[ParameterBase[Any], ...]:
    """Return a parameter, what it refers to, what that refers to, and so on.

    Args:
        param_chain: The parameter, or the beginning of the chain.
        alt_source_attrs: Further attributes by which parameters refer to others, beside those of `InferAttrs`.

    Returns:
        The chain; if it leads in a circle, its last parameter is there twice.

    Example:
        >>> gate = ManualParameter("gate")
        >>> plunger = DelegateParameter("plunger", source=gate)
        >>> [link.name for link in get_parameter_chain(plunger)]
        ['plunger', 'gate']
    """
    chain = list(param_chain) if isinstance(param_chain, Sequence) else [param_chain]
    attributes = _attributes(alt_source_attrs)
    while True:
        following = _following(chain[-1], attributes)
        if following is None:
            return tuple(chain)
        circle = any(following is link for link in chain)
        chain.append(following)
        if circle:
            return tuple(chain)


def get_root_parameter(
    param: ParameterBase[Any], alt_source_attrs: str | Sequence[str] | None = None
) -> ParameterBase[Any]:
    """Return the parameter at the end of a chain.

    Args:
        param: Where the chain begins.
        alt_source_attrs: Further attributes by which parameters refer to others.

    Raises:
        InferError: The chain leads in a circle, or ends at one that should refer to another and does not.
    """
    *links, root = get_parameter_chain(param, alt_source_attrs)
    if any(root is link for link in links):
        raise InferError(f"{param.full_name}: the parameters it refers to lead in a circle, back to {root.full_name}.")
    if isinstance(root, DelegateParameter):
        raise InferError(f"{root.full_name} is not attached to a source. Assign one to {root.full_name}.source.")
    for attribute in _attributes(alt_source_attrs):
        if getattr(root, attribute, root) is None:
            raise InferError(f"{root.full_name} is not attached to a source: its {attribute} is None.")
    return root


def get_chain_links_of_type(
    link_param_type: type[C] | tuple[type[C], ...], parameter: ParameterBase[Any]
) -> tuple[C, ...]:
    """Return the parameters of a chain that are of one of the given classes."""
    return tuple(link for link in get_parameter_chain(parameter) if isinstance(link, link_param_type))


def get_sole_chain_link_of_type(link_param_type: type[C] | tuple[type[C], ...], parameter: ParameterBase[Any]) -> C:
    """Return the one parameter of a chain that is of one of the given classes.

    Raises:
        ValueError: There is none, or more than one.
    """
    found = get_chain_links_of_type(link_param_type, parameter)
    return sole(found, link_param_type, parameter, "parameter")


def sole(found: Sequence[C], kind: Any, parameter: ParameterBase[Any], what: str) -> C:
    """Return the only one of some.

    Raises:
        ValueError: There is none, or more than one.
    """
    if len(found) == 1:
        return found[0]
    kinds = " or ".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
    names = ", ".join(getattr(one, "full_name", str(one)) for one in found) or "none"
    raise ValueError(f"{parameter.full_name}: one {what} of type {kinds} is wanted in its chain, there are: {names}.")


def _following(link: Any, attributes: Iterable[str]) -> ParameterBase[Any] | None:
    for attribute in (_SOURCE, *attributes) if isinstance(link, DelegateParameter) else attributes:
        found = getattr(link, attribute, None)
        if isinstance(found, ParameterBase):
            return found
    return None


def _attributes(more: str | Sequence[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*InferAttrs.known_attrs(), *_listed(more or ())]))


def _listed(attrs: str | Iterable[str]) -> list[str]:
    return [attrs] if isinstance(attrs, str) else list(attrs)
