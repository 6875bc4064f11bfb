"""`measurand import` and `measurand export` with databases: what is printed, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.compat.database.conftest import DATA, NEWEST, tables_of

from measurand.cli import main


@pytest.fixture
def data(tmp_path: Path) -> list[str]:
    return ["--data", str(tmp_path / "data")]


def test_a_database_comes_and_goes(data: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(NEWEST), "--verify", *data]) == 0
    assert main(["import", str(NEWEST), "--runs", "2-3", *data]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"imported  {NEWEST}, run 1: run 1 'scalars'"
    assert lines[4:] == [f"known     {NEWEST}, run 2: run 2 'kinds'", f"known     {NEWEST}, run 3: run 3 'grid'"]
    target = tmp_path / "new.db"
    assert main(["export", "1", "2", "3", "4", "--to", str(target), *data]) == 0
    assert main(["export", "1", "--to", str(target), *data]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (lines[0], lines[-1]) == (f"run 1 'scalars': run 1 of {target}", "run 1 'scalars': there already")
    assert tables_of(target) == tables_of(NEWEST)


def test_a_netcdf_file_comes(data: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    file = DATA / "nc" / "response-0.58.0.nc"
    assert main(["import", str(file), *data]) == 0
    assert capsys.readouterr().out == f"imported  {file}: run 1 'response'\n"


def test_what_cannot_be_is_said(data: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.db").write_text("no database")
    assert main(["import", str(tmp_path / "bad.db"), *data]) == 1
    assert "is no SQLite file" in capsys.readouterr().err
    assert main(["import", str(NEWEST), "--runs", "one", *data]) == 1
    assert "'one' of 'one' names no runs; say for example 1,2,5-9" in capsys.readouterr().err
    assert main(["export", "1", *data]) == 1
    assert "say --format netcdf (or another), or --to FILE.db for a QCoDeS database" in capsys.readouterr().err
