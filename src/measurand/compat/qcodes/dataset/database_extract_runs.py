"""``qcodes.dataset.database_extract_runs``."""

from measurand.compat.dataset import export_datasets_and_create_metadata_db, extract_runs_into_db

__all__ = ["export_datasets_and_create_metadata_db", "extract_runs_into_db"]
