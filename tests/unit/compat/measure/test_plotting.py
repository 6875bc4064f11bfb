"""Pictures: which kind is drawn of what, labels and units, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from measurand.compat.dataset import Experiment
from measurand.compat.measure import Measurement, plot_and_save_image, plot_by_id, plot_dataset
from measurand.errors import DefinitionError


@pytest.fixture(autouse=True)
def _quietly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("Agg")
    yield
    plt.close("all")


@pytest.fixture
def measured(experiment: Experiment) -> Any:
    def make(setpoints: dict[str, Any], z: Any, paramtype: str = "numeric") -> Any:
        measurement = Measurement(exp=experiment, name="picture")
        for name, values in setpoints.items():
            text = isinstance(np.asarray(values).flat[0], str)
            measurement.register_custom_parameter(
                name, label=name.upper(), unit="" if text else "V", paramtype="text" if text else "numeric"
            )
        measurement.register_custom_parameter("z", label="Z", unit="A", setpoints=tuple(setpoints), paramtype=paramtype)
        with measurement.run() as datasaver:
            datasaver.add_result(*setpoints.items(), ("z", z))
        return datasaver.dataset

    return make


def test_one_setpoint_makes_a_line_with_prefixes(measured: Any) -> None:
    axes, bars = plot_dataset(measured({"x": [0.0, 1e-3, 2e-3]}, [0.0, 1e-9, 3e-9]))
    assert bars == [None]
    assert (axes[0].get_xlabel(), axes[0].get_ylabel()) == ("X (mV)", "Z (nA)")
    assert axes[0].xaxis.get_major_formatter()(2e-3, 0) == "2"
    assert axes[0].get_title() == "Run #1, Experiment sweeps (chip)"


def test_points_that_go_back_and_forth_make_no_line(measured: Any) -> None:
    axes, _ = plot_dataset(measured({"x": [0, 2, 1]}, [1, 2, 3]), rescale_axes=False)
    assert not axes[0].lines
    assert axes[0].collections[0].get_offsets().tolist() == [[0, 1], [2, 2], [1, 3]]


def test_a_grid_makes_a_map_also_when_points_are_missing(measured: Any) -> None:
    x, y = [0, 0, 1, 1, 2], [0, 1, 0, 1, 0]
    axes, bars = plot_dataset(measured({"x": x, "y": y}, [1, 2, 3, 4, 5]), rescale_axes=False)
    shown = np.ma.filled(axes[0].collections[0].get_array().astype(float), np.nan).reshape(3, 2)
    np.testing.assert_array_equal(shown, [[1, 2], [3, 4], [5, np.nan]])
    assert (axes[0].get_ylabel(), bars[0].ax.get_ylabel()) == ("Y (V)", "Z (A)")


@pytest.mark.parametrize("y", [[0, 1, 5, 9], [0, 0, 0, 0]])
def test_points_on_no_grid_stay_points(measured: Any, y: list[float]) -> None:
    axes, bars = plot_dataset(measured({"x": [0, 1, 2, 3], "y": y}, [1, 2, 3, 4]))
    assert type(axes[0].collections[0]).__name__ == "PathCollection"
    assert bars[0] is not None


def test_texts_have_places_on_an_axis(measured: Any) -> None:
    axes, _ = plot_dataset(measured({"x": ["on", "off", "on"], "y": [1, 2, 3]}, [1, 2, 3]))
    assert [label.get_text() for label in axes[0].get_xticklabels()] == ["off", "on"]
    axes, _ = plot_dataset(measured({"x": ["on", "off"]}, [1, 2]))
    assert len(axes[0].lines) == 1


def test_complex_numbers_make_two_pictures(measured: Any) -> None:
    dataset = measured({"x": [0, 1]}, [1 + 0j, 1j], "complex")
    assert [axis.get_ylabel() for axis in plot_dataset(dataset)[0]] == ["Z [real] (A)", "Z [imag] (A)"]
    axes, _ = plot_dataset(dataset, complex_plot_type="mag_and_phase")
    assert [axis.get_ylabel() for axis in axes] == ["Z [mag] (A)", "Z [phase] (rad)"]


def test_what_depends_on_three_or_none_is_not_drawn(measured: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert plot_dataset(measured({"x": [1], "y": [1], "w": [1]}, [1])) == ([], [])
    assert "depends on 3 setpoints and is not drawn" in caplog.text
    assert plot_dataset(measured({}, [1, 2])) == ([], [])


def test_setpoints_that_stay_do_not_count_if_there_are_many(measured: Any) -> None:
    axes, _ = plot_dataset(measured({"x": [0, 1], "y": [5, 5], "w": [6, 6]}, [1, 2]))
    assert (axes[0].get_xlabel(), axes[0].get_ylabel()) == ("X (V)", "Z (A)")


def test_axes_and_colour_bars_are_used_again(measured: Any) -> None:
    dataset = measured({"x": [0, 0, 1, 1], "y": [0, 1, 0, 1]}, [1, 2, 3, 4])
    axes, bars = plot_dataset(dataset, cmap="viridis")
    again, _ = plot_by_id(1, axes=axes, colorbars=bars)
    assert again == axes
    with pytest.raises(DefinitionError, match="Trying to make 1 plots, but received 2 axes objects"):
        plot_dataset(dataset, axes=[*axes, *axes])


@pytest.mark.parametrize(
    "wrong", [{"parameters": ["q"]}, {"complex_plot_type": "both"}, {"complex_plot_phase": "turns"}]
)
def test_what_is_not_allowed_is_named(measured: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="but can only accept"):
        plot_dataset(measured({"x": [0]}, [1]), **wrong)


def test_pictures_are_saved_by_experiment_and_number(
    measured: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dataset = measured({"x": [0, 1]}, [1, 2])
    assert plot_and_save_image(dataset, save_pdf=False)[0] is dataset
    assert (tmp_path / "sweeps" / "chip" / "png" / "1_0.png").stat().st_size > 0
    assert not (tmp_path / "sweeps" / "chip" / "pdf").exists()
