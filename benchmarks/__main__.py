"""Run the cases in turn, ours and the other, each in a process of its own, and print the ratios of the medians."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts import real_qcodes

HERE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Comparison:
    """A case, what it is compared with, and what was expected of the ratio other / ours."""

    case: str
    other: str
    expected: str
    ours: str = "benchmarks.ours"

    @property
    def name(self) -> str:
        """What it is called."""
        return self.case if self.ours == "benchmarks.ours" else f"{self.case}, alias"


KINDS = ("manual", "callable", "parsed+scaled", "mapped", "delegated")
COMPARISONS = [
    *(Comparison(f"{verb} {kind}", "qcodes", "≥ 5") for verb in ("get", "set") for kind in KINDS),
    Comparison("import qcodes", "qcodes", "≥ 10"),
    Comparison("import, one parameter", "qcodes", "—"),
    Comparison("construction", "qcodes", "≥ 5"),
    Comparison("snapshot of 1000", "qcodes", "—"),
    Comparison("instrument of 1000", "qcodes", "≥ 5"),
    Comparison("snapshot of 50 instruments", "qcodes", "—"),
    Comparison("bytes, never used", "qcodes", "≤ 1 kB"),
    Comparison("bytes, used", "qcodes", "—"),
    Comparison("get callable", "floor: bare method", "small multiple"),
    Comparison("exchange", "floor: bare pyvisa", "—"),
    Comparison("exchange", "qcodes", "—"),
    Comparison("recorded row", "qcodes", "≥ 60"),
    Comparison("row until completed", "qcodes", "—"),
    Comparison("ten-point run", "qcodes", "—"),
    Comparison("sweep point", "qcodes", "—"),
    Comparison("add_result", "qcodes", "≥ 20"),
    Comparison("free loop point", "qcodes", "≥ 20"),
    Comparison("dond point", "qcodes", "≥ 20"),
    Comparison("dond 2-D point", "qcodes", "≥ 20"),
    Comparison("Loop point", "qcodes", "≥ 20"),
    Comparison("adaptive point", "qcodes", "≥ 20"),
    *(
        Comparison(case, "qcodes", expected, ours="benchmarks.under_alias")
        for case, expected in (
            *((f"{verb} {kind}", "≥ 5") for verb in ("get", "set") for kind in KINDS),
            ("construction", "≥ 5"),
            ("snapshot of 1000", "—"),
            ("add_result", "≥ 20"),
            ("free loop point", "≥ 10"),
            ("dond point", "≥ 20"),
            ("dond 2-D point", "≥ 20"),
            ("ten-point run", "—"),
            ("xarray of 1e6 rows", "≥ 10"),
            ("data of 1e6 rows", "≥ 10"),
            ("list 1000 runs", "≥ 10"),
            ("one run of 1000", "≥ 10"),
        )
    ),
    Comparison("load 1e6 rows", "floor: np.load", "≥ 0.67"),
    Comparison("load 1e7 rows", "floor: np.load 1e7", "≥ 0.67"),
    Comparison("grid 1000×1000", "floor: np.load 3 columns", "≥ 0.67"),
    Comparison("xarray of 1e6 rows", "qcodes", "—"),
    Comparison("xarray of 1000×1000", "qcodes", "—"),
    Comparison("database of 1e6 rows", "qcodes", "≥ 10"),
    Comparison("import of 1e6 rows", "qcodes", "—"),
    Comparison("export of 1e6 rows", "qcodes", "—"),
    Comparison("smallest run", "qcodes", "—"),
    Comparison("row at 10 kHz, 5 readers", "row at 10 kHz", "≥ 0.95"),
    Comparison("row flat out, 5 readers, CPU", "row flat out, CPU", "≥ 0.95"),
    Comparison("row at 1e7", "row at 1e4", "≥ 0.83"),
    Comparison("1000 traces", "floor: write traces", "≥ 0.67"),
    Comparison("25 images", "floor: write images", "≥ 0.67"),
    Comparison("bytes on disk", "floor: with times", "≥ 0.95"),
    Comparison("bytes on disk", "floor: payload", "—"),
    Comparison("bytes on disk, zstd", "floor: payload", "—"),
    Comparison("bytes, writer grows", "floor: payload", "flat"),
]


def main() -> None:
    """Print one line per comparison."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("cases", nargs="*", help="names of cases; default all")
    parser.add_argument("--rounds", type=int, default=5, help="processes per side and case (default 5)")
    given = parser.parse_args()
    wanted = [c for c in COMPARISONS if not given.cases or c.name in given.cases]
    if any(c.other == "qcodes" for c in wanted):
        real_qcodes.installed()
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of {given.rounds} interleaved processes"
    )
    print(f"{'case':28}{'ours':>12}{'other':>12}   {'other / ours':>12}  {'(least–most)':16} expected  against")
    for comparison in wanted:
        _compare(comparison, given.rounds)


def _compare(comparison: Comparison, rounds: int) -> None:
    ours, other = [], []
    for _ in range(rounds):
        ours.append(_run(Path(sys.executable), comparison.ours, comparison.case))
        if comparison.other == "qcodes":
            other.append(_run(real_qcodes.python(), "benchmarks.theirs", comparison.case))
        else:
            other.append(_run(Path(sys.executable), "benchmarks.ours", comparison.other))
    ratios = sorted(b / a for a, b in zip(ours, other, strict=True))
    spread = f"({ratios[0]:.3g}–{ratios[-1]:.3g})"
    show = _bytes if comparison.case.startswith("bytes") else _time
    print(
        f"{comparison.name:28}{show(statistics.median(ours)):>12}{show(statistics.median(other)):>12}   "
        f"{statistics.median(ratios):>11.3g}×  {spread:16} {comparison.expected:9} {comparison.other}",
        flush=True,
    )


def _run(python: Path, module: str, case: str) -> float:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE / "src")]),
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [python, "-m", module, case], cwd=HERE, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{module} {case!r} failed:\n{done.stderr}")
    return float(done.stdout.split()[-1])


def _bytes(size: float) -> str:
    return f"{size:.0f} B"


def _time(seconds: float) -> str:
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


if __name__ == "__main__":
    main()
