"""From what is added together to rows: what belongs to which column, what is missing, how arrays and single values meet.

Knows no file. Everything is looked at before anything is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from measurand._core.names import listing
from measurand.errors import MeasurandError, RefusedRow
from measurand.measure._registered import Quantity, Registry

if TYPE_CHECKING:
    import numpy.typing as npt

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Batch:
    """Rows of the same columns.

    Attributes:
        names: The columns, setpoints first.
        ndims: How many dimensions the value of each column has; 0: it is a single one.
        rows: The values of each row.
    """

    names: tuple[str, ...]
    ndims: tuple[int, ...]
    rows: Sequence[Sequence[Any]]


def columns_of(registry: Registry, results: Sequence[Any]) -> dict[str, Any]:
    """Return the value of every column that ``results`` give; axes that a parameter brings along come by themselves.

    Args:
        registry: What was registered.
        results: Pairs of parameter or name, and value.

    Raises:
        RefusedRow: Something is no pair, is not registered, is given twice, or lacks a setpoint.
    """
    given: dict[str, Any] = {}
    axes: dict[str, Any] = {}
    for pair in results:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise RefusedRow(f"{pair!r} cannot be added: give pairs such as (dmm.voltage, 0.1).")
        for name, value, is_axis in _spread(registry, *pair):
            if is_axis:
                axes.setdefault(name, value)
            elif name in given:
                raise RefusedRow(f"{name} is given twice; a result has one value for each quantity.")
            else:
                given[name] = value
    found = {**axes, **given}
    if not found:
        raise RefusedRow("Nothing to add: give pairs such as (dmm.voltage, 0.1).")
    known = registry.quantities()
    for name in found:
        missing = [need for need in known[name].setpoints if need not in found]
        if missing:
            raise RefusedRow(
                f"{name} depends on {missing[0]}, for which no value is given: add ({missing[0]}, …) beside it."
            )
    return found


def batches_of(known: Mapping[str, Quantity], values: Mapping[str, Any]) -> list[Batch]:
    """Return the rows that ``values`` make.

    If an array belongs to a quantity whose values are arrays, all is one row. Else arrays are as many rows as they have
    elements, beside which single values are repeated; results of different shapes make rows of their own.

    Raises:
        RefusedRow: Shapes do not fit each other.
    """
    whole = {name: _whole(name, value) for name, value in values.items()}
    shapes: dict[str, Shape] = {name: getattr(value, "shape", ()) for name, value in whole.items()}
    results = [name for name in whole if not any(name in known[other].setpoints for other in whole)]
    for name in results:
        _check_shapes(name, known[name], shapes)
    if any(known[name].array and shape for name, shape in shapes.items()) or not any(shapes.values()):
        names = _in_order(whole, results, known)
        return [Batch(names, tuple(len(shapes[name]) for name in names), [[whole[name] for name in names]])]
    batches = []
    for shape in dict.fromkeys(shapes[name] for name in results):
        of_shape = [name for name in results if shapes[name] == shape]
        wanted = {need: whole[need] for name in of_shape for need in (*known[name].setpoints, name)}
        names = _in_order(wanted, of_shape, known)
        flat = [_flat(name, whole[name], shape, known, of_shape) for name in names]
        batches.append(Batch(names, (0,) * len(names), list(zip(*flat, strict=True))))
    return batches


def _spread(registry: Registry, key: Any, value: Any) -> Iterable[tuple[str, Any, bool]]:
    """Yield column, value and whether it is an axis, for each column of one thing."""
    entry = registry.find(key)
    if entry is None:
        name = (
            key if isinstance(key, str) else getattr(key, "full_name", None) or getattr(key, "name", None) or repr(key)
        )
        raise RefusedRow(registry.unknown(str(name)))
    if entry.values is None:
        return [(entry.quantities[0].field.name, value, False)]
    try:
        values = entry.values(value)
    except (MeasurandError, TypeError) as error:
        raise RefusedRow(f"{listing(entry.results)}: {value!r} refused: {error}") from error
    pairs = zip(entry.quantities, values, strict=True)
    return [(quantity.field.name, one, quantity.field.setpoint) for quantity, one in pairs]


def _whole(name: str, value: Any) -> Any:
    """Return a single value as it is, and everything that has several as an array."""
    if isinstance(value, (list, tuple)) or getattr(value, "shape", None) not in (None, ()):
        import numpy as np

        try:
            array = np.asarray(value)
        except ValueError:
            raise RefusedRow(f"{name}: {value!r} refused, its parts have different lengths.") from None
        if array.dtype.kind == "O":
            raise RefusedRow(f"{name}: {value!r} refused, allowed are arrays of numbers, texts or times.")
        return array
    if value is None:
        raise RefusedRow(f"{name}: None refused: nothing was measured. Store float('nan'), or leave the result out.")
    return (
        value.item() if getattr(value, "shape", None) == () and hasattr(value, "ndim") and _is_array(value) else value
    )


def _is_array(value: Any) -> bool:
    import numpy as np

    return isinstance(value, np.ndarray) and value.dtype.kind != "M"


def _check_shapes(name: str, quantity: Quantity, shapes: Mapping[str, Shape]) -> None:
    """Raise unless every setpoint is a single value, an array like the result, or the axis of one of its dimensions."""
    own = shapes[name]
    for setpoint in quantity.setpoints:
        shape = shapes[setpoint]
        if shape in ((), own) or (len(shape) == 1 and shape[0] in _lengths(quantity, setpoint, own)):
            continue
        raise RefusedRow(
            f"{name} has the shape {own} and its setpoint {setpoint} {shape}: a setpoint is a single value, or an array of "
            f"the same shape, or of the length of one dimension."
        )


def _lengths(quantity: Quantity, setpoint: str, own: Shape) -> Shape:
    """Return the lengths that the setpoint may have."""
    dims = quantity.field.dims
    if setpoint in dims and len(dims) == len(own):
        return (own[dims.index(setpoint)],)
    return own


def _in_order(values: Mapping[str, Any], results: Sequence[str], known: Mapping[str, Quantity]) -> tuple[str, ...]:
    """Return the columns in the order of registration, setpoints first: it does not matter in which they are added."""
    return tuple(sorted((name for name in known if name in values), key=lambda name: name in results))


def _flat(name: str, value: Any, shape: Shape, known: Mapping[str, Quantity], results: Sequence[str]) -> Sequence[Any]:
    """Return a value for each of the rows that an array of ``shape`` makes."""
    import numpy as np

    own: Shape = getattr(value, "shape", ())
    if own == ():
        return [value] * int(np.prod(shape, dtype=int))
    array: npt.NDArray[Any] = value
    if own != shape:
        array = np.broadcast_to(array.reshape(_along(name, len(array), shape, known, results)), shape)
    return list(array.ravel()) if array.dtype.kind == "M" else array.ravel().tolist()


def _along(
    name: str, length: int, shape: Shape, known: Mapping[str, Quantity], results: Sequence[str]
) -> tuple[int, ...]:
    """Return the shape in which an axis meets the array of which it is one."""
    dims = next((known[result].field.dims for result in results if name in known[result].field.dims), ())
    axis = dims.index(name) if len(dims) == len(shape) else shape.index(length)
    return tuple(length if number == axis else 1 for number in range(len(shape)))
