"""`qcodes.extensions.installation`."""

from measurand.compat.extensions import register_station_schema_with_vscode

__all__ = ["register_station_schema_with_vscode"]
