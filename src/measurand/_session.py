"""What this process uses unless told otherwise: its data root. The face hands it down; nothing below looks it up."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurand._core.defaults import supply

if TYPE_CHECKING:
    from typing import Unpack

    from measurand.dataset import DataRoot, Dataset, Differences, Runs
    from measurand.dataset.catalogue import Search

DATA_VARIABLE = "MEASURAND_DATA"
LOGS_VARIABLE = "MEASURAND_LOGS"
_opened: DataRoot | None = None


def default_path() -> Path:
    """Return the data root used when none was opened: ``$MEASURAND_DATA``, else ``measurand-data`` in the home folder."""
    return Path(os.environ.get(DATA_VARIABLE) or Path.home() / "measurand-data").expanduser()


def open_data(
    path: str | os.PathLike[str] | None = None,
    *,
    sample: str = "",
    experiment: str = "",
    capture_code: bool = True,
    export: Sequence[str] = (),
) -> DataRoot:
    """Choose where this process stores and finds runs; create the folder if it is not there.

    Args:
        path: The folder. Default ``$MEASURAND_DATA``, else ``measurand-data`` in the home folder.
        sample: What is measured, for all runs of this process that do not say it; ``data_root().sample`` changes it.
        experiment: What they belong to, likewise.
        capture_code: Whether runs keep the git commit and changes of the script that calls.
        export: Formats in which every run of this process is written into its own folder when it has ended, e.g.
            ``["netcdf"]``.

    Returns:
        The data root, which `runs`, `load` and every run use from now on.

    Raises:
        StorageFailed: The folder cannot be created or written.
        FormatTooNew: A later version of Measurand made it.

    Example:
        >>> import measurand, tempfile
        >>> measurand.open_data(tempfile.mkdtemp()).runs()
        no runs
    """
    from measurand.dataset import DataRoot

    global _opened  # noqa: PLW0603 - the one setting of the process that is kept here
    place = Path(path).expanduser() if path is not None else default_path()
    _opened = DataRoot(place, sample=sample, experiment=experiment, capture_code=capture_code, export=export)
    return _opened


def data_root() -> DataRoot:
    """Return the data root of this process; the default one is opened if none was chosen."""
    return _opened if _opened is not None else open_data()


def runs(where: str | None = None, **search: Unpack[Search]) -> Runs:
    """Return runs of the data root, oldest first.

    Args:
        where: A search, e.g. ``"max(current) > 1 nA and sample == 'S12' and not tag == bad"``; see
            `measurand.dataset.DataRoot.runs` for its words.
        **search: ``name``, ``tag``, ``sample``, ``experiment``, ``parameter``, ``status``, ``text``, ``since``, ``until``,
            ``starred``, ``sort``, ``limit``.

    Raises:
        QueryError: The search cannot be read; the message shows where.

    Example:
        >>> import measurand
        >>> measurand.runs("starred and since yesterday", sample="S12")[-1].load()  # doctest: +SKIP
    """
    return data_root().runs(where, **search)


def load(which: int | str | os.PathLike[str] = "last") -> Dataset:
    """Return a run of the data root.

    Args:
        which: Number, id (or its unambiguous beginning), name (of several the newest), path of the run's folder, or
            ``"last"`` (default).

    Raises:
        RunNotFound: There is no such run; the message says what there is.
    """
    return data_root().load(which if isinstance(which, (int, str)) else Path(which))


def _logs() -> Path:
    """Return the folder of log files: ``$MEASURAND_LOGS``, else ``.measurand/logs`` in the home folder."""
    return Path(os.environ.get(LOGS_VARIABLE) or Path.home() / ".measurand" / "logs").expanduser()


def compare(before: int | str | os.PathLike[str], after: int | str | os.PathLike[str]) -> Differences:
    """Return what differs between the settings of two runs, as their snapshots have them.

    Args:
        before: A run, as for `load`.
        after: Another one.

    Raises:
        RunNotFound: There is no such run.

    Example:
        >>> import measurand
        >>> measurand.compare("yesterday", "last")  # doctest: +SKIP
        path             before  after
        dac.ch1.voltage  0.5 V   0.7 V
    """
    from measurand.dataset import snapshot_difference

    return snapshot_difference(load(before).snapshot, load(after).snapshot)


def _instruments() -> dict[str, Any]:
    from measurand.instrument import Instrument

    return Instrument.registry.snapshot()


def _station() -> Any:
    """Return the station of this process; None if it has none, and then nothing is imported for it."""
    package: Any = sys.modules.get("measurand.station")
    return None if package is None else package.Station.default


supply("data_root", data_root)
supply("instruments", _instruments)
supply("logs", _logs)
supply("station", _station)
