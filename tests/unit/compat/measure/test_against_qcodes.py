"""What was measured reads as with the installed QCoDeS: every kind of value, of parameter, of sweep, and of refusal."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tests.unit.compat.measure import exercise, exercise_dond, exercise_signatures

from measurand import parameters, validators
from measurand.compat import description, measure
from measurand.compat.dataset import DataSetDefinition

HERE = Path(__file__).parent


@pytest.mark.usefixtures("experiment")
def test_what_is_measured_reads_the_same(real_qcodes: Path, tmp_path: Path) -> None:
    """One process of the real one measures all that we do, and tells what can be read of it."""
    names = {name: getattr(room, name) for room in (description, measure) for name in room.__all__}
    names |= {name: getattr(parameters, name) for name in exercise.PARAMETERS}
    qc = SimpleNamespace(
        np=np, DataSetDefinition=DataSetDefinition, Arrays=validators.Arrays, read=exercise.read, **names
    )
    signatures = exercise_signatures.everything(qc, (*exercise_dond.NAMES, *exercise_signatures.NAMES))
    found = {"values": exercise.everything(qc), "dond": exercise_dond.everything(qc), "signatures": signatures}
    answer = tmp_path / "theirs.json"
    command: list[str | Path] = [real_qcodes, "-W", "ignore", HERE / "theirs.py", tmp_path / "theirs.db", answer]
    subprocess.run(command, check=True, capture_output=True)
    theirs = json.loads(answer.read_text(encoding="utf-8"))
    for kind, ours in json.loads(json.dumps(found)).items():
        assert {name: (there, ours.get(name)) for name, there in theirs[kind].items() if there != ours.get(name)} == {}
    assert [len(theirs[kind]) for kind in ("values", "dond")] == [150, 36]
