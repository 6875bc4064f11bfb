"""``qcodes.metadatable``."""
