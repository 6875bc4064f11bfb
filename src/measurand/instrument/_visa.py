"""An instrument behind a VISA address. Knows no pyvisa: the transport does."""

from __future__ import annotations

import logging
from typing import Any

from measurand.errors import TransportBroken, TransportError
from measurand.instrument._identity import KEYS, parse_idn
from measurand.instrument._instrument import Instrument
from measurand.transports import Link, Transport, VisaTransport
from measurand.validators import Enum, MultiType, Numbers


class VisaInstrument(Instrument):
    r"""An instrument that is spoken to in text, over ethernet, GPIB, USB or serial line.

    Every exchange holds one lock and is protected from Ctrl-C; after a time-out a late answer is thrown away before
    the next exchange.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA resource name, e.g. ``"TCPIP0::192.168.0.7::5025::SOCKET"``.
        timeout: Longest wait for an answer in s; None waits for ever. Also a parameter of the instrument.
        terminator: Ends what is sent and what is received; removed from answers. None: ``"\n"`` for bare sockets,
            pyvisa's defaults for others; ``""``: none.
        visalib: VISA library in pyvisa's words, e.g. ``"@py"`` or ``"lab.yaml@sim"``; None: the vendor's if there is
            one, else pyvisa-py.
        device_clear: Whether to clear the device's buffers after opening, default True; a bare socket has nothing to
            clear.
        transport: Speak through this instead of opening ``address``, e.g. a `ScriptedTransport` in a test.
        **kwargs: ``metadata`` and ``label``.

    Raises:
        CannotOpen: The connection could not be opened; the message says what to check.
        DuplicateName: An instrument of this name exists; `recreate` makes it anew.

    Example:
        >>> from measurand.transports import ScriptedTransport
        >>> script = ScriptedTransport([("ATTN? 1", "40")])
        >>> attenuator = VisaInstrument("attenuator", "GPIB0::5::INSTR", transport=script)
        >>> attenuator.ask("ATTN? 1")
        '40'
        >>> attenuator.close()
    """

    def __init__(
        self,
        name: str,
        address: str,
        timeout: float | None = 5,
        terminator: str | None = None,
        *,
        visalib: str | None = None,
        device_clear: bool = True,
        transport: Transport | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._address = address
        opened = transport is None
        if transport is None:
            transport = VisaTransport(address, name=name, timeout=timeout, terminator=terminator, visalib=visalib)
        self._link = Link(transport, name=name, lock=self.lock)
        if not opened:
            transport.timeout = timeout
        elif device_clear and not address.upper().endswith("::SOCKET"):
            self._link.clear()
        self.add_parameter(
            "timeout",
            label="Timeout",
            unit="s",
            get_cmd=self._get_timeout,
            set_cmd=self._set_timeout,
            vals=MultiType(Numbers(min_value=0), Enum(None)),
            docstring="Longest wait for an answer in s; None waits for ever.",
        ).get()

    @property
    def address(self) -> str:
        """The VISA resource name."""
        return self._address

    @property
    def visa_handle(self) -> Any:
        """The pyvisa resource, for what text commands cannot do; enter ``lock`` around its use."""
        return self._transport().resource

    @property
    def visa_log(self) -> logging.Logger:
        """Logs every exchange (sent, received, ms) while at level DEBUG: ``visa_log.setLevel("DEBUG")``."""
        return self._connection().log

    def set_terminator(self, terminator: str | None) -> None:
        """Set what ends commands and answers; None leaves it as it is."""
        self._transport().terminator = terminator

    def device_clear(self) -> None:
        """Throw away whatever the device has sent or is about to send."""
        self._connection().clear()

    def get_idn(self) -> dict[str, str | None]:
        """Return vendor, model, serial and firmware as ``*IDN?`` tells them, None where not known.

        A device that does not know ``*IDN?`` is only warned about; a lost connection raises.
        """
        try:
            return parse_idn(self.ask("*IDN?"))
        except TransportBroken:
            raise
        except TransportError as error:
            self.log.warning("No identity: %s", error)
            return dict.fromkeys(KEYS)

    def snapshot_base(
        self, update: bool | None = False, params_to_skip_update: list[str] | None = None
    ) -> dict[str, Any]:
        """Return what `snapshot` shows, with address and terminator."""
        state = super().snapshot_base(update, params_to_skip_update)
        terminator = getattr(self._connection().transport, "terminator", None)
        return {**state, "address": self._address, "terminator": terminator}

    def _transport(self) -> VisaTransport:
        """Return the transport; one from a test offers what the test needs of it."""
        transport: Any = self._connection().transport
        found: VisaTransport = transport
        return found

    def _get_timeout(self) -> float | None:
        return self._connection().transport.timeout

    def _set_timeout(self, seconds: float | None) -> None:
        with self.lock:
            self._connection().transport.timeout = seconds
