"""CSV: every row as it was added, one file per table, its columns explained in comments above the header line.

``pandas.read_csv(path, comment="#")`` and spreadsheets read it; `read` gives back exactly what was stored. The snapshot
is left out, it may be longer than the data.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.dataset._export._cells import headers, parsed, written
from measurand.dataset._export._source import Source, about, columns_of
from measurand.dataset._format._describe import Column, TableSpec

if TYPE_CHECKING:
    import numpy.typing as npt

_AT_ONCE = 50_000  # rows


def parts(source: Source) -> dict[str, Callable[[Path], None]]:
    """Return what writes each file, by table."""
    return {table: partial(_write, source, table) for table in source.tables}


def read(paths: Sequence[Path]) -> dict[str, dict[str, npt.NDArray[Any]]]:
    """Return the columns by table and name, as `Dataset.numpy` gave them, ``_time`` and ``_index`` too."""
    return dict(_read(path) for path in paths)


def _write(source: Source, table: str, path: Path) -> None:
    spec, values = columns_of(source, table)
    said = about(source, snapshot=False)
    stored = [column.to_dict() for column, _ in values]
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in _explanation(said, spec):
            file.write(f"# {' '.join(line.split())}\n")
        file.write(f"# {json.dumps({'measurand': said, 'table': spec.to_dict(), 'columns': stored})}\n")
        writer = csv.writer(file)
        writer.writerow(_header(spec, [column for column, _ in values]))
        for first in range(0, len(values[0][1]), _AT_ONCE):  # texts need ten times the memory of numbers
            part = slice(first, first + _AT_ONCE)
            cells = [cell for column, array in values for cell in written(column, array[part])]
            writer.writerows(zip(*cells, strict=True))


def _read(path: Path) -> tuple[str, dict[str, npt.NDArray[Any]]]:
    said: dict[str, Any] = {}
    with path.open(encoding="utf-8", newline="") as file:
        while (line := file.readline()).startswith("#"):
            if line.startswith("# {"):
                said = json.loads(line[2:])
        rows = list(csv.reader(chain([line], file)))[1:]  # a name may have line breaks, and the header line with it
    cells: list[Any] = list(zip(*rows, strict=True))
    values = {}
    lead = 2 if said["table"]["dims"] else 1
    for number, column in enumerate(map(Column.from_dict, said["columns"])):
        width = len(headers(column))
        own, cells = cells[:width], cells[width:]
        name = f"_{column.name}" if number < lead else column.name
        values[name] = parsed(column, own or [()] * width, len(rows))
    return said["table"]["name"], values


def _explanation(said: dict[str, Any], spec: TableSpec) -> list[str]:
    sample = f", sample {said['sample']}" if said["sample"] else ""
    lines = [f"run {said['number']} {said['name']!r}, {said['status']}, started {said['started']}{sample}"]
    for column in spec.columns:
        unit = f" ({column.unit})" if column.unit else ""
        lines.append(f"{column.name}: {column.label or column.name}{unit}{', setpoint' if column.setpoint else ''}")
    return lines


def _header(spec: TableSpec, columns: list[Column]) -> list[str]:
    lead = ["_time", *(f"_index[{dim.name}]" for dim in spec.dims)]
    return [*lead, *(name for column in columns[2 if spec.dims else 1 :] for name in headers(column))]
