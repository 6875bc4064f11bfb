"""Pictures of 2016: arrays of a loop bring their setpoints along, and are drawn again as they fill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

from measurand import Loop, open_data
from measurand.compat.older import MatPlot
from measurand.errors import DefinitionError
from measurand.parameters import Parameter


@pytest.fixture(autouse=True)
def _no_window() -> Iterator[None]:
    mpl.use("agg")
    yield
    plt.close("all")


def test_a_curve_has_the_names_of_its_loop(tmp_path: Path) -> None:
    open_data(tmp_path)
    gate = Parameter("gate", label="Gate", unit="V", set_cmd=None, initial_value=0.0)
    bias = Parameter("bias", unit="V", set_cmd=None, initial_value=0.0)
    current = Parameter("current", unit="A", get_cmd=lambda: gate.cache.value + 10 * bias.cache.value)
    line = Loop(gate[0, 1, 2]).each(current).run(quiet=True)
    plot = MatPlot(line.current)
    (drawn,) = plot[0].lines
    assert drawn.get_xdata().tolist() == [0, 1, 2]
    assert drawn.get_ydata().tolist() == [0, 1, 2]
    assert plot[0].get_xlabel() == "Gate (V)"
    assert plot[0].get_ylabel().endswith("(A)")

    field = Loop(gate[0, 1, 2]).loop(bias[0, 1]).each(current).run(quiet=True)
    both = MatPlot(field.current, line.current)
    assert len(both.subplots) == 2
    (mesh,) = both[0].collections
    assert np.asarray(mesh.get_array()).reshape(3, 2).tolist() == [[0, 10], [1, 11], [2, 12]]
    assert both[0].get_ylabel() == "Gate (V)"
    assert both[0].get_xlabel().endswith("(V)")
    both.tight_layout()
    both.save(tmp_path / "both.png")
    assert (tmp_path / "both.png").stat().st_size > 1000


def test_what_fills_is_drawn_again() -> None:
    y, z = np.full(3, np.nan), np.full((2, 3), np.nan)
    plot = MatPlot(subplots=2)
    plot.add([0, 1, 2], y, subplot=1, title="line", color="red")
    plot.add([0, 1, np.nan], [5, np.nan], z, subplot=2)
    y[:] = [1, 2, 3]
    z[0] = 7
    plot.update()
    assert plot[0].lines[0].get_ydata().tolist() == [1, 2, 3]
    assert plot[0].get_title() == "line"
    (mesh,) = plot[1].collections
    assert np.ma.asarray(mesh.get_array()).compressed().tolist() == [7, 7, 7]
    plot.clear()
    assert plot.traces == []
    assert not plot[0].lines


@pytest.mark.parametrize(
    ("args", "options", "said"),
    [
        (([0, 1], [1, 2, 3]), {}, "2 values of x and 3 of y do not fit"),
        (([0, 1], [0, 1], [[1, 2, 3]]), {}, r"z of shape \(1, 3\) does not fit to 2 y and 2 x"),
        (([0, 1], [0, 1], [1, 2]), {}, r"z of shape \(2,\) refused"),
        (([0], [0], [0], [0]), {}, "4 arrays refused"),
        ((), {}, "there is nothing to draw"),
        (([0, 1],), {"subplot": 2}, "subplot=2 refused, there are 1 to 1"),
    ],
)
def test_what_does_not_fit_is_told(args: tuple, options: dict, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        MatPlot().add(*args, **options)


def test_one_array_is_counted_and_several_axes_are_given_by_name() -> None:
    plot = MatPlot([3, 4])
    plot.add(x=[1, 2], y=[3, 4])
    assert [line.get_xdata().tolist() for line in plot[0].lines] == [[0, 1], [1, 2]]
    MatPlot(np.eye(2))


def test_the_alias_has_the_words_of_2016(alias: None) -> None:
    from qcodes.actions import Task  # type: ignore[import-not-found]  # under the alias
    from qcodes.loops import Loop as TheirLoop
    from qcodes.measure import Measure
    from qcodes.plots.qcmatplotlib import MatPlot as TheirPlot

    import measurand

    assert (TheirLoop, Measure, TheirPlot, Task) == (Loop, measurand.Measure, MatPlot, measurand.Task)
