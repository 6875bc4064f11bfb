"""One picture: a quantity and its axes as numbers with labels and units, and how it is drawn. Knows no dataset's storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt

_OF_COLOURS = ("cmap", "norm", "vmin", "vmax", "shading")  # what a line does not take


@dataclass(frozen=True)
class Quantity:
    """Numbers with a meaning.

    Attributes:
        values: The numbers, or texts, on their grid if there is one.
        label: What they are.
        unit: SI text.
        axes: What they lie along, of the same shape.
    """

    values: npt.NDArray[Any]
    label: str
    unit: str
    axes: tuple[Quantity, ...] = ()


def quantities(dataset: Any, names: Sequence[str], complex_type: str, phase: str) -> list[Quantity]:
    """Return the results ``names`` of a dataset; of complex ones two each."""
    import numpy as np

    interdeps = dataset.description.interdeps
    data = dataset.get_parameter_data(*names)
    found: list[Quantity] = []
    for name in names:
        spec = interdeps[name]
        along = interdeps.dependencies[spec]
        columns = data.get(name, {})
        empty = np.array([])
        every = [Quantity(columns.get(one.name, empty), one.label or one.name, one.unit) for one in along]
        moving = [one for one in every if _moves(one.values)]
        axes = tuple(moving if len(every) > 2 and len(moving) in (1, 2) else every)
        whole = Quantity(columns.get(name, empty), spec.label or name, spec.unit, axes)
        found += _real_parts(whole, complex_type, phase) if np.iscomplexobj(whole.values) else [whole]
    return found


def drawn(one: Quantity, axes: Any, bar: Any, title: str, options: dict[str, Any], *, rescale: bool) -> Any:
    """Draw a quantity that lies along one or two others; return its colour bar, or None."""
    colours = None
    if len(one.axes) == 1:
        _draw_line(one, axes, {key: value for key, value in options.items() if key not in _OF_COLOURS})
    else:
        colours = _draw_map(one, axes, bar, options)
    axes.set_title(title)
    across, up = one.axes[0], one if len(one.axes) == 1 else one.axes[1]
    _label(axes.xaxis, across, rescale=rescale)
    _label(axes.yaxis, up, rescale=rescale)
    if colours is not None:
        _label(colours.ax.yaxis, one, rescale=rescale)
    return colours


def _draw_line(one: Quantity, axes: Any, options: dict[str, Any]) -> None:
    x, y = one.axes[0].values.ravel(), one.values.ravel()
    if _texts(x) or _texts(y) or _ordered(x):
        axes.plot(x, y, **options)
    else:
        axes.scatter(x, y, **options)


def _draw_map(one: Quantity, axes: Any, bar: Any, options: dict[str, Any]) -> Any:
    x, y, z = one.axes[0].values, one.axes[1].values, one.values
    grid = None if _texts(z) else _grid(_numbers(x), _numbers(y), z)
    if grid is None:
        shown = axes.scatter(x.ravel(), y.ravel(), c=_numbers(z).ravel(), **options)
    else:
        shown = axes.pcolormesh(*grid, **{"shading": "nearest", **options})
    for axis, values in ((axes.xaxis, x), (axes.yaxis, y)):
        if _texts(values):
            names = sorted(set(values.ravel().tolist()))
            axis.set_ticks(range(len(names)), names)
    if bar is not None:
        return axes.figure.colorbar(shown, ax=axes, cax=bar.ax)
    return axes.figure.colorbar(shown, ax=axes)


def _grid(x: npt.NDArray[Any], y: npt.NDArray[Any], z: npt.NDArray[Any]) -> tuple[Any, Any, Any] | None:
    """Return a full grid, with NaN where nothing was measured; None: the points lie on none."""
    import numpy as np

    x, y, z = x.ravel(), y.ravel(), z.ravel()
    there = np.isfinite(x) & np.isfinite(y)
    across, i = np.unique(x[there], return_inverse=True)
    up, j = np.unique(y[there], return_inverse=True)
    if not i.size or 2 * i.size < len(across) * len(up) or min(len(across), len(up)) < 2:
        return None
    whole = np.full((len(across), len(up)), np.nan)
    whole[i, j] = z[there]
    count = np.zeros(whole.shape, dtype=int)
    np.add.at(count, (i, j), 1)
    if count.max() > 1:
        return None
    return (*np.meshgrid(across, up, indexing="ij"), whole)


def _label(axis: Any, one: Quantity, *, rescale: bool) -> None:
    from matplotlib.ticker import FuncFormatter

    from measurand.compat.plots import find_scale_and_prefix

    unit = one.unit
    if rescale and unit and not _texts(one.values) and one.values.size:
        prefix, power = find_scale_and_prefix(one.values, unit)
        if power:
            factor = 10.0**-power
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * factor:.10g}"))
        unit = f"{prefix}{unit}"
    axis.set_label_text(f"{one.label} ({unit})" if unit else one.label)


def _real_parts(one: Quantity, complex_type: str, phase: str) -> list[Quantity]:
    import numpy as np

    z = one.values
    if complex_type == "real_and_imag":
        return [
            replace(one, values=np.real(z), label=f"{one.label} [real]"),
            replace(one, values=np.imag(z), label=f"{one.label} [imag]"),
        ]
    degrees = phase == "degrees"
    angle, unit = np.angle(z, deg=degrees), "deg" if degrees else "rad"
    return [
        replace(one, values=np.abs(z), label=f"{one.label} [mag]"),
        replace(one, values=angle, label=f"{one.label} [phase]", unit=unit),
    ]


def _moves(values: npt.NDArray[Any]) -> bool:
    return bool(values.size) and bool((values != values.ravel()[0]).any())


def _ordered(x: npt.NDArray[Any]) -> bool:
    """Whether the points go one way: a line through them says something."""
    import numpy as np

    steps = np.diff(x)
    return bool((steps >= 0).all() or (steps <= 0).all())


def _texts(values: npt.NDArray[Any]) -> bool:
    return values.dtype.kind in "UO"


def _numbers(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return numbers as they are, and texts as their places in the alphabet."""
    import numpy as np

    if not _texts(values):
        return values
    return np.unique(values.astype(str), return_inverse=True)[1].reshape(values.shape).astype(float)
