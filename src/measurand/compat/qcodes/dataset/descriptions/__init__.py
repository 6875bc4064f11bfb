"""``qcodes.dataset.descriptions``."""
