"""Text in blocks, as gnuplot and `numpy.loadtxt` read it: the grid of a run, one file for the variables over the same dims.

Three comment lines (names, labels with units, lengths of the dims), a fourth for `read`; then a line per point, the last
dim fastest, and a blank line after each pass of an inner dim. Everything is a number: complex has two columns, bools are
0 and 1, times are s since 1970-01-01 UTC, texts are numbered in the fourth line. Numbers keep every digit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core.names import slug
from measurand.dataset._export._cells import texts_of, values_of
from measurand.dataset._export._source import Source, about

if TYPE_CHECKING:
    import numpy.typing as npt
    import xarray as xr

Dims = tuple[Hashable, ...]
_NOT_A_TIME = -(2**63)


def parts(source: Source) -> dict[str, Callable[[Path], None]]:
    """Return what writes each file, by the names of its dims joined by ``_``."""
    grid = source.to_xarray()
    said = about(source, snapshot=False)
    found: dict[str, Callable[[Path], None]] = {}
    for dims, names in _groups(grid).items():
        stem = slug("_".join(map(str, dims)) or "single")
        while stem in found:
            stem += "_"
        found[stem] = partial(_write, grid, dims, names, said)
    return found


def _groups(grid: xr.Dataset) -> dict[Dims, list[Hashable]]:
    """Which variables stand in a file together: all over the same dims, with the coordinates they depend on."""
    found: dict[Dims, list[Hashable]] = {}
    for name, variable in grid.data_vars.items():
        found.setdefault(variable.dims, []).append(name)
    for name, coord in grid.coords.items():
        homes = [dims for dims in found if set(coord.dims) <= set(dims) and all(grid.sizes[dim] for dim in dims)]
        for dims in homes or [coord.dims]:
            found.setdefault(dims, []).append(name)
    return found


def read(paths: Sequence[Path]) -> xr.Dataset:
    """Return the grid as `Dataset.to_xarray` gave it, with what is known of the run in its ``attrs``."""
    import xarray as xr

    variables: dict[str, Any] = {}
    coords: dict[str, Any] = {}
    attrs: dict[str, Any] = {}
    for path in paths:
        lines = path.read_text(encoding="utf-8").split("\n")
        said = json.loads(lines[3][2:])
        attrs = said["attrs"]
        cells = list(zip(*(line.split("\t") for line in lines if line and line[0] != "#"), strict=True))
        for one in said["variables"]:
            width = 2 if one["dtype"].startswith("complex") else 1
            own, cells = cells[:width], cells[width:]
            if one["role"] != "position":
                values = _values(own or [()] * width, one, said["sizes"])
                (coords if one["role"] == "coord" else variables)[one["name"]] = (one["dims"], values, one["attrs"])
    return xr.Dataset(variables, coords, attrs)


def _write(grid: xr.Dataset, dims: Dims, names: list[Hashable], said: dict[str, Any], path: Path) -> None:
    sizes = {dim: grid.sizes[dim] for dim in dims}
    columns: list[list[str]] = []
    heads: list[str] = []
    labels: list[str] = []
    described = []
    for name, role, variable in _in_order(grid, dims, names):
        cells, levels = _cells(variable.set_dims(sizes).transpose(*dims).values.reshape(-1))
        columns += cells
        heads += [str(name)] if len(cells) == 1 else [f"{name}.re", f"{name}.im"]
        labels += [_label(variable.attrs, name)] * len(cells)
        one = {"name": name, "dims": variable.dims, "dtype": str(variable.dtype), "attrs": variable.attrs}
        described.append({**one, "role": role, "levels": levels})
    last = {"attrs": {**grid.attrs, **said}, "sizes": sizes, "variables": described}
    lengths = "\t".join(map(str, sizes.values()))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in ("\t".join(map(_word, heads)), "\t".join(labels), lengths, json.dumps(last)):
            file.write(f"# {line}\n")
        file.writelines(_blocks(columns, list(sizes.values())))


def _in_order(grid: xr.Dataset, dims: Dims, names: list[Hashable]) -> list[tuple[Hashable, str, Any]]:
    """The axes first, outermost first, then other coordinates, then what was measured.

    An axis without any coordinate is a column that counts.
    """
    import numpy as np
    import xarray as xr

    bare = [dim for dim in dims if not any(coord.dims == (dim,) for coord in grid.coords.values())]
    found = [(dim, "position", xr.Variable((dim,), np.arange(grid.sizes[dim]))) for dim in bare]
    found += [(name, "coord" if name in grid.coords else "variable", grid[name].variable) for name in names]
    return sorted(found, key=lambda one: dims.index(one[0]) if one[0] in dims else len(dims) + (one[1] == "variable"))


def _blocks(columns: list[list[str]], sizes: list[int]) -> list[str]:
    """The lines of all points, with a blank line wherever an inner dim begins again."""
    rows = ["\t".join(row) + "\n" for row in zip(*columns, strict=True)]
    for number in range(1, len(sizes)):
        block = max(1, math.prod(sizes[number:]))
        for last in range(block - 1, len(rows) - 1, block):
            rows[last] += "\n"
    return rows


def _cells(values: npt.NDArray[Any]) -> tuple[list[list[str]], list[str]]:
    """Values of one dim as columns of numbers, and the texts that are numbered there."""
    import numpy as np

    kind = values.dtype.kind
    if kind == "c":
        return [_named(texts_of(np.real(values))), _named(texts_of(np.imag(values)))], []
    if kind == "M":
        return [["NaN" if time == _NOT_A_TIME else _seconds(time) for time in values.view(np.int64).tolist()]], []
    if kind == "b":
        return [[str(int(value)) for value in values.tolist()]], []
    if kind == "O":
        texts = values.tolist()
        levels = list(dict.fromkeys(text for text in texts if isinstance(text, str)))
        numbers = {text: str(number) for number, text in enumerate(levels)}
        return [[numbers.get(text, "-1") for text in texts]], levels
    return [_named(texts_of(values))], []


def _values(cells: Sequence[Sequence[str]], one: Mapping[str, Any], sizes: Mapping[str, int]) -> npt.NDArray[Any]:
    """What `_cells` was given, back on the dims of the variable."""
    import numpy as np

    dtype = np.dtype(one["dtype"])
    if dtype.kind == "c":
        flat = np.empty(len(cells[0]), dtype)
        flat.real, flat.imag = (values_of(cell, np.real(flat).dtype) for cell in cells)
    elif dtype.kind == "M":
        counted = [_NOT_A_TIME if cell == "NaN" else int(cell.replace(".", "")) for cell in cells[0]]
        flat = np.array(counted, np.int64).view("datetime64[ns]")
    elif dtype.kind == "b":
        flat = np.array([cell == "1" for cell in cells[0]], bool)
    elif dtype.kind == "O":
        flat = np.empty(len(cells[0]), object)
        flat[:] = [one["levels"][int(cell)] if cell != "-1" else np.nan for cell in cells[0]]
    else:
        flat = values_of(cells[0], dtype)
    whole = flat.reshape(tuple(sizes.values()))
    return whole[tuple(slice(None) if dim in one["dims"] else 0 for dim in sizes)]


def _seconds(nanoseconds: int) -> str:
    """Return s with nine decimals, exactly."""
    sign, size = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    return f"{sign}{size // 10**9}.{size % 10**9:09d}"


def _named(texts: list[str]) -> list[str]:
    """Give what is no number the name that gnuplot knows."""
    return ["NaN" if text == "nan" else text for text in texts]


def _label(attrs: Mapping[str, Any], name: Hashable) -> str:
    unit = f" ({attrs['units']})" if attrs.get("units") else ""
    return json.dumps(f"{attrs.get('long_name') or name}{unit}", ensure_ascii=False)


def _word(text: str) -> str:
    return " ".join(text.split())
