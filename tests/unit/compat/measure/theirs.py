"""What the real QCoDeS does with both exercises, as JSON; run in its environment: ``theirs.py DATABASE ANSWER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace


def main() -> None:
    """Do the exercises in a database at the first path, and write what was observed to the second."""
    import exercise  # type: ignore[import-not-found]  # beside this file
    import exercise_dond  # type: ignore[import-not-found]  # beside this file
    import exercise_signatures  # type: ignore[import-not-found]  # beside this file
    import numpy as np
    from qcodes import dataset, parameters, validators  # type: ignore[import-not-found]  # there, not here

    dataset.initialise_or_create_database_at(Path(sys.argv[1]))
    dataset.load_or_create_experiment("exercise", "none")
    names = {name: getattr(dataset, name) for name in ("Measurement", *exercise_dond.NAMES, *exercise_signatures.NAMES)}
    names |= {name: getattr(parameters, name) for name in exercise.PARAMETERS}
    qc = SimpleNamespace(np=np, Arrays=validators.Arrays, read=exercise.read, **names)
    signatures = exercise_signatures.everything(qc, (*exercise_dond.NAMES, *exercise_signatures.NAMES))
    found = {"values": exercise.everything(qc), "dond": exercise_dond.everything(qc), "signatures": signatures}
    Path(sys.argv[2]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
