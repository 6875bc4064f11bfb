"""What cannot be asked of a run is said before anything of it is made."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, Dataset, MemoryStore, TableSpec
from measurand.errors import ConfigurationError

SPECS = [TableSpec("data", (Column("x"),))]
ENDLESS: dict[str, object] = {}
ENDLESS["self"] = ENDLESS


def run_folders(root: DataRoot) -> list[str]:
    return [path.name for path in root.path.glob("*/*/*")]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": None}, "None cannot be the name of a run"),
        ({"tags": "good"}, "Run 'r': tags 'good' refused; they are a list of texts"),
        ({"tags": [5]}, r"tags \[5\] refused"),
        ({"parents": "0123"}, "parents '0123' refused"),
        ({"metadata": 5}, "metadata 5 refused; it is a dict of names and values"),
        ({"metadata": ENDLESS}, "what is said about it cannot be written"),
        ({"snapshot": [1]}, r"snapshot \[1\] refused"),
        ({"snapshot": ENDLESS}, "something in it contains itself"),
        ({"write_period": -1}, "write_period=-1 refused: it is a number of seconds, from 0"),
        ({"write_period": math.nan}, "write_period=nan refused"),
        ({"write_period": "1"}, "write_period='1' refused"),
        ({"write_period": True}, "write_period=True refused"),
        ({"compression": "gzip"}, "compression 'gzip' refused; it is 'zstd', 'lz4' or None"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_nothing_is_made(root: DataRoot, wrong: dict, message: str):
    with pytest.raises(ConfigurationError, match=message):
        root.create_run(**{"name": "r", "tables": SPECS, **wrong})
    assert (root.runs(), run_folders(root)) == ([], [])


@pytest.mark.parametrize("wrong", [{"name": 5}, {"parents": "0123"}, {"metadata": 5}, {"write_period": -1}], ids=str)
def test_memory_refuses_the_same(wrong: dict):
    with pytest.raises(ConfigurationError, match="refused|cannot be the name"):
        MemoryStore().create_run(**{"name": "r", "tables": SPECS, **wrong})


def test_a_run_is_resumed_with_a_write_period_that_can_be(root: DataRoot):
    run = root.create_run("r", SPECS)
    run.finish("interrupted")
    with pytest.raises(ConfigurationError, match="write_period=-1 refused"):
        root.reopen(1, write_period=-1)
    assert run.dataset.status == "interrupted"


def test_what_a_driver_does_wrong_does_not_cost_the_run_its_record(root: DataRoot):
    """Names with bytes in them, classes, objects that cannot even show themselves."""

    class Broken:
        def __repr__(self) -> str:
            raise ZeroDivisionError

    said = {"file": "caf\udce9.txt", "dtype": np.float32, "thing": Broken()}
    with root.create_run("caf\udce9", SPECS, snapshot=said, metadata=said) as run:
        run.add(x=1)
    back = Dataset(run.path)
    assert back.name == "caf\ufffd"
    for found in (back.snapshot, back.metadata):
        assert (found["file"], found["dtype"]) == ("caf\ufffd.txt", "<class 'numpy.float32'>")
        assert "Broken object at" in found["thing"]
    assert root.load("caf\ufffd").rows() == 1


def test_a_run_for_which_there_is_no_thread_leaves_nothing_running(root: DataRoot, monkeypatch: pytest.MonkeyPatch):
    def no_more(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as system:
        system.setattr(threading.Thread, "start", no_more)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            root.create_run("r", SPECS)
    assert [run.status for run in root.runs()] == ["lost"]
