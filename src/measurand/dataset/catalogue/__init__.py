"""The list of all runs of a data root: asked in a small language, kept in an index that the folders can always remake.

A search is text (`parse_condition`) or keywords (`search_query`); either becomes a `Query`, which is data. An `Index` keeps
records of runs and answers queries: `SQLiteIndex` in a file on a local disk, `MemoryIndex` as plainly as can be.
`measurand.testing.check_index` says what any other has to do. `measurand.dataset.DataRoot` keeps one true to its folders.
"""

from measurand.dataset.catalogue._catalogue import Catalogue
from measurand.dataset.catalogue._index import Index, NameKind
from measurand.dataset.catalogue._keys import key_of
from measurand.dataset.catalogue._listing import as_plain, in_one_line, readable_size
from measurand.dataset.catalogue._match import matches
from measurand.dataset.catalogue._memory_index import MemoryIndex
from measurand.dataset.catalogue._parse import parse_condition, parse_field, parse_order
from measurand.dataset.catalogue._query import (
    All,
    Compare,
    Comparison,
    Condition,
    Field,
    Has,
    Not,
    Order,
    Period,
    Quantity,
    Query,
    Some,
    Value,
    Words,
)
from measurand.dataset.catalogue._runs import Runs
from measurand.dataset.catalogue._search import Search, search_query
from measurand.dataset.catalogue._sqlite_index import SQLiteIndex

__all__ = [
    "All",
    "Catalogue",
    "Compare",
    "Comparison",
    "Condition",
    "Field",
    "Has",
    "Index",
    "MemoryIndex",
    "NameKind",
    "Not",
    "Order",
    "Period",
    "Quantity",
    "Query",
    "Runs",
    "SQLiteIndex",
    "Search",
    "Some",
    "Value",
    "Words",
    "as_plain",
    "in_one_line",
    "key_of",
    "matches",
    "parse_condition",
    "parse_field",
    "parse_order",
    "readable_size",
    "search_query",
]
