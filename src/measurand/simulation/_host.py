"""The process in which the simulated laboratory lives: opens the ports, says which, and ends when it should.

An *owned* laboratory ends when its standard input does, which happens however its owner ends. A *detached* one writes a
state file that says where to reach it and holds a lock on that file while it lives. Both can be asked through a control
port, by whoever knows the token, to say who they are, to unplug an instrument, or to stop.
"""

from __future__ import annotations

import argparse
import hmac
import json
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from measurand._core import filelock
from measurand._core.clock import SystemClock
from measurand.simulation._laboratory import INSTRUMENTS, build
from measurand.simulation.kit import LOOPBACK, MessageServer, Reply

CONTROL = "control"
_SWITCH = 2e-4  # s after which a thread that computes lets another one answer; Python's 5 ms would be seen by clients


class _Clock(SystemClock):
    """The computer's clock at its finest, which on Windows is not that of `time.monotonic`."""

    monotonic = staticmethod(time.perf_counter)


class CannotStart(Exception):
    """A port or the state file is in use; the text says which."""


class Host:
    """The instruments on their ports, and the control port.

    Args:
        seed: Decides all noise.
        ports: Ports by name; names that are missing, and 0, take free ones. ``"control"`` is the control port.
        insist: Whether a port that is in use is an error; if not, a free one is taken.

    Raises:
        CannotStart: A port is in use.
    """

    def __init__(self, seed: int, ports: dict[str, int], *, insist: bool) -> None:
        self.token = secrets.token_hex(16)
        self.stopped = threading.Event()
        instruments = build(_Clock(), seed)
        answers: dict[str, Callable[[str], Reply]] = {name: one.handle for name, one in instruments.items()}
        self._servers: dict[str, MessageServer] = {}
        for name, answer in [*answers.items(), (CONTROL, self._control)]:
            self._servers[name] = _listen(name, answer, ports.get(name, 0), insist)

    @property
    def description(self) -> dict[str, object]:
        """What a client needs to reach this process: ports by name, process id, token."""
        return {
            "ports": {name: self._servers[name].port for name in INSTRUMENTS},
            "control": self._servers[CONTROL].port,
            "token": self.token,
            "pid": os.getpid(),
        }

    def _control(self, line: str) -> str | None:
        token, _, order = line.partition(" ")
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return json.dumps({"error": "wrong token"})
        verb, _, name = order.partition(" ")
        if verb == "unplug" and name in INSTRUMENTS:
            self._servers[name].close()
        elif verb == "stop":
            self.stopped.set()
        elif verb != "describe":
            return json.dumps({"error": f"unknown order {order}"})
        return json.dumps(self.description)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a laboratory until it is stopped; the first line on standard output is its description in JSON."""
    options = _parser().parse_args(arguments)
    sys.setswitchinterval(_SWITCH)
    state: IO[str] | None = None
    try:
        ports = dict(_named_port(text) for text in options.port)
        if options.state_file is not None:
            state = _claim(options.state_file)
        host = Host(options.seed, ports, insist=not options.prefer)
    except CannotStart as problem:
        _say({"error": str(problem)})
        raise SystemExit(1) from None
    if state is not None:
        state.write(json.dumps(host.description))
        state.flush()
    _end_on_signals(host.stopped, also_interrupt=not (options.owned or options.detached))
    _say(host.description)
    if options.owned:
        threading.Thread(target=_end_with_input, args=(host.stopped,), daemon=True).start()
    if options.detached:
        _let_go_of_output()
    host.stopped.wait()
    if state is not None:
        state.truncate(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m measurand.simulation", description=main.__doc__)
    names = ", ".join([*INSTRUMENTS, CONTROL])
    parser.add_argument("--port", action="append", default=[], metavar="NAME=PORT", help=f"port of one of {names}")
    parser.add_argument("--prefer", action="store_true", help="take a free port where the given one is in use")
    parser.add_argument("--seed", type=int, default=0, help="decides all noise (default 0)")
    parser.add_argument("--state-file", type=Path, help="file in which other processes find this laboratory")
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument("--owned", action="store_true", help="end when standard input ends, not at Ctrl-C")
    ends.add_argument("--detached", action="store_true", help="end only when asked to through the control port")
    return parser


def _named_port(text: str) -> tuple[str, int]:
    name, _, port = text.partition("=")
    if name not in (*INSTRUMENTS, CONTROL) or not port.isdecimal() or int(port) > 65535:
        raise CannotStart(f"{text!r} is no port of the laboratory; write e.g. source=17421.")
    return name, int(port)


def _listen(name: str, answer: Callable[[str], Reply], port: int, insist: bool) -> MessageServer:
    try:
        return MessageServer(answer, port)
    except OSError as error:
        if insist:
            raise CannotStart(f"port {port} on {LOOPBACK} for {name} cannot be used: {error.strerror}.") from error
        return MessageServer(answer)


def _claim(path: Path) -> IO[str]:
    """Return the state file, locked and empty; the lock ends with this process."""
    state = path.open("a", encoding="utf-8")
    path.chmod(0o600)  # who can read the token can stop the laboratory
    if not filelock.try_lock(state.fileno()):
        raise CannotStart(f"a laboratory is running already, see {path}.")
    state.truncate(0)
    return state


def _say(description: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(description) + "\n")
    sys.stdout.flush()


def _end_on_signals(stopped: threading.Event, *, also_interrupt: bool) -> None:
    def end(*_: object) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end if also_interrupt else signal.SIG_IGN)


def _end_with_input(stopped: threading.Event) -> None:
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    stopped.set()


def _let_go_of_output() -> None:
    """Give the pipe back to whoever started this process, so that neither has to wait for the other."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
