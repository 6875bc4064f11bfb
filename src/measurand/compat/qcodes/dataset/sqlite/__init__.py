"""``qcodes.dataset.sqlite``: names a database; speaks no SQL."""
