"""What is wrong with a run: every file looked at, every crc computed. Changes nothing."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from measurand._core.names import listing
from measurand.dataset._damage._scan import Piece, Scan, scan_batches, scan_records
from measurand.dataset._damage._swap import interrupted_swaps
from measurand.dataset._format._describe import TableSpec
from measurand.dataset._format._parts import part_name, part_paths
from measurand.dataset._format._runfile import NAME, RunInfo, read_run
from measurand.dataset._read._tails import first_row, tail_paths
from measurand.dataset._snapshot import read_snapshot
from measurand.errors import DamagedData

if TYPE_CHECKING:
    from measurand.dataset._read._dataset import Dataset


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a run.

    Args:
        file: The file's name.
        text: What is wrong, for people.
    """

    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text}"


@dataclass(frozen=True)
class Verdict:
    """What `verify` found.

    Args:
        path: The run's folder.
        status: As `Dataset.status`; ``"unreadable"`` if not even the run's header is whole.
        rows: By table, the number of rows that prove themselves.
        findings: What is wrong; empty if nothing is. That a run was lost is no damage.
    """

    path: Path
    status: str
    rows: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def __str__(self) -> str:
        rows = ", ".join(f"{count} rows of {name}" for name, count in self.rows.items()) or "no rows"
        return "\n".join([f"{self.path.name}: {self.status}, {rows}", *(f"  {finding}" for finding in self.findings)])


@dataclass(frozen=True)
class TableScan:
    """Every file of one table."""

    spec: TableSpec
    scans: dict[Path, Scan]

    @property
    def pieces(self) -> list[Piece]:
        """All good rows by rising number; of those that lie in several files, the first file's come first."""
        return sorted((piece for scan in self.scans.values() for piece in scan.pieces), key=lambda piece: piece.row0)

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """Rows that no file proves, as numbers from and to before."""
        found, end = [], 0
        for piece in self.pieces:
            if piece.row0 > end:
                found.append((end, piece.row0))
            end = max(end, piece.end)
        return found

    @property
    def rows(self) -> int:
        """How many rows are good."""
        return max((piece.end for piece in self.pieces), default=0) - sum(stop - start for start, stop in self.gaps)


def verify(run: Dataset | str | Path) -> Verdict:
    """Look at every file of a run and compute every check. Nothing is changed; `repair` mends what can be mended.

    Of a run in progress, what is unfinished is no damage.

    Args:
        run: A dataset, or a run's folder.

    Raises:
        RunNotFound: No run is there.
        FormatTooNew: A later version of Measurand wrote it.

    Example:
        >>> import tempfile
        >>> from measurand.dataset import Column, DataRoot, TableSpec, verify
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with DataRoot(folder, cache_dir=folder).create_run("r", [TableSpec("data", (Column("x"),))]) as run:
        ...         run.add(x=1.0)
        ...     verify(run.dataset).good
        True
    """
    folder = folder_of_run(run)
    try:
        info = read_run(folder)
        status = info.status()  # first: what is written until it ends is seen after it
        scans = scan_tables(info)
    except DamagedData as error:
        return Verdict(folder, "unreadable", {}, (Finding(NAME, str(error)),))
    findings = [*_lines(folder, running=status == "running"), *_snapshots(info)]
    for scan in scans:
        findings += _table(scan, info, status)
    findings += [
        Finding(path.name, "a repair did not come to its end; repair again") for path in interrupted_swaps(folder)
    ]
    return Verdict(folder, status, {scan.spec.name: scan.rows for scan in scans}, tuple(findings))


def folder_of_run(run: Dataset | str | Path) -> Path:
    """Return the folder of a dataset, or the folder itself."""
    return Path(run) if isinstance(run, (str, Path)) else run.path


def scan_tables(info: RunInfo) -> list[TableScan]:
    """Look at every file of every table that has any."""
    return [TableScan(spec, _scans(info.folder, spec)) for spec in info.tables.values()]


def _scans(folder: Path, spec: TableSpec) -> dict[Path, Scan]:
    if not all(column.settled for column in spec.columns):
        return {}
    found: dict[Path, Scan] = {}
    # Tails first, as a reader does it: what is sealed and removed meanwhile is in the Arrow file then.
    tails = tail_paths(folder, spec.name)
    for path in [*tails, *part_paths(folder, spec.name)]:
        with contextlib.suppress(FileNotFoundError):
            found[path] = _scan(path, spec)
    return {path: found[path] for path in [*part_paths(folder, spec.name), *tails] if path in found}


def _scan(path: Path, spec: TableSpec) -> Scan:
    return (
        scan_records(path, spec) if path.suffix == ".rec" else scan_batches(path, spec, stream=path.suffix == ".arrows")
    )


def _table(scan: TableScan, info: RunInfo, status: str) -> list[Finding]:
    name = scan.spec.name
    earlier = _earlier(scan, info)
    found = [
        Finding(path.name, one.said)
        for path, one in scan.scans.items()
        if not one.whole and not ((status in ("running", "lost") or path in earlier) and _is_unfinished(path, one))
    ]
    found += [Finding(path.name, one.wrong) for path, one in scan.scans.items() if one.wrong]
    if scan.gaps:
        lost = listing(f"{start} to {stop - 1}" for start, stop in scan.gaps)
        found.append(Finding(f"{name}.arrow", f"rows {lost} do not prove themselves, and rows behind them do"))
    claimed = int((info.end or {}).get("rows", {}).get(name, 0))
    if scan.rows < claimed:
        found.append(Finding(f"{name}.arrow", f"{scan.rows} of {claimed} rows are good"))
    return found


def _earlier(scan: TableScan, info: RunInfo) -> list[Path]:
    """Return the files of those who wrote before the run was resumed the last time, and may have died."""
    if not info.resumed:
        return []
    name, part = scan.spec.name, int(info.resumed[-1].get("part") or 0)
    sealed = [info.folder / part_name(name, number) for number in range(1, part)]
    before = info.before.get(name, 0)
    return [*sealed, *(path for path in scan.scans if path.suffix != ".arrow" and first_row(path) <= before)]


def _is_unfinished(path: Path, scan: Scan) -> bool:
    """Whether what is not whole is only what a writer that lives, or died, leaves: an end that was being written."""
    return path.suffix != ".rec" and bool(scan.pieces or path.suffix == ".arrows")


def _lines(folder: Path, *, running: bool) -> list[Finding]:
    *lines, rest = (folder / NAME).read_bytes().split(b"\n")
    found = [
        Finding(NAME, f"line {number} is no JSON object; it is passed over")
        for number, line in enumerate(lines, 1)
        if not is_object(line)
    ]
    if rest and not running:
        found.append(Finding(NAME, "its last line is not finished; it does not count"))
    return found


def is_object(line: bytes) -> bool:
    """Return whether a line is a JSON object."""
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _snapshots(info: RunInfo) -> list[Finding]:
    found = []
    for part in (1, *(int(event.get("part") or 1) for event in info.resumed)):
        try:
            read_snapshot(info.folder, part)
        except Exception as error:  # noqa: BLE001 - a damaged file may make any library fail in any way
            found.append(
                Finding("snapshot" if part == 1 else f"snapshot of part {part}", f"it cannot be read ({error})")
            )
    return found
