"""Widgets of notebooks, clicked as a user would: real ipywidgets without a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import ipywidgets
import matplotlib as mpl
import pytest

from measurand.compat.dataset import initialise_or_create_database_at, load_by_id, load_or_create_experiment
from measurand.compat.measure import do1d
from measurand.compat.widgets import _experiments, experiments_widget, nested_dict_browser
from measurand.parameters import ManualParameter, Parameter


@pytest.fixture
def database(tmp_path: Path) -> Path:
    mpl.use("agg")
    path = tmp_path / "lab.db"
    initialise_or_create_database_at(path)
    gate = ManualParameter("gate", unit="V")
    current = Parameter("current", unit="A", get_cmd=lambda: gate.cache.value)
    for name in ("first", "second", "third"):
        load_or_create_experiment(name, "sample")
        do1d(gate, 0, 1, 3, 0, current, do_plot=False)
    return path


def rows(widget: Any) -> list[Any]:
    return [row for row in widget.children[3].children if isinstance(row, ipywidgets.HBox)]


def ids(widget: Any) -> list[str]:
    return [row.children[0].description for row in rows(widget)]


def test_runs_are_listed_with_what_they_are(database: Path) -> None:
    widget = experiments_widget()
    assert ids(widget) == ["1", "2", "3"]
    texts = [cell.value for cell in rows(widget)[1].children if isinstance(cell, ipywidgets.Label)]
    assert texts[0] == "second, sample"
    assert texts[2] == "gate, current"
    assert ids(experiments_widget(sort_by="timestamp")) == ["3", "2", "1"]
    assert ids(experiments_widget(data_sets=[load_by_id(2), load_by_id(1)], sort_by=None)) == ["2", "1"]
    assert ids(experiments_widget(db=str(database))) == ["1", "2", "3"]


def test_a_title_sorts(database: Path) -> None:
    widget = experiments_widget()
    title = widget.children[2].children[0]
    title.click()
    assert ids(widget) == ["1", "2", "3"]
    title.click()
    assert ids(widget) == ["3", "2", "1"]


def test_rows_are_made_when_they_are_wanted(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_experiments, "_AT_ONCE", 2)
    widget = experiments_widget()
    assert ids(widget) == ["1", "2"]
    more = widget.children[3].children[-1]
    assert more.description == "1 more …"
    more.click()
    assert ids(widget) == ["1", "2", "3"]


def test_a_note_is_kept_with_its_run(database: Path) -> None:
    notes = rows(experiments_widget())[0].children[5]
    notes.children[0].click()
    field, (save, _) = notes.children[0], notes.children[1].children
    field.value = "cooled twice"
    save.click()
    assert load_by_id(1).metadata["widget_notes"] == "cooled twice"
    assert notes.children[0].description == "cooled twice"
    notes.children[0].click()
    _, cancel = notes.children[1].children
    notes.children[0].value = "never mind"
    cancel.click()
    again = rows(experiments_widget())[0].children[5]
    assert again.children[0].description == "cooled twice"


def test_snapshot_picture_and_file_are_a_click_away(database: Path) -> None:
    widget = experiments_widget()
    tab = widget.children[1]
    row = rows(widget)[0].children
    row[0].click()
    assert tab.titles == ("Info", "Run 1")
    assert load_by_id(1).guid in tab.children[1].value
    row[6].click()
    assert tab.titles[2] == "Snapshot 1"
    row[7].click()
    (picture,) = tab.children[3].children
    assert bytes(picture.value).startswith(b"\x89PNG")
    row[8].click()
    assert tab.children[4].value.startswith("Exported: ")
    assert Path(tab.children[4].value.removeprefix("Exported: ")).is_file()
    row[7].click()
    assert tab.titles == ("Info", "Run 1", "Snapshot 1", "Plot 1", "Export 1")
    assert tab.selected_index == 3


def test_what_cannot_be_drawn_is_told_in_its_place(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data_set: Any) -> Any:
        raise RuntimeError("no ink")

    monkeypatch.setattr(_experiments, "plot_dataset", broken)
    widget = experiments_widget()
    rows(widget)[0].children[7].click()
    assert widget.children[1].children[1].value == "Cannot be drawn: no ink"


def test_nested_data_are_looked_through_level_by_level() -> None:
    browser = nested_dict_browser({"dac": {"ch1": {"voltage": 0.5}, "empty": {}}, "long": "x" * 1000})
    way, level = browser.children
    assert way.children == ()
    dac, long = level.children
    assert len(long.children[1].value) == 401
    dac.children[0].click()
    way, level = browser.children
    assert [it.description for it in way.children] == ["↰", "dac"]
    assert [row.children[1].value for row in level.children] == ["1 entries …", "{}"]
    level.children[0].children[0].click()
    assert browser.children[1].children[0].children[1].value == "0.5"
    browser.children[0].children[1].click()
    assert [it.description for it in browser.children[0].children] == ["↰", "dac"]
    browser.children[0].children[0].click()
    assert browser.children[0].children == ()
    assert nested_dict_browser({}).children[1].children[0].value == "nothing"
    assert nested_dict_browser({"a": 3}, ["a"]).children[1].children[0].children[1].value == "3"
    with pytest.raises(KeyError):
        nested_dict_browser({}, ["nowhere"])


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(ImportError, match=r"pip install measurand\[qcodes\]"):
        nested_dict_browser({})


def test_the_alias_has_it_where_the_documentation_says(alias: None) -> None:
    import qcodes as qc  # type: ignore[import-not-found]  # under the alias

    assert qc.interactive_widget.experiments_widget is experiments_widget
    assert qc.interactive_widget.nested_dict_browser is nested_dict_browser
