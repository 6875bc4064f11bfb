"""Have Visual Studio Code complete and check station files: an entry in the settings of its user."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from measurand.compat.stations import schema_path, update_config_schema
from measurand.errors import ConfigurationError

_SCHEMAS = "yaml.schemas"  # of the extension YAML by Red Hat
_FILES = ["*.station.yaml", "*.station.yml"]


def register_station_schema_with_vscode() -> None:
    """Enter the schema of station files into the settings of Visual Studio Code, for files ``*.station.yaml``.

    The extension YAML (redhat.vscode-yaml) then completes and checks them while typing. The schema is written first if
    it is not there; `update_config_schema` writes it anew, with drivers of yours.

    Raises:
        ConfigurationError: The settings of the editor are not plain JSON, e.g. because they hold comments; they stay as
            they are, and the message says what to enter.
    """
    schema = schema_path()
    if not schema.exists():
        update_config_schema()
    path = _settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    settings = _read(path, schema)
    table: dict[str, Any] = settings.setdefault(_SCHEMAS, {})
    table[schema.as_uri()] = _FILES
    path.write_text(json.dumps(settings, indent=4, ensure_ascii=False) + "\n", encoding="utf-8")


def _read(path: Path, schema: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    try:
        settings = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        entry = json.dumps({_SCHEMAS: {schema.as_uri(): _FILES}})
        raise ConfigurationError(
            f"{path}:{error.lineno}: the settings of the editor are no plain JSON and stay as they are. Enter into them "
            f"yourself: {entry[1:-1]}"
        ) from None
    if not isinstance(settings, dict):
        raise ConfigurationError(
            f"{path}: the settings of the editor are {settings!r}, no table; they stay as they are."
        )
    return settings


def _settings_path() -> Path:
    """Return where the editor keeps the settings of its user (code.visualstudio.com/docs/configure/settings)."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "Code" / "User" / "settings.json"
