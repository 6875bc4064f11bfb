"""The description of a run that was not made through QCoDeS's interface, from its tables. Knows no file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from measurand.compat.description import InterDependencies_, ParamSpecBase, RunDescriber, Shapes
from measurand.dataset import Column, TableSpec

_TYPES = {"complex": "complex", "text": "text", "enum": "text"}


def derived(tables: Iterable[TableSpec]) -> tuple[RunDescriber, Mapping[str, str]]:
    """Return what tables say in QCoDeS's words, and the name of the column behind each name there.

    Columns that are no setpoints depend on the setpoints of their table; a table without any has standalones. A grid of
    known size gives the shape. Signs that no identifier has become ``_``.
    """
    interdeps = InterDependencies_()
    specs: dict[str, ParamSpecBase] = {}
    columns: dict[str, str] = {}
    shapes: Shapes = {}
    for table in tables:
        for column in table.columns:
            spec = _spec(column)
            columns.setdefault(spec.name, column.name)
            specs.setdefault(column.name, spec)
        along = tuple(specs[column.name] for column in table.columns if column.setpoint)
        results = tuple(specs[column.name] for column in table.columns if not column.setpoint)
        for result in results:
            if along and result not in interdeps.dependencies:
                interdeps = interdeps.extend(dependencies={result: along})
            elif not along:
                interdeps = interdeps.extend(standalones=(result,))
        sizes = [dim.size for dim in table.dims]
        if sizes and None not in sizes and all(column.scalar for column in table.columns):
            shapes |= {result.name: tuple(size or 0 for size in sizes) for result in results}
    return RunDescriber(interdeps, shapes or None), columns


def _spec(column: Column) -> ParamSpecBase:
    name = re.sub(r"\W", "_", column.name)
    kind = "array" if not column.scalar and column.shape is not None else _TYPES.get(column.kind or "", "numeric")
    return ParamSpecBase(name if name.isidentifier() else f"_{name}", kind, column.label, column.unit)
