"""What an entry of a list of differences is, and words to say which differences it covers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.differential.comparison import ABSENT, Difference

READING = {"get", "call", "cache.get", "cache.call", "get_latest", "snapshot"}
VIEWS = {"DelegateParameter", "ScaledParameter"}


@dataclass(frozen=True)
class Entry:
    """One known difference.

    Attributes:
        id: Short and stable.
        title: The difference as a sentence.
        theirs: What QCoDeS does.
        ours: What Measurand does.
        why: The reason.
        covers: Whether a difference is of this kind.
        parts: How far the two are in different states afterwards, so that what follows in the case is a consequence:
            not at all, ``"for a while"`` (their caches, until these agree again), ``"for good"`` (the devices too).
    """

    id: str
    title: str
    theirs: str
    ours: str
    why: str
    covers: Callable[[Difference], bool]
    parts: str = ""


def caught_by(d: Difference, theirs: str, ours: str) -> bool:
    """Return whether both raised: QCoDeS what an ``except theirs`` catches, Measurand what an ``except ours`` does."""
    return d.field == "error" and ABSENT not in (d.theirs, d.ours) and theirs in d.theirs and ours in d.ours


def only_ours_refuses(d: Difference) -> bool:
    """Return whether Measurand raised in this step and QCoDeS did not."""
    return "error" in d.seen[1] and "error" not in d.seen[0]


def only_theirs_refuses(d: Difference) -> bool:
    """Return whether QCoDeS raised in this step and Measurand did not."""
    return "error" in d.seen[0] and "error" not in d.seen[1]


def both_refuse(d: Difference) -> bool:
    """Return whether both raised in this step."""
    return "error" in d.seen[0] and "error" in d.seen[1]


def defining(d: Difference) -> bool:
    """Return whether a parameter is being made or changed."""
    return d.verb in {"new", "assign"}


def odd(d: Difference, *beginnings: str) -> bool:
    """Return whether the case is one of those written for this: its id has one of these beginnings."""
    return str(d.case["id"]).startswith(beginnings)


def remembered(d: Difference) -> bool:
    """Return whether something is read that is only remembered: nothing is asked of the device."""
    custom = d.case["parameters"][-1].get("methods")
    asks_nothing = "sent" not in d.seen[0] | d.seen[1] and d.keywords.get("get_cmd") is None
    return asks_nothing and not custom and d.verb in READING and d.kind in {"Parameter", "ManualParameter", *VIEWS}


def known_to_us(d: Difference) -> bool:
    """Return whether our cache of the parameter that the action means has a value."""
    return bool(d.seen[1].get(f"cache.{d.target}.stamped"))


def part_of_cache(d: Difference, *parts: str) -> bool:
    """Return whether the difference is in one of these parts of a cache."""
    return d.field.startswith("cache.") and d.field.rpartition(".")[2] in parts


def same_number(a: Any, b: Any) -> bool:
    """Return whether two encoded values are the same number in two types."""
    numbers = [_number(v) for v in (a, b)]
    return None not in numbers and numbers[0] == numbers[1]


def _number(data: Any) -> float | None:
    if isinstance(data, dict) and "numpy" in data:
        data = data["numpy"][1]
    return float(data) if isinstance(data, (bool, int, float)) else None
