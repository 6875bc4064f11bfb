"""``qcodes.utils.function_helpers``."""

from __future__ import annotations

from inspect import iscoroutinefunction, signature

__all__ = ["is_function"]


def is_function(f: object, arg_count: int, coroutine: bool | None = False) -> bool:
    """Return whether ``f`` can be called with so many positional arguments.

    Args:
        f: Perhaps a function, or a class, which takes one.
        arg_count: How many, 0 or more.
        coroutine: Whether it must be a coroutine function, must not (default), or may (None).
    """
    if not isinstance(arg_count, int) or arg_count < 0:
        raise TypeError("arg_count must be a non-negative integer")
    if not callable(f) or (coroutine is not None and bool(coroutine) is not iscoroutinefunction(f)):
        return False
    if isinstance(f, type):
        return arg_count == 1
    try:
        signature(f).bind(*[0] * arg_count)
    except TypeError:
        return False
    except ValueError:  # written in C, without a signature
        return True
    return True
