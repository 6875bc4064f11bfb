"""Drive QCoDeS through every case and keep what it does: ``python -m tests.differential.observe``.

With ``--live`` nothing is kept: Measurand is compared with QCoDeS as installed now. QCoDeS lives in an environment of
its own, made on first use, the one that the benchmarks use.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts import real_qcodes
from scripts.real_qcodes import HERE
from tests.differential.building import Case
from tests.differential.cases import digest, every_case

RECORDING = Path(__file__).with_name("qcodes.json")


def main() -> None:
    """Record, or compare live."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential.observe", description=__doc__)
    parser.add_argument("--live", action="store_true", help="compare now instead of recording")
    given = parser.parse_args()
    cases = every_case()
    observed = ask_qcodes(cases)
    if given.live:
        from tests.differential.verdicts import report

        sys.exit(report(cases, observed["observations"]))
    write(cases, observed)
    print(f"{len(cases)} cases of QCoDeS {observed['qcodes']} in {RECORDING.name}")


def ask_qcodes(cases: list[Case]) -> dict[str, Any]:
    """Return the version of QCoDeS and what it does, by id of the case."""
    done = subprocess.run(
        [real_qcodes.installed(), "-W", "ignore", "-m", "tests.differential.theirs"],
        input=json.dumps(cases), cwd=HERE, env={**os.environ, "PYTHONPATH": str(HERE), "PYTHONHASHSEED": "0"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"QCoDeS could not be observed:\n{done.stderr}")
    observed: dict[str, Any] = json.loads(done.stdout)
    return observed


def write(cases: list[Case], observed: dict[str, Any]) -> None:
    """Keep the observations, one line per case, so that a change of the recording can be read."""
    lines = [
        f"{json.dumps(case['id'])}: {json.dumps([digest(case), observed['observations'][case['id']]], separators=(',', ':'))}"
        for case in cases
    ]
    text = f'{{"qcodes": "{observed["qcodes"]}", "observations": {{\n' + ",\n".join(lines) + "\n}}\n"
    RECORDING.write_text(text, encoding="utf-8", newline="\n")


def recorded(cases: list[Case]) -> tuple[str, dict[str, Any]]:
    """Return the version of QCoDeS and its recorded observations by id of the case.

    Raises:
        LookupError: A case is new or has changed since it was recorded.
    """
    kept = json.loads(RECORDING.read_text(encoding="utf-8"))
    observations = kept["observations"]
    stale = [case["id"] for case in cases if observations.get(case["id"], [""])[0] != digest(case)]
    if stale or len(observations) != len(cases):
        raise LookupError(
            f"{len(stale)} cases differ from the recording ({', '.join(stale[:5])} …): "
            f"run python -m tests.differential.observe."
        )
    return kept["qcodes"], {name: steps for name, (_, steps) in observations.items()}


if __name__ == "__main__":
    main()
