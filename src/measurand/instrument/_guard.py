"""Which attributes may be assigned on a node, and what to say when one is not there. Knows nodes only as dicts."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from measurand._core.names import listing, nearest
from measurand.errors import GuardedAttribute

_ALMOST = 0.85  # likeness above which a new attribute is taken for a misspelt one


def refuse_replacement(path: str, parameters: Mapping[str, object], present: object, value: object) -> None:
    """Raise for an assignment that would put ``value`` in the place of a parameter, submodule or function.

    Args:
        path: The attribute as a user would type it, e.g. ``"dac.voltage"``.
        parameters: The parameters of the node.
        present: What the attribute holds.
        value: What was assigned.

    Raises:
        GuardedAttribute: Always.
    """
    is_parameter = any(member is present for member in parameters.values())
    advice = f"To set it, call {path}({value!r})." if is_parameter else f"Remove it first: del {path}."
    raise GuardedAttribute(f"{path} = {value!r} refused: it would replace {present!r}. {advice}")


def refuse_misspelling(
    path: str, parameters: Mapping[str, object], others: Iterable[str], name: str, value: object
) -> None:
    """Raise if the new attribute ``name`` is probably meant to be a parameter, submodule or function.

    Args:
        path: The node as a user would type it, e.g. ``"dac"``.
        parameters: The parameters of the node.
        others: The names of its submodules and functions.
        name: The attribute.
        value: What was assigned.

    Raises:
        GuardedAttribute: With the name that was probably meant.
    """
    for meant in difflib.get_close_matches(name, [*parameters, *others], n=1, cutoff=_ALMOST):
        call = f"({value!r})" if meant in parameters else ""
        raise GuardedAttribute(
            f"{path}.{name} = {value!r} refused: there is no {name!r}; did you mean {path}.{meant}{call}? "
            f"An attribute of your own may be called _{name}."
        )


def unknown(path: str, known: Iterable[str], name: str) -> str:
    """Return the message for something that is not there, with what was probably meant, or what there is."""
    names = list(known)
    meant = nearest(name, names)
    return f"{path} has no {name!r}; " + (f"did you mean {path}.{meant}?" if meant else f"it has {listing(names)}.")
