"""An instrument behind a bare TCP socket, without VISA. Kept for old drivers; `VisaInstrument` does it better."""

from __future__ import annotations

import warnings
from typing import Any

from measurand.instrument._instrument import Instrument
from measurand.transports import Link, SocketTransport
from measurand.validators import Enum, MultiType, Numbers


class IPInstrument(Instrument):
    r"""An instrument behind a bare TCP socket. Deprecated since 0.1: use `VisaInstrument`, which reaches it as well.

    Args:
        name: Identifier, unique among all instruments.
        address: Name or number of the device, e.g. ``"192.168.0.7"``.
        port: TCP port.
        timeout: Longest wait for an answer in s; None waits for ever. Also a parameter of the instrument.
        terminator: Ends what is sent and what is received; removed from answers. ``""``: none.
        persistent: True (default) keeps one connection; False connects for each exchange.
        write_confirmation: Whether the device answers commands, too; the answer is read and thrown away.
        **kwargs: ``metadata`` and ``label``.

    Raises:
        CannotOpen: The connection could not be opened; not persistent, the first exchange says so.
        DuplicateName: An instrument of this name exists; `recreate` makes it anew.
    """

    def __init__(
        self,
        name: str,
        address: str,
        port: int,
        timeout: float | None = 5,
        terminator: str = "\n",
        persistent: bool = True,
        write_confirmation: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        warnings.warn(
            f"{name}: IPInstrument is deprecated since 0.1. Use VisaInstrument with the address "
            f"'TCPIP0::{address}::{port}::SOCKET'.",
            DeprecationWarning,
            stacklevel=_level_of_driver(),
        )
        self._confirms = write_confirmation
        self._socket = SocketTransport(
            address, port, name=name, timeout=timeout, terminator=terminator, persistent=persistent
        )
        self._link = Link(self._socket, name=name, lock=self.lock)
        self.add_parameter(
            "timeout",
            label="Timeout",
            unit="s",
            get_cmd=lambda: self._socket.timeout,
            set_cmd=self.set_timeout,
            vals=MultiType(Numbers(min_value=0), Enum(None)),
            docstring="Longest wait for an answer in s; None waits for ever.",
        ).get()

    def ask_raw(self, cmd: str) -> str:
        """Carry a query to the device and its answer back."""
        with self.lock:
            try:
                return self._connection().ask(cmd)
            finally:
                self._hang_up()

    def write_raw(self, cmd: str) -> None:
        """Carry a command to the device, and wait for its confirmation if there is one."""
        with self.lock:
            try:
                if self._confirms:
                    self._connection().ask(cmd)
                else:
                    self._connection().write(cmd)
            finally:
                self._hang_up()

    def set_address(self, address: str | None = None, port: int | None = None) -> None:
        """Connect to another place; what is None stays as it is."""
        old = self._socket
        host, number = old.target

        def other() -> SocketTransport:
            self._socket = SocketTransport(
                host if address is None else address,
                number if port is None else port,
                name=self.name,
                timeout=old.timeout,
                terminator=old.terminator,
                persistent=old.persistent,
            )
            return self._socket

        self._connection().replace(other)

    def set_persistent(self, persistent: bool) -> None:
        """Choose between one connection (True) and one for each exchange (False)."""
        with self.lock:
            self._socket.persistent = persistent
            self._hang_up()

    def set_timeout(self, timeout: float | None) -> None:
        """Set the longest wait for an answer in s; None waits for ever."""
        with self.lock:
            self._socket.timeout = timeout

    def set_terminator(self, terminator: str) -> None:
        """Set what ends commands and answers."""
        with self.lock:
            self._socket.terminator = terminator

    def flush_connection(self) -> None:
        """Throw away whatever the device has sent or is about to send."""
        self._connection().clear()

    def snapshot_base(
        self, update: bool | None = False, params_to_skip_update: list[str] | None = None
    ) -> dict[str, Any]:
        """Return what `snapshot` shows, with how to reach the device."""
        host, port = self._socket.target
        return {
            **super().snapshot_base(update, params_to_skip_update),
            "address": host,
            "port": port,
            "terminator": self._socket.terminator,
            "persistent": self._socket.persistent,
            "write_confirmation": self._confirms,
        }

    def _hang_up(self) -> None:
        if not self._socket.persistent:
            self._socket.hang_up()


def _level_of_driver() -> int:
    """Return the level at which a warning is shown where the instrument is created, whatever stands between."""
    import inspect

    frame = inspect.currentframe()
    level = 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith("measurand.instrument._"):
        frame, level = frame.f_back, level + 1
    return max(level, 1)
