"""QCoDeS's `Station` on Measurand's: its files, its settings, its patience with files that are not perfect."""

from measurand.compat.stations._config import (
    StationConfig,
    ValidationWarning,
    get_config_default_file,
    get_config_default_folder,
    get_config_enable_forced_reconnect,
    get_config_use_monitor,
)
from measurand.compat.stations._schema import schema_path, update_config_schema
from measurand.compat.stations._station import Station

__all__ = [
    "Station",
    "StationConfig",
    "ValidationWarning",
    "get_config_default_file",
    "get_config_default_folder",
    "get_config_enable_forced_reconnect",
    "get_config_use_monitor",
    "schema_path",
    "update_config_schema",
]
