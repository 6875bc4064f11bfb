"""A repair that does not come to its end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.dataset import golden
from tests.unit.dataset.damaged import batches_of, check, flip

from measurand.dataset import DataRoot, Dataset, repair
from measurand.dataset._write import _stores as stores


class Killed(BaseException):
    """What a process that is killed does not notice."""


def killed_at(monkeypatch: pytest.MonkeyPatch, number: int) -> list[str]:
    """Let everything that changes files fail from the ``number``-th time on, as if nobody were there any more."""
    done: list[str] = []

    def dying(name: str, change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*arguments: Any, **options: Any) -> Any:
            if len(done) >= number:
                raise Killed(name)
            done.append(name)
            return change(*arguments, **options)

        return changed

    for name in ("unlink", "replace", "rename", "mkdir", "rmdir"):
        monkeypatch.setattr(Path, name, dying(name, getattr(Path, name)))
    for name in ("fsync", "ftruncate"):
        monkeypatch.setattr(os, name, dying(name, getattr(os, name)))
    return done


def test_a_repair_that_is_killed_anywhere_is_completed_by_the_next(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """Rows behind a gap have moved up in the new file: those of old tails, still there, are not taken for further ones."""
    monkeypatch.setattr(stores, "_MOST_FLUSHES", 3)
    monkeypatch.setattr("measurand.dataset._write._flusher.Flusher.start", lambda self: None)
    run = root.create_run("gap", [golden.ARRAYS])
    for n in range(12):  # four tails of three rows
        run.add("arrays", golden.arrays(n))
    lost = Path(shutil.copytree(run.path, tmp_path / "lost"))
    run.finish()
    tails = sorted(lost.glob("*.arrows"))
    assert len(tails) == 4
    flip(tails[0], batches_of(tails[0])[1])
    whole = [str(n) for n in range(12) if n != 1]
    whole = [golden.arrays(n)["note"] for n in range(12) if n != 1]
    number, killed = 0, True
    while killed:
        copy = Path(shutil.copytree(lost, tmp_path / f"{number}"))
        with monkeypatch.context() as system:
            done = killed_at(system, number)
            try:
                repair(copy)
            except Killed:
                pass
            else:
                killed = False
        notes = Dataset(copy).numpy("note").tolist()
        assert notes in (whole[: len(notes)], [golden.arrays(n)["note"] for n in range(len(notes))]), (number, done)
        repaired = repair(copy)
        check(copy, {"arrays": [n for n in range(12) if n != 1]})
        assert Dataset(copy).status == "lost"
        assert {path.suffix for path in copy.iterdir()} <= {".arrow", ".jsonl", ""}, done
        said = [event for event in Dataset(copy).events if event["event"] == "repaired"]
        assert said[0]["missing"] == {"arrays": [[1, 2]]}, (number, done, repaired)
        number += 1
    assert number > 8
