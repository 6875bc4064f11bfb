"""A data root of many runs: rebuild of its index, opening, ten kinds of search, taking a number, adding a run.

``python -m benchmarks.catalogue`` makes 100 000 run folders through the library's own writer of ``run.jsonl`` (once; they
are kept in the temporary folder), and prints medians. ``--runs 10000`` is enough for a look.
"""

from __future__ import annotations

import argparse
import datetime
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.timing import conditions, once
from measurand.dataset import Column, DataRoot, TableSpec
from measurand.dataset._folders import folder_of
from measurand.dataset._format._runfile import RunFile

PER_DAY = 60
SPEC = TableSpec(
    "data",
    (Column("gate", "float", "V", setpoint=True), Column("current", "float", "A"), Column("phase", "float", "rad")),
)
SEARCHES = {
    "number": "number == 777",
    "name": "name ~ 'sweep 77'",
    "tag": "tag == paper",
    "sample": "sample == S2 and experiment == 'cooldown 3'",
    "time": "since '3 days ago'",
    "parameter": "has(rare)",
    "metadata": "metadata.fridge.temperature < 0.001",
    "statistics": "max(current) > 9.99e-9",
    "statistics, unit": "max(current) > 9.99 nA",
    "words": "text ~ plateau",
    "joined": "max(current) > 9.99e-9 and not tag == good and (sample == S12 or sample == S13)",
    "newest 50 of all": "has(current)",
}


def main() -> None:
    """Print one line per figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalogue", description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    given = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / f"measurand-bench-catalogue-{given.runs}"
    root = DataRoot(folder / "data", cache_dir=folder / "cache")
    if not (folder / "ready").exists():
        taken = once(lambda: make(root.path, given.runs))
        (folder / "ready").touch()
        print(f"made {given.runs} run folders in {taken:.0f} s: {folder}")
    print(f"{conditions()}, {given.runs} runs")
    taken = once(root.rebuild_index)
    size = root._catalogue.path.stat().st_size  # the figure is about the file
    print(
        f"{'rebuild from the folders':30}{taken:8.1f} s   {taken / given.runs * 1e6:.0f} µs a run, {size / 1e6:.0f} MB"
    )
    show("open, newest 50", lambda: list(DataRoot(root.path, cache_dir=folder / "cache").runs(limit=50)))
    show("list all, first shown", lambda: root.runs()[0])
    for name, search in SEARCHES.items():
        limit = 50 if name.startswith("newest") else None
        show(f"{name}: {len(root.runs(search, limit=limit))} found", partial(root.runs, search, limit=limit))
    show("load by number", lambda: root.load(777))
    show("take a number", root._numbers.take)
    show("tag a run, found by the tag", lambda: tag_and_find(root))


def make(root: Path, count: int) -> None:
    """Make folders of finished runs, as `DataRoot.create_run` and a run of a hundred rows would leave them."""
    chance = random.Random(1)
    start = datetime.datetime.now().astimezone() - datetime.timedelta(days=count // PER_DAY)
    for number in range(1, count + 1):
        began = start + datetime.timedelta(days=1) * (number / PER_DAY)
        run_id, name = f"{chance.getrandbits(128):032x}", f"gate sweep {number % 500}"
        folder = folder_of(root, number, name, run_id, began)
        folder.mkdir(parents=True)
        columns = [*SPEC.columns, *([Column("rare", "float", "K")] if number % 1000 == 0 else [])]
        file = RunFile(folder, header(number, run_id, name, began, TableSpec("data", tuple(columns)), chance))
        ended = began + datetime.timedelta(seconds=60)
        file.append({"event": "end", "status": "completed", "rows": {"data": 100}, "time": ended.isoformat()})
        said = {
            c.name: {"min": -chance.random(), "max": chance.random() * 1e-8, "mean": 0.0, "count": 100, "nan": 0}
            for c in columns
        }
        file.append({"event": "statistics", "columns": said, "bytes": 9000, "time": ended.isoformat()})
        for share, event in ((10, {"event": "tag", "tag": "good"}), (500, {"event": "tag", "tag": "paper"})):
            if number % share == 0:
                file.append({**event, "time": ended.isoformat()})
        if number % 200 == 0:
            file.append({"event": "note", "text": "the plateau is real", "time": ended.isoformat()})
        file.close()


def header(
    number: int, run_id: str, name: str, began: datetime.datetime, table: TableSpec, chance: random.Random
) -> dict[str, Any]:
    """The header of a run with a plan, some metadata and what is captured by itself."""
    sweep = {"kind": "lin_sweep", "parameter": "dac_ch1_voltage", "start": -1.0, "stop": 1.0, "num": 100}
    return {
        "id": run_id, "number": number, "name": name, "sample": f"S{number // 300 % 30}",
        "experiment": f"cooldown {number // 5000}", "started": began.isoformat(), "host": "fridge-pc", "user": "ann",
        "pid": 4711, "system": {"os": "Linux", "machine": "x86_64"}, "versions": {"python": "3.11.7", "measurand": "0.1"},
        "parents": [], "code": {"file": "sweeps.py", "commit": "0" * 40, "branch": "main", "changed": False}, "tags": [],
        "plan": {"sweep": sweep, "measured": [column.to_dict() for column in table.columns]},
        "metadata": {"fridge": {"temperature": chance.random(), "name": "Bob"}, "operator": "Ann"},
        "tables": [table.to_dict()],
    }  # fmt: skip


def tag_and_find(root: DataRoot) -> None:
    """What a user waits for between saying something about a run and finding it by that."""
    word = f"t{time.monotonic_ns()}"
    root.load(500).tag(word)
    if len(root.runs(tag=word)) != 1:
        raise SystemExit("the tag is not found")


def show(what: str, do: Callable[[], object], repeats: int = 7) -> None:
    taken = sorted(once(do) for _ in range(repeats))
    print(
        f"{what:50}{statistics.median(taken) * 1e3:8.1f} ms  ({taken[0] * 1e3:.1f}–{taken[-1] * 1e3:.1f})", flush=True
    )


if __name__ == "__main__":
    main()
