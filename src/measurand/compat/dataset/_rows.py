"""Results as rows of a run: which table takes them, made when the first result of its kind comes. Knows no experiment.

What is added together is one row. A value for an ``array`` column is one array; arrays for other columns are as many
points as they have elements, and stored as they come: whoever reads them lays them out. Arrays of one length go into a
column of that length, of several lengths into one for any. Rows of one column may so lie in several tables; those that
have it are put in order by their times when they are read.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from measurand._core.names import listing
from measurand.compat.description import InterDependencies_
from measurand.dataset import Column, Kind, TableSpec, Writer
from measurand.errors import RefusedRow

if TYPE_CHECKING:
    import numpy as np

Names = tuple[str, ...]
Add = Callable[[Sequence[int], Sequence[Any]], None]

_SINGLE = frozenset({float, int, complex, str})  # types of which every value is a single one
_KINDS: Mapping[str, Kind] = {"numeric": "float", "text": "text", "complex": "complex"}
_ARRAY_KINDS: Mapping[str, Kind] = {"f": "float", "i": "int", "u": "int", "c": "complex", "b": "bool", "M": "datetime"}


class Rows:
    """Where the results of one run go.

    Args:
        writer: The run.
        interdeps: Its columns.
        whole: Keep setpoints without any result, too.
    """

    def __init__(self, writer: Writer, interdeps: InterDependencies_, *, whole: bool = False) -> None:
        self._writer, self._whole = writer, whole
        self._specs = {spec.name: spec for spec in interdeps.paramspecs}
        self._setpoints = {need.name for needs in interdeps.dependencies.values() for need in needs}
        self._trees = [_tree(interdeps, top.name) for top in interdeps.top_level_parameters]
        self._lock = threading.RLock()
        self._quick: dict[Names, Add] = {}  # tables of single values only
        self._routes: dict[tuple[Names, tuple[Any, ...]], Add] = {}
        self._lengths: dict[tuple[Names, tuple[Any, ...]], int] = {}  # how many tables of fixed lengths there are
        self._tables = 0

    def add(self, names: Names, values: Sequence[Any]) -> None:
        """Store what was measured together.

        What is accepted is safe from the death of the program. May be called from any thread.

        Args:
            names: Columns, each once; the setpoints of those that have some among them. The same tuple each time is quickest.
                Setpoints without any result are no result, and not stored.
            values: A number, text or array for each. Whether it fits the column's type is not looked at further than that
                it can be stored.

        Raises:
            RefusedRow: A column is not known, or a value cannot be stored in it; nothing of this call was stored, or, of
                a call that is several rows (arrays of texts, or of several sizes), those before it.
            StorageFailed: The disk refused.
        """
        route = self._quick.get(names)
        if route is not None and _SINGLE.issuperset(map(type, values)):
            route((), values)
        else:
            self._add(names, values)

    def adder(self, names: Names) -> Add:
        """Return the quickest way to add single values of ``names``: a function of ``()`` and the values.

        It raises what `add` raises. None of the columns is of type ``array``.
        """
        with self._lock:
            return self._route(names, (None,) * len(names))

    def _add(self, names: Names, values: Sequence[Any]) -> None:
        """Store anything."""
        strangers = [name for name in names if name not in self._specs]
        if strangers or len(names) != len(values):
            raise RefusedRow(
                f"A result for {listing(names)} refused: "
                + (f"{listing(strangers)} unknown, " if strangers else f"{len(values)} values given, ")
                + f"columns are {listing(self._specs)}."
            )
        if not self._whole and not any(tree[0] in names for tree in self._trees):
            return
        with self._lock:
            if _SINGLE.issuperset(map(type, values)) and all(self._specs[name].type != "array" for name in names):
                self._quick[names] = add = self._route(names, (None,) * len(names))
                add((), values)
                return
            for part, given in self._parts(names, values):
                cells = [self._cell(name, value) for name, value in zip(part, given, strict=True)]
                forms = tuple(form for form, _ in cells)
                self._route(part, forms)((), [value for _, value in cells])

    def _parts(self, names: Names, values: Sequence[Any]) -> list[tuple[Names, Sequence[Any]]]:
        """Return what goes into one row each: everything, if all arrays of points have one size; else tree by tree."""
        import numpy as np

        arrays = [value if type(value) in _SINGLE else np.asarray(value) for value in values]
        points = {
            name: value
            for name, value in zip(names, arrays, strict=True)
            if self._specs[name].type != "array" and getattr(value, "ndim", None)
        }
        if not points:
            return [(names, arrays)]
        given = dict(zip(names, arrays, strict=True))
        if len({value.size for value in points.values()}) > 1:
            trees = [tuple(name for name in tree if name in given) for tree in self._trees if tree[0] in given]
            return [part for tree in trees for part in self._parts(tree, [given[name] for name in tree])]
        size = next(iter(points.values())).size
        if size == 0:
            return []
        if any(self._specs[name].type == "text" for name in points):  # a text has a row of its own
            flat = [value.ravel() if name in points else [value] * size for name, value in given.items()]
            return [(names, [column[i] for column in flat]) for i in range(size)]
        return [(names, arrays)]

    def _cell(self, name: str, value: Any) -> tuple[Any, Any]:
        """Return the form of a value, None for a single one, and the value as it is stored."""
        import numpy as np

        kind = self._specs[name].type
        if kind != "array" and not getattr(value, "ndim", None):
            return None, value.item() if hasattr(value, "item") else value
        array = np.atleast_1d(np.asarray(value))
        if array.dtype.kind == "U":
            return "text", json.dumps(array.tolist())
        if array.dtype.kind not in _ARRAY_KINDS:
            raise RefusedRow(f"{name}: an array of {array.dtype} cannot be stored, allowed are numbers and texts.")
        return (array.dtype.str, array.shape), array

    def _route(self, names: Names, forms: tuple[Any, ...]) -> Add:
        found = self._routes.get((names, forms))
        if found is not None:
            return found
        with self._lock:
            loose = tuple((form[0], (None,) * len(form[1])) if isinstance(form, tuple) else form for form in forms)
            empty = any(isinstance(form, tuple) and 0 in form[1] for form in forms)
            before = self._lengths.get((names, loose), 0)
            self._lengths[names, loose] = before + 1
            several = loose != forms and (before or empty)
            if several:
                found = self._routes.get((names, loose))
            if found is None:
                found = self._begin(names, loose if several else forms)
                self._routes[names, loose if several else forms] = found
            self._routes[names, forms] = found
        return found

    def _begin(self, names: Names, forms: tuple[Any, ...]) -> Add:
        columns = tuple(self._column(name, form) for name, form in zip(names, forms, strict=True))
        spec = TableSpec(f"data{self._tables or ''}", columns)
        self._tables += 1
        return self._writer.adder(spec)

    def _column(self, name: str, form: Any) -> Column:
        spec = self._specs[name]
        kind: Kind
        if form is None or form == "text":
            kind, shape, dtype = "text" if form else _KINDS[spec.type], (), None
        else:
            letters, shape = form
            kind, dtype = _ARRAY_KINDS[_dtype(letters).kind], str(_dtype(letters))
        return Column(name, kind, spec.unit, spec.label, shape, name in self._setpoints, dtype)


def _tree(interdeps: InterDependencies_, name: str) -> Names:
    top, along, more = interdeps.all_parameters_in_tree_by_group(interdeps[name])
    return tuple(spec.name for spec in (top, *along, *more))


def _dtype(text: str) -> np.dtype[Any]:
    import numpy as np

    return np.dtype(text).newbyteorder("=")
