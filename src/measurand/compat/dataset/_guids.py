"""The identity of a run as QCoDeS writes it, and how it comes from Measurand's.

A guid is ``ssssssss-llww-wwww-tttt-tttttttttttt``, hexadecimal: sample, location, work station, and the time in ms since
1970. Runs that are made through QCoDeS's interface get one made by QCoDeS's rule when they are made; it is kept in the
run's metadata, as ``qcodes.guid``. So is that of a run that was imported. Every other run of Measurand has one too, which
is never stored: the first 8 digits of its id, and the time at which it started.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Sequence

from measurand.compat.dataset._settings import change, setting
from measurand.errors import ConfigurationError, DatasetError

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class InvalidGuid(DatasetError, ValueError):
    """A text is no guid of a run."""


def derived_guid(run_id: str, started: float) -> str:
    """Return the guid of a run that was not made through QCoDeS's interface.

    Args:
        run_id: Measurand's id of the run, 32 hexadecimal digits.
        started: When it started, s since 1970.
    """
    return _guid(int(run_id[:8], 16), 0, 0, round(started * 1000))


def generate_guid(timeint: int | None = None, sampleint: int | None = None) -> str:
    """Return a new guid; location and work station are those of the settings.

    Args:
        timeint: ms since 1970; None: now.
        sampleint: The sample; only if the setting ``GUID_components.GUID_type`` is ``"explicit_sample"``, else a random
            number is taken.

    Raises:
        ConfigurationError: A sample is given, or set, that the settings say to disregard.
    """
    sample = int(setting("GUID_components", "sample")) if sampleint is None else sampleint
    if setting("GUID_components", "GUID_type") == "random_sample":
        if sample:
            raise ConfigurationError(
                f"QCoDeS is configured to disregard GUID_components.sample, but it is {sample}, which would be unused. "
                f"Set config.GUID_components.GUID_type to 'explicit_sample', or the sample to 0."
            )
        sample = secrets.randbits(32)
    elif not sample:
        sample = 0xAAAAAAAA  # QCoDeS's mark for: nobody said what the sample is
    location, station = (int(setting("GUID_components", name)) for name in ("location", "work_station"))
    return _guid(sample, location, station, round(time.time() * 1000) if timeint is None else timeint)


def build_guid_from_components(components: dict[str, int]) -> str:
    """Return the guid of ``location``, ``work_station``, ``sample`` and ``time``."""
    return _guid(components["sample"], components["location"], components["work_station"], components["time"])


def parse_guid(guid: str) -> dict[str, int]:
    """Return the parts of a guid: ``sample``, ``location``, ``work_station`` and ``time`` in ms since 1970.

    Raises:
        InvalidGuid: It is none.

    Example:
        >>> parse_guid("00000003-0100-0002-0000-000000000004")
        {'sample': 3, 'location': 1, 'work_station': 2, 'time': 4}
    """
    validate_guid_format(guid)
    digits = guid.replace("-", "")
    parts = {"sample": digits[:8], "location": digits[8:10], "work_station": digits[10:16], "time": digits[16:]}
    return {name: int(part, 16) for name, part in parts.items()}


def validate_guid_format(guid: str) -> None:
    """Raise unless ``guid`` has the form of a guid; what it says is not looked at.

    Raises:
        InvalidGuid: It has not.
    """
    if not isinstance(guid, str) or _GUID.fullmatch(guid.lower()) is None:
        raise InvalidGuid(
            f"Did not receive a valid guid. Got {guid!r}, expected 32 hexadecimal digits in groups of 8, 4, 4, 4, 12."
        )


def filter_guids_by_parts(
    guids: Sequence[str], location: int | None = None, sample_id: int | None = None, work_station: int | None = None
) -> list[str]:
    """Return those guids that have these parts; None: whatever it is."""
    wanted = {"location": location, "sample": sample_id, "work_station": work_station}
    known = {part: value for part, value in wanted.items() if value is not None}
    return [guid for guid in guids if not known or known.items() <= parse_guid(guid).items()]


def set_guid_location_code() -> None:
    """Ask for the location, 1 to 255, and keep it in the user's settings."""
    _ask("location", 255)


def set_guid_work_station_code() -> None:
    """Ask for the work station, 1 to 16777215, and keep it in the user's settings."""
    _ask("work_station", 16777215)


def _ask(name: str, most: int) -> None:
    from measurand.compat.configuration import settings

    answer = input(f"{name.replace('_', ' ').capitalize()} of this computer, 1 to {most}: ").strip()
    if not answer.isdecimal() or not 1 <= int(answer) <= most:
        raise ConfigurationError(
            f"{answer!r} is no {name} code: it is a whole number from 1 to {most}. Nothing was set."
        )
    change("GUID_components", name, int(answer))
    settings().save_to_home()


def _guid(sample: int, location: int, station: int, ms: int) -> str:
    digits = f"{sample:08x}{location:02x}{station:06x}{ms:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
