"""A folder of 2016, ``{date}/#{counter}_{name}_{time}`` or the like, as a run: tables, times, name, snapshot.

Knows text files and JSON; knows no data root.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measurand.dataset._format._describe import Column, Dim, TableSpec
from measurand.dataset._import._dat import DatFile, decoded, read_dat
from measurand.errors import DamagedData

_SNAPSHOT = "snapshot.json"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}-\d{2}-\d{2}")
_COUNTER = re.compile(r"#(\d+)")


@dataclass(frozen=True)
class Folder2016:
    """One measurement of 2016."""

    path: Path
    name: str
    started: datetime.datetime
    ended: datetime.datetime
    snapshot: dict[str, Any] | None
    tables: tuple[tuple[TableSpec, DatFile], ...]

    @property
    def complete(self) -> bool:
        """Whether every point was measured; how it ended was not recorded."""
        return all(data.complete for _, data in self.tables)


def is_folder_2016(folder: Path) -> bool:
    """Whether ``folder`` itself holds such data: text files with three comment lines; those we export have a fourth."""
    return any(_looks_like_2016(path) for path in _dat_files(folder))


def content_id(folder: Path) -> str:
    """Return what tells one measurement from all others, wherever its folder is put: a hash of its files."""
    digest = hashlib.sha256()
    for path in [*_dat_files(folder), folder / _SNAPSHOT]:
        if path.exists():
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def read_folder(folder: Path) -> Folder2016:
    """Return the measurement in ``folder``.

    Raises:
        DamagedData: A file is not as it was written in 2016.
    """
    snapshot = _read_snapshot(folder / _SNAPSHOT)
    described = dict(_described(snapshot or {}))
    tables: dict[str, tuple[TableSpec, DatFile]] = {}
    for path in _dat_files(folder):
        data = read_dat(path)
        # A table's name has 64 letters.
        stem = re.sub(r"\W+", "-", path.stem, flags=re.ASCII)[:60].strip("-_") or "data"
        name = stem
        while name in tables:
            name = f"{stem}-{len(tables) + 1}"
        tables[name] = _spec(name, data, described), data
    words = [word for word in folder.name.split("_") if not (_TIME.fullmatch(word) or _COUNTER.fullmatch(word))]
    started = _moment(snapshot, "ts_start") or _moment_of_path(folder)
    return Folder2016(
        folder,
        " ".join(words) or folder.name,
        started,
        _moment(snapshot, "ts_end") or started,
        snapshot,
        tuple(tables.values()),
    )


def _dat_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.dat") if path.is_file())


def _looks_like_2016(path: Path) -> bool:
    with path.open("rb") as file:
        return [file.readline()[:1] == b"#" for _ in range(4)] == [True, True, True, False]


def _read_snapshot(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(decoded(path.read_bytes()))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise DamagedData(
            f"{path} is no JSON ({error}); mend it, or move it away to import without a snapshot."
        ) from None
    return found if isinstance(found, dict) else None


def _spec(name: str, data: DatFile, described: dict[str, dict[str, Any]]) -> TableSpec:
    columns = []
    for number, (column, label) in enumerate(zip(data.ids, data.labels, strict=True)):
        about = described.get(column) or described.get(column.removesuffix("_set")) or {}
        unit = str(about.get("unit") or about.get("units") or "")
        # Later files of 2016 wrote the unit behind the label, as it stands on an axis.
        text = label.removesuffix(f"({unit})").strip() if unit else label
        columns.append(Column(column, "float", unit, text, setpoint=number < len(data.sizes)))
    dims = tuple(Dim(setpoint, size, (setpoint,)) for setpoint, size in zip(data.ids, data.sizes, strict=False))
    return TableSpec(name, tuple(columns), dims)


def _described(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield everything in a snapshot that has a unit, by the names it may be stored under; arrays last, which count most."""
    if isinstance(part, list):
        for item in part:
            yield from _described(item)
        return
    if not isinstance(part, dict):
        return
    for key, item in sorted(part.items(), key=lambda pair: pair[0] == "arrays"):
        yield from _described(item)
        if isinstance(item, dict) and (isinstance(item.get("unit"), str) or isinstance(item.get("units"), str)):
            instrument = item.get("instrument_name")
            names = {key, item.get("array_id"), item.get("full_name"), f"{instrument}_{key}" if instrument else None}
            yield from ((name, item) for name in names if isinstance(name, str))


def _moment(snapshot: dict[str, Any] | None, key: str) -> datetime.datetime | None:
    """A time noted by the loop, to the second, local."""
    for part in (snapshot, *(snapshot or {}).values()):
        text = part.get(key) if isinstance(part, dict) else None
        if isinstance(text, str):
            try:
                return datetime.datetime.fromisoformat(text).astimezone()
            except ValueError:
                continue
    return None


def _moment_of_path(folder: Path) -> datetime.datetime:
    """The time in the folder's name and the date in that or in its parent's; else when its data was last written."""
    day = _DATE.search(folder.name) or _DATE.search(folder.parent.name)
    times = _TIME.findall(_DATE.sub("", folder.name))
    if day and times:
        try:
            text = f"{day[0]} {times[-1].replace('-', ':')}"
            return datetime.datetime.fromisoformat(text).astimezone()
        except ValueError:  # digits that are no time
            pass
    return datetime.datetime.fromtimestamp(_dat_files(folder)[0].stat().st_mtime, datetime.UTC).astimezone()
