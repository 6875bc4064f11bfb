"""What all simulated instruments have in common: a table of commands, and the common commands of IEEE 488.2.

Knows no sockets. Whoever carries messages calls `handle`; one message is carried out whole before the next begins.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable

from measurand._core.clock import Clock
from measurand.simulation._scpi import Accepts, Header, ScpiError, Within, units, written
from measurand.simulation._status import Status

_log = logging.getLogger(__name__)
_BYTE = Within(0, 255)
_KNOWN_HEADERS = 512  # looked-up headers that are remembered; a client that varies them without end gains nothing

Action = Callable[[list[int], list[str]], object]


class SimulatedInstrument:
    """An instrument that answers SCPI messages.

    Args:
        model: Second field of the identity.
        serial: Third field.
        clock: By which the instrument waits for pending operations.
    """

    def __init__(self, model: str, serial: str, clock: Clock) -> None:
        self.identity = f"MEASURAND,{model},{serial},1.0"
        self.clock = clock
        self.status = Status()
        self._lock = threading.Lock()
        self._commands: list[tuple[Header, Action]] = []
        self._find = functools.lru_cache(_KNOWN_HEADERS)(self._look_up)
        self._add_common_commands()

    def handle(self, message: str) -> str | None:
        """Carry out a program message; return the answers of its queries, joined by `;`, or None if it had none.

        A unit that fails puts an error into the queue; the units after it are carried out all the same.
        """
        with self._lock:
            answers = [answer for header, texts in units(message) if (answer := self._do(header, texts)) is not None]
        return ";".join(answers) if answers else None

    def reset(self) -> None:
        """Bring the instrument into the state it has after power-on, as `*RST` does."""

    def pending(self) -> float:
        """Return in how many seconds the last operation will be complete; 0 if none is pending."""
        return 0.0

    def query(self, pattern: str, read: Callable[..., object], suffixes: range = range(1, 2)) -> None:
        """Answer the header ``pattern`` + `?` by ``read(*suffixes)``."""

        def run(numbers: list[int], texts: list[str]) -> object:
            if texts:
                raise ScpiError(-108)
            return read(*numbers)

        self._commands.append((Header(pattern + "?", suffixes), run))

    def order(self, pattern: str, run: Callable[[], object]) -> None:
        """Do ``run()`` at the header ``pattern``, which takes no parameter and gives no answer."""

        def checked(_: list[int], texts: list[str]) -> None:
            if texts:
                raise ScpiError(-108)
            run()

        self._commands.append((Header(pattern), checked))

    def setting(
        self,
        pattern: str,
        accepts: Accepts,
        write: Callable[..., object],
        read: Callable[..., object],
        suffixes: range = range(1, 2),
    ) -> None:
        """Do ``write(*suffixes, value)`` at the header ``pattern`` and answer it + `?` by ``read(*suffixes)``."""

        def run(numbers: list[int], texts: list[str]) -> None:
            if not texts:
                raise ScpiError(-109)
            if len(texts) > 1:
                raise ScpiError(-108)
            write(*numbers, accepts.read(texts[0]))

        self._commands.append((Header(pattern, suffixes), run))
        self.query(pattern, read, suffixes)

    def _do(self, header: str, texts: list[str]) -> str | None:
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
        self.query("SYSTem:ERRor", status.next_error)
        self.query("SYSTem:ERRor:NEXT", status.next_error)
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
