"""``qcodes.dataset.export_config``."""

from measurand.compat.dataset import (
    DataExportType,
    get_data_export_automatic,
    get_data_export_name_elements,
    get_data_export_path,
    get_data_export_prefix,
    get_data_export_type,
    set_data_export_path,
    set_data_export_prefix,
    set_data_export_type,
)

__all__ = [
    "DataExportType",
    "get_data_export_automatic",
    "get_data_export_name_elements",
    "get_data_export_path",
    "get_data_export_prefix",
    "get_data_export_type",
    "set_data_export_path",
    "set_data_export_prefix",
    "set_data_export_type",
]
