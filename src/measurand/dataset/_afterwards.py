"""What is done with a run after it has ended: the exports that were asked for. A run never suffers from it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from measurand.dataset._annotate import annotate
from measurand.dataset._export._formats import format_named
from measurand.dataset._export._memory import check_memory
from measurand.dataset._read._dataset import Dataset
from measurand.errors import MeasurandError

_log = logging.getLogger(__name__)


def checked_formats(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of export formats, so that a mistake is noticed before a measurement and not after it.

    Raises:
        ConfigurationError: There is no such format.
        ImportError: The library for it is not installed.
    """
    for name in names:
        format_named(name).require()
    return tuple(names)


def export_ended(folder: Path, formats: Sequence[str]) -> None:
    """Export the run in ``folder`` into its own folder; what fails is noted in the run, and logged."""
    for name in formats:
        try:
            run, copies = Dataset(folder), format_named(name).copies
            if copies:
                check_memory([(spec, run.rows(table)) for table, spec in run.tables.items()], copies)
            run.export(name, overwrite=True)  # type: ignore[arg-type]  # it was checked just above
        except Exception as error:  # noqa: BLE001 - whatever a library does wrong, the run is complete and stays so
            _log.warning("%s was not exported as %s: %s", folder.name, name, error)
            _note(folder, name, error)


def _note(folder: Path, name: str, error: Exception) -> None:
    try:
        annotate(folder, {"event": "export failed", "format": name, "error": f"{type(error).__name__}: {error}"})
    except MeasurandError:  # the disk that had no room for the export has none for this
        _log.warning("%s: this could not be noted in the run either", folder.name)
