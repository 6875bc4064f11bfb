"""A device made of a list: what must be sent, and what is answered. For tests of drivers; knows no driver."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

Said = str | bytes
One = str | bytes | BaseException


@dataclass(frozen=True, slots=True)
class Unsent:
    """In place of an answer: sending itself raises this."""

    error: BaseException


Answer = One | list[One] | Unsent | None


class ScriptedTransport:
    r"""A transport that knows in advance what will be said.

    Anything that is not the next line of the script fails with `AssertionError`, and so do lines left over at the end
    (`finish`, or leaving a ``with`` block).

    Args:
        script: Pairs ``(sent, answered)``, without terminators, text or bytes; a command that is followed by a binary
            block is bytes. Answered may be None (a command), an exception that reading the answer raises, or a list of
            several answers.
        address: What the transport calls itself.

    Example:
        >>> from measurand.transports import ScriptedTransport
        >>> with ScriptedTransport([("VOLT 1.5", None), ("VOLT?", "1.5")]) as transport:
        ...     transport.write("VOLT 1.5")
        ...     transport.ask("VOLT?")
        '1.5'

        A device that answers with an array:

        >>> transport = ScriptedTransport([("CURVE?", b"#14\x01\x02\x03\x04")])
        >>> Link(transport).query_binary_values("CURVE?", "B")
        array([1, 2, 3, 4], dtype=uint8)
    """

    def __init__(self, script: Iterable[tuple[Said, Answer]] = (), *, address: str = "SCRIPTED::INSTR") -> None:
        self.sent: list[Said] = []
        self.timeout: float | None = 5.0
        self.cleared = 0
        self.closed = False
        self._address = address
        self._script = deque(script)
        self._answers: deque[One] = deque()
        self._rest: memoryview | None = None  # of an answer that is read in parts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()

    @property
    def address(self) -> str:
        """What the transport calls itself."""
        return self._address

    @property
    def marks_end(self) -> bool:
        """Each answer of the script has an end."""
        return True

    def extend(self, script: Iterable[tuple[Said, Answer]]) -> None:
        """Add lines to the end of the script."""
        self._script.extend(script)

    def finish(self) -> None:
        """Raise `AssertionError` if lines of the script were not used, or answers not read."""
        if self._script:
            raise AssertionError(
                f"{len(self._script)} line(s) of the {self._called()} were never sent, next {self._script[0]!r}"
            )
        unread = [*([bytes(self._rest)] if self._rest else []), *self._answers]
        if unread:
            raise AssertionError(f"{len(unread)} answer(s) were never read, next {unread[0]!r}")

    def write(self, said: Said) -> None:
        """Check that ``said`` is the next line of the script."""
        before = f" after {_short(self.sent[-1])}" if self.sent else ""
        if self.closed:
            raise AssertionError(f"{_short(said)} was sent to a closed transport")
        if not self._script:
            raise AssertionError(f"{_short(said)} was sent{before}, but the {self._called()} has no more lines")
        expected, answer = self._script[0]
        if said != expected:
            raise AssertionError(
                f"{_short(said)} was sent{before}, but the {self._called()} expects {_short(expected)}"
            )
        self._script.popleft()
        self.sent.append(said)
        if isinstance(answer, Unsent):
            raise answer.error
        self._answers.extend(answer if isinstance(answer, list) else [] if answer is None else [answer])

    def read(self) -> str:
        """Return the answer to what was sent."""
        answer: Said = bytes(self._rest) if self._rest else self._answer()
        if not isinstance(answer, str):
            raise AssertionError(  # noqa: TRY004 - the script of a test is wrong, not an argument
                f"Text was asked for, the {self._called()} answers bytes: {answer!r}"
            )
        return answer

    def ask(self, text: str) -> str:
        """Check that ``text`` is the next line of the script and return the answer to it."""
        self.write(text)
        return self.read()

    def write_bytes(self, data: bytes) -> None:
        """Check that ``data`` is the next line of the script."""
        self.write(data)

    def read_bytes(self, count: int) -> bytes:
        """Return the next ``count`` bytes of the answer."""
        rest = self._rest if self._rest or not count else self._opened()
        if rest is None:
            return b""
        if len(rest) < count:
            raise AssertionError(
                f"{count} bytes were asked for, the {self._called()} answers {len(rest)}: {bytes(rest[:80])!r}"
            )
        self._rest = rest[count:]
        return bytes(rest[:count])

    def read_rest(self) -> bytes:
        """Return what is left of the answer; nothing if all of it was read."""
        rest = self._opened() if self._rest is None else self._rest
        self._rest = None
        return bytes(rest)

    def clear(self) -> None:
        """Throw away answers that were not read."""
        self.cleared += 1
        self._answers.clear()
        self._rest = None

    def close(self) -> None:
        """Note that the transport was closed."""
        self.closed = True

    def _called(self) -> str:
        """Return what messages call the script."""
        return "script"

    def _opened(self) -> memoryview:
        answer = self._answer()
        return memoryview(answer.encode() if isinstance(answer, str) else answer)

    def _answer(self) -> Said:
        if not self._answers:
            raise AssertionError(
                f"An answer to {_short(self.sent[-1]) if self.sent else None} was read, the {self._called()} has none"
            )
        self._rest = None
        answer = self._answers.popleft()
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _short(said: Said) -> str:
    return repr(said) if len(said) <= 100 else f"{said[:100]!r}… ({len(said)})"
