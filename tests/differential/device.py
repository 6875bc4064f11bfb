"""A device that answers what it is told to, and notes everything it is sent. Knows neither library."""

from __future__ import annotations

from typing import Any


class Device:
    """What stands behind the instrument, and behind functions, of one case.

    A command ``"VOLT 3"`` is kept as the answer to ``"VOLT?"``; functions share registers by name.

    Args:
        answers: Answers to queries, and contents of registers, before the first action.
        refused: Commands and raw values at which the device fails.
    """

    def __init__(self, answers: dict[str, Any], refused: list[Any]) -> None:
        self.answers = dict(answers)
        self.refused = refused
        self.log: list[list[Any]] = []

    def ask(self, query: str) -> Any:
        """Answer a query."""
        self.log.append(["ask", query])
        if query not in self.answers:
            raise OSError("no answer")
        return self.answers[query]

    def write(self, command: str) -> None:
        """Take a command."""
        self.log.append(["write", command])
        self._fail_at(command)
        head, _, value = command.partition(" ")
        self.answers[f"{head}?"] = value

    def read(self, register: str = "register") -> Any:
        """Return the content of a register."""
        self.log.append(["read", register])
        if register not in self.answers:
            raise OSError("no answer")
        return self.answers[register]

    def send(self, raw: Any, register: str = "register") -> None:
        """Fill a register."""
        self.log.append(["send", raw])
        self._fail_at(raw)
        self.answers[register] = raw

    def taken(self) -> list[list[Any]]:
        """Return what was sent since the last call."""
        log, self.log = self.log, []
        return log

    def _fail_at(self, sent: Any) -> None:
        if any(type(r) is type(sent) and r == sent for r in self.refused):
            raise OSError("the device failed")
