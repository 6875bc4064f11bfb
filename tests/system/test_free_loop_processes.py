"""Free loops in real processes that get a real Ctrl-C, once or twice, at any moment, or are killed (I05–I07, L04, L09)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from measurand.dataset import DataRoot

pytestmark = pytest.mark.long

# Each loop reports every row after it was accepted, and its end. The ramp makes a place where a stop is heard, too.
BEGIN = """
import os, sys
from measurand import ManualParameter, Measurement, Parameter, new_run, open_data

open_data(sys.argv[1])
gate = ManualParameter("gate", initial_value=0.0)
gate.step = 0.25
double = Parameter("double", get_cmd=lambda: 2 * gate())
say = lambda text: os.write(1, f"{text}\\n".encode())
"""
PLAIN = """
with new_run("loop", finally_=[lambda: say("off"), lambda: say("safe")]) as run:
    for volts in run.sweep(gate, iter(range(10_000_000))):
        run.record(double)
        say(volts)
"""
REGISTERED = """
measurement = Measurement(name="loop").register_parameter(gate).register_parameter(double, setpoints=(gate,))
measurement.add_after_run(say, ("off",)).add_after_run(say, ("safe",))
with measurement.run() as datasaver:
    for volts in range(10_000_000):
        gate(volts)
        datasaver.add_result((gate, volts), (double, double()))
        say(volts)
"""
LOOPS = {"new_run": BEGIN + PLAIN, "Measurement": BEGIN + REGISTERED}


def ended(loop: str, folder: Path, rows: int, sign: str, times: int) -> tuple[list[str], str]:
    """Let a loop report some rows, press Ctrl-C or kill it, and return all that it reported, and its last words."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", LOOPS[loop], str(folder)]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with child:
        assert child.stdout is not None
        assert child.stderr is not None
        said = [child.stdout.readline().strip() for _ in range(rows)]
        if sign == "kill":
            child.kill()
        else:
            for _ in range(times):
                child.send_signal(signal.SIGINT)
        said += [line.strip() for line in child.stdout.read().splitlines()]
        words = child.stderr.read()
    return said, words


def check_rows(folder: Path, said: list[str]) -> str:
    """Every reported row is there, at most one more, in order; return the status."""
    dataset = DataRoot(folder, cache_dir=folder / "cache").load("last")
    gate, double = dataset.numpy("gate").tolist(), dataset.numpy("double").tolist()
    reported = [float(line) for line in said if line not in ("off", "safe")]
    assert len(reported) <= len(gate) <= len(reported) + 1
    assert gate == [float(number) for number in range(len(gate))]
    assert double == [2 * number for number in gate]
    return dataset.status


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent a Ctrl-C of its own there")
@pytest.mark.parametrize("loop", LOOPS)
def test_ctrl_c_at_any_moment(tmp_path: Path, loop: str) -> None:
    """Interrupted, no torn row, exit actions done, the handler's message said; pressed once and twice."""
    moments = Random(6)
    for attempt in range(4):
        folder = tmp_path / str(attempt)
        said, words = ended(loop, folder, moments.randint(1, 300), "Ctrl-C", 1 + attempt % 2)
        assert check_rows(folder, said) == "interrupted"
        assert said[-1] == "safe"  # the second press may have ended the action before
        assert "off" in said or attempt % 2
        assert "KeyboardInterrupt" in words.splitlines()[-1]


@pytest.mark.parametrize("loop", LOOPS)
def test_killed_at_any_moment(tmp_path: Path, loop: str) -> None:
    """No accepted row is lost, and the run says what happened to it."""
    moments = Random(7)
    for attempt in range(2):
        folder = tmp_path / str(attempt)
        said, _ = ended(loop, folder, moments.randint(1, 300), "kill", 1)
        assert check_rows(folder, said) == "lost"
