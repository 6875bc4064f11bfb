"""``qcodes.utils.numpy_utils``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["list_of_data_to_maybe_ragged_nd_array"]


def list_of_data_to_maybe_ragged_nd_array(column_data: Sequence[Any], dtype: type | None = None) -> Any:
    """Return an array of the data; of dtype object, an element for each, if they differ in shape."""
    import numpy as np

    shapes = {np.shape(element) if not _is_ragged(element) else None for element in column_data}
    if len(shapes) <= 1 and None not in shapes:
        return np.array(column_data, dtype=dtype)
    made = np.empty(len(column_data), dtype=object)
    made[:] = list(column_data)
    return made


def _is_ragged(element: Any) -> bool:
    import numpy as np

    try:
        np.shape(element)
    except ValueError:
        return True
    return False
