"""A table of runs, with their notes, snapshots and pictures a click away. Rows are made when they are seen."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from typing import Any, Literal

from measurand.compat.dataset import experiments, initialise_or_create_database_at
from measurand.compat.measure import plot_dataset
from measurand.compat.widgets._browser import nested_dict_browser
from measurand.compat.widgets._parts import button, label, library

SortBy = Literal["timestamp", "run_id"] | None
_NOTES = "widget_notes"  # under which QCoDeS keeps them, too
_AT_ONCE = 50  # rows that are made at first, and at each wish for more
_COLUMNS = {
    "Run ID": "6em", "Experiment": "14em", "Name": "12em", "Parameters": "20em", "MSMT Time": "12em", "Notes": "10em",
    "Snapshot": "7em", "Plot": "5em", "Export": "6em",
}  # fmt: skip


def experiments_widget(
    db: str | os.PathLike[str] | None = None, data_sets: Sequence[Any] | None = None, *, sort_by: SortBy = "run_id"
) -> Any:
    """Return a widget with a table of runs.

    Notes that are written there are kept with the run, as its metadata ``widget_notes``.

    Args:
        db: The database; default the current one. From now on it is the current one.
        data_sets: The runs; default all of the database.
        sort_by: Order: ``"run_id"``, ``"timestamp"`` (newest first), or None: as they are.

    Raises:
        ImportError: ipywidgets is not installed.
    """
    widgets = library()
    if data_sets is None:
        if db is not None:
            initialise_or_create_database_at(os.fspath(db))
        data_sets = [data_set for experiment in experiments() for data_set in experiment.data_sets()]
    tab = widgets.Tab(children=[widgets.Label("Snapshots and pictures are shown here.")], titles=["Info"])
    table = _Table(widgets, data_sets, tab)
    table.sort(sort_by)
    return widgets.VBox([widgets.HTML("<h1>Experiments</h1>"), tab, table.head, table.body])


class _Table:
    """The rows of some runs, in an order, as far as they were asked for.

    Args:
        widgets: ipywidgets.
        data_sets: The runs.
        tab: Where what belongs to a run is shown.
    """

    def __init__(self, widgets: Any, data_sets: Sequence[Any], tab: Any) -> None:
        self._widgets = widgets
        self._data_sets = list(data_sets)
        self._tab = tab
        self._count = _AT_ONCE
        self._upwards: dict[str, bool] = {}
        self._rows: dict[str, Any] = {}
        sortable: dict[str, Callable[[Any], Any]] = {
            "Run ID": lambda it: it.run_id,
            "Experiment": lambda it: (it.exp_name, it.sample_name),
            "Name": lambda it: it.name,
            "MSMT Time": _seconds,
        }
        self.head = widgets.HBox([self._title(name, sortable.get(name)) for name in _COLUMNS])
        self.body = widgets.VBox([])

    def sort(self, by: SortBy) -> None:
        """Order the rows."""
        if by == "timestamp":
            self._data_sets.sort(key=_seconds, reverse=True)
        elif by == "run_id":
            self._data_sets.sort(key=lambda it: it.run_id)
        self._show()

    def _title(self, name: str, key: Callable[[Any], Any] | None) -> Any:
        if key is None:
            return label(name, width=_COLUMNS[name])

        def clicked() -> None:
            self._upwards[name] = not self._upwards.get(name, False)
            self._data_sets.sort(key=key, reverse=not self._upwards[name])
            self._show()

        return button(name, clicked, width=_COLUMNS[name], tooltip=f"sort by {name}")

    def _show(self) -> None:
        rows = [self._row(data_set) for data_set in self._data_sets[: self._count]]
        left = len(self._data_sets) - len(rows)
        self.body.children = [*rows, *([button(f"{left} more …", self._more)] if left else [])]

    def _more(self) -> None:
        self._count += _AT_ONCE
        self._show()

    def _row(self, data_set: Any) -> Any:
        made = self._rows.get(data_set.guid)
        if made is None:
            made = self._rows[data_set.guid] = self._widgets.HBox(self._cells(data_set))
        return made

    def _cells(self, it: Any) -> list[Any]:
        width = _COLUMNS
        names = ", ".join(spec.name for spec in it.get_parameters())
        return [
            button(str(it.run_id), lambda: self._tell(it), width=width["Run ID"], tooltip=it.guid),
            label(f"{it.exp_name}, {it.sample_name}", width=width["Experiment"]),
            label(it.name, width=width["Name"]),
            label(names, width=width["Parameters"]),
            label(it.run_timestamp() or "", width=width["MSMT Time"]),
            self._notes(it),
            button("", lambda: self._snapshot(it), width=width["Snapshot"], icon="camera", tooltip="Snapshot"),
            button("", lambda: self._plot(it), width=width["Plot"], icon="line-chart", tooltip="Plot"),
            button("", lambda: self._export(it), width=width["Export"], icon="file", tooltip="Export as netCDF"),
        ]

    def _notes(self, it: Any) -> Any:
        """Return the note of a run, which becomes a field to write in when it is clicked."""
        box = self._widgets.VBox([], layout={"width": _COLUMNS["Notes"]})

        def read() -> None:
            text = str(it.metadata.get(_NOTES, ""))
            box.children = [button(text, write, icon="" if text else "edit", tooltip="Edit the note")]

        def write() -> None:
            field = self._widgets.Textarea(value=str(it.metadata.get(_NOTES, "")))

            def keep() -> None:
                it.add_metadata(_NOTES, field.value)
                read()

            box.children = [field, self._widgets.HBox([button("", keep, icon="save"), button("", read, icon="close")])]

        read()
        return box

    def _tell(self, it: Any) -> None:
        self._add(f"Run {it.run_id}", self._widgets.HTML(f"<pre>{_escaped(repr(it))}\nguid: {it.guid}</pre>"))

    def _snapshot(self, it: Any) -> None:
        snapshot = it.snapshot
        shown = label("This run has no snapshot.") if snapshot is None else nested_dict_browser(snapshot)
        self._add(f"Snapshot {it.run_id}", shown)

    def _plot(self, it: Any) -> None:
        try:
            axes, _ = plot_dataset(it)
            pictures = [self._widgets.Image(value=_png(figure)) for figure in dict.fromkeys(one.figure for one in axes)]
            shown = self._widgets.VBox(pictures or [label("There is nothing to draw.")])
        except Exception as error:  # noqa: BLE001 - whatever it is, the notebook shows it in place of the picture
            shown = label(f"Cannot be drawn: {error}")
        self._add(f"Plot {it.run_id}", shown)

    def _export(self, it: Any) -> None:
        try:
            it.export("netcdf")
            text = f"Exported: {it.export_info.export_paths.get('nc')}"
        except Exception as error:  # noqa: BLE001 - as above
            text = f"Cannot be exported: {error}"
        self._add(f"Export {it.run_id}", label(text))

    def _add(self, title: str, shown: Any) -> None:
        """Show something in the tab of this title, in front."""
        titles = list(self._tab.titles)
        children = list(self._tab.children)
        if title in titles:
            children[titles.index(title)] = shown
        else:
            titles.append(title)
            children.append(shown)
        self._tab.children = children
        self._tab.titles = titles
        self._tab.selected_index = titles.index(title)


def _seconds(data_set: Any) -> float:
    return data_set.run_timestamp_raw or 0.0


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _png(figure: Any) -> bytes:
    from matplotlib import pyplot as plt

    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    plt.close(figure)
    return file.getvalue()
