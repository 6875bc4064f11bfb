"""Show the last known values of parameters in a browser, over a WebSocket of this computer. Never asks an instrument."""

from measurand.compat.monitor._monitor import SERVER_PORT, WEBSOCKET_PORT, Monitor

__all__ = ["SERVER_PORT", "WEBSOCKET_PORT", "Monitor"]
