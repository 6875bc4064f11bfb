"""What this process uses unless told otherwise: its data root. The face hands it down; nothing below looks it up."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core.defaults import supply

if TYPE_CHECKING:
    from measurand.dataset import DataRoot, Dataset, RunRecord

DATA_VARIABLE = "MEASURAND_DATA"
LOGS_VARIABLE = "MEASURAND_LOGS"
_opened: DataRoot | None = None


class Runs(list["RunRecord"]):
    """Runs of a data root, oldest first, shown as a table."""

    def __repr__(self) -> str:
        if not self:
            return "no runs"
        rows = [("run", "started", "status", "rows", "name", "columns")]
        for r in self:
            started = r.started.astimezone().strftime("%Y-%m-%d %H:%M:%S")
            rows.append((str(r.number), started, r.status, str(r.rows), r.name, ", ".join(r.columns)))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
        return "\n".join("  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in rows)


def default_path() -> Path:
    """Return the data root used when none was opened: ``$MEASURAND_DATA``, else ``measurand-data`` in the home folder."""
    return Path(os.environ.get(DATA_VARIABLE) or Path.home() / "measurand-data").expanduser()


def open_data(path: str | os.PathLike[str] | None = None) -> DataRoot:
    """Choose where this process stores and finds runs; create the folder if it is not there.

    Args:
        path: The folder. Default ``$MEASURAND_DATA``, else ``measurand-data`` in the home folder.

    Returns:
        The data root, which `runs`, `load` and every run use from now on.

    Raises:
        StorageFailed: The folder cannot be created or written.
        FormatTooNew: A later version of Measurand made it.

    Example:
        >>> import measurand, tempfile
        >>> measurand.open_data(tempfile.mkdtemp()).runs()
        []
    """
    from measurand.dataset import DataRoot

    global _opened  # noqa: PLW0603 - the one setting of the process that is kept here
    _opened = DataRoot(Path(path).expanduser() if path is not None else default_path())
    return _opened


def data_root() -> DataRoot:
    """Return the data root of this process; the default one is opened if none was chosen."""
    return _opened if _opened is not None else open_data()


def runs() -> Runs:
    """Return the runs of the data root, oldest first.

    Example:
        >>> import measurand
        >>> measurand.runs()[-1].status  # doctest: +SKIP
        'completed'
    """
    return Runs(data_root().runs())


def load(which: int | str | os.PathLike[str] = "last") -> Dataset:
    """Return a run of the data root.

    Args:
        which: Number, id (or its unambiguous beginning), path of the run's folder, or ``"last"`` (default).

    Raises:
        RunNotFound: There is no such run; the message says what there is.
    """
    return data_root().load(which if isinstance(which, (int, str)) else Path(which))


def _logs() -> Path:
    """Return the folder of log files: ``$MEASURAND_LOGS``, else ``.measurand/logs`` in the home folder."""
    return Path(os.environ.get(LOGS_VARIABLE) or Path.home() / ".measurand" / "logs").expanduser()


def _instruments() -> dict[str, Any]:
    from measurand.instrument import Instrument

    return Instrument.registry.snapshot()


supply("data_root", data_root)
supply("instruments", _instruments)
supply("logs", _logs)
