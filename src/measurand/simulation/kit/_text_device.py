"""A device with a language of its own: a list of patterns and what they do. For SCPI there is `ScpiDevice`."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from measurand.simulation.kit._server import Reply


class TextDevice:
    r"""A device that knows messages by regular expressions.

    What it does not know it does not answer, as most devices do, and keeps in `unknown`, where a test looks.

    Args:
        terminator: Ends messages and answers.

    Example:
        >>> device = TextDevice()
        >>> device.on(r"ATTN ALL (\d+)", lambda decibels: device.state.update(attenuation=int(decibels)))
        >>> device.on(r"ATTN\? 1", lambda: str(device.state["attenuation"]))
        >>> device.handle("ATTN ALL 40")
        >>> device.handle("ATTN? 1")
        '40'
    """

    def __init__(self, *, terminator: str = "\n") -> None:
        self.terminator = terminator
        self.state: dict[str, Any] = {}
        self.unknown: list[str] = []
        self._actions: list[tuple[re.Pattern[str], Callable[..., Any]]] = []
        self._lock = threading.Lock()

    def on(self, pattern: str, action: Callable[..., Any]) -> None:
        """Do something at messages that are ``pattern`` as a whole.

        Args:
            pattern: Regular expression; upper and lower case are the same.
            action: Called with its groups as text. It returns the answer: text, bytes, a number; anything else than
                these (None, what ``dict.update`` returns) is no answer.
        """
        self._actions.append((re.compile(pattern, re.IGNORECASE | re.DOTALL), action))

    def remember(self, name: str, pattern: str, query: str, value: str) -> None:
        r"""Have a setting: kept as text when set, given back when asked.

        Args:
            name: Its key in `state`.
            pattern: Regular expression of the command, with one group: the value.
            query: Regular expression of the query.
            value: At power-on.
        """
        self.state[name] = value
        self.on(pattern, lambda text: self.state.__setitem__(name, text))
        self.on(query, lambda: self.state[name])

    def handle(self, message: str) -> Reply:
        """Carry out a message and return its answer; None if it has none."""
        with self._lock:
            for pattern, action in self._actions:
                found = pattern.fullmatch(message)
                if found is not None:
                    return _written(action(*found.groups()))
            self.unknown.append(message)
            return None


def _written(answer: object) -> str | bytes | None:
    if isinstance(answer, bool):
        return str(int(answer))
    if isinstance(answer, float):
        return f"{answer:.9G}"
    return answer if isinstance(answer, (str, bytes)) else str(answer) if isinstance(answer, int) else None
