"""``qcodes.dataset.linked_datasets``."""
