"""The pictures of a run: one for each measured column. Knows matplotlib's figures, and leaves pyplot to those who use it."""

from __future__ import annotations

import base64
import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core.names import listing, slug
from measurand.dataset._export._formats import FILES
from measurand.dataset._export._place import replacing
from measurand.dataset._export._source import Source
from measurand.dataset._plot._choice import Choice, choose
from measurand.dataset._plot._draw import draw
from measurand.dataset._plot._quantity import BOOLS
from measurand.dataset._plot._text import literal, wrapped
from measurand.errors import ColumnNotFound, DatasetError, ExportFailed

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar
    from matplotlib.figure import Figure, SubFigure

_SIZE = (6.4, 4.6)  # inch
_DPI = 150
_TITLE = 72  # characters that have room above a picture


@dataclass(frozen=True)
class Picture:
    """One measured column, drawn.

    Attributes:
        column: Its name.
        figure: To be changed or saved as any figure of matplotlib.
        axes: One; two for complex values: magnitude and phase.
        colorbars: One per axes for maps, none for curves.
        path: Where `plot` saved it; None: it did not.
    """

    column: str
    figure: Figure | SubFigure
    axes: tuple[Axes, ...]
    colorbars: tuple[Colorbar, ...]
    path: Path | None = None

    def save(self, path: str | Path) -> Path:
        """Write a picture file; its suffix says which kind, e.g. ``.png``, ``.pdf``, ``.svg``. One that is there is replaced.

        Raises:
            ExportFailed: There is no such kind of picture, or the disk refuses.
        """
        whole = self.figure.get_figure(root=True)
        target = Path(path)
        kinds = whole.canvas.get_supported_filetypes()
        if target.suffix[1:].lower() not in ("", *kinds):
            raise ExportFailed(
                f"{target} would be no picture; there are {listing(f'.{kind}' for kind in sorted(kinds))}."
            )
        with replacing(target, overwrite=True) as draft:
            whole.savefig(draft, dpi=_DPI, format=target.suffix[1:] or "png")
        return target


class Pictures(tuple[Picture, ...]):
    """All pictures of a run; a notebook shows them."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        images = []
        for picture in self:
            data = io.BytesIO()
            picture.figure.get_figure(root=True).savefig(data, dpi=100, format="png")
            code = base64.b64encode(data.getvalue()).decode()
            images.append(f'<img alt="{slug(picture.column)}" src="data:image/png;base64,{code}">')
        return "\n".join(images)

    def __repr__(self) -> str:
        return f"<Pictures of {listing(picture.column for picture in self)}. Go on with [0].axes, [0].save(path)>"


def plot(
    source: Source,
    columns: str | Sequence[str] | None = None,
    *,
    at: Mapping[str, Any] | None = None,
    axes: Axes | Sequence[Axes] | None = None,
    save: str | Path | bool = False,
) -> Pictures:
    """Draw a run; see `Dataset.plot`."""
    try:
        import matplotlib as mpl  # noqa: F401 - asked here for a message that helps
    except ImportError as error:
        raise ImportError("Pictures need matplotlib: pip install measurand[plot]") from error

    grid = source.to_xarray()
    declared = {dim.name for spec in source.tables.values() for dim in spec.dims}
    names = _wanted(source, grid, columns)
    bools = {one.name for spec in source.tables.values() for one in spec.columns if one.kind == "bool"}
    choices = {name: choose(grid[name].assign_attrs({BOOLS: name in bools}), declared, at or {}) for name in names}
    given = [axes] if axes is not None and not isinstance(axes, Sequence) else axes
    if given is not None and len(given) != sum(len(choice.panels) for choice in choices.values()):
        panels = sum(len(choice.panels) for choice in choices.values())
        raise DatasetError(
            f"{len(given)} axes given for {panels} panels of {listing(names)}; a complex column has two."
        )
    left = iter(given) if given is not None else None
    pictures = []
    for name, choice in choices.items():
        own = _new_axes(len(choice.panels)) if left is None else tuple(next(left) for _ in choice.panels)
        pictures.append(_picture(name, choice, own, _title(source), whole=left is None))
    if save:
        paths = _paths(source, names, save)
        pictures = [replace(one, path=one.save(path)) for one, path in zip(pictures, paths, strict=True)]
    return Pictures(pictures)


def _picture(name: str, choice: Choice, axes: tuple[Axes, ...], title: str, *, whole: bool) -> Picture:
    bars = [draw(own, panel) for own, panel in zip(axes, choice.panels, strict=True)]
    figure = axes[0].figure
    if whole:
        figure.suptitle(title, fontsize="medium")
        if choice.said:
            axes[0].set_title(choice.said, fontsize="small")
    else:
        axes[0].set_title("\n".join(filter(None, [title, choice.said])), fontsize="small")
    return Picture(name, figure, axes, tuple(bar for bar in bars if bar is not None))


def _new_axes(count: int) -> tuple[Axes, ...]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_SIZE[0] * (1 if count == 1 else 1.7), _SIZE[1]), layout="constrained")
    return tuple(figure.add_subplot(1, count, number + 1) for number in range(count))


def _wanted(source: Source, grid: xr.Dataset, columns: str | Sequence[str] | None) -> list[str]:
    measured = [str(name) for name in grid.data_vars]
    names = measured if columns is None else [columns] if isinstance(columns, str) else list(columns)
    for name in names:
        if name not in measured:
            raise ColumnNotFound(f"Run {source.number} measured no {name!r}; it measured {listing(measured)}.")
    if not names:
        raise DatasetError(f"Run {source.number} measured nothing that could be drawn.")
    return names


def _title(source: Source) -> str:
    started = source.metadata.get("started")
    date = f"{datetime.datetime.fromisoformat(started):%Y-%m-%d %H:%M}" if isinstance(started, str) else ""
    state = "" if source.status == "completed" else source.status
    first = f"run {source.number}: {source.name}"
    second = " · ".join(filter(None, [source.metadata.get("sample"), date, state]))
    return "\n".join([wrapped(literal(first), _TITLE, 2), wrapped(literal(second), _TITLE, 2)])


def _paths(source: Source, names: Sequence[str], save: str | Path | bool) -> list[Path]:
    """A file for each picture: as given for one, else named after run and column."""
    target = source.path / FILES if isinstance(save, bool) else Path(save).expanduser()
    if not isinstance(save, bool) and target.suffix and not target.is_dir():
        if len(names) == 1:
            return [target]
        return [target.with_name(f"{target.stem}-{slug(name)}{target.suffix}") for name in names]
    return [target / f"{source.path.name}-{slug(name)}.png" for name in names]
