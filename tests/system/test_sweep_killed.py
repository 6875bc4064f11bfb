"""A measuring process is killed in mid-sweep: no acknowledged row is lost, and the run says what happened to it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from measurand.dataset import DataRoot

SOURCE = Path(__file__).parents[2] / "src"

# A sweep that reports each point on stdout after its row was accepted.
MEASURING = """
import os, sys
from measurand import ManualParameter, Parameter, open_data, sweep

open_data(sys.argv[1])
gate, bias = ManualParameter("gate"), ManualParameter("bias")
product = Parameter("product", get_cmd=lambda: gate() * bias())
z = Parameter("z", get_cmd=lambda: complex(gate(), bias()))
done = 0

def report():
    global done
    done += 1
    os.write(1, b"%d\\n" % done)

sweep(gate[0:1000:1]).loop(bias[0:100:1]).each(product, z, report).run(name="killed")
"""


def killed_run(folder: Path, after: float) -> int:
    """Measure into ``folder``, kill the process ``after`` seconds from its first row; return the rows it reported."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    child = subprocess.Popen([sys.executable, "-c", MEASURING, str(folder)], stdout=subprocess.PIPE, env=environment)
    with child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after)  # the moment is the point of the test
        child.kill()
        rest = child.stdout.read().split(b"\n")
    whole = [line for line in [first.strip(), *rest[:-1]] if line]
    return int(whole[-1])


@pytest.mark.long
@pytest.mark.timeout(300)
def test_twenty_kills(tmp_path: Path) -> None:
    """L04, L09: every run opens by itself in another process, complete and in order, with status ``lost``."""
    moments = random.Random(17)
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        reported = killed_run(folder, moments.uniform(0, 0.6))
        dataset = DataRoot(folder, cache_dir=tmp_path / "cache").load("last")
        assert dataset.status == "lost"
        gate, bias, product, z = (dataset.numpy(name) for name in ("gate", "bias", "product", "z"))
        assert reported <= len(product) <= reported + 1
        assert (gate * 100 + bias).tolist() == list(range(len(product)))
        assert (product == gate * bias).all()
        assert (z == gate + 1j * bias).all()
        assert dataset.to_xarray().sizes == {"gate": 1000, "bias": 100}
