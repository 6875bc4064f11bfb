"""The settings of `qcodes.config` that datasets follow, each asked for at the moment it is used."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def setting(section: str, name: str) -> Any:
    """Return one setting, e.g. ``setting("dataset", "export_type")``."""
    return _settings()[section][name]


def db_location() -> Path:
    """Return the path of the current database; it need not be there."""
    return Path(str(setting("core", "db_location"))).expanduser().absolute()


def set_db_location(path: Path) -> None:
    """Make ``path`` the current database of this session."""
    _settings()["core"]["db_location"] = str(path)


def change(section: str, name: str, value: Any) -> None:
    """Set one setting for this session."""
    _settings()[section][name] = value


def folder(text: str) -> Path:
    """Return the folder that a setting names; ``{db_location}`` in it is the database with ``_`` for the last dot.

    Args:
        text: e.g. ``"{db_location}"``, which for ``lab.db`` is the folder ``lab_db`` beside it.
    """
    place = db_location()
    beside = place.with_name(f"{place.stem}_{place.suffix[1:]}" if place.suffix else f"{place.name}_export")
    return Path(text.replace("{db_location}", str(beside))).expanduser().absolute()


def _settings() -> Any:
    from measurand.compat.configuration import settings  # reads files, so not before it is needed

    return settings()
