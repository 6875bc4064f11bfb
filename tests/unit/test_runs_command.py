"""The commands that list, search, compare runs and put them aside."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

import measurand
from measurand import ManualParameter, sweep
from measurand.cli import main
from measurand.dataset import Column, TableSpec


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A data root with two runs."""
    monkeypatch.setattr("measurand._session._opened", None)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "cache")
    measurand.open_data(tmp_path / "data", sample="S12", capture_code=False)
    gate, current = ManualParameter("gate", unit="V"), ManualParameter("current", unit="A", initial_value=3e-9)
    plan = sweep(gate, 0, 1, num=3).each(current)
    plan.run("gate sweep", metadata={"fridge": {"temperature": 0.02}}, progress=False)
    current(5e-12)
    plan.run("leak test", sample="S13", progress=False)
    measurand.load(2).tag("bad")
    return str(tmp_path / "data")


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(words) == code
    return capsys.readouterr().out


def test_runs_are_searched(data: str, capsys: pytest.CaptureFixture[str]):
    assert "gate sweep" in said(capsys, "runs", "--data", data)
    found = said(
        capsys, "runs", "--data", data, "--where", "max(current) > 1 nA", "--since", "yesterday", "--limit", "5"
    )
    assert "gate sweep" in found
    assert "leak test" not in found
    table = said(capsys, "runs", "--data", data, "--columns", "number, max(current)", "--sort=-max(current)")
    assert [line.split() for line in table.splitlines()[:3]] == [
        ["run", "max(current)"], ["1", "3e-09", "A"], ["2", "5e-12", "A"],
    ]  # fmt: skip
    assert "leak test" in said(capsys, "runs", "--data", data, "--tag", "bad", "--tag", "worse", "--rebuild")
    assert "did you mean 'bad'" in said(capsys, "runs", "--data", data, "--tag", "bat")


def test_runs_are_given_to_programs(data: str, capsys: pytest.CaptureFixture[str]):
    lines = [json.loads(line) for line in said(capsys, "runs", "--data", data, "--json").splitlines()]
    assert [line["name"] for line in lines] == ["gate sweep", "leak test"]
    assert lines[0]["metadata"]["fridge"] == {"temperature": 0.02}
    assert lines[0]["summaries"]["current"]["unit"] == "A"
    one = said(capsys, "runs", "--data", data, "--json", "--columns", "number,started,tag", "--sample", "S13")
    assert json.loads(one)["tag"] == ["bad"]
    assert json.loads(one).keys() == {"number", "started", "tag"}


def test_a_search_that_cannot_be_read_is_explained(data: str, capsys: pytest.CaptureFixture[str]):
    assert main(["runs", "--data", data, "--where", "smple == 3"]) == 1
    assert "Did you mean 'sample'?" in capsys.readouterr().err


def test_sizes_and_trash(data: str, capsys: pytest.CaptureFixture[str]):
    sizes = said(capsys, "runs", "--data", data, "--sizes").splitlines()
    assert sizes[-2].startswith("2 runs, ")
    assert "kB" in sizes[0]
    assert "is in the trash" in said(capsys, "trash", "put", "--data", data, "leak test")
    assert "leak test" not in said(capsys, "runs", "--data", data)
    assert "leak test" in said(capsys, "trash", "list", "--data", data)
    preview = said(capsys, "trash", "purge", "--data", data)
    assert "1 runs" in preview
    assert "would be removed for ever; nothing was" in preview
    assert "leak-test" in said(capsys, "trash", "restore", "--data", data, "2")
    assert "leak test" in said(capsys, "runs", "--data", data)
    said(capsys, "trash", "put", "--data", data, "2")
    assert "0 runs" in said(capsys, "trash", "purge", "--data", data, "--older-than", "1", "--yes")
    assert "1 runs" in said(capsys, "trash", "purge", "--data", data, "--yes")
    assert "leak test" not in said(capsys, "trash", "list", "--data", data)


def test_settings_of_two_runs_are_compared(data: str, capsys: pytest.CaptureFixture[str]):
    found = said(capsys, "diff", "--data", data, "1", "leak test", code=1)
    assert "current  3e-09 A" in found
    assert said(capsys, "diff", "--data", data, "1", "1") == "no difference\n"


def windows_pipe(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """What is written into a file or pipe by a program on Windows."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252", write_through=True))
    return written


def test_letters_that_a_pipe_does_not_know_do_not_end_the_listing(data: str, monkeypatch: pytest.MonkeyPatch):
    measurand.load("last").rename("Ω of the sample")
    pipe = windows_pipe(monkeypatch)
    assert main(["runs", "--data", data]) == 0
    assert b"? of the sample" in pipe.getvalue()


def test_json_is_json_in_every_pipe(data: str, monkeypatch: pytest.MonkeyPatch):
    measurand.load("last").rename("Ü of Ω")
    pipe = windows_pipe(monkeypatch)
    assert main(["runs", "--json", "--limit", "1", "--data", data]) == 0
    assert json.loads(pipe.getvalue())["name"] == "Ü of Ω"


def test_a_column_with_a_comma_in_its_name_can_be_shown(data: str, capsys: pytest.CaptureFixture[str]):
    with measurand.data_root().create_run("commas", [TableSpec("data", (Column("a,b"),))]) as run:
        run.add("data", {"a,b": 5.5})
    assert main(["runs", "--name", "commas", "--columns", "name, max('a,b'),", "--data", data]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["commas", "5.5"]


def test_a_run_that_is_not_there_does_not_keep_others_from_being_verified(
    data: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["verify", "99", "1", "--data", data]) == 1
    shown = capsys.readouterr()
    assert "99: There is no run '99'" in shown.err
    assert "completed" in shown.out
