"""The root of a tree: a name in the registry, a lock, and perhaps a connection."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Mapping
from types import TracebackType
from typing import Any, ClassVar, Self

from measurand._core.clock import SYSTEM_CLOCK
from measurand._core.names import check_identifier
from measurand.errors import InstrumentClosed
from measurand.instrument._creation import InstrumentMeta
from measurand.instrument._identity import KEYS, describe
from measurand.instrument._listed import Listed
from measurand.instrument._node import InstrumentBase
from measurand.transports import Link


class Instrument(InstrumentBase, Listed, metaclass=InstrumentMeta):
    """An instrument without a text channel: a manual one, a card with a library of its own, a model.

    Behind a VISA address use `VisaInstrument`. An instrument is known to the registry only when its constructor has
    succeeded; if it fails, what was opened is closed. ``server_name`` and ``server`` are accepted beside the arguments
    of every driver; only None, this process, is possible yet.

    Args:
        name: Identifier, unique among all instruments.
        metadata: Anything to keep in snapshots.
        label: Readable name; default the name.

    Raises:
        DuplicateName: An instrument of this name exists; `recreate` makes it anew.

    Example:
        >>> with Instrument("preamp") as preamp:
        ...     _ = preamp.add_parameter("gain", unit="V/A", set_cmd=None, initial_value=1e8)
        ...     preamp.gain()
        100000000.0
    """

    quiet: ClassVar[bool] = False  # True: `connect_message` only logs

    def __init__(self, name: str, metadata: Mapping[str, Any] | None = None, label: str | None = None) -> None:
        self._claim(check_identifier(name, "instrument"))
        self._closed = False
        self._link: Link | None = None
        self._t0 = SYSTEM_CLOCK.time()
        super().__init__(name, metadata, label)
        self.add_parameter("IDN", label="Identity", get_cmd=self.get_idn)

    @property
    def lane(self) -> Hashable | None:
        """The physical connection; None without one."""
        return self._link

    @property
    def closed(self) -> bool:
        """Whether the instrument was closed."""
        return self._closed

    def ask(self, cmd: str) -> str:
        """Send a query and return the answer, without its terminator.

        Raises:
            InstrumentClosed: The instrument was closed.
            TransportTimeout: No complete answer in time.
            TransportBroken: The connection is lost.
        """
        if self._closed:
            raise self._was_closed()
        return self.ask_raw(cmd)

    def write(self, cmd: str) -> None:
        """Send a command that has no answer.

        Raises:
            InstrumentClosed: The instrument was closed.
            TransportBroken: The connection is lost.
        """
        if self._closed:
            raise self._was_closed()
        self.write_raw(cmd)

    def ask_raw(self, cmd: str) -> str:
        """Carry a query to the device and its answer back; a driver with a connection of its own overrides this."""
        return self._connection().ask(cmd)

    def write_raw(self, cmd: str) -> None:
        """Carry a command to the device; a driver with a connection of its own overrides this."""
        self._connection().write(cmd)

    def get_idn(self) -> dict[str, str | None]:
        """Return vendor, model, serial and firmware, None where not known; a driver overrides this."""
        return dict.fromkeys(KEYS)

    def connect_message(self, idn_param: str = "IDN", begin_time: float | None = None) -> None:
        """Read the identity, which proves the connection, and say it with the time that connecting took.

        The line is printed and logged; with ``Instrument.quiet = True`` it is only logged.

        Args:
            idn_param: Name of the parameter that reads the identity.
            begin_time: When connecting began, in s since 1970; default: when the constructor began.
        """
        began = self._t0 if begin_time is None else begin_time
        message = describe(self.parameters[idn_param].get(), SYSTEM_CLOCK.time() - began)
        self.log.info(message)
        if not self.quiet:
            sys.stdout.write(f"{message}\n")

    def safe_state(self) -> None:
        """Bring the device into a state that harms nothing: set the values in `safety`, in their order, with their ramps.

        A driver whose device needs more overrides this. For the end of a run: ``plan.finally_(dac.safe_state)``; for the
        end of the instrument: ``dac.safety.at_close = True``.

        Raises:
            ExceptionGroup: Of everything that failed, after all values were tried.
        """
        self.safety.apply(self.name)

    def close(self) -> None:
        """Give the connection back and free the name; harmless when closed already.

        With ``safety.at_close`` it goes into its safe state before; if that fails it is closed all the same, and the
        failure raised. A driver that overrides this calls ``super().close()`` at the end.
        """
        try:
            if self.safety.at_close and not self._closed and "_complete" in vars(self):
                self.safe_state()
        finally:
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connection(self) -> Link:
        if self._link is None:
            raise self._no_connection()
        return self._link

    def _was_closed(self) -> InstrumentClosed:
        return InstrumentClosed(f"{self.name} was closed. Create it again to use it.")

    def _release(self) -> None:
        """Close the link and free the name; once."""
        state = vars(self)
        released, state["_closed"] = state.get("_closed", False), True
        try:
            if not released and (link := state.get("_link")) is not None:
                link.close(self.name)
        finally:
            self._leave()
