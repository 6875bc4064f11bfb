"""``qcodes.dataset.data_set_cache``."""

from measurand.compat.dataset import DataSetCache

__all__ = ["DataSetCache"]
