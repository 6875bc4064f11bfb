"""Metadata as a flat list of paths and values, and texts as a set of words: what an index can look up."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from measurand.dataset._records import RunRecord

_LONGEST_TEXT = 1000  # characters; more is a document, which nobody compares
_LONGEST_LIST = 64  # entries; more is data
_WORD = re.compile(r"[^\W_]+")
_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


class Leaf(NamedTuple):
    """One value at one path: a number, a text, or neither (null, or something too long to be compared)."""

    path: str
    number: float | None
    text: str | None


def leaves(metadata: Mapping[str, Any]) -> list[Leaf]:
    """Return every value of nested metadata; ``{"a": {"b": 1}}`` has ``a.b``, and each entry of a list has its path."""
    return list(_walk("", metadata))


def words(text: str) -> list[str]:
    """Return the words of a text without case and accents: ``"Gate_sweep Ü1"`` has gate, sweep and u1."""
    plain = (
        text
        if text.isascii()
        else "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    )
    return _WORD.findall(plain.casefold())


def words_of(record: RunRecord) -> str:
    """Return all words of a run, each once, with a blank before each and no other sign."""
    texts = [record.name, record.sample, record.experiment, *record.tags, *record.notes, *record.columns]
    texts += [leaf.text for leaf in leaves(record.metadata) if leaf.text]
    return "".join(f" {word}" for word in dict.fromkeys(words(" ".join(texts))))


def lower(text: str) -> str:
    """Return ``text`` with the letters A to Z made small, as SQLite compares."""
    return text.translate(_LOWER)


def pattern(like: str) -> str:
    """Return a pattern with ``%`` and ``_`` for one that may also have been written with ``*`` and ``?``."""
    return like.replace("*", "%").replace("?", "_")


def _walk(path: str, value: Any) -> Iterator[Leaf]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, (list, tuple)):
        for inner in value[:_LONGEST_LIST]:
            yield from _walk(path, inner)
    elif isinstance(value, bool):
        yield Leaf(path, None, "true" if value else "false")
    elif isinstance(value, (int, float)):
        yield Leaf(path, _float(value), None)
    else:
        yield Leaf(path, None, value if isinstance(value, str) and len(value) <= _LONGEST_TEXT else None)


def _float(value: float) -> float | None:
    try:
        found = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return None
    return found if math.isfinite(found) else None
