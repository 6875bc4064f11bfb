"""Find where two observations of one case differ, and which entry of the written list covers each difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.differential.building import Case

ABSENT = "(absent)"
PARTS = ("", "for a while", "for good")  # how far two libraries are in different states after a difference
CACHE_FIELDS = ("value", "raw_value", "valid", "stamped")


@dataclass(frozen=True)
class Difference:
    """One thing that the libraries do differently.

    Attributes:
        case: The case.
        step: Number of the step, parameters made included.
        action: The action, or ``["new", …]`` with the definition.
        field: What differs: ``result``, ``error``, ``sent``, ``cache.p.valid``, ``snapshot.vals``, ….
        theirs: What QCoDeS does; `ABSENT` if nothing.
        ours: What Measurand does.
        seen: Everything of this step by field, theirs and ours, caches included.
    """

    case: Case
    step: int
    action: Sequence[Any]
    field: str
    theirs: Any
    ours: Any
    seen: tuple[dict[str, Any], dict[str, Any]]

    @property
    def keywords(self) -> dict[str, Any]:
        """Keywords of the parameter that the action means."""
        named = {d["name"]: d.get("keywords", {}) for d in self.case["parameters"]}
        keywords: dict[str, Any] = named[self.target]
        return keywords

    @property
    def target(self) -> str:
        """Name of the parameter that the action means."""
        if self.action[0] == "new":
            return str(self.action[1]["name"])
        return self.action[0][1:] if self.action[0].startswith("@") else str(self.case["parameters"][-1]["name"])

    @property
    def kind(self) -> str:
        """Class of the last parameter of the case."""
        return str(self.case["parameters"][-1]["kind"])

    @property
    def verb(self) -> str:
        """The action without its target and arguments."""
        return str(self.action[1] if self.action[0].startswith("@") else self.action[0])

    def __str__(self) -> str:
        return f"{self.case['id']} step {self.step} {self.action}: {self.field}\n    theirs {self.theirs}\n    ours   {self.ours}"


@dataclass
class Verdict:
    """How one case went.

    Attributes:
        hits: Ids of the entries that cover a difference.
        unexplained: Differences that no entry covers.
        compared: Steps that were compared.
        absent: What Measurand does not have and the case needs; nothing was compared.
    """

    hits: set[str] = field(default_factory=set)
    unexplained: list[Difference] = field(default_factory=list)
    compared: int = 0
    absent: list[str] = field(default_factory=list)


def compare(case: Case, theirs: list[Any], ours: list[Any], entries: Sequence[Any]) -> Verdict:
    """Compare step by step, until the two are in different states for a reason that is known or not.

    Args:
        case: The case.
        theirs: Observation of QCoDeS.
        ours: Observation of Measurand.
        entries: The written list, see `differences.Intended`.
    """
    verdict = Verdict()
    apart = ""
    for found in _differing_steps(case, theirs, ours):
        if apart and found:
            continue  # a consequence
        apart = ""  # the caches agree again
        verdict.compared += 1
        for difference in found:
            entry = next((e for e in entries if e.covers(difference)), None)
            if entry is None:
                verdict.unexplained.append(difference)
            else:
                verdict.hits.add(entry.id)
                apart = max(apart, entry.parts, key=PARTS.index)
        if apart == "for good" or verdict.unexplained:
            break
    return verdict


def _differing_steps(case: Case, theirs: list[Any], ours: list[Any]) -> Iterator[list[Difference]]:
    heads = [["new", d] for d in case["parameters"]] + case["actions"]
    known: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for number, action in enumerate(heads):
        if number >= max(len(theirs), len(ours)):
            return  # both refused to make a parameter
        steps = tuple(side[number] if number < len(side) else {} for side in (theirs, ours))
        flat = [_flat(step, state) for step, state in zip(steps, known, strict=True)]
        yield [
            Difference(
                case, number, action, key, flat[0].get(key, ABSENT), flat[1].get(key, ABSENT), (flat[0], flat[1])
            )
            for key in sorted({*flat[0], *flat[1]})
            if not _same(key, flat[0].get(key, ABSENT), flat[1].get(key, ABSENT))
        ]


def _flat(step: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a step by name; ``known`` carries the caches on from step to step."""
    for name, shown in step.get("cache", {}).items():
        known |= {f"cache.{name}.{part}": value for part, value in zip(CACHE_FIELDS, shown, strict=True)}
    parts = {key: value for key, value in step.items() if key not in {"cache", "snapshot"}}
    return parts | {f"snapshot.{key}": value for key, value in step.get("snapshot", {}).items()} | known


def _same(key: str, theirs: Any, ours: Any) -> bool:
    """Return whether they agree: type for type; an error of ours must be caught by whatever catches theirs."""
    if key == "error" and ABSENT not in (theirs, ours):
        return set(theirs) <= set(ours)
    return repr(theirs) == repr(ours)
