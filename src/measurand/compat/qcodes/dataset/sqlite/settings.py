"""``qcodes.dataset.sqlite.settings``."""

from measurand.compat.dataset import SQLiteSettings

__all__ = ["SQLiteSettings"]
