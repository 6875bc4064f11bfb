"""``qcodes.dataset.descriptions.versioning``."""
