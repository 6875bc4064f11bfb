"""The range of data without its outliers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def auto_range_iqr(
    data_array: npt.NDArray[Any], cutoff_percentile: tuple[float, float] | float = (50, 50)
) -> tuple[float, float]:
    """Return the range of data, left without what lies further out than 1.5 times the distance of their quartiles.

    Args:
        data_array: Real numbers in any shape; those that are not finite do not count.
        cutoff_percentile: How many percent of the data may at most be left out at the upper and at the lower end, 0 to
            100; one number for both.

    Returns:
        Lower and upper end; both NaN if nothing is finite.

    Raises:
        ValueError: There are no data.

    Example:
        >>> auto_range_iqr(np.array([1.0, 2.0, 3.0, 1000.0]), cutoff_percentile=50)
        (1.0, 628.0)
    """
    data = np.asarray(data_array).ravel()
    if data.size == 0:
        raise ValueError("auto_range_iqr: there are no data.")
    data = data[np.isfinite(data)]
    if data.size == 0:
        return float("nan"), float("nan")
    upper, lower = cutoff_percentile if isinstance(cutoff_percentile, tuple) else (cutoff_percentile, cutoff_percentile)
    first, third, least, most = np.percentile(data, [25, 75, lower, 100 - upper])
    low, high = float(data.min()), float(data.max())
    reach = 1.5 * (third - first)
    if reach == 0:
        return low, high
    return max(low, float(min(first - reach, least))), min(high, float(max(third + reach, most)))
