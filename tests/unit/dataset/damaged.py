"""A run that will be damaged, how it is damaged, and what must be left of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.unit.dataset import golden

from measurand.dataset import DataRoot, Dataset, Writer, verify
from measurand.dataset._write import _stores as stores

ROWS = {"scalars": 600, "arrays": 12}


def written(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A run with four batches of arrays, two sealed batches of scalars and a tail of them."""
    monkeypatch.setattr(stores, "_MOST_FLUSHES", 3)
    monkeypatch.setattr(stores, "_CAPACITIES", (256,))
    monkeypatch.setattr("measurand.dataset._write._flusher.Flusher.start", lambda self: None)  # only flush writes
    run = root.create_run("damaged", [golden.SCALARS, golden.ARRAYS], snapshot={"dac": 1.5})
    for n in range(ROWS["scalars"]):
        run.add("scalars", golden.scalars(n), (n,))
    for n in range(ROWS["arrays"]):
        run.add("arrays", golden.arrays(n))
        if n % 3 == 2:
            run.flush()
    return run


def check(folder: Path, kept: dict[str, Any]) -> None:
    """Exactly the rows with these numbers are there, in order, in a run that needs no more repair."""
    dataset = Dataset(folder)
    assert verify(folder).good, verify(folder)
    for name, numbers in kept.items():
        make = {"scalars": golden.scalars, "arrays": golden.arrays}[name]
        assert dataset.rows(name) == len(numbers)
        assert pa.ipc.open_file(folder / f"{name}.arrow").read_all().num_rows == len(numbers)
        for column in ("gate", "count", "mode") if name == "scalars" else ("trace", "jumps", "pairs", "note", "flags"):
            got = dataset.numpy(column, name)
            for place, n in enumerate(numbers):
                expected = make(n)[column]
                np.testing.assert_equal(got[place], expected.name if isinstance(expected, golden.Mode) else expected)
    assert not list(folder.glob("*.rec")) + list(folder.glob("*.arrows")) + list(folder.glob("*draft"))


ALL = {name: range(count) for name, count in ROWS.items()}


def flip(path: Path, at: int, bit: int = 16) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= bit
    path.write_bytes(data)


def batches_of(path: Path) -> list[int]:
    """Where the bodies of the batches begin, roughly: after each of their texts."""
    data, found, at = path.read_bytes(), [], 0
    while (at := data.find(b"Zeile", at)) >= 0:
        found.append(at)
        at += 1
    return found
