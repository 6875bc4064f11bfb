"""``qcodes.dataset.guid_helpers``."""

from measurand.compat.dataset import guids_from_dbs, guids_from_dir, guids_from_list_str

__all__ = ["guids_from_dbs", "guids_from_dir", "guids_from_list_str"]
