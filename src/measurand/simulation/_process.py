"""Starting, finding and stopping a simulated laboratory from another process. Knows only its ports, not its physics."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from measurand.errors import ConfigurationError

FIXED_PORTS = {"control": 17420, "source": 17421, "dmm": 17422, "lockin": 17423, "thermostat": 17424}
"""Where a detached laboratory is found unless these ports are in use."""

_LOOPBACK = "127.0.0.1"
_PATIENCE = 5.0  # s for an answer of the control port, and for the end of a process that was told to end
_START = "import sys; sys.path.append(sys.argv.pop(1)); from measurand.simulation._host import main; main()"


class Laboratory:
    """A simulated laboratory that runs in another process.

    Made by `start_laboratory` and `running_laboratory`. As a context manager it stops the laboratory at the end.

    Example:
        >>> with start_laboratory() as laboratory:
        ...     sorted(laboratory.addresses)
        ['dmm', 'lockin', 'source', 'thermostat']
    """

    def __init__(self, description: dict[str, Any], process: subprocess.Popen[str] | None = None) -> None:
        ports: dict[str, int] = description["ports"]
        self.addresses = {name: f"TCPIP0::{_LOOPBACK}::{port}::SOCKET" for name, port in ports.items()}
        """VISA address of each instrument: ``source``, ``dmm``, ``lockin``, ``thermostat``."""
        self.pid: int = description["pid"]
        """Its process id."""
        self._control: int = description["control"]
        self._token: str = description["token"]
        self._process = process

    def unplug(self, name: str) -> None:
        """Break the connections of one instrument and close its port, as if its cable had been pulled.

        Args:
            name: ``source``, ``dmm``, ``lockin`` or ``thermostat``.

        Raises:
            ConfigurationError: There is no such instrument, or the laboratory does not answer.
        """
        if name not in self.addresses:
            raise ConfigurationError(f"The laboratory has no {name!r}; it has {', '.join(self.addresses)}.")
        if _ask(self._control, self._token, f"unplug {name}") is None:
            raise ConfigurationError(f"The laboratory (process {self.pid}) does not answer; it may have ended.")

    def close(self) -> None:
        """Stop the laboratory and wait until it has ended. Does nothing if it has ended already."""
        if self._process is None:
            _ask(self._control, self._token, "stop", until_end=True)
            return
        process = self._process
        with suppress(OSError):
            _pipe(process.stdin).close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _pipe(process.stdout).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Laboratory: process {self.pid}, {', '.join(self.addresses)}>"


def start_laboratory(
    ports: dict[str, int] | None = None,
    *,
    detached: bool = False,
    seed: int = 0,
    state_file: str | Path | None = None,
) -> Laboratory:
    """Start a simulated laboratory in a process of its own and return when it answers.

    Args:
        ports: Port by name (``source``, ``dmm``, ``lockin``, ``thermostat``, ``control``); 0 and missing names take
            free ones. None takes free ones for a laboratory of one's own, and those of `FIXED_PORTS` that are not in
            use for a detached one.
        detached: Leave it running when this process ends, to be found by `running_laboratory`. Otherwise it ends with
            this process, however that ends.
        seed: Decides all noise: the same seed, the same sequence of values of every noise source.
        state_file: Where a detached laboratory says how to reach it; None is the user's own place for such files.

    Raises:
        ConfigurationError: A port is in use, or a detached laboratory is running already.
    """
    command = [sys.executable, "-P", "-c", _START, str(Path(__file__).parents[2]), "--seed", str(seed)]
    wanted = ports if ports is not None else FIXED_PORTS if detached else {}
    command += [f"--port={name}={port}" for name, port in wanted.items()]
    folder: Path | None = None
    if detached:
        path = _state_path(state_file)
        folder = path.parent
        folder.mkdir(parents=True, exist_ok=True)
        command += ["--detached", f"--state-file={path}", *([] if ports is not None else ["--prefer"])]
    else:
        command += ["--owned"]
    process = _spawn(command, folder)
    line = _pipe(process.stdout).readline()
    description: dict[str, Any] = json.loads(line) if line else {"error": f"it ended with code {process.wait()}."}
    if "error" in description:
        _pipe(process.stdin).close()
        _pipe(process.stdout).close()
        process.wait()
        raise ConfigurationError(f"The simulated laboratory did not start: {description['error']}")
    if not detached:
        return Laboratory(description, process)
    _pipe(process.stdin).close()
    _pipe(process.stdout).close()
    process.returncode = 0  # it is not ours to wait for; without this, forgetting `process` would be a ResourceWarning
    return Laboratory(description)


def running_laboratory(state_file: str | Path | None = None) -> Laboratory | None:
    """Return the detached laboratory that is running, or None; it is asked, so it is alive.

    Args:
        state_file: As given to `start_laboratory`.
    """
    try:
        state = json.loads(_state_path(state_file).read_text("utf-8"))
    except (OSError, ValueError):  # never started, or ended
        return None
    description = _ask(state["control"], state["token"], "describe")
    return None if description is None else Laboratory(description)


def _spawn(command: list[str], folder: Path | None) -> subprocess.Popen[str]:
    """Start a process that a Ctrl-C in our terminal does not reach."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return subprocess.Popen(  # noqa: S603 - our own interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder, creationflags=flags
        )
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder, start_new_session=True
    )


def _state_path(given: str | Path | None) -> Path:
    if given is not None:
        return Path(given).absolute()
    import platformdirs

    return Path(platformdirs.user_state_dir("measurand", appauthor=False)) / "laboratory.json"


def _ask(port: int, token: str, order: str, *, until_end: bool = False) -> dict[str, Any] | None:
    """Ask the control port; return its answer, or None if nobody answers to this token.

    With ``until_end`` wait until the process has ended, which closes the connection.
    """
    try:
        with socket.create_connection((_LOOPBACK, port), _PATIENCE) as connection, connection.makefile("r") as lines:
            connection.sendall(f"{token} {order}\n".encode())
            answer: dict[str, Any] = json.loads(lines.readline())
            if until_end and "error" not in answer:
                lines.read()
    except (OSError, ValueError):  # nobody there, somebody else there, or it ended at this moment
        return None
    return None if "error" in answer else answer


def _pipe(stream: Any) -> Any:
    """Return a stream of a process that was started with pipes."""
    assert stream is not None  # noqa: S101 - for the type checker; `_spawn` always makes both
    return stream
