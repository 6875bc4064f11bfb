"""An instrument behind a VISA address. Knows no pyvisa: the transport does."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from measurand.errors import ConfigurationError, InstrumentError, TransportBroken, TransportError
from measurand.instrument._identity import KEYS, parse_idn
from measurand.instrument._instrument import Instrument
from measurand.instrument._sim_file import simulation_library
from measurand.transports import Link, RecordingTransport, Transport, VisaTransport, is_socket
from measurand.validators import Enum, MultiType, Numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike, NDArray

_LONGEST_TIMEOUT = 4_294_967  # s; VISA counts milliseconds in 32 bits (VPP-4.3, VI_ATTR_TMO_VALUE)


class VisaInstrument(Instrument):
    r"""An instrument that is spoken to in text, over ethernet, GPIB, USB or serial line.

    Every exchange holds one lock and is protected from Ctrl-C; after a time-out a late answer is thrown away before
    the next exchange.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA resource name, e.g. ``"TCPIP0::192.168.0.7::5025::SOCKET"``.
        timeout: Longest wait for an answer, or for the next piece of a long one, in s; None waits for ever. Also a
            parameter of the instrument.
        terminator: Ends what is sent and what is received; removed from answers. None: the class's
            ``default_terminator``, and without one ``"\n"`` for bare sockets, pyvisa's defaults for others; ``""``: none.
        write_terminator: Ends what is sent, where that differs; None: as ``terminator``.
        visalib: VISA library in pyvisa's words, e.g. ``"@py"`` or ``"lab.yaml@sim"``; None: the vendor's if
            there is one, else pyvisa-py.
        pyvisa_sim_file: Speak to the device that this file of pyvisa-sim describes: the name of one of Measurand's own
            files, ``"some.module:file.yaml"``, or a path. In place of ``visalib``.
        device_clear: Whether to clear the device's buffers after opening, default True; a bare socket has nothing to
            clear.
        record: Write everything that is said to this file, which must not exist, for a `ReplayTransport`.
        transport: Speak through this instead of opening ``address``, e.g. a `ScriptedTransport` in a test.
        link: Speak through the connection of another instrument, ``link=other.link``: both share its lock, time-out
            and terminators, and it is closed when both are closed.
        **kwargs: ``metadata`` and ``label``.

    Raises:
        CannotOpen: The connection could not be opened; the message says what to check.
        ConfigurationError: A file is not there, or arguments contradict each other.
        DuplicateName: An instrument of this name exists; `recreate` makes it anew.

    Example:
        >>> from measurand.transports import ScriptedTransport
        >>> script = ScriptedTransport([("ATTN? 1", "40")])
        >>> attenuator = VisaInstrument("attenuator", "GPIB0::5::INSTR", transport=script)
        >>> attenuator.ask("ATTN? 1")
        '40'
        >>> attenuator.close()
    """

    default_terminator: ClassVar[str | None] = None

    def __init__(
        self,
        name: str,
        address: str,
        timeout: float | None = 5,
        terminator: str | None = None,
        *,
        write_terminator: str | None = None,
        visalib: str | None = None,
        pyvisa_sim_file: str | os.PathLike[str] | None = None,
        device_clear: bool = True,
        record: str | os.PathLike[str] | None = None,
        transport: Transport | None = None,
        link: Link | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._address = address
        self._terminators = (self.default_terminator if terminator is None else terminator, write_terminator)
        self._visalib = _library(name, visalib, pyvisa_sim_file)
        self._own = transport is None and link is None
        _refuse_contradiction(name, transport=transport, link=link, record=record)
        if link is None:
            given = self._opened(address, timeout) if transport is None else transport
            link = Link(given, name=name, lock=self.lock)
            self._link = link  # from here on a failure closes it
            if record is not None:
                link.transport = RecordingTransport(given, record)
            if not self._own:
                given.timeout = timeout
            elif device_clear and not is_socket(address):
                link.clear()
        else:
            self._link = link.share(name)
            self.lock = link.lock
        self.add_parameter(
            "timeout",
            label="Timeout",
            unit="s",
            get_cmd=lambda: self._speaking().transport.timeout,
            set_cmd=self._set_timeout,
            vals=MultiType(Numbers(0, _LONGEST_TIMEOUT), Enum(None)),
            docstring="Longest wait for an answer in s; None waits for ever.",
        ).get()

    @property
    def address(self) -> str:
        """The VISA resource name."""
        return self._address

    @property
    def link(self) -> Link:
        """The connection; another instrument on it is created with ``link=`` this."""
        return self._speaking()

    @property
    def visa_handle(self) -> Any:
        """The pyvisa resource, for what this class cannot do; enter ``lock`` around its use. Nothing of it is recorded."""
        return self._transport().resource

    @property
    def visa_log(self) -> logging.Logger:
        """Logs every exchange (sent, received, ms) while at level DEBUG: ``visa_log.setLevel("DEBUG")``."""
        return self._connection().log

    def set_address(self, address: str) -> None:
        """Close the connection and open the one at ``address``; also revives a connection that was lost.

        Raises:
            CannotOpen: As when the instrument is created; there is no connection until this succeeds.
        """
        link = self._speaking()
        if not self._own or isinstance(link.transport, RecordingTransport):
            raise InstrumentError(
                f"{self.name}: its address cannot be changed, since the connection is recorded or was given with "
                f"transport= or link=. Close the instrument and create it with the new address."
            )
        seconds = link.transport.timeout
        link.replace(lambda: self._opened(address, seconds))
        self._address = address

    def set_terminator(self, terminator: str | None, write_terminator: str | None = None) -> None:
        """Set what ends commands and answers.

        Args:
            terminator: For both directions; None leaves them as they are.
            write_terminator: For what is sent, where that differs.
        """
        with self.lock:
            transport = self._transport()
            transport.terminator = terminator
            if write_terminator is not None:
                transport.write_terminator = write_terminator
            if terminator is not None:
                self._terminators = (terminator, write_terminator)

    def device_clear(self) -> None:
        """Throw away whatever the device has sent or is about to send."""
        self._speaking().clear()

    def read(self) -> str:
        """Return the next answer, for devices that send more than one; enter ``lock`` around the query and this."""
        return self._speaking().read()

    def write_bytes(self, data: bytes) -> None:
        """Send bytes as they are, without terminator."""
        self._speaking().write_bytes(data)

    def read_bytes(self, count: int) -> bytes:
        """Return exactly ``count`` bytes of the answer; enter ``lock`` around the query and this."""
        return self._speaking().read_bytes(count)

    def read_raw(self) -> bytes:
        """Return what is left of the present answer as it is, terminator included; nothing if it has ended."""
        return self._speaking().read_raw()

    def query_binary_values(
        self,
        cmd: str | None,
        datatype: DTypeLike = "f",
        is_big_endian: bool = False,
        *,
        header_fmt: Literal["ieee", "empty"] = "ieee",
        expect_termination: bool = True,
        data_points: int | None = None,
    ) -> NDArray[Any]:
        """Send a query and return the array that the device answers with a block of IEEE 488.2.

        The arguments, and what is raised, are those of `measurand.transports.Link.query_binary_values`.

        Returns:
            The values, shape ``(n,)``, with the byte order of this computer, writable.
        """
        return self._speaking().query_binary_values(
            cmd,
            datatype,
            is_big_endian,
            header_fmt=header_fmt,
            expect_termination=expect_termination,
            data_points=data_points,
        )

    def write_binary_values(
        self,
        cmd: str,
        values: ArrayLike | Iterable[float],
        datatype: DTypeLike = "f",
        is_big_endian: bool = False,
        *,
        header_fmt: Literal["ieee", "empty"] = "ieee",
    ) -> None:
        """Send a command that is followed by an array, as a block of IEEE 488.2.

        The arguments, and what is raised, are those of `measurand.transports.Link.write_binary_values`.
        """
        self._speaking().write_binary_values(cmd, values, datatype, is_big_endian, header_fmt=header_fmt)

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
        terminator = getattr(_innermost(self._connection().transport), "terminator", None)
        return {**state, "address": self._address, "terminator": terminator}

    def _opened(self, address: str, seconds: float | None) -> VisaTransport:
        terminator, write_terminator = self._terminators
        return VisaTransport(
            address,
            name=self.name,
            timeout=seconds,
            terminator=terminator,
            write_terminator=write_terminator,
            visalib=self._visalib,
        )

    def _speaking(self) -> Link:
        """Return the link, which others may still use when this instrument is closed."""
        if self._closed:
            raise self._was_closed()
        return self._connection()

    def _transport(self) -> VisaTransport:
        """Return the transport; one from a test offers what the test needs of it."""
        transport: Any = _innermost(self._speaking().transport)
        found: VisaTransport = transport
        return found

    def _set_timeout(self, seconds: float | None) -> None:
        with self.lock:
            self._speaking().transport.timeout = seconds


def _innermost(transport: Transport) -> Transport:
    return transport.inner if isinstance(transport, RecordingTransport) else transport


def _library(name: str, visalib: str | None, pyvisa_sim_file: str | os.PathLike[str] | None) -> str | None:
    if pyvisa_sim_file is None:
        return visalib
    if visalib is not None:
        raise ConfigurationError(
            f"{name}: visalib={visalib!r} and pyvisa_sim_file={os.fspath(pyvisa_sim_file)!r} both say which VISA to "
            f"use; give one of them."
        )
    return simulation_library(pyvisa_sim_file)


def _refuse_contradiction(name: str, **given: object) -> None:
    """Refuse a link beside anything else that says how to speak."""
    others = [keyword for keyword, value in given.items() if value is not None and keyword != "link"]
    if given["link"] is not None and others:
        raise ConfigurationError(
            f"{name}: link= is a connection that exists; {others[0]}= belongs to the instrument that made it."
        )
