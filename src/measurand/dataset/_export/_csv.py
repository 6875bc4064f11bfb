"""CSV: every row as it was added, one file per table, its columns explained in comments above the header line.

``pandas.read_csv(path, comment="#")`` and spreadsheets read it; `read` gives back exactly what was stored. The snapshot
is left out, it may be longer than the data.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand.dataset._export._cells import headers, parsed, written
from measurand.dataset._export._source import Source, about, rows_of
from measurand.dataset._format._describe import Column, TableSpec

if TYPE_CHECKING:
    import numpy.typing as npt

_AT_ONCE = 200_000  # values; texts need ten times the memory of numbers
_LONGEST_CELL = 2**31 - 1  # bytes; an array of varying length is one cell
_SPECIAL = re.compile(r'[",#\r\n]')


def parts(source: Source) -> dict[str, Callable[[Path], None]]:
    """Return what writes each file, by table."""
    return {table: partial(_write, source, table) for table in source.tables}


def read(paths: Sequence[Path]) -> dict[str, dict[str, npt.NDArray[Any]]]:
    """Return the columns by table and name, as `Dataset.numpy` gave them, ``_time`` and ``_index`` too."""
    return dict(_read(path) for path in paths)


def _write(source: Source, table: str, path: Path) -> None:
    rows = rows_of(source, table)
    said, spec = about(source, snapshot=False), rows.spec
    stored = [column.to_dict() for column in rows.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in _explanation(said, spec):
            file.write(f"# {' '.join(line.split())}\n")
        file.write(f"# {json.dumps({'measurand': said, 'table': spec.to_dict(), 'columns': stored})}\n")
        file.write(_line(map(_quoted, _header(spec, rows.columns))))
        for piece in rows.pieces(_AT_ONCE):
            cells = [
                cell for column, values in zip(rows.columns, piece, strict=True) for cell in _cells(column, values)
            ]
            file.writelines(map(_line, zip(*cells, strict=True)))


def _read(path: Path) -> tuple[str, dict[str, npt.NDArray[Any]]]:
    said: dict[str, Any] = {}
    with path.open(encoding="utf-8", newline="") as file:
        while (line := file.readline()).startswith("#"):
            if line.startswith("# {"):
                said = json.loads(line[2:])
        rows = _rows(chain([line], file))[1:]  # a name may have line breaks, and the header line with it
    cells: list[Any] = list(zip(*rows, strict=True))
    values = {}
    lead = 2 if said["table"]["dims"] else 1
    for number, column in enumerate(map(Column.from_dict, said["columns"])):
        width = len(headers(column))
        own, cells = cells[:width], cells[width:]
        name = f"_{column.name}" if number < lead else column.name
        values[name] = parsed(column, own or [()] * width, len(rows))
    return said["table"]["name"], values


def _rows(lines: Iterable[str]) -> list[list[str]]:
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        return list(csv.reader(lines))
    finally:
        csv.field_size_limit(before)


def _cells(column: Column, values: npt.NDArray[Any]) -> list[list[str]]:
    cells = written(column, values)
    is_text = column.kind in ("text", "enum") or column.ragged
    return [list(map(_quoted, cell)) for cell in cells] if is_text else cells


def _quoted(text: str) -> str:
    """Return a cell; in quotes if it has what CSV means something by, or ``#``, which would begin a comment."""
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text


def _line(cells: Iterable[str]) -> str:
    return ",".join(cells) + "\r\n"


def _explanation(said: dict[str, Any], spec: TableSpec) -> list[str]:
    sample = f", sample {said['sample']}" if said["sample"] else ""
    lines = [f"run {said['number']} {said['name']!r}, {said['status']}, started {said['started']}{sample}"]
    for column in spec.columns:
        unit = f" ({column.unit})" if column.unit else ""
        lines.append(f"{column.name}: {column.label or column.name}{unit}{', setpoint' if column.setpoint else ''}")
    return lines


def _header(spec: TableSpec, columns: Sequence[Column]) -> list[str]:
    lead = ["_time", *(f"_index[{dim.name}]" for dim in spec.dims)]
    return [*lead, *(name for column in columns[2 if spec.dims else 1 :] for name in headers(column))]
