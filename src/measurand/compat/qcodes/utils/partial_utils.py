"""``qcodes.utils.partial_utils``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = ["partial_with_docstring"]


def partial_with_docstring(func: Callable[..., Any], docstring: str, **kwargs: Any) -> Callable[..., Any]:
    """Return ``func`` with some arguments filled in, and a docstring that `help` shows."""
    filled = partial(func, **kwargs)

    def inner(*args: Any, **more: Any) -> Any:
        return filled(*args, **more)

    inner.__doc__ = docstring
    return inner
