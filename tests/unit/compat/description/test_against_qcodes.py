"""Relations and descriptions beside the installed QCoDeS: the same texts out, the same texts read."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from measurand.compat import description

HERE = Path(__file__).parent
NUMBER = 400


@pytest.fixture(scope="module")
def exercise() -> ModuleType:
    spec = importlib.util.spec_from_file_location("description_exercise", HERE / "exercise.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_relations_are_those_of_qcodes_and_each_reads_the_other(real_qcodes: Path, exercise: ModuleType) -> None:
    """One process of the real one makes 400 relations, and reads all that we wrote."""
    ours = json.loads(json.dumps([exercise.observed(description, plan) for plan in exercise.plans(NUMBER)]))
    texts = [text for one in ours if one != "refused" for text in one["json"]]
    asked = subprocess.run(
        [real_qcodes, "-W", "ignore", HERE / "exercise.py"],
        input=json.dumps({"number": NUMBER, "texts": texts}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    theirs = json.loads(asked.stdout)
    assert theirs["observed"] == ours
    assert 50 < ours.count("refused") < 350  # both cases were there
    for mine, back in zip(texts, theirs["read"], strict=True):
        assert description.rundescriber_from_json(back) == description.rundescriber_from_json(mine)
