"""A process that was forked from a writer's has its objects and its files, and does its run no harm."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from measurand.dataset import Column, DataRoot, Dataset, MemoryStore, TableSpec, verify

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks on Windows")

PREAMBLE = """
import os, signal, sys, threading, time
from measurand.dataset import Column, DataRoot, TableSpec
from measurand.errors import RefusedRow
root = DataRoot(sys.argv[1], cache_dir=sys.argv[1], memory_maps=sys.argv[2] == "mapped")
specs = [TableSpec("points", (Column("x"),)), TableSpec("notes", (Column("text", "text"),))]
"""

CHILD_ADDS = """
def refused(what):
    try:
        what()
    except RefusedRow as error:
        assert f"Run 1 is written by process {os.getppid()}, of which this one" in str(error), error
    else:
        raise AssertionError("the child was let in")

run = root.create_run("forked", specs)
add = run.adder("points")
for n in range(200):
    add((), (n,))
    run.add(text=str(n))
child = os.fork()
if child == 0:
    try:
        with run:
            for _ in range(100):  # beyond the end of the parent's tail
                refused(lambda: add((), (-1.0,)))
                refused(lambda: run.add(x=-1.0))
                refused(lambda: run.add(text="child"))
            refused(lambda: run.adder(TableSpec("own", (Column("x"),)))((), (1.0,)))
            refused(lambda: run.event({"event": "note", "text": "child"}))
            refused(run.flush)
            refused(run.finish)
            assert run.dataset.numpy("x").tolist() == list(range(200))  # reading it may
    except BaseException:
        import traceback
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
said = os.waitpid(child, 0)[1]
for n in range(200, 400):
    add((), (n,))
    run.add(text=str(n))
run.finish()
sys.exit(said)
"""

WHILE_OTHERS_ADD = """
run = root.create_run("busy", specs)
done = threading.Event()

def measure():
    n = 0
    while not done.is_set():
        run.add(x=n)
        run.add(text=str(n))
        n += 1

thread = threading.Thread(target=measure)
thread.start()
for _ in range(30):
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # a lock that nobody releases would hold the child for ever
        try:
            run.add(x=-1.0)
        except RefusedRow:
            os._exit(0)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
done.set()
thread.join()
run.finish()
"""

CHILD_OUTLIVES = """
run = root.create_run("outlived", specs)
run.add(x=1.0)
if os.fork() == 0:
    print("forked", flush=True)
time.sleep(60)
"""


def start(script: str, folder: Path, maps: str = "mapped") -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-W", "ignore", "-c", PREAMBLE + script, str(folder), maps]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True)


def only_run(folder: Path) -> Dataset:
    return Dataset(next(folder.glob("*/*/*/run.jsonl")).parent)


@pytest.mark.parametrize("maps", ["mapped", "written"])
def test_a_child_is_refused_and_its_parents_run_goes_on(tmp_path: Path, maps: str):
    with start(CHILD_ADDS, tmp_path, maps) as writer:
        writer.communicate(timeout=60)
    assert writer.returncode == 0
    run = only_run(tmp_path)
    assert (run.status, verify(run).findings) == ("completed", ())
    assert run.numpy("x").tolist() == list(range(400))
    assert run.numpy("text").tolist() == [str(n) for n in range(400)]


def test_a_child_waits_for_no_lock_of_threads_that_it_has_not(tmp_path: Path):
    with start(WHILE_OTHERS_ADD, tmp_path) as writer:
        writer.communicate(timeout=60)
    assert writer.returncode == 0
    x = only_run(tmp_path).numpy("x")
    assert x.tolist() == list(range(len(x)))


def test_a_run_is_lost_when_its_writer_dies_though_a_child_lives(tmp_path: Path):
    """A worker of a process pool, say, that waits for work: it must not hold the writer's lock."""
    with start(CHILD_OUTLIVES, tmp_path) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "forked\n"
        run = only_run(tmp_path)
        assert run.status == "running"
        os.kill(writer.pid, signal.SIGKILL)
        os.waitid(os.P_PID, writer.pid, os.WEXITED | os.WNOWAIT)
        try:
            assert run.status == "lost"
        finally:
            os.killpg(writer.pid, signal.SIGKILL)


@pytest.mark.parametrize("where", ["disk", "memory"])
def test_a_writer_cannot_be_sent_and_says_what_can(tmp_path: Path, where: str):
    store = MemoryStore() if where == "memory" else DataRoot(tmp_path, cache_dir=tmp_path)
    with (
        store.create_run("sent", [TableSpec("data", (Column("x"),))]) as run,
        pytest.raises(
            TypeError, match=r"Run 1: its writer cannot go to another process .* `writer.dataset` for reading"
        ),
    ):
        pickle.dumps(run)
