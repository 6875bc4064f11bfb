"""Colour scales and prefixes where we differ from QCoDeS on purpose; the rest is compared with it in tests/compat/apis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from measurand.compat.configuration import settings
from measurand.compat.plots import (
    apply_auto_color_scale,
    apply_color_scale_limits,
    auto_color_scale_from_config,
    auto_range_iqr,
    find_scale_and_prefix,
)


@pytest.fixture
def bar() -> Iterator[Any]:
    mpl.use("agg")
    figure, axes = plt.subplots()
    yield figure.colorbar(axes.pcolormesh(np.array([[0.0, 1, 2], [3, 4, 900]])))
    plt.close(figure)


def test_infinite_values_do_not_count() -> None:
    assert auto_range_iqr(np.array([np.inf, 1, 2, 3, 4])) == (1, 4)
    assert find_scale_and_prefix(np.array([np.inf, 2e-9]), "A") == ("n", -9)
    assert find_scale_and_prefix(np.array([]), "A") == ("", 0)
    assert find_scale_and_prefix(np.array([np.nan]), "counts") == ("", 0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(0, 100))
def test_a_range_is_within_the_data_and_leaves_out_no_more_than_is_allowed(values: list[float], cut: float) -> None:
    data = np.array(values)
    low, high = auto_range_iqr(data, cut)
    assert data.min() <= low <= high <= data.max() or cut > 50
    assert np.count_nonzero(data > high) <= len(data) * cut / 100 + 1
    assert np.count_nonzero(data < low) <= len(data) * cut / 100 + 1


@given(st.floats(1e-24, 1e26))
def test_a_number_with_its_prefix_is_readable(size: float) -> None:
    _, power = find_scale_and_prefix(np.array([-size]), "V")
    assert 0.99 <= size / 10.0**power < 1000.01


def test_a_bar_is_drawn_with_its_new_ends_and_back(bar: Any) -> None:
    for limits, ends in (
        ((1, 3), "both"),
        ((None, 3), "both"),
        ((0, 3), "max"),
        ((0, 900), "neither"),
        ((1, 900), "min"),
    ):
        apply_color_scale_limits(bar, limits)
        bar.ax.figure.canvas.draw()
        assert bar.extend == ends
    apply_auto_color_scale(bar)
    assert bar.mappable.get_clim()[1] < 900


def test_nothing_happens_unless_the_settings_or_the_caller_want_it(bar: Any) -> None:
    before = bar.mappable.get_clim()
    auto_color_scale_from_config(bar)
    assert bar.mappable.get_clim() == before
    settings().plotting.auto_color_scale.enabled = True
    try:
        auto_color_scale_from_config(bar)
    finally:
        settings().plotting.auto_color_scale.enabled = False
    assert bar.mappable.get_clim() != before


def test_what_is_no_heat_map_is_told() -> None:
    mpl.use("agg")
    figure, axes = plt.subplots()
    bar = figure.colorbar(axes.imshow(np.eye(2)))
    with pytest.raises(RuntimeError, match="made with pcolormesh only; this colour bar belongs to a AxesImage"):
        apply_color_scale_limits(bar, (0, 1))
    plt.close(figure)
    with pytest.raises(ValueError, match="there are no data"):
        auto_range_iqr(np.array([]))
