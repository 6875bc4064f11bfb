"""``qcodes.dataset.exporters``."""
