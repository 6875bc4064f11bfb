"""``qcodes.dataset.data_export``."""

from measurand.compat.dataset import get_data_by_id

__all__ = ["get_data_by_id"]
