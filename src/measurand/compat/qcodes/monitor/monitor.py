"""``qcodes.monitor.monitor``."""

from measurand.compat.monitor import SERVER_PORT, WEBSOCKET_PORT, Monitor

__all__ = ["SERVER_PORT", "WEBSOCKET_PORT", "Monitor"]
