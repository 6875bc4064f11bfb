from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from measurand.compat import dataset as ds
from measurand.errors import DefinitionError


def test_there_is_none_at_first_and_messages_say_what_to_do(database: Path) -> None:
    with pytest.raises(ds.NoSuchExperiment, match=r"You can create one with: new_experiment\(name, sample_name\)"):
        ds.load_last_experiment()
    with pytest.raises(ds.NoSuchExperiment, match="it has none yet"):
        ds.load_experiment(1)
    with pytest.raises(ds.NoSuchExperiment, match="must be an integer"):
        ds.load_experiment("1")  # type: ignore[arg-type]  # what a user may try
    with pytest.raises(ds.NoSuchExperiment, match="Experiment not found: 'a' on sample 'b'"):
        ds.load_experiment_by_name("a", "b")
    with pytest.raises(ds.NoSuchExperiment, match="No experiments found"):
        ds.new_data_set("n")
    with pytest.raises(DefinitionError, match="Can not format"):
        ds.new_experiment("n", "s", format_string="{}-{}-{}-{}")
    with pytest.raises(DefinitionError, match="needs a name"):
        ds.Experiment()
    assert ds.experiments() == []


def test_an_experiment_is_kept_without_runs(database: Path) -> None:
    made = ds.new_experiment("cooldown", None)
    found = ds.experiments()[0]
    assert (found.exp_id, found.name, found.sample_name) == (1, "cooldown", "some_sample")
    assert (found.last_counter, len(found), found.format_string) == (0, 0, "{}-{}-{}")
    assert found.path_to_db == str(database)
    assert found.started_at == made.started_at > 0
    assert found.finished_at is None
    found.finish()
    assert (made.finished_at or 0) >= made.started_at
    with pytest.raises(ds.NoSuchRun, match="no runs in this experiment"):
        found.last_data_set()
    with pytest.raises(ds.NoSuchRun, match="has no run with counter 1"):
        found.data_set(1)


def test_the_last_one_made_or_loaded_is_the_default(database: Path) -> None:
    first, second = ds.new_experiment("first", "s"), ds.new_experiment("second", "s")
    conn = ds.connect(database)
    assert ds.get_default_experiment_id(conn) == second.exp_id
    ds.load_experiment(1)
    assert ds.get_default_experiment_id(conn) == first.exp_id
    assert ds.new_data_set("n").exp_id == first.exp_id
    ds.reset_default_experiment_id()
    assert ds.get_default_experiment_id(conn) == second.exp_id
    ds.load_or_create_experiment("first")
    assert ds.new_data_set("n").exp_id == first.exp_id
    assert ds.load_last_experiment().exp_id == second.exp_id


def test_of_several_with_one_name_one_must_be_chosen(database: Path) -> None:
    for _ in range(2):
        ds.new_experiment("n", "s")
    with pytest.raises(ds.NoSuchExperiment, match=r"Many experiments .*\nexp_id:1 \(n-s\) started at"):
        ds.load_or_create_experiment("n", "s")
    assert ds.load_or_create_experiment("n", "s", load_last_duplicate=True).exp_id == 2
    assert ds.load_or_create_experiment("n", "other").exp_id == 3
    assert ds.load_experiment_by_name("n", "other").exp_id == 3


def test_runs_are_counted_in_their_experiment(database: Path) -> None:
    first, second = ds.new_experiment("first", "s"), ds.new_experiment("second", "s")
    for experiment in (first, second, first):
        experiment.new_data_set("n")
    assert [(one.run_id, one.counter) for one in first.data_sets()] == [(1, 1), (3, 2)]
    assert first.last_data_set().run_id == 3
    assert second.data_set(1).run_id == 2
    assert len(first) == 2
    assert repr(second) == f"second#s#2@{database}\n{'-' * len(f'second#s#2@{database}')}\n2-n-1-None-0"


def test_processes_count_together(database: Path) -> None:
    """Two programs that measure in one experiment never give one counter twice."""
    experiment = ds.new_experiment("shared", "s")
    script = (
        "import sys, measurand.compat.dataset as ds; ds.initialise_or_create_database_at(sys.argv[1]);"
        "e = ds.load_experiment(1); print([e.new_data_set('n').counter for _ in range(20)])"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, database], stdout=subprocess.PIPE, encoding="utf-8")
        for _ in range(2)
    ]
    counters = [json.loads(process.communicate(timeout=60)[0]) for process in running]
    assert sorted(counters[0] + counters[1]) == list(range(1, 41))
    assert experiment.last_counter == 40
    assert [one.counter for one in experiment.data_sets()] == list(range(1, 41))


def test_a_ledger_that_is_lost_is_made_again_from_the_runs(database: Path) -> None:
    experiment = ds.new_experiment("cooldown", "S12")
    guids = [experiment.new_data_set("n").guid for _ in range(3)]
    (database.with_suffix("") / ".measurand" / "qcodes.jsonl").unlink()
    ds._current.forget()
    assert [one.guid for one in ds.experiments()[0].data_sets()] == guids
    assert [one.counter for one in ds.load_experiment(1).data_sets()] == [1, 2, 3]
    assert ds.load_experiment(1).sample_name == "S12"


def test_a_line_that_is_torn_is_passed_over(database: Path) -> None:
    ds.new_experiment("first", "s")
    ledger = database.with_suffix("") / ".measurand" / "qcodes.jsonl"
    with ledger.open("ab") as file:
        file.write(b'{"experiment": 2, "na')
    ds._current.forget()
    assert ds.new_experiment("second", "s").exp_id == 2
    assert [one.name for one in ds.experiments()] == ["first", "second"]
