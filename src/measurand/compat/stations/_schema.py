"""The schema of station files for editors, in a folder of the user, with drivers of others beside ours."""

from __future__ import annotations

import inspect
import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from measurand.instrument import InstrumentBase, InstrumentModule
from measurand.station import station_schema


def schema_path() -> Path:
    """Return where the schema is: ``.measurand/schemas/station.schema.json`` in the home folder."""
    return Path.home() / ".measurand" / "schemas" / "station.schema.json"


def update_config_schema(additional_instrument_modules: list[ModuleType] | None = None) -> None:
    """Write the schema of station files, from which editors offer drivers; see `schema_path`.

    Args:
        additional_instrument_modules: Modules and packages of drivers that are offered beside those of Measurand. Those
            inside a package that cannot be imported are left out.
    """
    schema = station_schema()
    drivers = sorted({name for module in additional_instrument_modules or () for name in _drivers(module)})
    if drivers:
        instruments = schema["properties"]["instruments"]["patternProperties"]
        kind: dict[str, Any] = next(iter(instruments.values()))["properties"]["type"]
        kind["anyOf"][0]["enum"] += [name for name in drivers if name not in kind["anyOf"][0]["enum"]]
    path = schema_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _drivers(module: ModuleType) -> Iterator[str]:
    """Yield the paths of the drivers that a module, or the modules of a package, define."""
    found = [module]
    for info in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{module.__name__}.", onerror=lambda _: None):
        try:
            found.append(import_module(info.name))
        except Exception:  # noqa: BLE001, S112 - a driver of others that lacks a library is no driver here
            continue
    for one in found:
        for _, cls in inspect.getmembers(one, inspect.isclass):
            is_driver = issubclass(cls, InstrumentBase) and not issubclass(cls, InstrumentModule)
            if is_driver and cls.__module__ == one.__name__:
                yield f"{cls.__module__}.{cls.__qualname__}"
