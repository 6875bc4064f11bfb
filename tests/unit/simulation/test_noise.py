from __future__ import annotations

import math
import statistics

import pytest

from measurand.simulation._noise import AveragedNoise, FilteredNoise


@pytest.mark.parametrize("seconds", [1e-4, 1e-2, 1.0])
def test_averaging_reduces_noise_with_the_square_root_of_time(seconds: float) -> None:
    noise = AveragedNoise(2e-6, "seed")
    values = [noise.over(seconds) for _ in range(20_000)]
    assert statistics.stdev(values) == pytest.approx(2e-6 / math.sqrt(2 * seconds), rel=0.02)
    assert abs(statistics.fmean(values)) < 5 * statistics.stdev(values) / math.sqrt(len(values))


def test_filtered_noise_has_the_bandwidth_of_the_filter_and_its_memory() -> None:
    noise, tau, step = FilteredNoise(1.0, "seed"), 1e-3, 0.5e-3
    values = [noise.at(k * step, tau) for k in range(50_000)]
    assert statistics.stdev(values) == pytest.approx(math.sqrt(1 / (4 * tau)), rel=0.03)
    assert statistics.correlation(values[:-1], values[1:]) == pytest.approx(math.exp(-0.5), abs=0.02)


def test_filtered_noise_at_one_moment_has_one_value() -> None:
    noise = FilteredNoise(1.0, "seed")
    assert noise.at(3.0, 1e-3) == noise.at(3.0, 1e-3)


def test_the_seed_decides() -> None:
    first, again, other = (AveragedNoise(1.0, seed).over(1.0) for seed in ("1 DM7", "1 DM7", "2 DM7"))
    assert first == again
    assert first != other
