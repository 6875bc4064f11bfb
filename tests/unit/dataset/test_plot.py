"""Pictures for a look, judged by what stands on their axes."""

from __future__ import annotations

import builtins
import datetime
import math
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import PathCollection, QuadMesh, TriMesh
from matplotlib.figure import Figure

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec
from measurand.dataset._plot._prefix import prefixed
from measurand.errors import ColumnNotFound, DatasetError

GATE = Column("gate", unit="V", label="Gate voltage", setpoint=True)
BIAS = Column("bias", unit="V", label="Bias voltage", setpoint=True)
FIELD = Column("field", unit="T", label="Field", setpoint=True)
CURRENT = Column("current", unit="A", label="Current")
NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
Row = tuple[tuple[int, ...], dict[str, Any]]


def store(
    root: DataRoot, columns: Iterable[Column], dims: dict[str, int | None], rows: Iterable[Row], end: bool = True
) -> Dataset:
    spec = TableSpec("data", tuple(columns), tuple(Dim(name, size, (name,)) for name, size in dims.items()))
    run = root.create_run("a look", [spec], sample="dot 7")
    for index, values in rows:
        run.add("data", values, index)
    run.finish() if end else run.flush()
    return run.dataset


def grid(root: DataRoot, columns=(CURRENT,), size=(6, 8), points: int | None = None, **values) -> Dataset:
    """A map of gate and bias; a column not given is ``1 nA · (gate number + bias number)``."""
    given = {"current": lambda a, b: 1e-9 * (a + b), **values}
    places = list(np.ndindex(*size))[:points]
    rows = [
        ((a, b), {"gate": a / 1000, "bias": b / 10, **{column.name: given[column.name](a, b) for column in columns}})
        for a, b in places
    ]
    return store(root, (GATE, BIAS, *columns), {"gate": size[0], "bias": size[1]}, rows, end=points is None)


def line(
    root: DataRoot, column: Column, values: list[Any], setpoint: Column = GATE, places: list[Any] | None = None
) -> Dataset:
    places = [n / 1000 for n in range(len(values))] if places is None else places
    rows = [
        ((n,), {setpoint.name: place, column.name: value})
        for n, (place, value) in enumerate(zip(places, values, strict=True))
    ]
    return store(root, (setpoint, column), {setpoint.name: len(values)}, rows)


def test_a_curve_has_labels_units_and_readable_numbers(root: DataRoot):
    """L17: label and unit of the parameter stand on the axes, with the prefix that suits."""
    (picture,) = line(root, CURRENT, [0.0, 1e-9, 2e-9]).plot()
    (axes,) = picture.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Gate voltage (mV)", "Current (nA)")
    (curve,) = axes.lines
    np.testing.assert_allclose(curve.get_xdata(), [0, 1, 2])
    np.testing.assert_allclose(curve.get_ydata(), [0, 1, 2])
    assert picture.colorbars == ()


def test_the_title_says_which_run_this_is(root: DataRoot):
    run = line(root, CURRENT, [1.0, 2.0])
    (picture,) = run.plot()
    first, second = picture.figure.get_suptitle().split("\n")
    assert first == "run 1: a look"
    assert second == f"dot 7 · {run.metadata['started'][:16].replace('T', ' ')}"


def test_a_map_has_setpoints_on_its_axes_and_a_colour_bar(root: DataRoot):
    """L17."""
    (picture,) = grid(root).plot()
    (axes,) = picture.axes
    (bar,) = picture.colorbars
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Gate voltage (mV)", "Bias voltage (mV)")
    assert bar.ax.get_ylabel() == "Current (nA)"
    (mesh,) = axes.collections
    assert isinstance(mesh, QuadMesh)
    np.testing.assert_allclose(mesh.get_array(), np.add.outer(np.arange(8), np.arange(6)))
    np.testing.assert_allclose(axes.get_xlim(), [-0.5, 5.5])
    assert (mesh.norm.vmin, bar.extend) == (0, "neither")


def test_a_spike_does_not_hide_everything_else_and_the_colour_bar_says_so(root: DataRoot):
    run = grid(root, size=(20, 20), current=lambda a, b: 1e-3 if (a, b) == (3, 3) else 1e-9 * (a + b))
    (picture,) = run.plot()
    (mesh,) = picture.axes[0].collections
    assert mesh.norm.vmax == pytest.approx(np.percentile(np.asarray(mesh.get_array()), 99))
    assert (mesh.norm.vmin, picture.colorbars[0].extend) == (0, "max")


def test_an_incomplete_map_shows_what_is_there(root: DataRoot):
    (picture,) = grid(root, points=43).plot()
    (mesh,) = picture.axes[0].collections
    assert np.ma.masked_invalid(mesh.get_array()).count() == 43
    assert mesh.get_array().shape == (8, 6)
    assert picture.figure.get_suptitle().endswith("· running")


def test_a_run_that_has_nothing_yet_says_so(root: DataRoot):
    (picture,) = grid(root, points=0).plot()
    assert [text.get_text() for text in picture.axes[0].texts] == ["no data"]


def test_a_map_of_one_pass_is_a_curve_and_says_where(root: DataRoot):
    (picture,) = grid(root, points=5).plot()
    assert len(picture.axes[0].lines) == 1
    assert picture.axes[0].get_title() == "Gate voltage = 0 V (1 of 6)"


def test_complex_values_are_magnitude_and_phase(root: DataRoot):
    values = [1 + 0j, 2j, -1e-20j - 3, -3 + 1j]
    (picture,) = line(root, Column("s", "complex", unit="V", label="Signal"), values).plot()
    magnitude, phase = picture.axes
    assert (magnitude.get_ylabel(), phase.get_ylabel()) == ("|Signal| (V)", "arg Signal (°)")
    np.testing.assert_allclose(magnitude.lines[0].get_ydata(), np.abs(values))
    # Where the phase passes 180° the line is broken.
    np.testing.assert_allclose(
        phase.lines[0].get_ydata(), [0, 90, math.nan, -180, math.nan, np.degrees(np.angle(-3 + 1j))]
    )
    (picture,) = grid(root, (Column("s", "complex"),), s=lambda a, b: 1j * a + b).plot()
    bar = picture.colorbars[1]
    assert (bar.mappable.norm.vmin, bar.mappable.norm.vmax, bar.mappable.get_cmap().name) == (-180, 180, "twilight")


def ticks(axis) -> list[str]:
    return [text.get_text() for text in axis.get_ticklabels()]


def test_words_and_bools_stand_on_the_axis(root: DataRoot):
    (picture,) = line(root, Column("mode", "text"), ["idle", "on", "idle"]).plot()
    assert ticks(picture.axes[0].yaxis) == ["idle", "on"]
    assert picture.axes[0].lines[0].get_ydata().tolist() == [0, 1, 0]
    (picture,) = line(root, Column("ok", "bool"), [True, False, True]).plot()
    assert ticks(picture.axes[0].yaxis) == ["False", "True"]
    (picture,) = line(root, CURRENT, [1.0, 2.0], Column("range", "text", setpoint=True), ["low", "high"]).plot()
    assert ticks(picture.axes[0].xaxis) == ["low", "high"]


def test_words_and_times_as_colours(root: DataRoot):
    columns = (Column("mode", "text"), Column("when", "datetime", label="When"))
    run = grid(
        root, columns, mode=lambda a, b: "on" if b else "off", when=lambda a, b: NOON + datetime.timedelta(hours=a)
    )
    mode, when = run.plot()
    assert ticks(mode.colorbars[0].ax.yaxis) == ["off", "on"]
    assert when.colorbars[0].ax.get_ylabel() == "When after the first (h)"
    assert when.axes[0].collections[0].get_array().max() == pytest.approx(5)


def test_times_are_dates_on_an_axis(root: DataRoot):
    when = Column("when", "datetime", label="When", setpoint=True)
    (picture,) = line(root, CURRENT, [1.0, 2.0], when, [NOON, NOON + datetime.timedelta(hours=3)]).plot()
    picture.figure.canvas.draw()
    assert picture.axes[0].get_xlabel() == "When (UTC)"
    assert {"12:00", "15:00"} <= set(ticks(picture.axes[0].xaxis))


def test_few_passes_are_curves_side_by_side(root: DataRoot):
    (picture,) = grid(root, size=(3, 8)).plot()
    (axes,) = picture.axes
    assert len(axes.lines) == 3
    legend = axes.get_legend()
    assert legend.get_title().get_text() == "Gate voltage"
    assert [text.get_text() for text in legend.get_texts()] == ["0 V", "1 mV", "2 mV"]


def test_loose_rows_are_grouped_by_a_word(root: DataRoot):
    rows = [((), {"gate": n / 10, "channel": "left" if n % 2 else "right", "current": float(n)}) for n in range(7)]
    run = store(root, (GATE, Column("channel", "text", setpoint=True), CURRENT), {}, rows)
    (picture,) = run.plot()
    right, left = picture.axes[0].lines
    assert (right.get_label(), left.get_label()) == ("right", "left")
    assert left.get_ydata()[:3].tolist() == [1, 3, 5]


def test_there_and_back_is_one_curve(root: DataRoot):
    (picture,) = line(root, CURRENT, [0.0, 1.0, 2.0, 1.5, 0.5], places=[0, 1, 2, 1, 0]).plot()
    assert picture.axes[0].lines[0].get_xdata().tolist() == [0, 1, 2, 1, 0]


def test_a_falling_axis_is_drawn_rising(root: DataRoot):
    rows = [((a, b), {"gate": -a / 1000, "bias": b, "current": 10.0 * a + b}) for a in range(6) for b in range(6)]
    (picture,) = store(root, (GATE, BIAS, CURRENT), {"gate": 6, "bias": 6}, rows).plot()
    assert picture.axes[0].collections[0].get_array()[0].tolist() == [50, 40, 30, 20, 10, 0]
    assert picture.axes[0].get_xlim() == pytest.approx((-5.5, 0.5))


def test_a_map_that_went_there_and_back_counts_its_passes(root: DataRoot):
    way = [0, 1, 2, 1, 0]
    rows = [((a, b), {"gate": gate, "bias": b, "current": 1.0 * a}) for a, gate in enumerate(way) for b in range(6)]
    (picture,) = store(root, (GATE, BIAS, CURRENT), {"gate": 5, "bias": 6}, rows).plot()
    assert picture.axes[0].get_xlabel() == "point of Gate voltage"
    assert picture.axes[0].collections[0].get_array()[0].tolist() == [0, 1, 2, 3, 4]


def test_scattered_points_are_triangles_between_dots(root: DataRoot):
    random = np.random.default_rng(0)
    rows = [((), {"gate": x, "bias": y, "current": x + y}) for x, y in random.uniform(size=(50, 2)).tolist()]
    rows.append(((), {**rows[0][1], "current": 9.0}))  # one place again: its last value counts
    (picture,) = store(root, (GATE, BIAS, CURRENT), {}, rows).plot()
    (surface,) = picture.axes[0].collections
    assert isinstance(surface, TriMesh)
    assert len(surface.get_array()) == 50
    assert surface.get_array().max() == 9
    assert len(picture.axes[0].lines[0].get_xdata()) == 51


def test_points_on_a_line_are_dots(root: DataRoot):
    rows = [((), {"gate": n, "bias": 2 * n, "current": n}) for n in range(5)]
    (picture,) = store(root, (GATE, BIAS, CURRENT), {}, rows).plot()
    (dots,) = picture.axes[0].collections
    assert isinstance(dots, PathCollection)
    assert dots.get_array().tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("turn", "kind"), [(0.1, QuadMesh), (-5.0, TriMesh)])
def test_a_bent_grid_is_drawn_where_its_points_are(root: DataRoot, turn: float, kind: type):
    """A grid that never turns back keeps its cells, any other is points."""
    rows = [
        ((a, b), {"gate": float(a), "bias": b + turn * a if turn > 0 else (b - 2) ** 2 + a * 0.1, "current": 1.0 * a})
        for a in range(6)
        for b in range(6)
    ]
    (picture,) = store(root, (GATE, BIAS, CURRENT), {"gate": 6, "bias": 6}, rows).plot()
    assert isinstance(picture.axes[0].collections[0], kind)


def three(root: DataRoot, points: int = 3 * 5 * 5) -> Dataset:
    rows = [
        ((f, a, b), {"field": f / 10, "gate": a, "bias": b, "current": 100.0 * f + 10 * a + b})
        for f, a, b in list(np.ndindex(3, 5, 5))[:points]
    ]
    return store(root, (FIELD, GATE, BIAS, CURRENT), {"field": 3, "gate": 5, "bias": 5}, rows)


def test_more_than_two_dims_are_cut_where_data_came_last_and_that_is_said(root: DataRoot):
    (picture,) = three(root).plot()
    assert picture.axes[0].get_title() == "Field = 200 mT (3 of 3)"
    assert picture.axes[0].collections[0].get_array()[0, 0] == 200
    (picture,) = three(root, 30).plot()
    assert picture.axes[0].get_title() == "Field = 100 mT (2 of 3)"


def test_the_cut_can_be_chosen(root: DataRoot):
    (picture,) = three(root).plot(at={"field": 0.11})
    assert picture.axes[0].get_title() == "Field = 100 mT (2 of 3)"
    (picture,) = three(root).plot(at={"field": 0, "bias": 2})
    assert picture.axes[0].get_title() == "Field = 0 T (1 of 3), Bias voltage = 2 V (3 of 5)"
    assert picture.axes[0].lines[0].get_ydata().tolist() == [2, 12, 22, 32, 42]
    with pytest.raises(
        DatasetError, match="current cannot be cut at 'temperature'; it has the dims field, gate and bias."
    ):
        three(root).plot(at={"temperature": 1})


def test_the_cut_can_be_a_word_or_a_time(root: DataRoot):
    when = Column("when", "datetime", label="When", setpoint=True)
    side = Column("side", "text", label="Side", setpoint=True)
    rows = [
        (
            (a, b),
            {
                "side": "left" if a == 0 else "right",
                "when": NOON + datetime.timedelta(hours=b),
                "current": 10.0 * a + b,
            },
        )
        for a in range(2)
        for b in range(5)
    ]
    run = store(root, (side, when, CURRENT), {"side": 2, "when": 5}, rows)
    (picture,) = run.plot(at={"side": "right"})
    assert picture.axes[0].get_title() == "Side = right (2 of 2)"
    assert picture.axes[0].lines[0].get_ydata().tolist() == [10, 11, 12, 13, 14]
    (picture,) = run.plot(at={"when": NOON + datetime.timedelta(hours=2.2)})
    assert picture.axes[0].get_title() == "When = 2026-11-20 14:00:00 UTC (3 of 5)"
    with pytest.raises(DatasetError, match="Side cannot be 'up'; give 'left' and 'right'."):
        run.plot(at={"side": "up"})
    with pytest.raises(DatasetError, match="When cannot be 3; give a datetime."):
        run.plot(at={"when": 3})


@pytest.mark.parametrize("size", [3, None])
def test_nothing_of_many_dims_is_still_a_picture(root: DataRoot, size: int | None):
    run = store(root, (FIELD, GATE, BIAS, CURRENT), {"field": size, "gate": size, "bias": size}, [], end=False)
    (picture,) = run.plot(at={"field": 0.3})
    assert [text.get_text() for text in picture.axes[0].texts] == ["no data"]


def test_arrays_are_drawn_along_their_axis_and_images_as_images(root: DataRoot):
    time = Column("time", unit="s", label="Time", shape=(9,), setpoint=True)
    trace = Column("trace", unit="V", shape=(9,))
    image = Column("image", "int", unit="counts", shape=(5, 8))
    rows = [
        (
            (n,),
            {"gate": n, "time": np.arange(9) * 1e-6, "trace": np.arange(9.0) * n, "image": np.arange(40).reshape(5, 8)},
        )
        for n in range(6)
    ]
    drawn, camera = store(root, (GATE, time, trace, image), {"gate": 6}, rows).plot()
    assert (drawn.axes[0].get_xlabel(), drawn.axes[0].get_ylabel()) == ("Gate voltage (V)", "Time (µs)")
    assert camera.axes[0].get_title() == "Gate voltage = 5 V (6 of 6)"
    assert camera.axes[0].yaxis_inverted()
    assert camera.axes[0].collections[0].get_array().tolist() == np.arange(40).reshape(5, 8).tolist()


def test_a_single_value_is_written_beside_its_dot(root: DataRoot):
    (picture,) = store(root, (Column("temperature", unit="K"),), {}, [((), {"temperature": 0.012})]).plot()
    assert [text.get_text() for text in picture.axes[0].texts] == ["12 mK"]


@pytest.mark.parametrize(
    ("unit", "largest", "shown"),
    [
        ("V", 0.0012, "mV"),
        ("V", 1.0, "V"),
        ("V", 0.99999, "V"),
        ("A", 3e-12, "pA"),
        ("Ω", 2.58e4, "kΩ"),
        ("Hz", 6e9, "GHz"),
        ("V/√Hz", 3e-9, "nV/√Hz"),
        ("s", 5e-6, "µs"),
        ("s", 5e6, "s"),
        ("K", 0.02, "mK"),
        ("dBm", 1e-3, "dBm"),
        ("dB", 1e4, "dB"),
        ("deg", 1e-3, "deg"),
        ("°", 1e-3, "°"),
        ("%", 1e-3, "%"),
        ("", 1e-3, ""),
        ("m^2", 1e-6, "m^2"),
        ("mV", 1e-3, "mV"),
        ("counts", 1e6, "counts"),
        ("V", 1e-30, "V"),
        ("V", 0.0, "V"),
    ],
)
def test_prefixes_go_to_units_that_take_them(unit: str, largest: float, shown: str):
    """1.2 mV, not 0.0012 V; never a millidecibel."""
    factor, text = prefixed(unit, np.array([-largest, 0, math.nan]))
    assert text == shown
    assert factor == 1 or 0.999 <= factor * largest < 1000


def test_columns_can_be_chosen(root: DataRoot):
    run = grid(root, (CURRENT, Column("power", unit="W")), power=lambda a, b: 1.0)
    assert [picture.column for picture in run.plot()] == ["current", "power"]
    assert [picture.column for picture in run.plot("power")] == ["power"]
    with pytest.raises(ColumnNotFound, match="Run 1 measured no 'gate'; it measured current and power."):
        run.plot(["gate"])


@pytest.mark.parametrize(("name", "magic"), [("x.png", b"\x89PNG"), ("x.pdf", b"%PDF"), ("x.svg", b"<?xml")])
def test_a_picture_is_saved_as_its_suffix_says(root: DataRoot, tmp_path: Path, name: str, magic: bytes):
    run = grid(root)
    run.plot(save=tmp_path / "new" / name)
    run.plot(save=tmp_path / "new" / name)  # a picture is a look: the newer one is wanted
    assert (tmp_path / "new" / name).read_bytes().startswith(magic)
    assert [path.name for path in (tmp_path / "new").iterdir()] == [name]


def test_several_pictures_are_saved_under_their_names(root: DataRoot, tmp_path: Path):
    run = grid(root, (CURRENT, Column("Power out", unit="W")), **{"Power out": lambda a, b: 1.0})
    run.plot(save=tmp_path / "x.png")
    assert {"x-current.png", "x-power-out.png"} <= {path.name for path in tmp_path.iterdir()}
    run.plot(save=True)
    assert {path.name for path in (run.path / "files").iterdir()} == {
        f"{run.path.name}-current.png",
        f"{run.path.name}-power-out.png",
    }


def test_axes_can_be_given(root: DataRoot):
    figure = Figure()
    left, right = figure.subplots(1, 2)
    (picture,) = line(root, Column("s", "complex"), [1j, 2]).plot(axes=(left, right))
    assert picture.axes == (left, right)
    assert picture.figure is figure
    assert left.get_title().startswith("run 1: a look")
    with pytest.raises(DatasetError, match="1 axes given for 2 panels of s; a complex column has two."):
        line(root, Column("s", "complex"), [1j, 2]).plot(axes=left)


def test_a_notebook_shows_all_pictures(root: DataRoot):
    pictures = grid(root, (CURRENT, Column("power")), power=lambda a, b: 1.0).plot()
    assert pictures._repr_html_().count('src="data:image/png;base64,') == 2
    assert repr(pictures) == "<Pictures of current and power. Go on with [0].axes, [0].save(path)>"


def test_pyplot_is_left_to_those_who_use_it(root: DataRoot, child_environment: dict[str, str]):
    """Headless, and without a window system's or a notebook's state."""
    run = grid(root)
    code = (
        "import sys; from measurand.dataset import Dataset\n"
        f"Dataset({str(run.path)!r}).plot(save=True)\n"
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], env=child_environment, check=True)


def test_a_missing_matplotlib_says_what_to_install(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def without(module: str, *args, **options):
        if module == "matplotlib":
            raise ImportError(module)
        return real(module, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install measurand\[plot\]"):
        grid(root).plot()
