"""``qcodes.dataset.sqlite.connection``."""

from measurand.compat.dataset import AtomicConnection, path_to_dbfile

__all__ = ["AtomicConnection", "path_to_dbfile"]
