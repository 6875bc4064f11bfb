"""Devices on real sockets, and faults that break the conversation."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from measurand.simulation.kit import (
    NOT_A_NUMBER,
    Garbage,
    Late,
    ScpiDevice,
    Served,
    TextDevice,
    disconnect,
    lost_answer,
    lost_message,
    serve,
    torn,
)


class Client:
    """A socket that speaks lines."""

    def __init__(self, served: Served[TextDevice]) -> None:
        port = int(served.address.split("::")[2])
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.lines = self.socket.makefile("rb")

    def ask(self, line: str) -> bytes:
        self.socket.sendall(line.encode() + b"\n")
        return self.lines.readline()

    def close(self) -> None:
        self.lines.close()
        self.socket.close()


@pytest.fixture
def served() -> Iterator[Served[TextDevice]]:
    device = TextDevice()
    device.remember("voltage", r"VOLT (\S+)", r"VOLT\?", "0")
    with serve(device) as served:
        yield served


@pytest.fixture
def client(served: Served[TextDevice]) -> Iterator[Client]:
    client = Client(served)
    yield client
    client.close()


def test_a_device_answers_and_remembers(served: Served[TextDevice], client: Client) -> None:
    client.socket.sendall(b"VOLT 1.5\n")
    assert client.ask("volt?") == b"1.5\n"
    assert served.received == ["VOLT 1.5", "volt?"]
    assert served.device.state == {"voltage": "1.5"}


def test_what_a_device_does_not_know_it_keeps(served: Served[TextDevice], client: Client) -> None:
    client.socket.sendall(b"CURR?\n")
    assert client.ask("VOLT?") == b"0\n"
    assert served.device.unknown == ["CURR?"]


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Garbage("?!"), b"?!\n"),
        (Garbage(b"raw\n"), b"raw\n"),
        (NOT_A_NUMBER, b"NAN\n"),
        (Late(0.01), b"0\n"),
        (disconnect, b""),
        (torn, b"0"),
        (lambda message, handle: f"{message} {handle(message)}", b"VOLT? 0\n"),
    ],
)
def test_faults_happen_once(served: Served[TextDevice], client: Client, fault: object, answer: bytes) -> None:
    served.faults.inject(fault, match="VOLT")  # type: ignore[arg-type]
    assert client.ask("VOLT?") == answer
    assert served.faults.pending == 0
    again = Client(served)
    assert again.ask("VOLT?") == b"0\n"
    again.close()


@pytest.mark.parametrize(("fault", "kept"), [(lost_message, "0"), (lost_answer, "2")])
def test_a_lost_message_is_not_carried_out_and_a_lost_answer_was(
    served: Served[TextDevice], client: Client, fault: object, kept: str
) -> None:
    served.faults.inject(fault, times=2)  # type: ignore[arg-type]
    client.socket.sendall(b"VOLT 2\nVOLT?\n")
    assert client.ask("VOLT?") == kept.encode() + b"\n"


def test_faults_wait_for_their_message_and_can_be_forgotten(served: Served[TextDevice], client: Client) -> None:
    served.faults.inject(disconnect, match="CURR")
    assert client.ask("VOLT?") == b"0\n"
    assert served.faults.pending == 1
    served.faults.clear()
    assert served.faults.pending == 0


def test_closing_hangs_up_and_frees_the_port(served: Served[TextDevice], client: Client) -> None:
    assert client.ask("VOLT?") == b"0\n"
    served.close()
    assert client.lines.readline() == b""
    with pytest.raises(OSError, match="refused"):
        Client(served)


def test_devices_end_their_messages_as_they_like() -> None:
    device = TextDevice(terminator="\r")
    device.on(r"ATTN\? (\d)", lambda channel: 10 * int(channel))
    with serve(device) as served:
        client = Client(served)
        client.socket.sendall(b"ATTN? 4\r")
        assert client.socket.recv(10) == b"40\r"
        client.close()


def test_two_devices_do_not_know_each_other() -> None:
    with serve(ScpiDevice("ACME,A,1,1")) as first, serve(ScpiDevice("ACME,B,1,1")) as second:
        assert first.address != second.address
        assert first.arguments == {"address": first.address}
