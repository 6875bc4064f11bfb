import threading

import pytest

from measurand.errors import CannotOpen, TransportBroken, TransportError, TransportTimeout
from measurand.testing import LineServer
from measurand.transports import Link, SocketTransport


def answer(line):
    return {"A?": "1", "TWO?": b"2\n3\n", "BYTES?": b"\xff\xfe\n", "DEGREE?": "1 °C"}.get(line)


@pytest.fixture
def server():
    with LineServer(answer) as server:
        yield server


@pytest.fixture
def transport(server):
    transport = SocketTransport("127.0.0.1", server.port, name="dac")
    yield transport
    transport.close()


def test_text(transport):
    assert transport.ask("A?") == "1"
    assert transport.ask("DEGREE?") == "1 °C"
    assert transport.ask("TWO?") == "2"
    assert transport.read() == "3"


def test_an_answer_that_is_no_text_is_shown(transport):
    with pytest.raises(TransportError, match=r"dac \(TCPIP0.*'BYTES\?' was not answered with text, but b'\\xff"):
        transport.ask("BYTES?")


@pytest.mark.parametrize("timeout", [0, 0.02])
def test_timeout_names_device_question_and_time(transport, server, timeout):
    """F03."""
    transport.timeout = timeout
    with pytest.raises(TransportTimeout) as caught:
        transport.ask("NOTHING?")
    assert f"dac ({server.address}): no complete answer to 'NOTHING?' within {timeout} s" in str(caught.value)


def test_without_timeout(transport):
    """F03."""
    transport.timeout = None
    assert transport.ask("A?") == "1"


def test_a_terminator_of_several_characters_that_arrives_in_pieces():
    """F01: its last character alone is data, and no part of it is searched twice or missed."""
    pieces = [b"a\nb\r", b"c\r", b"\n"]
    sent = threading.Event()

    def respond(line):
        for piece in pieces:
            server.connections[0].sendall(piece)
        sent.set()

    with LineServer(respond, terminator="\r\n") as server:
        transport = SocketTransport("127.0.0.1", server.port, terminator="\r\n")
        assert transport.ask("A?") == "a\nb\rc"
        transport.close()


def test_no_terminator():
    """F01: an answer is what has arrived; nothing is added to what is sent."""
    with LineServer(lambda line: b"12", terminator=";") as server:
        transport = SocketTransport("127.0.0.1", server.port, terminator="")
        assert transport.ask("A?;") == "12"
        assert transport.read_rest() == b""
        transport.close()
    assert server.received == ["A?"]


def test_nobody_listens(server):
    """F06."""
    server.close()
    with pytest.raises(
        CannotOpen, match=r"dac \(TCPIP0.*SOCKET\): cannot be opened: .*Check .*port number.*power-cycled"
    ):
        SocketTransport("127.0.0.1", server.port, name="dac")


def test_a_name_that_nobody_knows():
    """F06."""
    with pytest.raises(CannotOpen, match=r"no computer knows the name 'no-such-host.invalid'.*Check its spelling"):
        SocketTransport("no-such-host.invalid", 5025)


def test_the_other_side_hangs_up():
    def hang_up(_):
        server.connections[0].close()

    server = LineServer(hang_up)
    with server:
        transport = SocketTransport("127.0.0.1", server.port, name="dac", timeout=None)
        with pytest.raises(TransportBroken, match=r"dac \(TCPIP0.*connection was lost.*Check that the device is on"):
            transport.ask("A?")
        with pytest.raises(TransportBroken, match="there is none"):
            transport.write("A?")  # nothing is connected again by itself


def test_a_closed_transport_is_broken(transport):
    transport.close()
    for use in (lambda: transport.write("A?"), transport.read):
        with pytest.raises(TransportBroken):
            use()


def test_clear_forgets_what_comes_late(server):
    link = Link(SocketTransport("127.0.0.1", server.port, timeout=0.02))
    with pytest.raises(TransportTimeout):
        link.ask("NOTHING?")
    link.transport.timeout = 5
    assert link.ask("A?") == "1"
    assert len(server.connections) == 2
    link.close()


def test_a_device_that_does_not_take_what_is_sent(server):
    """The time-out holds for sending too."""
    stuck = threading.Event()
    with LineServer(lambda _: stuck.wait() and None) as deaf:
        transport = SocketTransport("127.0.0.1", deaf.port, timeout=0.05)
        transport.write("HANG")
        with pytest.raises(TransportTimeout, match="could not be sent within 0.05 s"):
            transport.write_bytes(b"x" * 50_000_000)
        stuck.set()
        transport.close()
