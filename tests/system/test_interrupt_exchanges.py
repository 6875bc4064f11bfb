"""Ctrl-C at random moments of real exchanges: no half command reaches the device, no answer is taken for another's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from measurand.testing import LineServer

SOURCE = Path(__file__).parents[2] / "src"
TRIALS = 60

ASKING = f"""
import random, signal, sys, threading
from measurand import VisaInstrument

device = VisaInstrument("device", sys.argv[1], timeout=20)
main, moments, asked = threading.main_thread().ident, random.Random(4), 0

for trial in range({TRIALS}):
    timer = threading.Timer(moments.uniform(0.0005, 0.005), signal.pthread_kill, (main, signal.SIGINT))
    try:
        timer.start()
        while True:
            asked += 1
            answer = device.ask(f"ECHO {{asked}}?")
            if answer != f"{{asked}}":
                sys.exit(f"asked {{asked}}, got {{answer}}")
    except KeyboardInterrupt:
        pass
    timer.join()
    asked += 1
    answer = device.ask(f"ECHO {{asked}}?")
    if answer != f"{{asked}}":
        sys.exit(f"after an interrupt: asked {{asked}}, got {{answer}}")
print(asked)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals cannot be sent to a thread of a process there")
def test_no_exchange_is_torn_by_one_press() -> None:
    """I05, I06: bus communication is protected by default; each question is whole, each answer belongs to its question."""
    with LineServer(
        lambda line: line.removeprefix("ECHO ").removesuffix("?") if line.endswith("?") else None
    ) as server:
        done = subprocess.run(
            [sys.executable, "-c", ASKING, server.address], env={**os.environ, "PYTHONPATH": str(SOURCE)},
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        received = list(server.received)
    assert done.returncode == 0, done.stderr
    asked = int(done.stdout)
    numbers = [int(line.removeprefix("ECHO ").removesuffix("?")) for line in received]
    assert numbers == sorted(set(numbers))  # whole, in order, none twice
    assert asked - len(numbers) <= TRIALS  # only what was interrupted before it began is missing
    assert "Ctrl-C received: stopping after the present step (speaking with device (TCPIP0::" in done.stderr
