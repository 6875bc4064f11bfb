"""Values for a while: set now, restored when the block ends, whatever happens in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from measurand.errors import NoTrustedValue
from measurand.parameters._cache import Cache


@contextmanager
def restored(
    where: Callable[[], str],
    cache: Cache[Any],
    get: Callable[[], Any] | None,
    put: Callable[[Any], None],
    validate: Callable[[Any], None],
    memory: bool,
) -> Iterator[None]:
    """Restore the present value when the block ends, if it changed or is in doubt.

    Args:
        where: Returns the name of the parameter, for messages.
        cache: Tells the present value.
        get: Reads it if the cache does not know; None if that is not possible.
        put: Sets it.
        validate: Raises if a value is not allowed: what could not be restored is refused before the block.
        memory: Whether there is nothing but the cache, so that a value not known can be forgotten again.

    Raises:
        NoTrustedValue: The present value is not known, so it could not be restored; nothing was sent.
    """
    if memory and cache.time is None:
        try:
            yield
        finally:
            cache.forget()
        return
    if get is None and not memory and not cache.valid:
        raise NoTrustedValue(
            f"{where()}: its value is not known for sure, so it could not be restored after the block. "
            f"Set it, or note it with cache.set(value), before the block."
        )
    before = cache.value if cache.valid or get is None else get()
    validate(before)
    try:
        yield
    finally:
        if not cache.valid or differ(cache.value, before):
            put(before)


def differ(a: Any, b: Any) -> bool:
    """Return whether two values are not the same; arrays are compared as a whole."""
    if getattr(a, "shape", ()) != getattr(b, "shape", ()):
        return True
    different = a != b
    return bool(different.any()) if hasattr(different, "any") else bool(different)
