"""``qcodes.dataset.plotting``."""

from measurand.compat.measure import (
    plot_and_save_image,
    plot_by_id,
    plot_dataset,
)

__all__ = [
    "plot_and_save_image",
    "plot_by_id",
    "plot_dataset",
]
