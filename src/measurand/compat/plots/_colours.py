"""Set the limits of a heat map's colours, with signs at the colour bar where data lie beyond them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from measurand.compat.configuration import settings
from measurand.compat.plots._auto_range import auto_range_iqr

if TYPE_CHECKING:
    from matplotlib.collections import QuadMesh
    from matplotlib.colorbar import Colorbar

_log = logging.getLogger(__name__)


def apply_color_scale_limits(
    colorbar: Colorbar,
    new_lim: tuple[float | None, float | None],
    data_lim: tuple[float, float] | None = None,
    data_array: npt.NDArray[Any] | None = None,
    color_over: Any = "Magenta",
    color_under: Any = "Cyan",
) -> None:
    """Give a heat map other limits of its colours; the colour bar gets a triangle where data lie beyond them.

    Args:
        colorbar: The colour bar of a heat map made with ``pcolormesh``.
        new_lim: Lower and upper limit; None leaves one as it is.
        data_lim: The range of the data; default that of ``data_array``.
        data_array: The data; default those of the heat map.
        color_over: Colour of what is above, as matplotlib takes it.
        color_under: Colour of what is below.

    Raises:
        RuntimeError: The colour bar belongs to no such heat map, or both ``data_lim`` and ``data_array`` are given.
    """
    mesh = _mesh_of(colorbar)
    if data_lim is not None and data_array is not None:
        raise RuntimeError("apply_color_scale_limits: data_lim and data_array are given. Give only one of them.")
    if data_lim is None:
        data: Any = np.ma.asarray(mesh.get_array() if data_array is None else data_array)
        data_lim = float(np.nanmin(data)), float(np.nanmax(data))
    present = mesh.get_clim()
    low, high = sorted(
        given if given is not None else float(now or 0) for given, now in zip(new_lim, present, strict=True)
    )
    colours = mesh.get_cmap().with_extremes(over=color_over, under=color_under)
    below, above = data_lim[0] < low, data_lim[1] > high
    colorbar.extend = "both" if below and above else "min" if below else "max" if above else "neither"
    bar: Any = colorbar
    bar._inside = slice(int(below), -1 if above else None)  # matplotlib has no public way to give a bar other ends
    mesh.set_cmap(colours)
    mesh.set_clim(low, high)  # has the colour bar drawn anew


def apply_auto_color_scale(
    colorbar: Colorbar,
    data_array: npt.NDArray[Any] | None = None,
    cutoff_percentile: tuple[float, float] | float = (50, 50),
    color_over: Any | None = "Magenta",
    color_under: Any | None = "Cyan",
) -> None:
    """Give a heat map limits of its colours that outliers do not spoil, see `auto_range_iqr`.

    Args:
        colorbar: The colour bar of a heat map made with ``pcolormesh``.
        data_array: The data; default those of the heat map.
        cutoff_percentile: How many percent may be left out at the upper and at the lower end.
        color_over: Colour of what is above, as matplotlib takes it.
        color_under: Colour of what is below.

    Raises:
        RuntimeError: The colour bar belongs to no such heat map.
    """
    found = np.ma.asarray(_mesh_of(colorbar).get_array()) if data_array is None else data_array
    data = found.compressed() if isinstance(found, np.ma.MaskedArray) else found
    new_lim = auto_range_iqr(data, cutoff_percentile)
    apply_color_scale_limits(
        colorbar, new_lim, data_array=data, color_over=color_over or "Magenta", color_under=color_under or "Cyan"
    )


def auto_color_scale_from_config(
    colorbar: Colorbar | None,
    auto_color_scale: bool | None = None,
    data_array: npt.NDArray[Any] | None = None,
    cutoff_percentile: tuple[float, float] | float | None = (50, 50),
    color_over: Any | None = None,
    color_under: Any | None = None,
) -> None:
    """Give a heat map limits that outliers do not spoil, if the settings ``plotting.auto_color_scale`` want it.

    Args:
        colorbar: The colour bar of a heat map; None: it has none, and nothing happens.
        auto_color_scale: Whether to do it; default the setting ``enabled``.
        data_array: The data; default those of the heat map.
        cutoff_percentile: How many percent may be left out at the upper and at the lower end; None: the setting.
        color_over: Colour of what is above; default the setting.
        color_under: Colour of what is below; default the setting.
    """
    if colorbar is None:
        _log.warning("auto_color_scale_from_config: there is no colour bar, nothing is scaled.")
        return
    chosen = settings().plotting.auto_color_scale
    if not (chosen.enabled if auto_color_scale is None else auto_color_scale):
        return
    cut = tuple(chosen.cutoff_percentile) if cutoff_percentile is None else cutoff_percentile
    apply_auto_color_scale(
        colorbar, data_array, cut, color_over or chosen.color_over, color_under or chosen.color_under
    )


def _mesh_of(colorbar: Colorbar) -> QuadMesh:
    from matplotlib.collections import QuadMesh

    mesh = colorbar.mappable
    if not isinstance(mesh, QuadMesh):
        raise RuntimeError(  # noqa: TRY004 - documented so
            f"Colours can be scaled of a heat map made with pcolormesh only; this colour bar belongs to a "
            f"{type(mesh).__name__}."
        )
    return mesh
