"""A run made ordinary again: every row that proves itself in one sealed file per table. The originals are kept beside.

New files are complete and on the disk before they take the place of old ones, and those were copied before. So whatever
happens in between, all rows are there; each new file says which repair it is of, so that the next one can note it.
"""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core import filelock
from measurand._core import json as plain_json
from measurand._core.clock import SYSTEM_CLOCK
from measurand.dataset._annotate import annotate
from measurand.dataset._damage._header import is_header, recovered_header
from measurand.dataset._damage._scan import DISPUTED
from measurand.dataset._damage._swap import complete_swaps, swap
from measurand.dataset._damage._verify import TableScan, Verdict, folder_of_run, is_object, scan_tables, verify
from measurand.dataset._disk import sync_folders
from measurand.dataset._format import _arrow
from measurand.dataset._format._arrow import FORMAT_KEY
from measurand.dataset._format._moments import isotime
from measurand.dataset._format._runfile import NAME, RunInfo, read_run
from measurand.dataset._statistics import complete_statistics
from measurand.dataset._write._ipc import ArrowFile
from measurand.dataset._write._message import Former
from measurand.errors import DamagedData, DatasetError, StorageFailed

if TYPE_CHECKING:
    from measurand.dataset._read._dataset import Dataset

_BESIDE = "before-repair"


@dataclass(frozen=True)
class Repair:
    """What `repair` did.

    Args:
        verdict: What is wrong with the run now; nothing, as a rule.
        missing: By table, the rows that could not be saved, as numbers from and to before; those behind them have moved up.
        originals: Where the files lie that were replaced; None if none had to be.
    """

    verdict: Verdict
    missing: dict[str, list[tuple[int, int]]]
    originals: Path | None

    def __str__(self) -> str:
        said = [str(self.verdict)]
        said += [
            f"  {name}: rows {start} to {stop - 1} could not be saved"
            for name, gaps in self.missing.items()
            for start, stop in gaps
        ]
        said.append("  nothing had to be mended" if self.originals is None else f"  originals: {self.originals}")
        return "\n".join(said)


def repair(run: Dataset | str | Path) -> Repair:
    """Mend a damaged run, and seal a lost one: afterwards its tables are ordinary Arrow files with all rows that are good.

    The files that are replaced are kept in the run's folder, below ``before-repair-1`` (or 2, 3…). An event ``repaired``
    says what was done; a lost run gets an end, with the status ``lost``. A run that needs nothing is not touched.

    Args:
        run: A dataset, or a run's folder.

    Raises:
        DatasetError: The run is still running.
        DamagedData: Nothing in the folder says what the run was.
        RunNotFound: No run is there.
        StorageFailed: The disk refuses; the run is as it was.
    """
    folder = folder_of_run(run)
    try:
        if _is_running(folder):
            raise DatasetError(f"{folder.name} is being written; a run can be repaired once its writer has ended.")
        complete_swaps(folder)
        originals = _restore_lines(folder)
        info = read_run(folder)
        scans = scan_tables(info)
        broken = [scan for scan in scans if _needs_repair(scan)]
        if broken:
            originals = originals or _place_for_originals(folder)
            for scan in broken:
                _mend(scan, info, originals)
        missing = _note(folder, scans, originals)
    except OSError as error:
        if isinstance(error, StorageFailed):
            raise
        raise StorageFailed(f"{folder}: the disk refused the repair ({error}); the run is as it was.") from error
    return Repair(verify(folder), missing, originals)


def _is_running(folder: Path) -> bool:
    try:
        return read_run(folder).status() == "running"
    except DamagedData:
        return filelock.is_locked(folder / NAME)


def _needs_repair(scan: TableScan) -> bool:
    return any(
        not one.whole or one.wrong not in ("", DISPUTED) or path.suffix != ".arrow" for path, one in scan.scans.items()
    )


def _mend(scan: TableScan, info: RunInfo, originals: Path) -> None:
    """Write all good rows of a table anew, keep its files, put the new one in their place."""
    target = info.folder / f"{scan.spec.name}.arrow"
    draft = info.folder / f"{scan.spec.name}.arrow.draft"
    draft.unlink(missing_ok=True)
    about: dict[str, Any] = {"format": "measurand-table", "version": 1, "compression": None}
    about |= {key: info.header.get(key) for key in ("id", "number", "name", "started")}
    about["repair"] = {"originals": originals.name, "missing": scan.gaps}
    former = Former(scan.spec, _arrow.schema(scan.spec, about))
    file = ArrowFile(draft, former)
    try:
        for batch in _batches(scan):
            file.write(former.batch(batch, file.rows))
        file.finish()
    except BaseException:  # whatever it was: no half file stays
        file.close()
        draft.unlink(missing_ok=True)
        raise
    for path in scan.scans:
        _keep(path, originals)
    sync_folders(originals)
    swap(draft, target)
    sync_folders(info.folder)


def _batches(scan: TableScan) -> Iterator[Any]:
    """Yield every good row once, in order."""
    end = 0
    for piece in scan.pieces:
        if piece.end > end:
            batch = piece.load()
            yield batch if piece.row0 >= end else _copied(batch.slice(end - piece.row0))
            end = piece.end


def _copied(part: Any) -> Any:
    """Return a part of a batch in buffers of its own, as it will be read from the file."""
    import pyarrow as pa

    written = io.BytesIO()
    with pa.ipc.new_stream(written, part.schema) as stream:
        stream.write_batch(part)
    return pa.ipc.open_stream(written.getvalue()).read_next_batch()


def _keep(path: Path, originals: Path) -> None:
    with (originals / path.name).open("wb") as copy, path.open("rb") as file:
        shutil.copyfileobj(file, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())


def _place_for_originals(folder: Path) -> Path:
    number = 1
    while (folder / f"{_BESIDE}-{number}").exists():
        number += 1
    place = folder / f"{_BESIDE}-{number}"
    place.mkdir()
    return place


def _restore_lines(folder: Path) -> Path | None:
    """Write ``run.jsonl`` anew if some of it is damaged: without lines that are none, with a header from elsewhere."""
    path = folder / NAME
    lines = path.read_bytes().split(b"\n")
    good = [line for line in lines[:-1] if is_object(line)]
    if len(good) == len(lines) - 1 and not lines[-1] and is_header(lines[0]):
        return None
    if not good or not is_header(good[0]):
        good.insert(0, plain_json.dumps(recovered_header(folder)).encode())
    originals = _place_for_originals(folder)
    _keep(path, originals)
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(b"\n".join([*good, b""]))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return originals


def _note(folder: Path, scans: list[TableScan], originals: Path | None) -> dict[str, list[tuple[int, int]]]:
    """Note in the run what was done to it, also by a repair that was killed; return what is missing of each table."""
    info = read_run(folder)
    repairs = {scan.spec.name: said for scan in scans if (said := _repair_of(folder, scan.spec.name)) is not None}
    noted = [event.get("originals") for event in info.events if event.get("event") == "repaired"]
    new = {said["originals"]: dict[str, Any]() for said in repairs.values() if said["originals"] not in noted}
    if originals is not None and originals.name not in noted:
        new.setdefault(originals.name, {})
    missing = {}
    for table, said in repairs.items():
        if said["originals"] in new and said["missing"]:
            missing[table] = new[said["originals"]][table] = [(start, stop) for start, stop in said["missing"]]
    if not new and info.end is None and "repaired" not in [event.get("event") for event in info.latest]:
        new[None] = {}  # a run that was lost, of which nothing was damaged
    for place, gaps in new.items():
        annotate(folder, {"event": "repaired", "missing": gaps, "originals": place})
    _note_end(folder)
    return missing


def _repair_of(folder: Path, table: str) -> dict[str, Any] | None:
    """Return what the Arrow file of a table says about the repair that it is of, None if it is of none."""
    import pyarrow as pa

    try:
        with (folder / f"{table}.arrow").open("rb") as file:
            file.seek(8)
            said = json.loads(pa.ipc.open_stream(file).schema.metadata[FORMAT_KEY])
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
        return None
    found: dict[str, Any] | None = said.get("repair")
    return found


def _note_end(folder: Path) -> None:
    """Give a run that was lost an end, and one of which rows were lost the true number of them."""
    info = read_run(folder)
    kinds = [event.get("event") for event in info.latest]
    if info.end is not None and "repaired" not in kinds[kinds.index("end") :]:
        return
    rows = {scan.spec.name: scan.rows for scan in scan_tables(info)}
    end = info.end or {"status": "lost", "error": "Its process died; sealed afterwards."}
    if info.end is None or end.get("rows") != rows:
        said = {"status": end["status"], "error": end.get("error"), "ended": end.get("time")}
        annotate(folder, {"event": "end", **said, "rows": rows, "repaired": isotime(SYSTEM_CLOCK)})
    complete_statistics(folder)
