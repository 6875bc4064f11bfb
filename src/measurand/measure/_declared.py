"""The arrays that a plan will fill, known before it runs: names, shapes, setpoints. Knows no run and no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from measurand.dataset import Column, Dim
from measurand.measure._layout import Group, groups_of
from measurand.measure._level import Level


@dataclass(frozen=True)
class DeclaredArray:
    """One array of a measurement.

    Attributes:
        name: What it is called, also in the stored run.
        label: Text for axes.
        unit: SI text.
        shape: One length per loop level, outermost first, then those of a single value; None: not known beforehand.
        set_arrays: Names of its setpoint arrays, one for each entry of ``shape`` that has one.
        is_setpoint: Whether it is set, rather than measured.
        sources: Tables of the run that hold its values, each with the number of dims that matter.
    """

    name: str
    label: str
    unit: str
    shape: tuple[int | None, ...]
    set_arrays: tuple[str, ...] = ()
    is_setpoint: bool = False
    sources: tuple[tuple[str, int], ...] = ()


def declared_arrays(plan: Level) -> dict[str, DeclaredArray]:
    """Return the arrays of a plan by name, setpoints before what is measured at them.

    A quantity whose kind of values nothing tells counts as one single value per point; its first value corrects that.
    """
    found: dict[str, DeclaredArray] = {}
    for group in groups_of(plan):
        for array in (*_swept(group), *_measured(group)):
            known = found.get(array.name)
            found[array.name] = array if known is None else replace(known, sources=known.sources + array.sources)
    return found


def _swept(group: Group) -> list[DeclaredArray]:
    """Return the setpoint arrays of every level; that of an inner level has the dims of the outer ones in front."""
    columns = {column.name: column for column in group.table.columns}
    dims = group.table.dims
    return [
        DeclaredArray(
            name, columns[name].label or name, columns[name].unit, tuple(outer.size for outer in dims[:depth]),
            _axes(dims[: depth - 1]), is_setpoint=True, sources=((group.table.name, depth),),
        )
        for depth, dim in enumerate(dims, 1)
        for name in dim.setpoints
    ]  # fmt: skip


def _measured(group: Group) -> list[DeclaredArray]:
    dims = group.table.dims
    sizes, axes = tuple(dim.size for dim in dims), _axes(dims)
    arrays: list[DeclaredArray] = []
    left = list(group.table.columns[sum(len(dim.setpoints) for dim in dims) :])
    for read, one in zip(group.reads, group.yields, strict=True):
        columns = [left.pop(0) for _ in one.fields]
        names = {field.name: column.name for field, column in zip(one.fields, columns, strict=True)}
        for field, column in zip(one.fields, columns, strict=True):
            own = tuple(names[name] for name in field.dims if name in names and name != field.name)
            arrays.append(_array(column, group, sizes, (*axes, *own)))
        if read.judged:
            arrays.append(_array(left.pop(0), group, sizes, axes))
    return arrays


def _array(column: Column, group: Group, sizes: tuple[int | None, ...], axes: tuple[str, ...]) -> DeclaredArray:
    shape = (*sizes, *(column.shape or ()))
    return DeclaredArray(
        column.name, column.label or column.name, column.unit, shape or (1,), axes, is_setpoint=column.setpoint,
        sources=((group.table.name, len(sizes)),),
    )  # fmt: skip


def _axes(dims: Sequence[Dim]) -> tuple[str, ...]:
    return tuple(dim.setpoints[0] for dim in dims)
