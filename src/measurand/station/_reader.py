"""From files to a `Configuration`: read all, judge all, and either everything is right or every problem is told at once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Any

from measurand.errors import StationFileError
from measurand.station._document import Document, read_file
from measurand.station._drivers import driver_named
from measurand.station._entries import Configuration
from measurand.station._judge import Judge
from measurand.station._language import STATION
from measurand.station._merge import Merged
from measurand.station._problems import Path, Problem, Tell, in_order
from measurand.station._spellings import modernise


def refuse(problems: Sequence[Problem]) -> None:
    """Accept nothing that has a problem.

    Raises:
        StationFileError: There is one; all are listed, with file, line and column.
    """
    if problems:
        raise StationFileError(*map(str, problems))


def read_documents(
    documents: Sequence[Document],
    find: Callable[[str], type[Any]] = driver_named,
    weigh: Callable[[Sequence[Problem]], None] = refuse,
) -> Configuration:
    """Return what the documents say together. Old spellings are warned about, as `DeprecationWarning`.

    Args:
        documents: They.
        find: Returns the class that a file calls so; raises `UnknownDriver`.
        weigh: Looks at everything that is wrong, and raises if what is right beside it shall not be used.

    Raises:
        StationFileError: Something is wrong; everything that is is listed, with file, line and column.
    """
    configuration, problems = judge(documents, find)
    weigh(problems)
    for note in configuration.notes:
        warnings.warn_explicit(
            str(note),
            DeprecationWarning,
            note.mark.file,
            note.mark.line,
            module="__main__",  # shown without being asked
        )
    return configuration


def judge(
    documents: Sequence[Document], find: Callable[[str], type[Any]] = driver_named
) -> tuple[Configuration, list[Problem]]:
    """Return what the documents say, as far as it is right, and everything that is wrong.

    Args:
        documents: They.
        find: Returns the class that a file calls so; raises `UnknownDriver`.
    """
    problems: list[Problem] = []
    notes: list[Problem] = []
    for document in documents:
        tell = Tell(document.spot)
        STATION.check(document.data, (), tell)
        problems += [*document.problems, *tell.problems]
        notes += tell.notes
        for at in tell.places:
            _leave_out(document.data, at)
        modernise(document)
    merged = Merged(documents)
    tell = Tell(merged.spot)
    instruments = Judge(merged, tell, find).instruments()
    order = tuple(merged.data.get("restore_order") or ())
    found = Configuration(merged.data, instruments, order, tuple(notes))
    return found, in_order([*problems, *merged.problems, *tell.problems])


def _leave_out(data: Any, at: Path) -> None:
    """Remove an entry that is wrong, so that what is right beside it is judged all the same; of a list, all of it."""
    end = next((i for i, part in enumerate(at) if not isinstance(part, str)), len(at))
    if end == 0:
        data.clear()
        return
    *above, last = at[:end]
    for part in above:
        data = data.get(part) if isinstance(data, dict) else None
    if isinstance(data, dict):
        data.pop(last, None)


def check_station(*paths: FilePath | str) -> tuple[list[str], list[str]]:
    """Return everything that is wrong in station files that are used together, and what should be written differently.

    Args:
        *paths: The files, in the order in which a station reads them.

    Returns:
        Problems and notes as text that begins with file, line and column; two empty lists if all is well.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("lab.yaml").write_text("instruments: {dac: {type: MeasurandVS4, adress: here}}")
        >>> check_station("lab.yaml")[0]
        ["lab.yaml:1:41: instruments.dac: unknown key 'adress'; did you mean 'address'?"]
    """
    found, problems = judge([read_file(FilePath(path), str(path)) for path in paths])
    return [str(problem) for problem in problems], [str(note) for note in found.notes]
