"""``measurand export``, ``plot`` and ``import`` as they are typed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import measurand
from measurand import _session
from measurand.cli import main
from measurand.dataset import Column, DataRoot, Dim, TableSpec

GATE = Column("gate", unit="V", setpoint=True)
DATA = TableSpec("data", (GATE, Column("current", unit="A"), Column("power", unit="W")), (Dim("gate", 3, ("gate",)),))


@pytest.fixture
def root(tmp_path: Path) -> Iterator[DataRoot]:
    """A data root with two runs; the process forgets it afterwards."""
    root = measurand.open_data(tmp_path / "data")
    for name in ("first", "second"):
        with root.create_run(name, [DATA]) as run:
            for n in range(3):
                run.add("data", {"gate": n, "current": n * 1e-9, "power": 1.0}, (n,))
    yield root
    _session._opened = None


def test_runs_are_exported_to_a_folder(root: DataRoot, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """By number and by word, in several formats, into a folder that is made."""
    place = tmp_path / "out"
    assert main(["export", "1", "last", "--format", "csv", "--format", "gnuplot", "--to", str(place)]) == 0
    made = capsys.readouterr().out.splitlines()
    assert made == [
        str(path) for run in (1, 2) for path in (place / f"{root.load(run).path.name}{s}" for s in (".csv", ".dat"))
    ]
    assert all(Path(path).exists() for path in made)


def test_what_cannot_be_exported_does_not_keep_the_rest(
    root: DataRoot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["export", "1", "7", "2", "--format", "csv"]) == 1
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 2
    assert "7 csv: There is no run '7'" in said.err
    assert main(["export", "1", "--format", "csv"]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["export", "1", "--format", "csv", "--overwrite"]) == 0


def test_runs_are_drawn(root: DataRoot, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["plot", "1", "--save", str(tmp_path / "pictures")]) == 0
    made = capsys.readouterr().out.splitlines()
    assert [Path(path).name for path in made] == [
        f"{root.load(1).path.name}-{name}.png" for name in ("current", "power")
    ]
    assert main(["plot", "2"]) == 0
    assert len(list((root.load(2).path / "files").glob("*.png"))) == 2


def test_runs_are_imported_once(root: DataRoot, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    old = tmp_path / "old" / "2016-06-21" / "#001_test_10-11-12"
    old.mkdir(parents=True)
    (old / "gate_set.dat").write_text('# gate_set\tcurrent\n# "Gate"\t"Current"\n# 2\n0\t1e-9\n1\t2e-9\n')
    shutil.copytree(old, tmp_path / "old" / "again")
    assert main(["import", str(tmp_path / "old")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"imported  {old}: run 3 'test'",
        f"known     {tmp_path / 'old' / 'again'}: run 3 'test'",
    ]
    (old / "gate_set.dat").write_text("# spoilt\n#\n#\n1\n")
    assert main(["import", str(old)]) == 1
    assert capsys.readouterr().out.startswith("refused ")


def test_nothing_to_import_is_an_error(root: DataRoot, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "empty").mkdir()
    assert main(["import", str(tmp_path / "empty")]) == 1
    assert "holds nothing to import" in capsys.readouterr().err
