"""A run whose writer is gone, opened for more rows. Nothing that is there is touched: new rows go into files of their own.

Every row that can be read now counts; what a death left torn behind them is let lie and never read. Knows no data root.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measurand._core import json as plain_json
from measurand._core.clock import Clock
from measurand.dataset import _provenance
from measurand.dataset._damage._swap import interrupted_swaps
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._moments import isotime
from measurand.dataset._format._parts import last_part
from measurand.dataset._format._runfile import RunFile, RunInfo, read_run
from measurand.dataset._read._table_reader import TableReader
from measurand.dataset._read._tails import first_row, tail_paths
from measurand.dataset._write._medium import FolderMedium
from measurand.errors import DamagedData, DatasetError, RunBusy


def reopened(
    folder: Path,
    clock: Clock,
    *,
    snapshot: Mapping[str, Any] | None,
    write_period: float,
    memory_maps: bool | None,
) -> FolderMedium:
    """Return where more rows of the run in ``folder`` go; from here on it is running.

    Args:
        folder: The run's folder.
        clock: Gives the time that is noted.
        snapshot: The state of the instruments now.
        write_period: s between bringing everything through a power loss.
        memory_maps: Whether tails may be mapped; None: if the folder is on a local disk.

    Raises:
        RunBusy: Its writer lives, or may live on another computer.
        DatasetError: The run is completed.
        DamagedData: Rows are missing between others; `repair` comes first.
        RunNotFound: No run is there.
        OSError: The disk refuses.
    """
    _check_idle(read_run(folder))
    file = RunFile.again(folder)
    try:
        _check_whole(folder)
        info = read_run(folder)  # as it is now that nobody else can write it
        _check_unfinished(info)
        readers = [_read_all(info, spec) for spec in info.tables.values()]
        _sync_files(folder)
        part = 1 + max(last_part(folder), 1 + len(info.resumed))
        before = {reader.spec.name: reader.rows for reader in readers}
        for reader in readers:
            if reader.rows and reader.spec != info.tables[reader.spec.name]:  # a power loss took the event that said it
                file.append({"event": "table", "table": reader.spec.to_dict(), "time": isotime(clock)})
        facts = _provenance.process_facts()
        said = {
            "event": "resumed",
            "part": part,
            "rows": before,
            **{key: facts.get(key) for key in ("host", "pid", "user")},
        }
        file.append({**said, "versions": _provenance.versions(snapshot), "time": isotime(clock)})
        file.sync()
        return FolderMedium(
            folder,
            info.header,
            [reader.spec for reader in readers],
            snapshot=None if snapshot is None else plain_json.to_plain(snapshot),
            write_period=write_period,
            memory_maps=memory_maps,
            file=file,
            part=part,
            before=before,
        )
    except BaseException:  # whatever it was, a Ctrl-C too: the lock is released and it goes on
        file.close()
        raise


def _check_idle(info: RunInfo) -> None:
    if info.status() == "running":
        where = info.resumed[-1] if info.resumed else info.header
        raise RunBusy(
            f"Run {info.header['number']} is being written by process {where.get('pid')} on {where.get('host')}; it can be "
            f"resumed once that has ended (on another computer: a minute after its last sign of life)."
        )


def _check_unfinished(info: RunInfo) -> None:
    if info.end is not None and info.end.get("status") == "completed":
        raise DatasetError(f"Run {info.header['number']} is completed; a completed run never changes.")


def _check_whole(folder: Path) -> None:
    if found := interrupted_swaps(folder):
        raise DamagedData(
            f"{folder.name}: a repair did not come to its end ({found[0].name}). Repair it again, then resume."
        )


def _read_all(info: RunInfo, spec: TableSpec) -> TableReader:
    """Return the reader of a table that has all its rows.

    Raises:
        DamagedData: Rows are missing that were there, or lie behind others that are missing.
    """
    reader = TableReader(info.folder, spec)
    reader.refresh(ended=info.end is not None)
    stored = int((info.end or {}).get("rows", {}).get(spec.name, 0))
    behind = [path for path in tail_paths(info.folder, spec.name) if first_row(path) > reader.rows]
    if reader.rows < max(stored, info.before.get(spec.name, 0)) or behind:
        raise DamagedData(
            f"Run {info.header['number']}: table {spec.name} is damaged behind row {reader.rows}. Repair it first "
            f"(measurand.dataset.repair, or `measurand repair {info.header['number']}`), then resume."
        )
    return reader


def _sync_files(folder: Path) -> None:
    """Bring what the former writer left through a power loss: what comes next counts on it."""
    for path in folder.iterdir():
        if path.is_file() and path.suffix in (".arrow", ".arrows", ".rec"):
            fd = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
