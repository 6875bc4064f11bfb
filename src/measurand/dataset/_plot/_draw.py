"""Curves, maps and points on axes of matplotlib. Knows no run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measurand.dataset._plot._choice import Curves, Map, Points, Shape
from measurand.dataset._plot._quantity import Quantity, since_first

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.colorbar import Colorbar
    from matplotlib.colors import Colormap

_MARKED = 60  # so few points are shown one by one
_OUTSIDE = 1.0  # %, of the values at each end may lie outside the colours
_DISTINCT = 10  # so many colours can be told apart
_ROOM = 60  # characters of words that stand beside each other below an axis
_WORTH_IT = 1.5  # but only where that makes the range so much smaller


def draw(axes: Axes, shape: Shape) -> Colorbar | None:
    """Draw ``shape``; return the colour bar if it has one."""
    if isinstance(shape, Curves):
        _draw_curves(axes, shape)
        return None
    x, y = _along(axes.xaxis, shape.x), _along(axes.yaxis, shape.y)
    return _draw_map(axes, shape, x, y) if isinstance(shape, Map) else _draw_points(axes, shape, x, y)


def _draw_curves(axes: Axes, curves: Curves) -> None:
    import numpy as np

    x, y = _along(axes.xaxis, curves.x), _along(axes.yaxis, curves.y)
    group = curves.group
    for number in range(len(y)):
        along, values = x[number], y[number]
        marker = "o" if np.isfinite(values).sum() <= _MARKED else "." if _isolated(values) else ""
        if curves.y.unit == "°":
            along, values = _broken(along, values)
        label = group.said(float(group.values[number])) if group is not None else None
        steps: Any = "steps-mid" if curves.y.kind == "words" else "default"
        axes.plot(along, values, marker=marker, markersize=3, linewidth=1.2, label=label, drawstyle=steps)
    axes.grid(alpha=0.25)
    axes.margins(x=0.02)
    if not np.isfinite(y).any():
        known = x[np.isfinite(x)]
        axes.text(0.5, 0.5, "only NaN" if known.size else "no data", transform=axes.transAxes, ha="center")
        if np.ptp(known) if known.size else 0.0:
            axes.set_xlim(known.min(), known.max())
    elif not curves.x.label:  # a single value
        axes.set_xticks([])
        axes.annotate(
            curves.y.said(float(curves.y.values[0, 0])), (x[0, 0], y[0, 0]), (8, 8), textcoords="offset points"
        )
    elif group is not None:
        axes.legend(title=group.label, fontsize="small", title_fontsize="small", framealpha=0.8)


def _broken(along: npt.NDArray[Any], phase: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """A phase that goes round does not jump: no line where it passes 180°."""
    import numpy as np

    passes = np.flatnonzero(np.abs(np.diff(phase)) > 180) + 1
    return np.insert(along, passes, np.nan), np.insert(phase, passes, np.nan)


def _isolated(values: npt.NDArray[Any]) -> bool:
    """Whether some point has no neighbour to draw a line to."""
    import numpy as np

    there = np.concatenate([[False], np.isfinite(values), [False]])
    return bool((there[1:-1] & ~there[:-2] & ~there[2:]).any())


def _draw_map(axes: Axes, shape: Map, x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Colorbar:
    colours = _Colours(shape.z)
    if x.ndim == 1:
        x, y = _edges(x), _edges(y)
    shading: Any = "flat" if x.ndim == 1 else "nearest"
    mesh = axes.pcolormesh(x, y, colours.values, shading=shading, rasterized=True, **colours.options)
    if shape.pixels:
        axes.invert_yaxis()
        axes.set_aspect("equal")
    return colours.bar(axes, mesh)


def _draw_points(axes: Axes, shape: Points, x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Colorbar:
    """Between the points, triangles; where there are none to be had, dots."""
    import numpy as np

    colours = _Colours(shape.z)
    z = colours.values
    good = np.isfinite(x) & np.isfinite(y) & np.isfinite(z)
    triangles = _triangles(x[good], y[good]) if shape.z.kind == "numbers" else None
    if triangles is None:
        dots = axes.scatter(x[good], y[good], c=z[good], s=16, **colours.options)
        return colours.bar(axes, dots)
    where, kept = triangles
    surface = axes.tripcolor(where, z[good][kept], shading="gouraud", rasterized=True, **colours.options)
    size = 3.0 if good.sum() < 3000 else 0.5
    axes.plot(x[good], y[good], linestyle="", marker=".", markersize=size, color="black", alpha=0.35, rasterized=True)
    return colours.bar(axes, surface)


def _triangles(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> tuple[Any, npt.NDArray[Any]] | None:
    """A triangulation of points that are not all on a line, and which of them it has: each place once, its last value."""
    import numpy as np
    from matplotlib.tri import TriAnalyzer, Triangulation

    _, backwards = np.unique(np.stack([x, y])[:, ::-1], axis=1, return_index=True)
    kept = np.sort(len(x) - 1 - backwards)
    # In units of the picture: triangles are judged as they are seen.
    u, v = (np.ptp(values) or 1.0 for values in (x, y))
    try:
        where = Triangulation(x[kept] / u, y[kept] / v)
    except (ValueError, RuntimeError):  # fewer than three, or all on a line
        return None
    where.set_mask(TriAnalyzer(where).get_flat_tri_mask(0.02, rescale=False))
    return Triangulation(x[kept], y[kept], where.triangles, where.mask), kept


class _Colours:
    """How values become colours: a robust range, steps for words, a circle for phases."""

    def __init__(self, z: Quantity) -> None:
        self._z = z
        z = since_first(z) if z.kind == "times" else z
        self._extend = "neither"
        self.values, self._text = z.shown(_seen(z.values) if z.kind == "numbers" else None)
        if z.kind == "words":
            self.options: dict[str, Any] = {"cmap": _steps(len(z.words)), "vmin": -0.5, "vmax": len(z.words) - 0.5}
        elif z.unit == "°":
            self.options = {"cmap": "twilight", "vmin": -180, "vmax": 180}
        else:
            low, high, self._extend = _robust(self.values)
            self.options = {"cmap": "viridis", "vmin": low, "vmax": high}

    def bar(self, axes: Axes, drawn: Any) -> Colorbar:
        from matplotlib.figure import Figure

        figure = axes.figure
        assert isinstance(figure, Figure) or figure is not None  # noqa: S101 - axes that are drawn on have a figure
        bar = figure.colorbar(drawn, ax=axes, label=self._text, extend=self._extend)
        if self._z.kind == "words":
            places, words = self._z.ticks()
            bar.set_ticks(places, labels=words)
        elif self._z.unit == "°":
            bar.set_ticks([-180, -90, 0, 90, 180])
        else:
            _write_out(bar.ax.yaxis)
        return bar


def _steps(count: int) -> Colormap:
    """One colour for each of ``count`` words."""
    import matplotlib as mpl
    from matplotlib.colors import ListedColormap

    if count > _DISTINCT:
        return mpl.colormaps["viridis"].resampled(count)
    return ListedColormap([mpl.colormaps["tab10"](number) for number in range(max(count, 1))])


def _robust(values: npt.NDArray[Any]) -> tuple[float | None, float | None, str]:
    """The range of colours, and at which ends values lie outside: a spike is not to hide everything else."""
    import numpy as np

    finite = values[np.isfinite(values)]
    if not finite.size:
        return None, None, "neither"
    low, high = np.percentile(finite, [_OUTSIDE, 100 - _OUTSIDE])
    least, most = float(finite.min()), float(finite.max())
    if high <= low or (most - least) < _WORTH_IT * (high - low):
        return least, most, "neither"
    # Only the end that sticks out is cut.
    spread = (_WORTH_IT - 1) / 2 * (high - low)
    cut_low, cut_high = least < low - spread, most > high + spread
    ends = {(True, True): "both", (True, False): "min", (False, True): "max", (False, False): "neither"}
    return (float(low) if cut_low else least), (float(high) if cut_high else most), ends[cut_low, cut_high]


def _seen(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The ends of the range of colours, which should be readable, whatever lies outside."""
    import numpy as np

    low, high, _ = _robust(values)
    return np.array([end for end in (low, high) if end is not None])


def _along(axis: Axis, shown: Quantity) -> npt.NDArray[Any]:
    """Label an axis for a quantity; return its values as they are to be drawn."""
    from matplotlib.axis import XAxis

    values, text = shown.shown()
    axis.set_label_text(text)
    if shown.kind == "words":
        places, words = shown.ticks()
        is_wide = isinstance(axis, XAxis) and len("".join(words)) > _ROOM
        turned: dict[str, Any] = {"rotation": 30, "ha": "right"} if is_wide else {}
        axis.set_ticks(places, labels=words, **turned)
    elif shown.kind == "times":
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator = AutoDateLocator()  # type: ignore[no-untyped-call]  # matplotlib has no types for dates
        axis.set_major_locator(locator)
        axis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]  # as above
    elif shown.unit == "°":
        from matplotlib.ticker import MaxNLocator

        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 3, 9, 10]))
    elif not isinstance(axis, XAxis):
        _write_out(axis)
    return values


def _write_out(axis: Axis) -> None:
    """Write every number as it is: not as what is to be added to another one at the end of the axis."""
    from matplotlib.ticker import ScalarFormatter

    formatter = axis.get_major_formatter()
    if isinstance(formatter, ScalarFormatter):
        formatter.set_useOffset(False)


def _edges(centres: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Borders of the cells around rising centres."""
    import numpy as np

    if len(centres) == 1:
        half = abs(centres[0]) * 0.05 or 0.5
        return np.array([centres[0] - half, centres[0] + half])
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])
