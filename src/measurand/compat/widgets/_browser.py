"""Look through nested data, such as a snapshot, one level at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from measurand.compat.widgets._parts import button, label, library

_LONGEST = 400  # characters of a value that are shown
_NAME, _VALUE = "20em", "auto"


def nested_dict_browser(nested_dict: Mapping[Any, Any], nested_keys: Sequence[Any] = ()) -> Any:
    """Return a widget in which one level of nested data is seen, and the others are a click away.

    Args:
        nested_dict: The data.
        nested_keys: The level that is seen at first, as the keys that lead there.

    Raises:
        KeyError: They lead nowhere.
        ImportError: ipywidgets is not installed.

    Example:
        >>> browser = nested_dict_browser({"dac": {"voltage": 0.5}}, ["dac"])
        >>> [it.value for it in browser.children[1].children[0].children]
        ['voltage', '0.5']
    """
    box = library().VBox([])

    def go(keys: tuple[Any, ...]) -> None:
        box.children = _level(nested_dict, keys, go)

    go(tuple(nested_keys))
    return box


def _level(data: Mapping[Any, Any], keys: tuple[Any, ...], go: Any) -> tuple[Any, ...]:
    """Return the way to a level, and a row for each of its entries."""
    seen: Any = data
    for key in keys:
        seen = seen[key]
    way = [button("↰", lambda: go(keys[:-1]), tooltip="one level up")] if keys else []
    way += [
        button(str(key), lambda depth=depth: go(keys[: depth + 1]))  # type: ignore[misc] # a lambda with a default
        for depth, key in enumerate(keys)
    ]
    rows = [_row(key, entry, keys, go) for key, entry in _entries(seen)]
    return library().HBox(way), library().VBox(rows or [label("nothing")])


def _row(key: Any, entry: Any, keys: tuple[Any, ...], go: Any) -> Any:
    if isinstance(entry, Mapping) and entry:
        parts = [button(str(key), lambda: go((*keys, key)), width=_NAME), label(f"{len(entry)} entries …")]
    else:
        text = str(entry)
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        parts = [label(str(key), width=_NAME), label(shown, width=_VALUE)]
    return library().HBox(parts)


def _entries(seen: Any) -> list[tuple[Any, Any]]:
    return list(seen.items()) if isinstance(seen, Mapping) else [("", seen)]
