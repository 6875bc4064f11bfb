"""QCoDeS's pictures of datasets: a line or points for one setpoint, a colour map or points for two. Draws with matplotlib."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from measurand._core.names import listing
from measurand.compat.dataset import load_by_run_spec
from measurand.compat.measure._picture import Quantity, drawn, quantities
from measurand.compat.measure._place import chosen
from measurand.errors import DefinitionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar

_log = logging.getLogger(__name__)
ComplexType = Literal["real_and_imag", "mag_and_phase"]
Phase = Literal["radians", "degrees"]
AxesTupleList = tuple[list[Any], list[Any]]
_MANY = 5000  # points, from which on a vector graphic holds a bitmap of them


def plot_dataset(
    dataset: Any,
    axes: Axes | Sequence[Axes] | None = None,
    colorbars: Colorbar | Sequence[Colorbar | None] | None = None,
    rescale_axes: bool = True,
    auto_color_scale: bool | None = None,
    cutoff_percentile: tuple[float, float] | float | None = None,
    complex_plot_type: ComplexType = "real_and_imag",
    complex_plot_phase: Phase = "radians",
    parameters: Sequence[str] | str | None = None,
    **kwargs: Any,
) -> AxesTupleList:
    """Draw every result of a dataset that depends on one or two setpoints.

    Args:
        dataset: The dataset.
        axes: Where to draw, one for each picture; None: new ones.
        colorbars: Colour bars to draw again, likewise.
        rescale_axes: Whether units get SI prefixes.
        auto_color_scale: Whether colours disregard outliers; None: what the settings say.
        cutoff_percentile: The most, in percent, that colours may disregard, below and above.
        complex_plot_type: What is shown of complex numbers.
        complex_plot_phase: The unit of their phase.
        parameters: Names of the results to draw; None: all.
        **kwargs: For matplotlib's functions that draw.

    Returns:
        The axes, and for each the colour bar, or None.

    Raises:
        DefinitionError: An argument is not among what is allowed, or there are not as many axes as pictures.
    """
    _allowed("complex plot type", complex_plot_type, ("real_and_imag", "mag_and_phase"))
    _allowed("complex plot phase", complex_plot_phase, ("radians", "degrees"))
    shown = [
        one
        for one in quantities(dataset, _names(dataset, parameters), complex_plot_type, complex_plot_phase)
        if _drawable(one)
    ]
    places = _each(axes, len(shown), "axes")
    bars = _each(colorbars, len(shown), "colorbars")
    title = f"Run #{dataset.captured_run_id}, Experiment {dataset.exp_name} ({dataset.sample_name})"
    found: AxesTupleList = ([], [])
    for one, place, bar in zip(shown, places, bars, strict=True):
        on = _new_axes() if place is None else place
        options = {"rasterized": one.values.size > _MANY, **kwargs}
        new_bar = drawn(one, on, bar, title, options, rescale=rescale_axes)
        if new_bar is not None:
            _colours(new_bar, auto_color_scale, cutoff_percentile)
        found[0].append(on)
        found[1].append(new_bar)
    return found


def plot_by_id(
    run_id: int,
    axes: Axes | Sequence[Axes] | None = None,
    colorbars: Colorbar | Sequence[Colorbar | None] | None = None,
    rescale_axes: bool = True,
    auto_color_scale: bool | None = None,
    cutoff_percentile: tuple[float, float] | float | None = None,
    complex_plot_type: ComplexType = "real_and_imag",
    complex_plot_phase: Phase = "radians",
    parameters: Sequence[str] | str | None = None,
    **kwargs: Any,
) -> AxesTupleList:
    """Draw a dataset that is found by the number it was measured under; the rest as `plot_dataset`."""
    dataset = load_by_run_spec(captured_run_id=run_id)
    return plot_dataset(
        dataset,
        axes,
        colorbars,
        rescale_axes,
        auto_color_scale,
        cutoff_percentile,
        complex_plot_type,
        complex_plot_phase,
        parameters,
        **kwargs,
    )


def plot_and_save_image(
    data: Any, save_pdf: bool = True, save_png: bool = True
) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """Draw a dataset, and save its pictures below the folder ``user.mainfolder`` of the settings.

    They go to ``<experiment>/<sample>/png/<number>_<which>.png``, and likewise with pdf.

    Args:
        data: The dataset.
        save_pdf: Whether to save PDF files.
        save_png: Whether to save PNG files.

    Returns:
        The dataset, its axes and its colour bars.
    """
    axes, bars = plot_dataset(data)
    folder = Path(str(chosen(None, "user", "mainfolder"))).expanduser() / data.exp_name / data.sample_name
    for kind in [kind for kind, wanted in (("pdf", save_pdf), ("png", save_png)) if wanted]:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(axes):
            one.figure.savefig(folder / kind / f"{data.run_id}_{number}.{kind}", dpi=500 if kind == "png" else None)
    return data, tuple(axes), tuple(bars)


def _names(dataset: Any, wanted: Sequence[str] | str | None) -> list[str]:
    known = [spec.name for spec in dataset.description.interdeps.dependencies]
    names = known if wanted is None else [wanted] if isinstance(wanted, str) else list(wanted)
    strangers = [name for name in names if name not in known]
    if strangers:
        raise DefinitionError(
            f"Invalid parameter(s) given. Received {strangers} but can only accept elements from {known}."
        )
    return names


def _drawable(one: Quantity) -> bool:
    if len(one.axes) not in (1, 2):
        _log.warning("%s depends on %d setpoints and is not drawn: that needs one or two", one.label, len(one.axes))
        return False
    return True


def _new_axes() -> Any:
    import matplotlib.pyplot as plt

    return plt.subplots(1, 1)[1]


def _colours(bar: Any, wanted: bool | None, cutoff: tuple[float, float] | float | None) -> None:
    from matplotlib.collections import QuadMesh

    from measurand.compat.plots import auto_color_scale_from_config

    if isinstance(bar.mappable, QuadMesh):
        auto_color_scale_from_config(bar, wanted, cutoff_percentile=(50, 50) if cutoff is None else cutoff)


def _each(given: Any, count: int, what: str) -> list[Any]:
    if given is None:
        return [None] * count
    listed = (
        list(given.flat) if hasattr(given, "flat") else list(given) if isinstance(given, (list, tuple)) else [given]
    )
    if len(listed) != count:
        raise DefinitionError(f"Trying to make {count} plots, but received {len(listed)} {what} objects.")
    return listed


def _allowed(what: str, given: str, allowed: Sequence[str]) -> None:
    if given not in allowed:
        raise DefinitionError(
            f"Invalid {what} given. Received {given!r} but can only accept {listing(map(repr, allowed))}."
        )
