"""Real Ctrl-C to a real process that speaks: no half command, no swapped answer, no half array (F07, I05, I06)."""

import math
import os
import re
import signal
import subprocess
import sys
import threading
from random import Random

import pytest

from measurand.testing import LineServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent a Ctrl-C of its own there")

INTERRUPTS = 20

_SPEAK = """
import sys
from measurand.instrument import VisaInstrument
source = VisaInstrument("source", sys.argv[1])
source.add_parameter("level", get_cmd="LEVEL?", set_cmd="LEVEL {:.6f}", get_parser=float)
interrupts, number = 0, 0
while interrupts < int(sys.argv[2]):
    try:
        print("speaking", flush=True)
        while True:
            number += 1
            source.level(number)
            answer = source.ask(f"ECHO {number}?")
            if answer != f"ECHO {number}?":
                sys.exit(f"asked ECHO {number}?, answered {answer}")
    except KeyboardInterrupt:
        interrupts += 1
        level = source.level()
        if level not in (number, number - 1):
            sys.exit(f"level is {level} after {number}")
        print("interrupted", flush=True)
if "-" in {line.direction for line in source.link.history}:
    sys.exit("something had to be cleared")
"""

_TAKE_ARRAY = """
import sys
from measurand.instrument import VisaInstrument
scope = VisaInstrument("scope", sys.argv[1])
got = []
try:
    got.append(scope.query_binary_values("CURVE?", "B"))
except KeyboardInterrupt:
    print("interrupted", scope.link.history[-1].text, flush=True)
print(scope.ask("*IDN?"), flush=True)
"""


def start(code, *arguments):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_interrupted_again_and_again():
    """Every line that the device received is a whole command, and every answer belonged to its question."""
    level, left = ["0"], [math.inf]  # what was set; how many lines are left until Ctrl-C
    random = Random(0)

    def respond(line):
        left[0] -= 1
        if left[0] == 0:
            child.send_signal(signal.SIGINT)  # the line is received, its answer is not sent yet
        if line.startswith("LEVEL "):
            level[0] = line.removeprefix("LEVEL ")
            return None
        return level[0] if line == "LEVEL?" else line

    with LineServer(respond) as server, start(_SPEAK, server.address, str(INTERRUPTS)) as child:
        for _ in range(INTERRUPTS):
            assert child.stdout.readline() == "speaking\n", child.stderr.read()
            left[0] = random.randint(1, 50)
            assert child.stdout.readline() == "interrupted\n", child.stderr.read()
        assert child.wait(20) == 0, child.stderr.read()
        assert len(server.connections) == 1, "no exchange was given up"
    assert [line for line in server.received if not re.fullmatch(r"LEVEL\?|LEVEL \d+\.\d{6}|ECHO \d+\?", line)] == []


def test_in_the_middle_of_an_array():
    """The array comes whole before the interrupt takes effect."""
    asked, go_on = threading.Event(), threading.Event()

    def respond(line):
        if line != "CURVE?":
            return "a scope"
        server.connections[0].sendall(b"#41000" + b"\n" * 500)
        asked.set()
        go_on.wait()
        return b"\n" * 500 + b"\n"

    with LineServer(respond) as server, start(_TAKE_ARRAY, server.address) as child:
        assert asked.wait(20)
        child.send_signal(signal.SIGINT)
        assert child.stderr.readline() == "\n"
        assert child.stderr.readline().startswith("Ctrl-C received")
        go_on.set()
        assert child.stdout.readline() == "interrupted 1000 values of uint8: 10 10 10 10\n"
        assert child.stdout.readline() == "a scope\n"
        assert child.wait(20) == 0
        assert len(server.connections) == 1


def test_a_second_one_breaks_through_an_array_and_nothing_shifts():
    """I02: what comes late of the array belongs to nobody."""
    asked, go_on = threading.Event(), threading.Event()

    def respond(line):
        if line != "CURVE?":
            return "a scope"
        server.connections[0].sendall(b"#41000" + b"a" * 500)
        asked.set()
        go_on.wait()
        return b"b" * 500 + b"\n"

    with LineServer(respond) as server, start(_TAKE_ARRAY, server.address) as child:
        assert asked.wait(20)
        child.send_signal(signal.SIGINT)
        assert child.stderr.readline() == "\n"
        assert child.stderr.readline().startswith("Ctrl-C received")
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "interrupted CURVE?\n"
        go_on.set()
        assert child.stdout.readline() == "a scope\n"
        assert child.wait(20) == 0
