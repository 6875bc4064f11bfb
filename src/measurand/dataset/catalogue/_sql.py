"""From a condition to SQL over the tables of `_sqlite_index`. Values are always bound, never written into the text."""

from __future__ import annotations

from typing import NamedTuple

from measurand.dataset._units import in_relatives
from measurand.dataset.catalogue._fields import STATISTICS
from measurand.dataset.catalogue._keys import first_key, milliseconds
from measurand.dataset.catalogue._leaves import pattern, words
from measurand.dataset.catalogue._query import (
    All,
    Compare,
    Condition,
    Field,
    Has,
    Not,
    Order,
    Period,
    Quantity,
    Some,
    Words,
)

_MANY = {
    "tag": ("tags", "tag"),
    "note": ("notes", "note"),
    "parent": ("parents", "parent"),
    "parameter": ("columns", "name"),
}
_LONGEST = 100  # parts of one list
_BY = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


class Sql(NamedTuple):
    """A piece of SQL and what is bound to its question marks."""

    text: str
    values: tuple[object, ...] = ()


def sql_of(condition: Condition, *, indexed: bool) -> Sql:
    """Return what goes behind WHERE; it is 0 or 1, never NULL.

    Args:
        condition: What has to be so.
        indexed: Whether the table of words is a full-text index.
    """
    match condition:
        case All(parts):
            return _joined(" AND ", parts, "1", indexed=indexed)
        case Some((Compare(field, "==", str()), *_) as parts) if _of_one(field, parts):
            return _one_of(field, tuple(part.value for part in parts if isinstance(part, Compare)))
        case Some(parts):
            return _joined(" OR ", parts, "0", indexed=indexed)
        case Not(part):
            text, values = sql_of(part, indexed=indexed)
            return Sql(f"NOT {text}", values)
        case Has(Field("parameter", of)):
            return _within("columns", Sql("name = ?", (of,)))
        case Has(Field(_, of)):  # a slash comes right after a dot
            return _within("metadata", Sql("path = ? OR (path > ? AND path < ?)", (of, f"{of}.", f"{of}/")))
        case Words(text):
            return _words(text, indexed=indexed)
        case Compare():
            return _compare(condition)


def sql_of_order(order: Order) -> Sql:
    """Return what goes behind ORDER BY: by the field, what has no value last."""
    field = order.field
    way = "DESC" if order.descending else "ASC"
    if field.kind in STATISTICS:
        found = Sql(f'(SELECT "{field.kind}" FROM columns WHERE name = ? AND run = runs.key)', (field.of,))
    elif field.kind == "metadata":
        # numbers before texts, as SQLite sorts what is of both kinds
        found = Sql(
            "(SELECT coalesce(number, text) FROM metadata WHERE path = ? AND run = runs.key ORDER BY place LIMIT 1)",
            (field.of,),
        )
    elif field.kind == "started":
        return Sql(f"runs.key {way}")
    else:
        found = Sql(f'runs."{field.kind}"')
    return Sql(f"{found.text} IS NULL, {found.text} {way}", found.values * 2)


def _joined(sign: str, parts: tuple[Condition, ...], empty: str, *, indexed: bool) -> Sql:
    pieces = [sql_of(part, indexed=indexed) for part in parts]
    text = _balanced(sign, [piece.text for piece in pieces]) if pieces else f"({empty})"
    return Sql(text, tuple(value for piece in pieces for value in piece.values))


def _balanced(sign: str, texts: list[str]) -> str:
    """Join in the form of a tree: SQLite takes no list of more than a thousand."""
    if len(texts) > _LONGEST:
        half = len(texts) // 2
        texts = [_balanced(sign, texts[:half]), _balanced(sign, texts[half:])]
    return f"({sign.join(texts)})"


def _of_one(field: Field, parts: tuple[Condition, ...]) -> bool:
    """Whether all parts ask whether the same field is a text; of metadata, numbers may be asked for too."""
    return field.kind != "metadata" and all(
        isinstance(part, Compare) and part.field == field and part.by == "==" and isinstance(part.value, str)
        for part in parts
    )


def _one_of(field: Field, values: tuple[object, ...]) -> Sql:
    marks = ", ".join("?" * len(values))
    if field.kind in _MANY:
        table, column = _MANY[field.kind]
        return _within(table, Sql(f"{column} IN ({marks})", values))
    return Sql(f'(runs."{field.kind}" IN ({marks}))', values)


def _within(table: str, condition: Sql) -> Sql:
    return Sql(f"(runs.key IN (SELECT run FROM {table} WHERE {condition.text}))", condition.values)


def _words(text: str, *, indexed: bool) -> Sql:
    found = words(text)
    if not found:
        return Sql("(1)")
    if indexed:
        wanted = " AND ".join(f'"{word}"*' for word in found)  # letters and digits only
        return Sql("(runs.key IN (SELECT rowid FROM words WHERE words MATCH ?))", (wanted,))
    each = " AND ".join("content LIKE ?" for _ in found)
    return Sql(f"(runs.key IN (SELECT rowid FROM words WHERE {each}))", tuple(f"% {word}%" for word in found))


def _compare(condition: Compare) -> Sql:
    field, by, value = condition.field, condition.by, condition.value
    if field.kind == "metadata":
        return _compare_metadata(field.of, by, value)
    if isinstance(value, str):
        if field.kind in _MANY:
            return _compare_many(field.kind, by, value)
        return _text(f'runs."{field.kind}"', by, value)
    if field.kind in STATISTICS:
        return _compare_statistic(field, by, value)
    if isinstance(value, Period):
        return _compare_time(field.kind, by, value)
    number = value.number if isinstance(value, Quantity) else int(value)
    return Sql(f'({_known(field.kind)}runs."{field.kind}" {_BY[by]} ?)', (number,))


def _compare_many(kind: str, by: str, value: str) -> Sql:
    table, column = _MANY[kind]
    if by == "!=":
        inner = _compare_many(kind, "==", value)
        return Sql(f"NOT {inner.text}", inner.values)
    if table in ("columns", "tags") and by != "==":  # few names, many rows: look at each name once
        one = _text("n", by, value)
        return _within(
            table, Sql(f"{column} IN (SELECT n FROM ({distinct(table, column)}) WHERE {one.text})", one.values)
        )
    return _within(table, _text(column, by, value))


def distinct(table: str, column: str) -> str:
    """Return SQL for all values ``n`` of the first column of a table's key: one step each, however many rows there are."""
    return (
        f"WITH RECURSIVE each(n) AS (SELECT min({column}) FROM {table} UNION ALL "
        f"SELECT (SELECT min({column}) FROM {table} WHERE {column} > each.n) FROM each WHERE each.n IS NOT NULL) "
        "SELECT n FROM each WHERE n IS NOT NULL"
    )


def _compare_statistic(field: Field, by: str, value: object) -> Sql:
    if not isinstance(value, Quantity):
        return Sql("(0)")
    if not value.unit:
        return _within("columns", Sql(f'name = ? AND "{field.kind}" {_BY[by]} ?', (field.of, value.number)))
    numbers = in_relatives(value.number, value.unit)
    # A CASE ends at the unit of the row: what is likely comes first, as asked for, or without a prefix.
    units = sorted(numbers, key=lambda unit: (unit != value.unit, len(unit)))
    in_its_unit = f"CASE unit {'WHEN ? THEN ? ' * len(units)}END"
    bound = [item for unit in units for item in (unit, numbers[unit])]
    return _within("columns", Sql(f'name = ? AND "{field.kind}" {_BY[by]} {in_its_unit}', (field.of, *bound)))


def _compare_metadata(path: str, by: str, value: object) -> Sql:
    if by == "!=":
        there, same = _within("metadata", Sql("path = ?", (path,))), _compare_metadata(path, "==", value)
        return Sql(f"({there.text} AND NOT {same.text})", there.values + same.values)
    if isinstance(value, Quantity):
        return _within("metadata", Sql(f"path = ? AND number {_BY[by]} ?", (path, value.number)))
    text = value if isinstance(value, str) else "true" if value else "false"
    condition = _text("text", by, text)
    return _within("metadata", Sql(f"path = ? AND {condition.text}", (path, *condition.values)))


def _text(column: str, by: str, value: str) -> Sql:
    if by == "contains":
        escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return Sql(f"({column} LIKE ? ESCAPE '\\')", (f"%{escaped}%",))
    if by == "like":
        return Sql(f"({column} LIKE ?)", (pattern(value),))
    return Sql(f"({column} {_BY[by]} ?)", (value,))


def _known(column: str) -> str:
    """What is compared first, so that NOT means what it says also where nothing is known."""
    return f'runs."{column}" IS NOT NULL AND ' if column in ("ended", "duration", "size") else ""


def _compare_time(kind: str, by: str, period: Period) -> Sql:
    """A stretch of ms; of starts it is one of keys, by which runs are sorted."""
    column, place = ("runs.key", first_key) if kind == "started" else ("runs.ended", milliseconds)
    start, end = (place(moment) for moment in period)
    if start == end:  # an instant: the ms that it is in
        end = place((milliseconds(period.start) + 1.5) / 1000)
    text, values = {
        "==": ("{0} >= ? AND {0} < ?", (start, end)),
        "!=": ("({0} < ? OR {0} >= ?)", (start, end)),
        "<": ("{0} < ?", (start,)),
        ">=": ("{0} >= ?", (start,)),
        "<=": ("{0} < ?", (end,)),
        ">": ("{0} >= ?", (end,)),
    }[by]
    return Sql(f"({_known(kind)}{text.format(column)})", values)
