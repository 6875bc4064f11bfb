"""`qcodes.configuration.config`: where `Config` and `DotDict` are defined there."""

from measurand.compat.configuration import Config, DotDict, logger

__all__ = ["Config", "DotDict", "logger"]
