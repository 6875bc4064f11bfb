"""Whether values may be stored as the columns they are given for, by the rules of QCoDeS. Knows no run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from measurand._core.names import listing
from measurand.compat.description import IncompleteSubsetError, InterDependencies_, ParamSpecBase
from measurand.errors import RefusedRow

_LETTERS = {"numeric": "iuf", "text": "SU", "complex": "c", "array": "biufcSUmM"}  # of numpy's dtype.kind
_TYPES: Mapping[str, frozenset[type]] = {
    "numeric": frozenset({float, int}),
    "text": frozenset({str}),
    "complex": frozenset({complex}),
    "array": frozenset(),
}


class Judge:
    """Decides for the columns of one measurement.

    Args:
        interdeps: The columns.
    """

    def __init__(self, interdeps: InterDependencies_) -> None:
        self._interdeps = interdeps
        self._specs = {spec.name: spec for spec in interdeps.paramspecs}
        self._along = {spec.name: tuple(need.name for need in needs) for spec, needs in interdeps.dependencies.items()}
        self._complete: set[frozenset[str]] = set()

    def merged(self, named: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        """Return values by column.

        Raises:
            RefusedRow: A column is given twice, with different values.
        """
        found: dict[str, Any] = {}
        for name, value in named:
            if name in found and not _same(found[name], value):
                raise RefusedRow(
                    f"Not all parameter names are unique. Got multiple values for {[name]}; give each of them once."
                )
            found[name] = value
        return found

    def judged(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as they are stored: single ones as Python's own, the others as arrays.

        Raises:
            RefusedRow: A value has the wrong kind or shape, or a setpoint is missing.
        """
        self._check_complete(values)
        found = {name: _judged(self._specs[name], value) for name, value in values.items()}
        wanted: dict[str, set[tuple[int, ...]]] = {}
        for name, result in found.items():
            own = getattr(result, "shape", ())
            for need in self._along.get(name, ()):
                shape = getattr(found[need], "shape", ())
                if shape not in ((), own):
                    raise RefusedRow(
                        f"Incompatible shapes. Parameter {name} has shape {own}, but its setpoint {need} has shape {shape}: "
                        f"a setpoint is a single value, or an array of the same shape."
                    )
                if self._specs[need].type == "array" and not shape:
                    wanted.setdefault(need, set()).add(own)
        for need, shapes in wanted.items():  # an array has a setpoint for each of its points
            if len(shapes) == 1:
                found[need] = _repeated(found[need], *shapes)
        return found

    def parts(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what belongs into one row each: results of as many points, with all that belongs to them.

        Args:
            values: By column, as `judged` returned them.
        """
        if not any(getattr(value, "ndim", 0) and self._specs[name].type != "array" for name, value in values.items()):
            return [dict(values)]
        sizes: dict[int, dict[str, None]] = {}
        for top in self._interdeps.top_level_parameters:
            if top.name in values:
                tree = [one for one in self._tree(top) if one in values]
                points = [values[one] for one in tree if self._specs[one].type != "array"]
                size = max((getattr(one, "size", 1) for one in points), default=1)
                sizes.setdefault(size, {}).update(dict.fromkeys(tree))
        if len(sizes) <= 1:
            return [dict(values)]
        return [{name: values[name] for name in values if name in group} for group in sizes.values()]

    def _tree(self, top: ParamSpecBase) -> list[str]:
        first, along, more = self._interdeps.all_parameters_in_tree_by_group(top)
        return [spec.name for spec in (first, *along, *more)]

    def _check_complete(self, values: Mapping[str, Any]) -> None:
        names = frozenset(values)
        if names in self._complete:
            return
        strangers = [name for name in values if name not in self._specs]
        if strangers:
            raise RefusedRow(
                f"No matching parameters: can not add result for parameter {listing(strangers)}, no such parameter "
                f"registered with this measurement; registered are {listing(self._specs)}."
            )
        try:
            self._interdeps.validate_subset([self._specs[name] for name in values])
        except IncompleteSubsetError as error:
            raise RefusedRow(f"Can not add result, some required parameters are missing. {error}") from error
        self._complete.add(names)


def single_types(spec: ParamSpecBase) -> frozenset[type]:
    """Return the types of which every value is a single one that may be stored as it is."""
    return _TYPES[spec.type]


def _judged(spec: ParamSpecBase, value: Any) -> Any:
    if type(value) in _TYPES[spec.type]:
        return value
    import numpy as np

    try:
        array = np.asarray(value)
    except ValueError:
        raise RefusedRow(f"{spec.name}: {value!r} refused, its parts have different lengths.") from None
    if array.dtype.kind not in _LETTERS[spec.type]:
        if type(value) is int and spec.type == "numeric":  # larger than what numpy counts with
            return float(value)
        raise RefusedRow(
            f'Parameter {spec.name} is of type "{spec.type}", but got a result of type {array.dtype} ({value!r}). '
            f"Register it with the paramtype that it has, e.g. register_parameter(…, paramtype='{_advice(array)}')."
        )
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    return array.item() if not array.ndim and spec.type != "array" else array


def _repeated(value: Any, shape: tuple[int, ...]) -> Any:
    import numpy as np

    return np.broadcast_to(value, shape)


def _advice(array: Any) -> str:
    if array.ndim and array.dtype.kind != "O":
        return "array"
    return {"c": "complex", "U": "text"}.get(array.dtype.kind, "numeric")


def _same(one: Any, other: Any) -> bool:
    import numpy as np

    first, second = np.asarray(one), np.asarray(other)
    if first.shape != second.shape:
        return False
    numbers = first.dtype.kind in "fc" and second.dtype.kind in "fc"
    return bool(np.array_equal(first, second, equal_nan=numbers))
