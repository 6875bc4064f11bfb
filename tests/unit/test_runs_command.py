"""The commands that list, search, compare runs and put them aside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import measurand
from measurand import ManualParameter, sweep
from measurand.cli import main


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
