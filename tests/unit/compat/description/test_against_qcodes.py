"""Relations and descriptions beside the installed QCoDeS: the same texts out, the same texts read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.unit.compat.description import exercise

from measurand.compat import description

HERE = Path(__file__).parent
NUMBER = 400


def test_relations_are_those_of_qcodes_and_each_reads_the_other(real_qcodes: Path) -> None:
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
