"""Which columns lie in one table: those that are added together. Pure data, knows no file.

A row that brings other columns together than any declared table holds gets a table of its own, described as the columns
were. Nothing is padded: what a row does not bring is not there, rather than there as NaN.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from measurand._core.names import listing, nearest
from measurand.dataset._format._describe import Column, Dim, TableSpec
from measurand.errors import RefusedRow


def table_for(specs: Sequence[TableSpec], names: Collection[str], ndims: int, title: str) -> TableSpec:
    """Return the table that holds exactly ``names`` along ``ndims`` dims: one of ``specs``, or a new one.

    Args:
        specs: The tables there are, declared ones first.
        names: Columns of the row.
        ndims: How many indices it comes with.
        title: What messages call the run.

    Raises:
        RefusedRow: A name is unknown, or the columns do not lie along that many common dims.
    """
    known = list(dict.fromkeys(column.name for spec in specs for column in spec.columns))
    unknown = [name for name in names if name not in known]
    if not names:
        raise RefusedRow(f"{title}: row refused, it has no values; columns are {listing(known)}.")
    if unknown:
        meant = nearest(str(unknown[0]), known)
        advice = f" Did you mean {meant!r}?" if meant else ""
        raise RefusedRow(
            f"{title}: row refused, no column is called {listing(unknown)}; columns are {listing(known)}.{advice}"
        )
    homes = {
        name: [spec for spec in specs if any(column.name == name for column in spec.columns)]
        for name in known
        if name in names
    }
    for dims in dict.fromkeys(spec.dims for homes_of in homes.values() for spec in homes_of):
        fitting = {name: [spec for spec in found if _same_dims(spec.dims, dims)] for name, found in homes.items()}
        if len(dims) == ndims and all(fitting.values()):
            return _derived(specs, dims, [_column(fitting[name][0], name) for name in fitting])
    raise RefusedRow(f"{title}: row refused, {_why(homes, ndims)}")


def _derived(specs: Sequence[TableSpec], dims: tuple[Dim, ...], columns: list[Column]) -> TableSpec:
    names = {column.name for column in columns}
    for spec in specs:
        if _same_dims(spec.dims, dims) and {column.name for column in spec.columns} == names:
            return spec
    first = next(spec for spec in specs if _same_dims(spec.dims, dims))
    taken = {spec.name.casefold() for spec in specs}
    stem = first.name[:60]  # with its number it is no longer than the name of a table may be
    number = next(n for n in range(2, len(specs) + 3) if f"{stem}-{n}".casefold() not in taken)
    own = tuple(replace(dim, setpoints=tuple(name for name in dim.setpoints if name in names)) for dim in dims)
    return TableSpec(f"{stem}-{number}", tuple(columns), own)


def _same_dims(a: tuple[Dim, ...], b: tuple[Dim, ...]) -> bool:
    return [(dim.name, dim.size) for dim in a] == [(dim.name, dim.size) for dim in b]


def _column(spec: TableSpec, name: str) -> Column:
    return next(column for column in spec.columns if column.name == name)


def _why(homes: dict[str, list[TableSpec]], ndims: int) -> str:
    along = {
        name: " or ".join(
            dict.fromkeys(listing(dim.name for dim in spec.dims) if spec.dims else "no dim" for spec in found)
        )
        for name, found in homes.items()
    }
    if len(set(along.values())) == 1:
        where = next(iter(along.values()))
        return (
            f"{listing(along)} lie along {where} and {ndims} indices were given. "
            "Use store(indices, values) with one index per dim, or add(column=value) without dims."
        )
    parts = [f"{name} along {where}" for name, where in along.items()]
    return f"its columns do not lie along the same dims: {listing(parts)}. Store them in a call each."
