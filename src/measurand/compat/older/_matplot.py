"""`MatPlot`: curves and heat maps of the arrays of a loop, in a window of matplotlib, drawn again as they fill."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from measurand.errors import DefinitionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class MatPlot:
    """A window of matplotlib with what is added to it.

    Arrays of a loop bring their setpoints, names and units along: ``MatPlot(data.current)`` is enough. Of others give the
    axes first: ``MatPlot(x, y)``, ``MatPlot(x, y, z)``.

    Args:
        *args: What is drawn, see `add`; several arrays of a loop are drawn side by side.
        figsize: Width and height in inches; default matplotlib's.
        interval: Accepted; the picture is drawn again by `update`.
        subplots: Number of pictures side by side, or rows and columns.
        num: Number of the window.
        **kwargs: Of matplotlib's functions that draw.

    Example:
        >>> import matplotlib
        >>> matplotlib.use("agg")
        >>> plot = MatPlot([0, 1, 2], [0, 1, 4])
        >>> len(plot.traces)
        1
    """

    def __init__(
        self,
        *args: Any,
        figsize: tuple[float, float] | None = None,
        interval: float = 1,
        subplots: int | tuple[int, int] | None = None,
        num: int | None = None,
        **kwargs: Any,
    ) -> None:
        from matplotlib import pyplot as plt

        del interval
        several = [(one,) for one in args] if args and all(_has_setpoints(one) for one in args) else [args] * bool(args)
        rows, columns = subplots if isinstance(subplots, tuple) else (1, subplots or max(1, len(several)))
        self.fig: Figure = plt.figure(figsize=figsize, num=num)
        self.subplots: list[Axes] = list(np.ravel(self.fig.subplots(rows, columns)))
        self.traces: list[dict[str, Any]] = []
        for number, data in enumerate(several, start=1):
            self.add(*data, subplot=number, **kwargs)

    def __getitem__(self, number: int) -> Axes:
        """Return the axes of a picture, counted from 0."""
        return self.subplots[number]

    def add(self, *args: Any, subplot: int = 1, title: str | None = None, **kwargs: Any) -> None:
        """Draw something.

        Args:
            *args: ``y``; ``x, y``; or ``x, y, z`` for a heat map. An array of a loop alone brings its setpoints along.
            subplot: In which picture, counted from 1.
            title: Above it.
            **kwargs: ``x``, ``y`` and ``z`` by name; all others for matplotlib's ``plot`` or ``pcolormesh``.

        Raises:
            DefinitionError: The sizes do not fit together, or there is no such picture.
        """
        if not 1 <= subplot <= len(self.subplots):
            raise DefinitionError(f"MatPlot.add: subplot={subplot} refused, there are 1 to {len(self.subplots)}.")
        config = _named(args, {key: kwargs.pop(key) for key in ("x", "y", "z") if key in kwargs})
        axes = self.subplots[subplot - 1]
        trace = {"config": config, "options": kwargs, "subplot": subplot, "plot_object": None}
        self.traces.append(trace)
        self._draw(trace)
        for name, labelled in (("x", axes.set_xlabel), ("y", axes.set_ylabel)):
            if name in config:
                labelled(_text(config[name]))
        if title is not None:
            axes.set_title(title)

    def update(self) -> None:
        """Draw everything again, as it is now."""
        for trace in self.traces:
            self._draw(trace)
        for axes in self.subplots:
            axes.relim()
            axes.autoscale_view()
        self.fig.canvas.draw_idle()

    update_plot = update

    def clear(self) -> None:
        """Take everything out."""
        for axes in self.subplots:
            axes.clear()
        self.traces.clear()

    def save(self, filename: str | os.PathLike[str] | None = None) -> None:
        """Write the picture to a file.

        Args:
            filename: Its path; the ending says the format. Default ``MatPlot.png`` in the working directory.
        """
        self.fig.savefig(os.fspath(filename or "MatPlot.png"))

    def tight_layout(self) -> None:
        """Arrange the pictures so that their texts do not overlap."""
        self.fig.tight_layout()

    def _draw(self, trace: dict[str, Any]) -> None:
        axes, config, drawn = self.subplots[trace["subplot"] - 1], trace["config"], trace["plot_object"]
        values = {name: np.asarray(getattr(data, "ndarray", data), dtype=float) for name, data in config.items()}
        if "z" not in values:
            x = values.get("x", np.arange(values["y"].size)).ravel()
            y = values["y"].ravel()
            if x.size != y.size:
                raise DefinitionError(f"MatPlot.add: {x.size} values of x and {y.size} of y do not fit together.")
            if drawn is None:
                (trace["plot_object"],) = axes.plot(x, y, **trace["options"])
            else:
                drawn.set_data(x, y)
            return
        x, y, z = _grid(values)
        if drawn is not None:
            drawn.remove()
        mesh = axes.pcolormesh(x, y, np.ma.masked_invalid(z), shading="nearest", **trace["options"])
        if drawn is None:
            bar = self.fig.colorbar(mesh, ax=axes)
            bar.set_label(_text(config["z"]))
            trace["colorbar"] = bar
        else:
            trace["colorbar"].update_normal(mesh)
        trace["plot_object"] = mesh


def _has_setpoints(data: Any) -> bool:
    return bool(getattr(data, "set_arrays", None)) and np.ndim(data.ndarray) in (1, 2)


def _named(args: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is drawn by ``x``, ``y`` and ``z``."""
    if len(args) > 3:
        raise DefinitionError(f"MatPlot.add: {len(args)} arrays refused, allowed y; x, y; or x, y, z.")
    names = {0: (), 1: ("y",), 2: ("x", "y"), 3: ("x", "y", "z")}[len(args)]
    if len(args) == 1 and _is_map(args[0]):
        names = ("z",)
    config = {**dict(zip(names, args, strict=True)), **named}
    last = config.get("z", config.get("y"))
    if last is None:
        raise DefinitionError("MatPlot.add: there is nothing to draw. Give y; x, y; or x, y, z.")
    if _has_setpoints(last) and "x" not in config:
        if "z" in config:  # the outer sweep goes up, the inner one to the right
            config = {"x": last.set_arrays[1], "y": last.set_arrays[0], **config}
        else:
            config = {"x": last.set_arrays[0], **config}
    return {name: config[name] for name in ("x", "y", "z") if name in config}


def _is_map(data: Any) -> bool:
    return np.ndim(getattr(data, "ndarray", data)) == 2


def _grid(values: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """Return x, y and z of a heat map; the axes are counted where they are not given."""
    z = values["z"]
    if z.ndim != 2:
        raise DefinitionError(f"MatPlot.add: z of shape {z.shape} refused, a heat map has 2 dimensions.")
    rows, columns = z.shape
    x, y = values.get("x", np.arange(columns)), values.get("y", np.arange(rows))
    x = x[0] if x.ndim == 2 else x
    y = y[:, 0] if y.ndim == 2 else y
    if (y.size, x.size) != (rows, columns):
        raise DefinitionError(f"MatPlot.add: z of shape {z.shape} does not fit to {y.size} y and {x.size} x.")
    return _complete(x), _complete(y), z


def _complete(axis: Any) -> Any:
    """Return an axis without gaps: setpoints of a loop that has not come so far go on as they began."""
    missing = ~np.isfinite(axis)
    if not missing.any():
        return axis
    known = np.flatnonzero(~missing)
    step = (axis[known[1]] - axis[known[0]]) / (known[1] - known[0]) if known.size > 1 else 1.0
    first = axis[known[0]] if known.size else 0.0
    offset = known[0] if known.size else 0
    return np.where(missing, first + step * (np.arange(axis.size) - offset), axis)


def _text(data: Any) -> str:
    name, unit = getattr(data, "label", None) or getattr(data, "name", None) or "", getattr(data, "unit", None)
    return f"{name} ({unit})" if unit else str(name)
