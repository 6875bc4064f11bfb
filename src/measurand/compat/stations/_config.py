"""What a station's file says, as snapshots keep it, and the settings that say where the file is."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

from measurand.compat.configuration import settings


class StationConfig(dict[str, Any]):
    """What the files of a station say together."""

    def snapshot(self, update: bool | None = True) -> StationConfig:
        """Return a copy of it.

        Args:
            update: Not used; a file is what it is.
        """
        del update
        return copy.deepcopy(self)


class ValidationWarning(Warning):
    """Something in a station's file is not as it should be; the rest can be used."""


def get_config_enable_forced_reconnect() -> bool:
    """Return the setting ``station.enable_forced_reconnect``: whether loading an instrument closes one of its name."""
    return bool(settings()["station.enable_forced_reconnect"])


def get_config_default_folder() -> str | None:
    """Return the setting ``station.default_folder``: where station files are looked for."""
    folder: str | None = settings()["station.default_folder"]
    return folder


def get_config_default_file() -> str | None:
    """Return the setting ``station.default_file``: the station file that is read when none is named."""
    file: str | None = settings()["station.default_file"]
    return file


def get_config_use_monitor() -> bool:
    """Return the setting ``station.use_monitor``: whether a monitor shows what files mark with ``monitor: true``."""
    return bool(settings()["station.use_monitor"])


def found(file: str | os.PathLike[str]) -> Path:
    """Return where a station file is: at its path, or in the folder of the settings.

    Raises:
        FileNotFoundError: It is at neither place.
    """
    path = Path(file).expanduser()
    folder = get_config_default_folder()
    places = [path] if path.is_absolute() or not folder else [path, Path(folder).expanduser() / path]
    for place in places:
        if place.is_file():
            return place
    tried = " and ".join(str(place.absolute()) for place in places)
    raise FileNotFoundError(f"There is no station file {os.fspath(file)!r}; looked for {tried}.")
