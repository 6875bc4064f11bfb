"""``qcodes.station``."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        "measurand.compat.stations": "Station StationConfig ValidationWarning get_config_default_file "
        "get_config_default_folder get_config_enable_forced_reconnect get_config_use_monitor update_config_schema",
    },
)
