"""Old spellings of a station file, replaced by present ones together with their places. Judges nothing."""

from __future__ import annotations

from typing import Any

from measurand.station._document import Document
from measurand.station._language import OPTIONS
from measurand.station._problems import Path
from measurand.station._shapes import OWN

_OLD_OPTIONS = {name: key.now for name, key in OPTIONS.items() if key.now is not None}


def modernise(document: Document) -> None:
    """Replace old spellings by present ones, with their places; drop what is the user's own."""
    data, spots = document.data, document.spots
    for key in [key for key in data if key.startswith(OWN)]:
        del data[key]
    for name, entry in (data.get("instruments") or {}).items():
        at: Path = ("instruments", name)
        for key in [key for key in entry if key.startswith(OWN)]:
            del entry[key]
        if "driver" in entry:
            module = entry.pop("driver")
            kind = entry.get("type")
            entry["type"] = module if kind is None else f"{module}.{kind}"
            spots[*at, "type"] = spots[*at, "driver"]
        if "auto_reconnect" in entry:
            _rename(entry, at, "auto_reconnect", "enable_forced_reconnect", document)
        for part in ("parameters", "add_parameters"):
            for path, options in (entry.get(part) or {}).items():
                here: Path = (*at, part, path)
                for key in [key for key in options or () if key.startswith(OWN)]:
                    del options[key]
                for old in [key for key in options or () if key in _OLD_OPTIONS]:
                    _rename(options, here, old, _OLD_OPTIONS[old], document)


def _rename(entry: dict[str, Any], at: Path, old: str, new: str, document: Document) -> None:
    entry[new] = entry.pop(old)
    document.spots[*at, new] = document.spots[*at, old]
