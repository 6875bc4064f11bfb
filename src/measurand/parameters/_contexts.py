"""Values for a while: set now, restored when the block ends, whatever happens in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from measurand.parameters._cache import Cache


@contextmanager
def restored(cache: Cache[Any], get: Callable[[], Any] | None, put: Callable[[Any], None]) -> Iterator[None]:
    """Restore the present value when the block ends, if it changed or is in doubt.

    Args:
        cache: Tells the present value.
        get: Reads it if the cache does not know; None if that is not possible.
        put: Sets it.
    """
    before = cache.value if cache.valid or get is None else get()
    try:
        yield
    finally:
        if not cache.valid or _differ(cache.value, before):
            put(before)


def _differ(a: Any, b: Any) -> bool:
    different = a != b
    return bool(different.any()) if hasattr(different, "any") else bool(different)
