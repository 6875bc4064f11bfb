"""Data of the first QCoDeS (``.dat`` files) into the present database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from measurand.compat.measure._measurement import Measurement
from measurand.dataset import DatFile, read_dat
from measurand.errors import DatasetError


def import_dat_file(location: str | Path, exp: Any = None) -> list[int]:
    """Make a dataset of each ``.dat`` file at a place.

    Args:
        location: A file, or a folder of them, as ``qcodes.data`` wrote them.
        exp: The experiment they belong to; None: the one that was made or loaded last.

    Returns:
        The numbers of the datasets.

    Raises:
        DatasetError: There is no such file, or it cannot be read.
    """
    place = Path(location).expanduser().absolute()
    files = sorted(place.glob("*.dat")) if place.is_dir() else [place]
    if not files or not all(file.is_file() for file in files):
        raise DatasetError(f"{place}: there is no .dat file of QCoDeS.")
    return [_import(file, exp) for file in files]


def _import(path: Path, exp: Any) -> int:
    found = read_dat(path)
    names = _names(found)
    setpoints = names[: len(found.sizes)]
    measurement = Measurement(exp=exp, name=path.stem)
    for name, label in zip(names, found.labels, strict=True):
        along = () if name in setpoints else setpoints
        measurement.register_custom_parameter(name, label=label, setpoints=along)
    if found.complete:
        measurement.set_shapes(dict.fromkeys(names[len(setpoints) :], found.sizes))
    with measurement.run() as datasaver:
        columns = list(zip(*(values for _, values in found.rows), strict=True))
        if columns:
            datasaver.add_result(*zip(names, map(list, columns), strict=True))
    return datasaver.run_id


def _names(found: DatFile) -> tuple[str, ...]:
    """Return the names of the columns as identifiers, each another one."""
    names: dict[str, None] = {}
    for given in found.ids:
        name = re.sub(r"\W", "_", given.strip()) or "column"
        name = name if name.isidentifier() else f"_{name}"
        while name in names:
            name += "_"
        names[name] = None
    return tuple(names)
