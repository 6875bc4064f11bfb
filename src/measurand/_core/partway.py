"""The same for each of several things: if one fails, the error says which, what was done before, and what was not.

Knows nothing about what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from measurand._core.names import listing

T = TypeVar("T")
R = TypeVar("R")


def do_each(
    where: str | Callable[[], str],
    verb: str,
    things: Sequence[T],
    action: Callable[[T], R],
    name: Callable[[T], str] = str,
) -> list[R]:
    """Return what ``action`` returns for each of ``things``, in order.

    Args:
        where: Who does it, or what says so, for the note on an error.
        verb: What is done to them as a participle, e.g. ``"set"``.
        things: To each of these.
        action: What is done; what it raises goes up, with the note.
        name: What one of them is called.
    """
    results: list[R] = []
    for thing in things:
        try:
            results.append(action(thing))
        except BaseException as error:  # Ctrl-C, too: who looks at the error must know what has happened already
            done, failed, left = things[: len(results)], things[len(results)], things[len(results) + 1 :]
            error.add_note(
                f"{where if isinstance(where, str) else where()}: stopped at {name(failed)}; {verb} before it: {listing(map(name, done))}; "
                f"not {verb}: {listing(map(name, left))}"
            )
            raise
    return results
