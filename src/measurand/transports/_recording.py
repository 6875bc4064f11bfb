"""What a session said, line by line in a file, and a device made of such a file.

`RecordingTransport` stands in front of any transport; `ReplayTransport` is a `ScriptedTransport` whose script is the
file. Neither knows who speaks.
"""

from __future__ import annotations

import base64
import json
import os
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from measurand import errors
from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.errors import ConfigurationError, FormatTooNew, TransportError
from measurand.transports._scripted import Answer, One, Said, ScriptedTransport, Unsent
from measurand.transports._transport import Transport

T = TypeVar("T")

_FORMAT = "measurand exchanges"
_VERSION = 1


class RecordingTransport:
    r"""Write everything that goes over a transport to a file, each line before the next thing is said.

    The file is text, one JSON object per line, and is never overwritten. The first line says what it is::

        {
            "format": "measurand exchanges",
            "version": 1,
            "address": "GPIB0::5::INSTR",
            "began": "2026-11-20T12:00:00+00:00",
        }

    Every other line has the time ``t`` since then in s, and one of

    * ``sent``: what was sent, without terminator, written down before it is sent;
    * ``received``: an answer, or a part of one that was read as bytes;
    * ``rest``: what was left of an answer, which ends it;
    * ``failed``: the kind of an error, with its ``message``, and ``"sending": true`` if sending failed;
    * ``cleared``: the device was cleared.

    Text is a JSON string, bytes are ``{"bytes": …}`` where all are printable or a line's end, else ``{"base64": …}``.

    Args:
        inner: The transport that does the work; closed with this one.
        file: Where to; must not exist.
        clock: Tells the times.

    Raises:
        ConfigurationError: The file exists, or its folder does not.
    """

    def __init__(self, inner: Transport, file: str | os.PathLike[str], *, clock: Clock = SYSTEM_CLOCK) -> None:
        self.inner = inner
        self._clock = clock
        path = Path(file)
        try:
            self._file = path.open("x", encoding="utf-8", newline="\n", buffering=1)  # each line leaves this process
        except OSError as error:
            raise ConfigurationError(
                f"{inner.address}: cannot record to {path}: {error.strerror}. A recording never overwrites a file and "
                f"makes no folder; give another name."
            ) from error
        self._began = clock.monotonic()
        began = datetime.fromtimestamp(clock.time(), UTC).isoformat(timespec="seconds")
        self._put({"format": _FORMAT, "version": _VERSION, "address": inner.address, "began": began})

    def __repr__(self) -> str:
        return f"<RecordingTransport of {self.inner!r}>"

    @property
    def address(self) -> str:
        """Where the device is."""
        return self.inner.address

    @property
    def marks_end(self) -> bool:
        """Whether the way itself tells where an answer ends."""
        return self.inner.marks_end

    @property
    def timeout(self) -> float | None:
        """Longest wait for an answer in s; None waits for ever."""
        return self.inner.timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self.inner.timeout = seconds

    def write(self, said: str | bytes) -> None:
        """Record ``said`` and send it."""
        self._note(sent=_plain(said))
        self._watch(lambda: self.inner.write(said), sending=True)

    def read(self) -> str:
        """Return the next answer and record it."""
        answer = self._watch(self.inner.read)
        self._note(received=answer)
        return answer

    def ask(self, text: str) -> str:
        """Send ``text`` and return the answer to it; record both."""
        self._note(sent=text)
        answer = self._watch(lambda: self.inner.ask(text))
        self._note(received=answer)
        return answer

    def write_bytes(self, data: bytes) -> None:
        """Record ``data`` and send it."""
        self._note(sent=_plain(data))
        self._watch(lambda: self.inner.write_bytes(data), sending=True)

    def read_bytes(self, count: int) -> bytes:
        """Return exactly ``count`` bytes and record them."""
        data = self._watch(lambda: self.inner.read_bytes(count))
        self._note(received=_plain(data))
        return data

    def read_rest(self) -> bytes:
        """Return what is left of the present answer and record it."""
        data = self._watch(self.inner.read_rest)
        self._note(rest=_plain(data))
        return data

    def clear(self) -> None:
        """Clear the device, and record it."""
        self._note(cleared=True)
        self._watch(self.inner.clear)

    def close(self) -> None:
        """Close the transport and the file."""
        self._file.close()
        self.inner.close()

    def _watch(self, action: Callable[[], T], *, sending: bool = False) -> T:
        try:
            return action()
        except BaseException as error:  # Ctrl-C, too, is part of what happened
            self._note(failed=type(error).__name__, message=str(error), **({"sending": True} if sending else {}))
            raise

    def _note(self, **line: Any) -> None:
        if not self._file.closed:  # a closed transport will say so itself
            self._put({"t": round(self._clock.monotonic() - self._began, 6), **line})

    def _put(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line) + "\n")


class ReplayTransport(ScriptedTransport):
    """Answer as a recorded session was answered.

    What is said must be what was said then, in the same order; anything else fails with `AssertionError` and names the
    line of the file, as do lines left over at the end (`finish`, or leaving a ``with`` block). Times are not replayed:
    a recorded time-out is raised at once. A recording whose last line was torn by a crash replays up to there.

    Args:
        file: What `RecordingTransport` wrote.

    Raises:
        ConfigurationError: The file is no recording.
        FormatTooNew: A later version wrote it.

    Example:
        >>> recording = RecordingTransport(ScriptedTransport([("VOLT?", "1.5")]), "session.jsonl")
        >>> recording.ask("VOLT?")
        '1.5'
        >>> recording.close()
        >>> with ReplayTransport("session.jsonl") as replay:
        ...     replay.ask("VOLT?")
        '1.5'
    """

    def __init__(self, file: str | os.PathLike[str]) -> None:
        path = Path(file)
        header, script, self._numbers = _load(path)
        self._path = path
        super().__init__(script, address=str(header["address"]))

    def write(self, said: Said) -> None:
        """Check that ``said`` is what was said next in the recording."""
        super().write(said)
        self._numbers.popleft()

    def _called(self) -> str:
        at = f", line {self._numbers[0]}," if self._numbers else ""
        return f"recording {self._path.name}{at}"


def _load(path: Path) -> tuple[dict[str, Any], list[tuple[Said, Answer]], deque[int]]:
    """Return the header of a recording, what was said and answered, and the line of each thing said."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be replayed: {error.strerror}.") from error
    lines = text.split("\n")[:-1]  # what follows the last end of line was torn by a crash
    header = _parsed(lines[0] if lines else "", path, 1)
    if header.get("format") != _FORMAT:
        raise ConfigurationError(f"{path} cannot be replayed: it is no recording made by RecordingTransport.")
    if header["version"] > _VERSION:
        raise FormatTooNew(f"{path} has version {header['version']}, this Measurand reads up to {_VERSION}.")
    script: list[tuple[Said, list[One], Unsent | None]] = []
    numbers: deque[int] = deque()
    open_bytes = False  # the last answer is bytes of which more may follow
    for number, raw in enumerate(lines[1:], start=2):
        line = _parsed(raw, path, number)
        if "sent" in line:
            script.append((_said(line["sent"]), [], None))
            numbers.append(number)
        elif "cleared" not in line and script:
            _add_answer(script, line, joins=open_bytes)
        open_bytes = isinstance(line.get("received"), dict)
    return header, [(said, unsent or answers) for said, answers, unsent in script], numbers


def _add_answer(script: list[tuple[Said, list[One], Unsent | None]], line: dict[str, Any], *, joins: bool) -> None:
    """Add what was received, or how it failed, to what was sent last; bytes that follow bytes are one answer."""
    said, answers, _ = script[-1]
    if "failed" in line:
        error = _error(line["failed"], line.get("message", ""))
        if line.get("sending"):
            script[-1] = (said, answers, Unsent(error))
        else:
            answers.append(error)
        return
    data = _said(line["received"] if "received" in line else line["rest"])
    if joins and isinstance(data, bytes) and answers and isinstance(answers[-1], bytes):
        answers[-1] += data
    else:
        answers.append(data)


def _error(kind: str, message: str) -> BaseException:
    known = getattr(errors, kind, None)
    if isinstance(known, type) and issubclass(known, TransportError):
        return known(message)
    return TransportError(f"{kind} in the recorded session: {message}")


def _plain(said: Said) -> Any:
    if isinstance(said, str):
        return said
    if all(32 <= byte < 127 or byte in b"\r\n\t" for byte in said):
        return {"bytes": said.decode("ascii")}
    return {"base64": base64.b64encode(said).decode("ascii")}


def _said(plain: Any) -> Said:
    if isinstance(plain, str):
        return plain
    return base64.b64decode(plain["base64"]) if "base64" in plain else bytes(plain["bytes"], "ascii")


def _parsed(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path} cannot be replayed: line {number} is no line of a recording: {line[:80]!r}.")
    return found
