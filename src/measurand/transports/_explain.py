"""Why a connection failed and what to check, in words. Knows VISA's addresses and the names of its errors."""

from __future__ import annotations

import contextlib
import socket

_HELD = "that no other program, notebook kernel or computer holds it (many devices accept one connection only)"
_BY_KIND = {
    "SOCKET": f"that the device is on and reachable (ping), the port number, and {_HELD}",
    "TCPIP": f"that the device is on and reachable (ping), the network cable, and {_HELD}",
    "GPIB": "that the device is on, the cable, and that the bus address is the one set on the device",
    "ASRL": "that the device is on, the cable, the port's name, and that no other program holds the port",
    "USB": "that the device is on, the cable, and the serial number in the address",
}
_STALE = (
    " A device whose earlier session ended uncleanly may refuse until that session is closed, the device is"
    " power-cycled, or its network cable is unplugged and plugged in again."
)

_MAYBE_HELD = ("VI_ERROR_RSRC_NFOUND", "VI_ERROR_RSRC_BUSY", "VI_ERROR_RSRC_LOCKED", "VI_ERROR_ALLOC", "refused")

# Errors after which the session is of no use any more; after others the next exchange may work.
LOST = frozenset({"VI_ERROR_CONN_LOST", "VI_ERROR_INV_OBJECT", "VI_ERROR_IO", "VI_ERROR_RSRC_NFOUND"})


def is_socket(address: str) -> bool:
    """Return whether ``address`` is a bare TCP socket, which knows no device clear and needs a terminator."""
    return address.upper().endswith("::SOCKET")


def what_to_check(address: str) -> str:
    """Return a sentence on what to look at for this kind of address."""
    kind = "SOCKET" if is_socket(address) else address.split("::", 1)[0].rstrip("0123456789").upper()
    if address.upper().startswith("ASRL"):
        kind = "ASRL"
    return f"Check {_BY_KIND.get(kind, f'that the device is on, the address, and {_HELD}')}."


def no_answer(who: str, said: str, seconds: float | None, terminator: str | None) -> str:
    """Return the message of an answer that did not come in time.

    Args:
        who: Name and address.
        said: What was sent last.
        seconds: The time-out; None means for ever, and then the back end gave up by itself.
        terminator: What would have ended the answer.
    """
    limit = "the back end's own limit" if seconds is None else f"{seconds:g} s"
    return (
        f"{who}: no complete answer to {said[:80]!r} within {limit}. Check that the device "
        f"knows the command and is not busy, the terminator ({terminator!r}), and the timeout."
    )


def unknown_host(address: str) -> str | None:
    """Return the host in ``address`` if it is a name that this computer cannot resolve."""
    kind, *rest = address.split("::")
    if not kind.upper().startswith("TCPIP") or not rest:
        return None
    with contextlib.suppress(socket.gaierror, UnicodeError):  # a name that is no name at all is unknown as well
        socket.getaddrinfo(rest[0], None)
        return None
    return rest[0]


def why_not_open(who: str, address: str, reason: str) -> str:
    """Return the message of a connection that could not be opened.

    Args:
        who: Name and address.
        address: The VISA address.
        reason: What the back end said.
    """
    if "VI_ERROR_INV_RSRC_NAME" in reason:
        return (
            f"{who}: this is no VISA address. Allowed are, for example, TCPIP0::192.168.0.7::5025::SOCKET, "
            f"TCPIP0::192.168.0.7::inst0::INSTR, GPIB0::12::INSTR, ASRL/dev/ttyUSB0::INSTR, "
            f"USB0::0x1234::0x5678::SERIAL::INSTR."
        )
    if "Wrapper not found" in reason:
        return f"{who}: cannot be opened: {reason}. Install it with pip, e.g. pip install pyvisa-sim for ...@sim."
    if (host := unknown_host(address)) is not None:
        return (
            f"{who}: cannot be opened: no computer knows the name {host!r} ({reason.rstrip('.')}). Check its spelling "
            f"and the network, or use the device's number, e.g. 192.168.0.7."
        )
    if "install" in reason.lower():  # the back end misses the library of this kind of interface and says which
        return f"{who}: cannot be opened: {' '.join(reason.split())} Or install the vendor's VISA library."
    stale = _STALE if any(code in reason for code in _MAYBE_HELD) else ""
    return f"{who}: cannot be opened: {reason.rstrip('.')}. {what_to_check(address)}{stale}"
