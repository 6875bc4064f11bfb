"""A device that speaks SCPI: a table of commands, and the common commands of IEEE 488.2.

Knows no sockets. Whoever carries messages calls `handle`; one message is carried out whole before the next begins.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.simulation.kit._scpi import Accepts, Header, ScpiError, Within, units, written
from measurand.simulation.kit._status import Status

_log = logging.getLogger(__name__)
_BYTE = Within(0, 255)
_KNOWN_HEADERS = 512  # looked-up headers that are remembered; a client that varies them without end gains nothing

Action = Callable[[list[int], list[str]], object]


class ScpiDevice:
    """An instrument that answers SCPI messages.

    Headers are patterns: short forms in capitals, ``[…]`` may be left out, ``#`` is a numeric suffix. Settings that only
    have to be remembered take one line each (`keep`); what a device does beyond that are functions (`query`, `order`,
    `setting`, `command`).

    Args:
        identity: Answer to ``*IDN?``.
        clock: By which the instrument waits for pending operations.

    Example:
        >>> device = ScpiDevice("ACME,Source,1,1.0")
        >>> device.keep("[SOURce#:]VOLTage[:LEVel]", Within(-10, 10), 0.0, range(1, 3))
        >>> device.handle("SOUR2:VOLT 1.5;:SOUR2:VOLT?;:SYST:ERR?")
        '1.5;0,"No error"'
        >>> device.handle("VOLTAGE 12;:SYST:ERR?")
        '-222,"Data out of range"'
    """

    terminator = "\n"

    def __init__(self, identity: str, clock: Clock = SYSTEM_CLOCK) -> None:
        self.identity = identity
        self.clock = clock
        self.status = Status()
        self.state: dict[Any, Any] = {}
        self._kept: dict[Any, Any] = {}
        self._lock = threading.Lock()
        self._commands: list[tuple[Header, Action]] = []
        self._find = functools.lru_cache(_KNOWN_HEADERS)(self._look_up)
        self._add_common_commands()

    def handle(self, message: str) -> str | bytes | None:
        """Carry out a program message; return the answers of its queries, joined by `;`, or None if it had none.

        A unit that fails puts an error into the queue; the units after it are carried out all the same. An answer in
        bytes is sent as it is, with a line feed at its end.
        """
        with self._lock:
            answers = [answer for header, texts in units(message) if (answer := self._do(header, texts)) is not None]
        if any(isinstance(answer, bytes) for answer in answers):
            raw = [answer if isinstance(answer, bytes) else answer.encode("latin-1") for answer in answers]
            return b";".join(raw) + self.terminator.encode()
        return ";".join(map(str, answers)) if answers else None

    def reset(self) -> None:
        """Bring the instrument into the state it has after power-on, as `*RST` does."""
        self.state.update(self._kept)

    def pending(self) -> float:
        """Return in how many seconds the last operation will be complete; 0 if none is pending."""
        return 0.0

    def keep(self, pattern: str, accepts: Accepts, value: object, suffixes: range = range(1, 2)) -> None:
        """Remember a setting, give it back when asked, and bring it to ``value`` at power-on and `*RST`.

        Args:
            pattern: Header of the command; the query is the same with ``?``.
            accepts: What may be set: `Within`, `OneOf`, `Word`, `Switch`, `Quoted` or `Block`.
            value: At power-on.
            suffixes: Allowed numbers for ``#``. In `state` the key is the pattern, with a suffix ``(pattern, number)``.
        """

        def key(numbers: tuple[int, ...]) -> Any:
            return (pattern, *numbers) if numbers else pattern

        for number in suffixes if "#" in pattern else [None]:
            self._kept[key(() if number is None else (number,))] = value
        self.state.update(self._kept)
        self.setting(
            pattern,
            accepts,
            lambda *given: self.state.__setitem__(key(given[:-1]), given[-1]),
            lambda *numbers: self.state[key(numbers)],
            suffixes,
        )

    def query(
        self,
        pattern: str,
        read: Callable[..., object],
        suffixes: range = range(1, 2),
        accepts: tuple[Accepts, ...] = (),
    ) -> None:
        """Answer the header ``pattern`` + `?` by ``read(*suffixes, *parameters)``.

        Args:
            pattern: Header without the question mark.
            read: Returns the answer: text, number, bool, bytes, or several in a tuple.
            suffixes: Allowed numbers for ``#``.
            accepts: The parameters that the query may have; missing ones at the end are left out.
        """

        def run(numbers: list[int], texts: list[str]) -> object:
            return read(*numbers, *_given(texts, accepts))

        self._commands.append((Header(pattern + "?", suffixes), run))

    def order(self, pattern: str, run: Callable[[], object]) -> None:
        """Do ``run()`` at the header ``pattern``, which takes no parameter and gives no answer."""
        self.command(pattern, (), run)

    def command(
        self,
        pattern: str,
        accepts: tuple[Accepts, ...],
        run: Callable[..., object],
        suffixes: range = range(1, 2),
        *,
        required: int | None = None,
    ) -> None:
        """Do ``run(*suffixes, *parameters)`` at the header ``pattern``, which gives no answer.

        Args:
            pattern: Header.
            accepts: The parameters in order.
            run: What to do; what it returns is no answer.
            suffixes: Allowed numbers for ``#``.
            required: How many of the parameters must be given; None: all.
        """
        least = len(accepts) if required is None else required

        def checked(numbers: list[int], texts: list[str]) -> None:
            values = _given(texts, accepts)
            if len(values) < least:
                raise ScpiError(-109)
            run(*numbers, *values)

        self._commands.append((Header(pattern, suffixes), checked))

    def setting(
        self,
        pattern: str,
        accepts: Accepts,
        write: Callable[..., object],
        read: Callable[..., object],
        suffixes: range = range(1, 2),
    ) -> None:
        """Do ``write(*suffixes, value)`` at the header ``pattern`` and answer it + `?` by ``read(*suffixes)``.

        As SCPI has it, the query may name MINimum, MAXimum or DEFault, which ``accepts`` then answers.
        """

        def ask(numbers: list[int], texts: list[str]) -> object:
            if len(texts) > 1 or (texts and not texts[0][:3].isalpha()):
                raise ScpiError(-108)
            return accepts.read(texts[0]) if texts else read(*numbers)

        self.command(pattern, (accepts,), write, suffixes)
        self._commands.append((Header(pattern + "?", suffixes), ask))

    def _do(self, header: str, texts: list[str]) -> str | bytes | None:
        try:
            action, numbers = self._find(header)
            answer = action(numbers, texts)
        except ScpiError as error:
            self.status.report(error.code)
            return None
        except Exception:  # noqa: BLE001 - a fault of the simulation must look like a fault of the instrument, and not end it
            _log.exception("%s: %s failed", self.identity, header)
            self.status.report(-310)
            return None
        return None if answer is None else written(answer)

    def _look_up(self, header: str) -> tuple[Action, list[int]]:
        for known, action in self._commands:
            numbers = known.match(header)
            if numbers is not None:
                return action, numbers
        raise ScpiError(-113)

    def _add_common_commands(self) -> None:
        status = self.status
        self.query("*IDN", lambda: self.identity)
        self.order("*RST", self.reset)
        self.order("*CLS", status.clear)
        self.query("*ESR", status.take_events)
        self.setting("*ESE", _BYTE, self._set_event_enable, lambda: status.event_enable)
        self.setting("*SRE", _BYTE, self._set_service_enable, lambda: status.service_enable)
        self.query("*STB", lambda: status.byte)
        self.query("*TST", lambda: 0)
        self.order("*WAI", self._wait)
        self.order("*OPC", self._complete)
        self.query("*OPC", self._wait_complete)
        self.query("SYSTem:ERRor[:NEXT]", status.next_error)
        self.query("SYSTem:ERRor:COUNt", lambda: status.errors)
        self.query("SYSTem:VERSion", lambda: "1999.0")

    def _set_event_enable(self, value: float) -> None:
        self.status.event_enable = round(value)

    def _set_service_enable(self, value: float) -> None:
        self.status.service_enable = round(value)

    def _wait(self) -> None:
        self.clock.sleep(self.pending())

    def _complete(self) -> None:
        self._wait()  # like an instrument without overlapped commands: *OPC itself waits
        self.status.complete()

    def _wait_complete(self) -> int:
        self._wait()
        return 1


def _given(texts: list[str], accepts: tuple[Accepts, ...]) -> list[Any]:
    """Return the values of the parameters that were given.

    Raises:
        ScpiError: -108 more than are allowed, or what the parameter says.
    """
    if len(texts) > len(accepts):
        raise ScpiError(-108)
    return [accept.read(text) for text, accept in zip(texts, accepts, strict=False)]
