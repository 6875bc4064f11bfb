"""A device made of a list: what must be sent, and what is answered. For tests of drivers; knows no driver."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from types import TracebackType
from typing import Self

Said = str | bytes
Answer = str | bytes | BaseException | None


class ScriptedTransport:
    """A transport that knows in advance what will be said.

    Anything that is not the next line of the script fails with `AssertionError`, and so do lines left over at the end
    (`finish`, or leaving a ``with`` block).

    Args:
        script: Pairs ``(sent, answered)``, without terminators, text or bytes. Answered may be None (a command), or
            an exception that reading the answer raises.
        address: What the transport calls itself.

    Example:
        >>> from measurand.transports import ScriptedTransport
        >>> with ScriptedTransport([("VOLT 1.5", None), ("VOLT?", "1.5")]) as transport:
        ...     transport.write("VOLT 1.5")
        ...     transport.ask("VOLT?")
        '1.5'
    """

    def __init__(self, script: Iterable[tuple[Said, Answer]] = (), *, address: str = "SCRIPTED::INSTR") -> None:
        self.sent: list[Said] = []
        self.timeout: float | None = 5.0
        self.cleared = 0
        self.closed = False
        self._address = address
        self._script = deque(script)
        self._answers: deque[Said | BaseException] = deque()

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

    def extend(self, script: Iterable[tuple[Said, Answer]]) -> None:
        """Add lines to the end of the script."""
        self._script.extend(script)

    def finish(self) -> None:
        """Raise `AssertionError` if lines of the script were not used, or answers not read."""
        if self._script:
            raise AssertionError(f"{len(self._script)} line(s) of the script were never sent, next {self._script[0]!r}")
        if self._answers:
            raise AssertionError(f"{len(self._answers)} answer(s) were never read, next {self._answers[0]!r}")

    def write(self, text: str) -> None:
        """Check that ``text`` is the next line of the script."""
        self._take(text)

    def read(self) -> str:
        """Return the answer to what was sent."""
        answer = self._answer()
        if not isinstance(answer, str):
            raise AssertionError(  # noqa: TRY004 - the script of a test is wrong, not an argument
                f"Text was asked for, the script answers bytes: {answer!r}"
            )
        return answer

    def ask(self, text: str) -> str:
        """Check that ``text`` is the next line of the script and return the answer to it."""
        self.write(text)
        return self.read()

    def write_bytes(self, data: bytes) -> None:
        """Check that ``data`` is the next line of the script."""
        self._take(data)

    def read_bytes(self, count: int) -> bytes:
        """Return the next ``count`` bytes of the answer."""
        answer = self._answer()
        data = answer.encode() if isinstance(answer, str) else answer
        if len(data) < count:
            raise AssertionError(f"{count} bytes were asked for, the script answers {len(data)}: {data[:80]!r}")
        if len(data) > count:
            self._answers.appendleft(data[count:])
        return data[:count]

    def clear(self) -> None:
        """Throw away answers that were not read."""
        self.cleared += 1
        self._answers.clear()

    def close(self) -> None:
        """Note that the transport was closed."""
        self.closed = True

    def _take(self, said: Said) -> None:
        before = f" after {self.sent[-1]!r}" if self.sent else ""
        if self.closed:
            raise AssertionError(f"{said!r} was sent to a closed transport")
        if not self._script:
            raise AssertionError(f"{said!r} was sent{before}, but the script has no more lines")
        expected, answer = self._script[0]
        if said != expected:
            raise AssertionError(f"{said!r} was sent{before}, but the script expects {expected!r}")
        self._script.popleft()
        self.sent.append(said)
        if answer is not None:
            self._answers.append(answer)

    def _answer(self) -> Said:
        if not self._answers:
            raise AssertionError(f"An answer to {self.sent[-1] if self.sent else None!r} was read, the script has none")
        answer = self._answers.popleft()
        if isinstance(answer, BaseException):
            raise answer
        return answer
