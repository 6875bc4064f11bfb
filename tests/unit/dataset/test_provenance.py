"""What a run says of where it comes from, without being asked and without waiting."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
from tests.unit.dataset.conftest import StandingClock

from measurand.dataset import Column, DataRoot, TableSpec, read_diff
from measurand.dataset import _provenance as provenance

SPEC = [TableSpec("data", (Column("x"),))]


def git(folder: Path, *words: str) -> str:
    about = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **about}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "scripts"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "measure.py").write_text("print('first')\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    return folder


def answer(state: provenance.GitState) -> dict:
    for process, _ in state._asked.values():
        process.wait()
    found = state.answer()
    assert found is not None
    return found


def test_git_says_commit_branch_and_what_was_changed(repository: Path):
    state = provenance.GitState(repository)
    assert answer(state) == {"commit": git(repository, "rev-parse", "HEAD"), "branch": "main", "changed": False}
    assert state.diff == ""
    (repository / "measure.py").write_text("print('second')\n")
    state = provenance.GitState(repository)
    assert answer(state)["changed"] is True
    assert "+print('second')" in state.diff


def test_no_repository_no_commit_and_no_git_are_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "plain").mkdir()
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "--quiet")
    assert answer(provenance.GitState(empty)) == {}
    monkeypatch.setattr(Path, "exists", lambda path: False)
    assert provenance.GitState(tmp_path / "plain").answer() == {}
    monkeypatch.undo()
    monkeypatch.setenv("PATH", "")
    assert provenance.GitState(empty).answer() == {}


def test_git_that_does_not_answer_is_left_behind(repository: Path):
    state = provenance.GitState(repository)
    state._asked["about"][0].kill()
    state.close()
    assert state.answer() in ({}, {"changed": False})
    state.close()


def test_a_diff_is_kept_unless_it_is_no_diff_to_read(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    provenance.write_diff(tmp_path, "")
    assert read_diff(tmp_path) == ""
    assert not (tmp_path / provenance.DIFF_NAME).exists()
    provenance.write_diff(tmp_path, "+µ\n")
    assert read_diff(tmp_path) == "+µ\n"
    monkeypatch.setattr(provenance, "_MOST_DIFF", 10)
    (repository / "measure.py").write_text("print('second')\n")
    state = provenance.GitState(repository)
    said = answer(state)
    assert (said["changed"], said["diff"], state.diff) == (True, "not kept: more than 10 characters", "")


def test_a_script_that_git_does_not_know_yet_is_all_change(repository: Path):
    new = repository / "new.py"
    new.write_text("print('never committed')\n")
    (repository / "other.py").write_text("print('of no interest')\n")
    assert answer(provenance.GitState(repository, repository / "measure.py"))["changed"] is False
    state = provenance.GitState(repository, new)
    assert answer(state)["changed"] is True
    assert "+print('never committed')" in state.diff
    assert "of no interest" not in state.diff


def test_the_repository_is_that_of_the_script_and_nothing_of_it_is_run(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    state = provenance.GitState(repository)
    monkeypatch.undo()
    assert answer(state)["commit"] == git(repository, "rev-parse", "HEAD")
    (repository / ".gitattributes").write_text("*.py diff=run\n")
    git(repository, "config", "diff.run.textconv", "touch ran; cat")
    (repository / "measure.py").write_text("print('second')\n")
    assert answer(provenance.GitState(repository))["changed"] is True
    assert not (repository / "ran").exists()


def test_a_notebook_that_was_written_on_is_asked_again_and_each_run_keeps_its_own(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: StandingClock
):
    monkeypatch.setattr(provenance, "SYSTEM_CLOCK", clock)
    shell = types.SimpleNamespace(execution_count=7, user_ns={"__session__": str(repository / "measure.py")})
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    provenance._kept.cache_clear()
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path, capture_code=True)
    first = root.create_run("first", SPEC)
    asked = provenance.code()
    answer(asked._git)
    clock.sleep(3600.0)
    (repository / "measure.py").write_text("print('an hour later')\n")
    second = root.create_run("second", SPEC)
    assert provenance.code() is not asked
    answer(provenance.code()._git)
    for run in (first, second):
        run.finish()
    provenance._kept.cache_clear()
    assert [run.load().metadata["code"]["changed"] for run in root.runs()] == [False, True]
    assert [read_diff(run.path) != "" for run in root.runs()] == [False, True]


SCRIPT = """
import sys
from measurand.dataset import Column, DataRoot, TableSpec
root = DataRoot(sys.argv[1], cache_dir=sys.argv[1], capture_code=True)
for name in ("first", "second"):
    with root.create_run(name, [TableSpec("data", (Column("x"),))]) as run:
        while not run.dataset.metadata.get("code"):
            run.add("data", {"x": 1})
            if sys.modules["measurand.dataset._provenance"].code().facts() is not None:
                break
"""


def test_a_script_in_a_repository_is_known_by_its_runs(
    repository: Path, tmp_path: Path, child_environment: dict[str, str]
):
    (repository / "measure.py").write_text(SCRIPT)
    data = tmp_path / "data"
    subprocess.run([sys.executable, repository / "measure.py", data], env=child_environment, check=True)
    root = DataRoot(data, cache_dir=tmp_path)
    for run in root.runs():
        code = run.load().metadata["code"]
        assert code == {
            "file": str(repository / "measure.py"),
            "commit": git(repository, "rev-parse", "HEAD"),
            "branch": "main",
            "changed": True,
        }
        assert "+from measurand.dataset import Column" in read_diff(run.path)
    assert len(root.runs(f"metadata.code.commit == '{code['commit']}'")) == 2


def test_a_run_says_where_and_with_what_it_was_made(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    driver = types.ModuleType("lab_drivers")
    driver.__version__ = "1.2.3"
    monkeypatch.setitem(sys.modules, "lab_drivers", driver)
    snapshot = {"instruments": {"dac": {"__class__": "lab_drivers.dac.DAC", "parameters": {}}}}
    root.create_run("run", SPEC, snapshot=snapshot, parents=["ab" * 16]).finish()
    metadata = root.load(1).metadata
    assert metadata["versions"]["lab_drivers"] == "1.2.3"
    assert metadata["versions"]["python"] == sys.version.split()[0]
    assert metadata["system"]["python"] == sys.executable
    assert metadata["parents"] == ["ab" * 16]
    assert metadata["host"]
    assert "code" not in {key for key, value in metadata.items() if value}, "only where it is asked for"


def test_a_notebook_says_its_name_and_cell(monkeypatch: pytest.MonkeyPatch):
    shell = types.SimpleNamespace(execution_count=7, user_ns={"__session__": "/lab/sweeps.ipynb"})
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert provenance.calling_code() == {"cell": "In [7]", "file": "/lab/sweeps.ipynb"}
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    assert "cell" not in provenance.calling_code()


def test_capturing_that_fails_does_not_fail_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken() -> None:
        raise RuntimeError("a shell of another kind")

    monkeypatch.setattr(provenance, "calling_code", broken)
    provenance._kept.cache_clear()
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path, capture_code=True)
    root.create_run("run", SPEC).finish()
    assert root.load(1).status == "completed"
