"""What people said about a run, from its header and the events after it; the last word counts. Knows no file.

=========== ================================= =======================================================
``event``   further keys                      meaning
=========== ================================= =======================================================
tag, untag  ``tag``                           the run has this tag, or has it no more
star        ``starred``                       whether the run is starred
note        ``text``                          a remark; all of them are kept
set         ``name``, ``sample``              the run has another name, sample or experiment from now on
            or ``experiment``
metadata    ``values``                        a tree that is laid over the metadata, leaf by leaf
captured    ``code``                          what the run learnt only later about its start
statistics  ``columns``, ``bytes``            statistics of each column, and the size of the folder, at the end
trashed,                                      the run was moved into the trash, or back
restored
=========== ================================= =======================================================

Every event has ``time`` and, if it was added after the fact, ``by``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_ASSIGNED = ("name", "sample", "experiment")
_CAPTURED = ("host", "user", "versions", "system", "code", "parents")


@dataclass(frozen=True)
class Annotations:
    """What a run is called and what was said about it.

    Args:
        name: What it is called.
        sample: What was measured.
        experiment: What it belongs to.
        tags: In the order they were given.
        starred: Whether somebody gave it a star.
        notes: All remarks, oldest first.
        metadata: Nested; what was given at the start and what was added later.
    """

    name: str
    sample: str
    experiment: str
    tags: tuple[str, ...]
    starred: bool
    notes: tuple[str, ...]
    metadata: dict[str, Any]


def annotations_of(header: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> Annotations:
    """Return what holds after all ``events``; one that says nothing readable is passed over."""
    assigned = {key: _text(header.get(key)) for key in _ASSIGNED}
    tags: dict[str, None] = dict.fromkeys(map(_text, _list(header.get("tags"))))
    starred = False
    notes: list[str] = []
    metadata = dict(_tree(header.get("metadata")))
    for event in events:
        kind = event.get("event")
        if kind == "tag":
            tags[_text(event.get("tag"))] = None
        elif kind == "untag":
            tags.pop(_text(event.get("tag")), None)
        elif kind == "star":
            starred = bool(event.get("starred", True))
        elif kind == "note":
            notes.append(_text(event.get("text")))
        elif kind == "set":
            assigned.update((key, _text(event[key])) for key in _ASSIGNED if key in event)
        elif kind == "metadata":
            metadata = overlaid(metadata, _tree(event.get("values")))
    tags.pop("", None)
    return Annotations(
        **assigned, tags=tuple(tags), starred=starred, notes=tuple(filter(None, notes)), metadata=metadata
    )


def captured(header: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a run found out by itself at its start, and what it learnt of that later (events ``captured``)."""
    found = {key: header[key] for key in _CAPTURED if key in header}
    for event in events:
        if event.get("event") == "captured":
            found.update((key, event[key]) for key in _CAPTURED if key in event)
    return found


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``below`` with every leaf of ``above`` put over it; trees are joined, anything else is replaced."""
    joined = dict(below)
    for key, value in above.items():
        old = joined.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        joined[key] = overlaid(old, value) if both else value  # type: ignore[arg-type]  # both says that it is one
    return joined


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _tree(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
