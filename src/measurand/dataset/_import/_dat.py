"""The text files of 2016: three comment lines, then blocks of numbers. Knows one file, not the folder it lies in.

::

    # gate_set    bias_set    dmm_volt
    # "Gate"      "Bias"      "Voltage"
    # 11          21
    -0.1          0           1.2e-05
    ...

Columns are separated by tabs; one line per point, the last setpoint fastest; a blank line for every loop that begins
again; ``nan`` where nothing was measured.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measurand.errors import DamagedData

_HEADER_LINES = 3


@dataclass(frozen=True)
class DatFile:
    """What one file holds.

    Attributes:
        ids: Names of the columns, setpoints first, outermost first.
        labels: Their labels.
        sizes: Number of points of each setpoint; there are as many setpoints as sizes.
        rows: Position along each setpoint, and the values of a line; only points at which something was measured.
        torn: Whether the file breaks off within a line, which then does not count.
    """

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    sizes: tuple[int, ...]
    rows: tuple[tuple[tuple[int, ...], tuple[float, ...]], ...]
    torn: bool = False

    @property
    def complete(self) -> bool:
        """Whether every point was measured."""
        return len(self.rows) == math.prod(self.sizes)


def read_dat(path: Path) -> DatFile:
    """Return what is in a file.

    Raises:
        DamagedData: It is not such a file; the message says where.
    """
    text = decoded(path.read_bytes())
    lines = text.splitlines()
    if len(lines) < _HEADER_LINES or any(not line.startswith("#") for line in lines[:_HEADER_LINES]):
        raise DamagedData(f"{path}: the first three lines of a .dat file of 2016 begin with '#': names, labels, sizes.")
    ids, labels, sizes = (tuple(line[1:].strip().split("\t")) for line in lines[:_HEADER_LINES])
    if not all(size.strip().isdigit() for size in sizes) or len(sizes) >= len(ids) or len(labels) != len(ids):
        raise DamagedData(
            f"{path}: {len(ids)} names, {len(labels)} labels and the sizes {', '.join(sizes)} do not fit."
        )
    lengths = tuple(int(size) for size in sizes)
    torn = not text.endswith(("\n", "\r")) and not _ends_whole(lines, lengths)
    rows = []
    for number, index, values in _points(path, lines[: len(lines) - torn], lengths):
        if len(values) != len(ids):
            raise DamagedData(f"{path}, line {number}: {len(values)} numbers, there are {len(ids)} columns.")
        if not all(math.isnan(value) for value in values[len(sizes) :]):
            rows.append((index, values))
    return DatFile(ids, tuple(map(_unquoted, labels)), lengths, tuple(rows), torn)


def decoded(data: bytes) -> str:
    """Return the text of a file of 2016: UTF-8, or what Python wrote on Windows."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _ends_whole(lines: list[str], sizes: tuple[int, ...]) -> bool:
    """Whether a last line without its end is that of the last point; any other was being written when the program died.

    What is left of a number may be a number too: 1.5e-1 of 1.5e-12.
    """
    points = sum(1 for line in lines[_HEADER_LINES:] if line.strip())
    return points == 0 or points == math.prod(sizes)


def _points(
    path: Path, lines: list[str], sizes: tuple[int, ...]
) -> Iterator[tuple[int, tuple[int, ...], tuple[float, ...]]]:
    """Yield line number, index and values of every point; blank lines say where a loop begins again."""
    index = [0] * len(sizes)
    numbered = enumerate(lines[_HEADER_LINES:], _HEADER_LINES + 1)
    for is_blank, group in itertools.groupby(numbered, lambda line: not line[1].strip()):
        block = list(group)
        if is_blank:
            inner = min(len(block), len(sizes) - 1)
            if inner and any(index[-inner:]):
                index[-inner:] = [0] * inner
                index[-inner - 1] += 1
            continue
        for number, line in block:
            if any(place >= size for place, size in zip(index, sizes, strict=True)):
                raise DamagedData(f"{path}, line {number}: more points than the sizes {sizes} have room for.")
            try:
                values = tuple(float(cell) for cell in line.split("\t"))
            except ValueError:
                raise DamagedData(f"{path}, line {number}: {line[:40]!r} are no numbers.") from None
            yield number, tuple(index), values
            index[-1] += 1


def _unquoted(label: str) -> str:
    label = label.strip()
    return label[1:-1].replace('\\"', '"') if len(label) > 1 and label[0] == label[-1] == '"' else label
