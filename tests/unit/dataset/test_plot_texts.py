"""What is written on pictures: all of it can be read, whatever somebody typed or measured."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from tests.unit.dataset.test_plot import CURRENT, grid, line

from measurand.dataset import Column, DataRoot, Picture, TableSpec
from measurand.errors import ExportFailed


def inside(picture: Picture) -> bool:
    """Whether everything that is drawn lies within the picture."""
    figure = picture.figure.get_figure(root=True)
    FigureCanvasAgg(figure).draw()
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    return box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height


def test_nothing_is_cut_off_however_long_it_is(root: DataRoot):
    long = "a label that says everything there is to say about this voltage, and then some more"
    gate, current = Column("gate", unit="V", label=long, setpoint=True), Column("current", unit="A", label=long)
    with root.create_run("a name " * 40, [TableSpec("data", (gate, current))], sample="a sample " * 40) as run:
        for number in range(5):
            run.add("data", {"gate": number, "current": number})
    (picture,) = run.dataset.plot()
    assert inside(picture)
    assert picture.axes[0].get_ylabel().endswith("… (A)")
    title = picture.figure.get_figure(root=True).get_suptitle().splitlines()
    assert (title[0][:12], len(title)) == ("run 1: a nam", 4)


@pytest.mark.parametrize(
    ("label", "shown"),
    [("$V_g$", "$V_g$ (V)"), ("$V_{g$", r"\$V_{g\$ (V)"), ("5 $", r"5 \$ (V)"), ("tab\tbell\a", "tab bell  (V)")],
)
def test_formulas_are_drawn_and_what_only_looks_like_one_is_left_as_it_is(root: DataRoot, label: str, shown: str):
    (picture,) = line(
        root, CURRENT, [1.0, 2.0], Column("gate", unit="V", label=label, setpoint=True), [0.0, 1.0]
    ).plot()
    assert picture.axes[0].get_xlabel() == shown
    assert inside(picture)


def test_words_are_no_formulas_and_of_many_some_are_written(root: DataRoot):
    values = [f"a$_^$b {n} {'and so on ' * 9}" for n in range(200)]
    (picture,) = line(root, Column("state", "text"), values).plot()
    ticks = [tick.get_text() for tick in picture.axes[0].get_yticklabels()]
    assert 12 <= len(ticks) <= 24
    assert ticks[0] == r"a\$_^\$b 0 and so on and…"
    (picture,) = line(root, CURRENT, [1.0, 2.0, 3.0], Column("mode", "text", setpoint=True), values[:3]).plot()
    assert inside(picture)


def test_the_prefix_suits_the_colours_that_are_seen_not_the_spike(root: DataRoot):
    (picture,) = grid(root, size=(12, 12), current=lambda a, b: 1e-3 if a == b == 3 else 1e-9 * a).plot()
    assert picture.colorbars[0].ax.get_ylabel() == "Current (nA)"


def test_only_nan_is_not_no_data_and_shows_where_it_was_measured(root: DataRoot):
    (picture,) = line(root, CURRENT, [math.nan] * 5).plot()
    assert [text.get_text() for text in picture.axes[0].texts] == ["only NaN"]
    assert picture.axes[0].get_xlim() == (0.0, 4.0)


def test_numbers_that_differ_little_are_written_out(root: DataRoot):
    (picture,) = line(root, Column("f", unit="Hz"), [6.1234567e9 + 10 * n for n in range(10)]).plot()
    FigureCanvasAgg(picture.figure.get_figure(root=True)).draw()
    assert picture.axes[0].yaxis.get_offset_text().get_text() == ""
    assert all(tick.get_text().startswith("6.1234") for tick in picture.axes[0].get_yticklabels())


def test_a_phase_that_turns_little_has_ticks(root: DataRoot):
    (picture,) = line(root, Column("s", "complex"), [np.exp(1j * np.radians(5 + n)) for n in range(10)]).plot()
    low, high = picture.axes[1].get_ylim()
    assert sum(low <= tick <= high for tick in picture.axes[1].get_yticks()) > 3


def test_a_suffix_that_is_no_picture_is_refused(root: DataRoot, tmp_path: Path):
    (picture,) = line(root, CURRENT, [1.0]).plot()
    with pytest.raises(ExportFailed, match=r"x.docx would be no picture; there are .*\.pdf.* and \.webp"):
        picture.save(tmp_path / "x.docx")


def test_bools_are_words_also_where_some_are_not_measured_yet(root: DataRoot):
    (picture,) = grid(root, (Column("on", "bool"),), size=(6, 8), points=44, on=lambda a, b: b > 3).plot()
    assert [tick.get_text() for tick in picture.colorbars[0].ax.get_yticklabels()] == ["False", "True"]
