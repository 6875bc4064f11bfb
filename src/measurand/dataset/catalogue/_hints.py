"""Why a search found nothing: names that no run has, and units that do not fit. Knows the index only by what it answers."""

from __future__ import annotations

from collections.abc import Iterator

from measurand._core.names import listing, nearest
from measurand.dataset._units import in_relatives
from measurand.dataset.catalogue._fields import STATISTICS
from measurand.dataset.catalogue._index import Index, NameKind
from measurand.dataset.catalogue._query import All, Compare, Condition, Field, Has, Not, Quantity, Query, Some

_KINDS: dict[str, tuple[NameKind, str]] = {
    "parameter": ("columns", "column"), "tag": ("tags", "tag"), "metadata": ("metadata", "metadata"),
    **dict.fromkeys(STATISTICS, ("columns", "column")),
}  # fmt: skip


def hint(condition: Condition, index: Index) -> str:
    """Return what may be wrong with a search that found nothing; empty if nothing is known."""
    said = []
    for part in _comparisons(condition):
        word = _name(part)
        if word is None:
            continue
        kind, what = _KINDS[part.field.kind]
        known = index.names(kind)
        if kind == "metadata":
            known = sorted({path[:n] for path in known for n in [*_dots(path), len(path)]})
        if word not in known:
            meant = nearest(word, known)
            said.append(f"No run has the {what} {word!r}" + (f"; did you mean {meant!r}?" if meant else "."))
        elif isinstance(part, Compare) and isinstance(part.value, Quantity) and part.value.unit:
            said += _unit_hint(part.field.of, part.value.unit, index)
    return " ".join(dict.fromkeys(said))


def _comparisons(condition: Condition) -> Iterator[Compare | Has]:
    match condition:
        case All(parts) | Some(parts):
            for part in parts:
                yield from _comparisons(part)
        case Not(part):
            yield from _comparisons(part)
        case Compare() | Has():
            yield condition
        case _:
            return


def _name(part: Compare | Has) -> str | None:
    """The name that a comparison asks for; None if it asks for none in particular."""
    if part.field.kind not in _KINDS:
        return None
    if part.field.of:
        return part.field.of
    return part.value if isinstance(part, Compare) and part.by == "==" and isinstance(part.value, str) else None


def _unit_hint(column: str, unit: str, index: Index) -> list[str]:
    runs = index.get(index.find(Query(Has(Field("parameter", column)), limit=100)))
    units = {run.summaries[column].unit for run in runs if run is not None}
    if units & in_relatives(1.0, unit).keys():
        return []
    return [
        f"{column} is stored in {listing(sorted(u or 'no unit' for u in units))}, which {unit} cannot be compared with."
    ]


def _dots(path: str) -> list[int]:
    return [place for place, letter in enumerate(path) if letter == "."]
