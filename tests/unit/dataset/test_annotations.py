"""Saying something about a run after the fact: appended, by anybody, while it runs and after it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.dataset import Column, DataRoot, Dataset, TableSpec, Writer
from measurand.dataset._format._annotations import annotations_of, overlaid
from measurand.errors import DatasetError, RunNotFound, StorageFailed

SPEC = [TableSpec("data", (Column("x"),))]


@pytest.fixture
def run(root: DataRoot) -> Writer:
    return root.create_run("gate sweep", SPEC, sample="S1", metadata={"fridge": {"name": "Bob", "temperature": 1.0}})


def test_tags_star_notes_name_sample_and_metadata_can_be_given_later(run: Writer):
    run.finish()
    before = (run.path / "run.jsonl").read_bytes()
    dataset = run.dataset
    dataset.tag("good", "first cooldown")
    dataset.tag("good")
    dataset.untag("first cooldown")
    dataset.star()
    dataset.note("the plateau at 0.3 V is real")
    dataset.note("no, it is not")
    dataset.rename("gate sweep, cold")
    dataset.sample = "S2"
    dataset.experiment = "cooldown 3"
    dataset.add_metadata({"fridge": {"temperature": 0.02}, "pump": "on"})
    for seen in (dataset, Dataset(run.path)):
        assert (seen.tags, seen.starred) == (("good",), True)
        assert seen.notes == ("the plateau at 0.3 V is real", "no, it is not")
        assert (seen.name, seen.sample, seen.experiment) == ("gate sweep, cold", "S2", "cooldown 3")
        assert seen.metadata["fridge"] == {"name": "Bob", "temperature": 0.02}
        assert seen.metadata["pump"] == "on"
        assert seen.metadata["sample"] == "S2"
    dataset.star(False)
    assert not dataset.starred
    assert (run.path / "run.jsonl").read_bytes().startswith(before), "nothing is ever rewritten"
    assert all(event["by"] and event["time"] for event in dataset.events if event["event"] not in ("table", "end"))


def test_what_is_no_annotation_is_refused_and_nothing_is_written(run: Writer):
    run.finish()
    size = (run.path / "run.jsonl").stat().st_size
    dataset = run.dataset
    with pytest.raises(DatasetError, match="'' cannot be a tag: it must be a text that is not empty"):
        dataset.tag("good", "")
    with pytest.raises(DatasetError, match="3 cannot be a note"):
        dataset.note(3)
    with pytest.raises(DatasetError, match="None cannot be the name of run 1"):
        dataset.rename(None)
    with pytest.raises(DatasetError, match="Run 1 has no tag 'godo'; it has nothing"):
        dataset.untag("godo")
    with pytest.raises(DatasetError, match="'x' is no metadata; it is a dict"):
        dataset.add_metadata("x")
    assert (run.path / "run.jsonl").stat().st_size == size


ANNOTATE = """
import sys
from measurand.dataset import Dataset
dataset = Dataset(sys.argv[1])
assert dataset.status == "running"
for number in range(50):
    dataset.note(f"{sys.argv[2]} {number}")
"""


def test_other_processes_annotate_a_run_while_it_is_measured(run: Writer):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    children = [
        subprocess.Popen([sys.executable, "-c", ANNOTATE, str(run.path), name], env=environment) for name in ("a", "b")
    ]
    own = 0
    while any(child.poll() is None for child in children):
        run.add("data", {"x": own})
        run.event({"event": "note", "text": f"w {own}"})
        own += 1
    assert [child.returncode for child in children] == [0, 0]
    run.finish()
    notes = [note.split() for note in run.dataset.notes]
    assert [int(number) for name, number in notes if name == "w"] == list(range(own))
    for child in ("a", "b"):
        assert [int(number) for name, number in notes if name == child] == list(range(50))
    assert run.dataset.status == "completed"


def test_a_torn_line_costs_that_line_only(run: Writer):
    with (run.path / "run.jsonl").open("ab") as file:
        file.write(b'{"event": "note", "te')
    run.add("data", {"x": 1})
    run.finish()
    run.dataset.tag("good")
    assert run.dataset.tags == ("good",)
    assert run.dataset.status == "completed"
    assert run.dataset.numpy("x").tolist() == [1]


def test_a_run_that_is_gone_or_may_not_be_written_is_said(run: Writer, monkeypatch: pytest.MonkeyPatch):
    run.finish()
    dataset = run.dataset

    def refuse(fd: int) -> None:
        raise PermissionError(13, "access denied")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StorageFailed, match=r"gate-sweep-.*: nothing can be added to this run \(.*access denied"):
        dataset.tag("good")
    monkeypatch.undo()
    shutil.move(run.path, run.path.with_name("elsewhere"))
    with pytest.raises(RunNotFound, match="it was moved, renamed or put into the trash"):
        dataset.tag("better")
    assert dataset.name == "gate sweep", "what was known is still said"


def test_the_journal_of_the_root_is_told(run: Writer, tmp_path: Path):
    run.finish()
    run.dataset.star()
    (journal,) = (run.path.parents[2] / ".measurand" / "journal").glob("*.jsonl")
    last = json.loads(journal.read_text().splitlines()[-1])
    assert last["event"] == "change"
    assert run.path.as_posix().endswith(last["folder"])
    mailed = shutil.copytree(run.path, tmp_path / "mailed")
    Dataset(mailed).star()
    assert not (tmp_path / ".measurand").exists()


def test_events_of_others_and_nonsense_are_passed_over():
    events = [{"event": "from the future"}, {"event": "tag"}, {"event": "metadata", "values": 3}, {}]
    found = annotations_of({"name": "a", "tags": "no list", "metadata": None}, events)
    assert (found.name, found.tags, found.metadata) == ("a", (), {})


trees = st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3))
forests = st.dictionaries(st.sampled_from("abc"), trees, max_size=3)


@given(forests, forests)
def test_laying_over_is_idempotent_and_the_upper_one_wins(below: dict, above: dict):
    joined = overlaid(below, above)
    assert overlaid(joined, above) == joined
    assert overlaid({}, above) == above
    assert set(joined) == set(below) | set(above)
