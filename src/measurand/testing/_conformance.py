"""What every transport must do. Run by our tests for ours, and by authors of transports for theirs."""

from __future__ import annotations

from measurand.transports import Transport

CONFORMANCE_SCRIPT: tuple[tuple[str | bytes, str | bytes | None], ...] = (
    ("NAME?", "device under test"),
    ("VOLT 1.5", None),
    ("VOLT?", "1.5"),
    ("EMPTY?", ""),
    ("LONG?", "x" * 70_000),
    (b"RAW?\n", b"\x00\x01\n\xff"),
    (b"NAME?", "device under test"),
    ("BLOCK?", b"#15\x00\n\xff\r;\n"),
    ("UNREAD?", "must never be seen"),
    ("NAME?", "device under test"),
)
"""What `check_transport` says, in order, and what the device must answer."""


def conformance_answer(line: str) -> str | bytes | None:
    """Return what the device must answer to ``line``, for servers that speak lines."""
    answers = {(sent if isinstance(sent, str) else sent.decode().strip()): said for sent, said in CONFORMANCE_SCRIPT}
    return answers[line]


def check_transport(transport: Transport) -> None:
    """Exercise ``transport``, which must be connected to the device of `CONFORMANCE_SCRIPT`, and close it.

    Args:
        transport: A fresh one.

    Raises:
        AssertionError: It does not do what `Transport` promises; the message says what.
    """
    _expect("asking returns the answer without terminator", transport.ask("NAME?"), "device under test")
    transport.write("VOLT 1.5")
    transport.write("VOLT?")
    _expect("reading follows writing", transport.read(), "1.5")
    _expect("an empty answer is an answer", transport.ask("EMPTY?"), "")
    _expect("a long answer comes whole", transport.ask("LONG?"), "x" * 70_000)
    transport.write_bytes(b"RAW?\n")
    _expect(
        "bytes come as they are, in two parts", transport.read_bytes(1) + transport.read_bytes(3), b"\x00\x01\n\xff"
    )
    transport.write(b"NAME?")
    _expect("bytes are a message too", transport.read(), "device under test")
    transport.write("BLOCK?")
    _expect("a terminator among bytes is data", transport.read_bytes(8), b"#15\x00\n\xff\r;")
    _expect("the rest of an answer has its terminator", transport.read_rest(), b"\n")
    _expect("it says whether it marks the end", transport.marks_end in (True, False), True)
    for seconds in (0.5, None, 5.0):
        transport.timeout = seconds
        _expect("the time-out is kept", transport.timeout, seconds)
    transport.write("UNREAD?")
    transport.clear()
    _expect("what was cleared is not read", transport.ask("NAME?"), "device under test")
    _expect("the address is text", isinstance(transport.address, str), True)
    transport.close()
    transport.close()


def _expect(promise: str, found: object, expected: object) -> None:
    if found != expected:
        raise AssertionError(
            f"A transport promises: {promise}. Expected {repr(expected)[:200]}, found {repr(found)[:200]}."
        )
