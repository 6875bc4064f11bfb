"""One nested dict put into another."""

from __future__ import annotations

import copy
from collections.abc import Mapping, MutableMapping
from typing import Any, TypeVar

M = TypeVar("M", bound=MutableMapping[Any, Any])


def deep_update(dest: M, update: Mapping[Any, Any]) -> M:
    """Put ``update`` into ``dest``, dict by dict; lists and everything else are replaced.

    Args:
        dest: Changed in place.
        update: Not changed, and not shared with ``dest`` afterwards.

    Returns:
        ``dest``.

    Example:
        >>> deep_update({"a": {"b": 1}}, {"a": {"c": 2}})
        {'a': {'b': 1, 'c': 2}}
    """
    for key, value in update.items():
        present = dest.get(key)
        if isinstance(present, MutableMapping) and isinstance(value, Mapping):
            deep_update(present, value)
        else:
            dest[key] = copy.deepcopy(value)
    return dest
