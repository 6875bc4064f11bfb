"""The language of station files as JSON Schema, for editors: completion, explanations, red lines while typing.

It is made from the same shapes that judge files here. What depends on this computer (can the driver be imported, is a
limit above the other) only reading the file can tell.
"""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import Any

from measurand.station._drivers import shipped
from measurand.station._language import STATION

_DIALECT = "http://json-schema.org/draft-07/schema#"  # the one that editors know
STATIC = "station.schema.json"  # ships with the package; names no drivers


def station_schema(*, drivers: bool = True) -> dict[str, Any]:
    """Return the JSON Schema of station files.

    Args:
        drivers: Whether editors offer the drivers that are known here; other classes are accepted all the same.

    Example:
        >>> sorted(station_schema(drivers=False)["properties"])
        ['instruments', 'restore_order', 'settings']
    """
    schema: dict[str, Any] = {"$schema": _DIALECT, "title": "A station file of Measurand", **STATION.schema()}
    if drivers:
        instrument = next(iter(schema["properties"]["instruments"]["patternProperties"].values()))
        kind = instrument["properties"]["type"]
        described = {"type": kind.pop("type"), "pattern": kind.pop("pattern")}
        kind["anyOf"] = [{"enum": shipped()}, described]
    return schema


def update_schema(config_file: str | os.PathLike[str]) -> Path:
    """Write the schema beside a station file, with the drivers known here, and return where it is.

    An editor with the YAML language server uses it after the first line of the station file is::

        # yaml-language-server: $schema=lab.schema.json

    Args:
        config_file: The station file, e.g. ``"lab.yaml"``; the schema becomes ``"lab.schema.json"``.

    Example:
        >>> update_schema("lab.yaml").name
        'lab.schema.json'
    """
    path = Path(config_file).expanduser()
    path = path.with_name(f"{path.stem}.schema.json")
    path.write_text(as_text(station_schema()), encoding="utf-8")
    return path


def static_schema() -> dict[str, Any]:
    """Return the schema that ships with the package; it names no drivers."""
    text = resources.files("measurand.station").joinpath(STATIC).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def as_text(schema: dict[str, Any]) -> str:
    """Return a schema as the text of a file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
