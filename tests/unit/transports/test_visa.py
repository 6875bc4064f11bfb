import gc
import os
import sys
import threading
import warnings

import pytest

from measurand.errors import CannotOpen, TransportBroken, TransportError, TransportTimeout
from measurand.testing import LineServer
from measurand.transports import VisaTransport


def answer(line):
    return {"A?": "1", "TWO?": b"2\n3\n", "BYTES?": b"\xff\xfe\n", "DEGREE?": "1 °C"}.get(line)


@pytest.fixture
def server():
    with LineServer(answer) as server:
        yield server


@pytest.fixture
def transport(server):
    transport = VisaTransport(server.address, name="dac")
    yield transport
    transport.close()


def test_a_socket_has_a_terminator_by_itself(transport):
    """F01."""
    assert transport.terminator == "\n"
    assert transport.ask("A?") == "1"


def test_another_terminator():
    """F01."""
    with LineServer(answer, terminator="\r") as server:
        transport = VisaTransport(server.address, terminator="\r")
        assert transport.ask("A?") == "1"
        transport.close()


def test_two_answers_that_came_together_are_read_one_by_one(transport):
    assert transport.ask("TWO?") == "2"
    assert transport.read() == "3"


def test_text_beyond_ascii(transport):
    assert transport.ask("DEGREE?") == "1 °C"


def test_an_answer_that_is_no_text_is_shown(transport):
    with pytest.raises(TransportError, match=r"dac \(TCPIP0.*'BYTES\?' was not answered with text, but b'\\xff"):
        transport.ask("BYTES?")
    assert transport.ask("A?") == "1"


def test_timeout_names_device_question_and_time(transport, server):
    transport.timeout = 0.01
    with pytest.raises(TransportTimeout) as caught:
        transport.ask("NOTHING?")
    text = str(caught.value)
    assert f"dac ({server.address}): no complete answer to 'NOTHING?' within 0.01 s" in text


def test_half_an_answer_times_out():
    with LineServer(lambda _: b"half") as server:
        transport = VisaTransport(server.address, timeout=0.05)
        with pytest.raises(TransportTimeout):
            transport.ask("A?")
        transport.close()


def test_timeout_may_be_none(transport):
    """F03: None waits for ever; in pyvisa's words infinity."""
    transport.timeout = None
    assert transport.resource.timeout == float("inf")
    assert transport.ask("A?") == "1"
    transport.timeout = 0.25
    assert transport.resource.timeout == 250


def test_the_other_side_hanging_up_is_told_at_once_even_without_timeout():
    """Nothing waits for an answer that cannot come any more."""

    def hang_up(_):
        server.connections[0].close()

    server = LineServer(hang_up)
    with server:
        transport = VisaTransport(server.address, name="dac", timeout=None)
        with pytest.raises(TransportBroken, match=r"dac \(TCPIP0.*connection was lost.*Check that the device is on"):
            transport.ask("A?")
        transport.close()


def test_a_refused_connection_is_told_when_opening(server):
    """Not by the first exchange: pyvisa-py alone would say that it is open."""
    server.close()
    with pytest.raises(CannotOpen, match=r"dac \(TCPIP0.*SOCKET\): cannot be opened: .*Check .*port number"):
        VisaTransport(server.address, name="dac")


@pytest.mark.parametrize("address", ["nonsense", "TCPIP0::"])
def test_what_is_no_address_is_answered_with_examples(address):
    with pytest.raises(CannotOpen, match=r"this is no VISA address. Allowed are, for example, TCPIP0::"):
        VisaTransport(address)


def test_a_visa_that_does_not_exist():
    with pytest.raises(CannotOpen, match="nowhere"):
        VisaTransport("GPIB0::1::INSTR", visalib="/nowhere/libvisa.so")


def test_pyvisa_py_can_be_asked_for(server):
    transport = VisaTransport(server.address, visalib="@py")
    assert transport.ask("A?") == "1"
    transport.close()


def test_clear_forgets_what_comes_late():
    """The late answer goes to the old connection, the next question to a new one."""
    late, given = threading.Event(), threading.Event()

    def respond(line):
        if line == "SLOW?":
            late.wait()
            given.set()
            return "late"
        return "right"

    with LineServer(respond) as server:
        transport = VisaTransport(server.address, timeout=0.02)
        handle = transport.resource
        with pytest.raises(TransportTimeout):
            transport.ask("SLOW?")
        transport.clear()
        late.set()
        given.wait()
        transport.timeout = 5
        assert [transport.ask("FAST?") for _ in range(3)] == ["right"] * 3
        assert transport.resource is handle, "drivers may have kept the handle"
        transport.close()


def test_small_packets_are_sent_at_once(transport):
    import socket

    peer = transport.resource.visalib.sessions[transport.resource.session].interface
    assert peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_closed_transport_is_broken(transport):
    transport.close()
    transport.close()
    with pytest.raises(TransportBroken):
        transport.ask("A?")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_a_serial_line():
    """F02: also that clear reads until the line is silent, since a serial line cannot be connected anew."""
    pytest.importorskip("serial")
    near, far = os.openpty()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        transport = VisaTransport(f"ASRL{os.ttyname(far)}::INSTR", terminator="\n", timeout=2)
    os.write(near, b"0.25\n")
    assert transport.read() == "0.25"
    os.write(near, b"late answer\n")
    transport.clear()
    os.write(near, b"next\n")
    assert transport.read() == "next"
    transport.close()
    os.close(near)
    os.close(far)


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["5025::SOCKET", "inst0::INSTR"])
def test_a_name_that_nobody_knows(kind):
    """F06: the network's own words are of little help, least of all those of VXI-11."""
    with pytest.raises(CannotOpen, match=r"dac \(TCPIP0.*no computer knows the name 'no-such-host.invalid' \(.*Check"):
        VisaTransport(f"TCPIP0::no-such-host.invalid::{kind}", name="dac")
    gc.collect()  # pyvisa-py leaves a socket behind that never was connected


def test_a_serial_port_that_is_not_there():
    """F06."""
    pytest.importorskip("serial")
    with pytest.raises(
        CannotOpen, match=r"cannot be opened: .*Check that the device is on, the cable, the port's name"
    ):
        VisaTransport("ASRL/dev/no-such-port::INSTR")


def test_a_terminator_of_several_characters():
    """F01: an answer may hold its last character alone, which is where VISA stops reading."""
    with LineServer(lambda line: b"a\nb\r\nnext\r\n", terminator="\r\n") as server:
        transport = VisaTransport(server.address, terminator="\r\n")
        assert transport.ask("A?") == "a\nb"
        assert transport.read() == "next"
        assert transport.write_terminator == "\r\n"
        transport.close()


def test_no_terminator():
    """F01: an answer is what has arrived, and nothing waits for more."""
    with LineServer(lambda line: b"12", terminator=";") as server:
        transport = VisaTransport(server.address, terminator="", timeout=None)
        assert [transport.ask("A?;"), transport.ask("B?;")] == ["12", "12"]
        assert transport.read_rest() == b""
        transport.clear()
        assert transport.ask("C?;") == "12", "after connecting anew there is none either"
        transport.close()
    assert server.received == ["A?", "B?", "C?"]


def test_a_terminator_that_the_driver_set_by_pyvisa_counts():
    """Drivers set it on the handle; it survives connecting anew."""
    with LineServer(lambda line: b"yes\r") as server:
        transport = VisaTransport(server.address)
        transport.resource.read_termination = "\r"
        assert transport.ask("A?") == "yes"
        transport.clear()
        assert transport.ask("A?") == "yes"
        transport.close()


def test_a_long_text_comes_whole():
    text = "0.25," * 400_000
    with LineServer(lambda line: text) as server:
        transport = VisaTransport(server.address)
        assert transport.ask("TRACE?") == text
        transport.close()


def test_bytes_after_text_and_text_after_bytes(transport):
    """Reading bytes leaves the terminator as it was."""
    transport.write("TWO?")
    assert transport.read_bytes(4) == b"2\n3\n"
    assert transport.ask("TWO?") == "2"
    assert transport.read_bytes(1) == b"3"
    assert transport.read_rest() == b"\n"
    assert transport.ask("A?") == "1"


def test_a_resource_manager_that_somebody_closed_is_made_anew() -> None:
    """pyvisa has one manager per library; closing it anywhere closes it everywhere."""
    import pyvisa

    with LineServer(lambda _: "1.5") as server:
        for _ in range(2):
            transport = VisaTransport(server.address)
            assert transport.ask("VOLT?") == "1.5"
            transport.close()
            pyvisa.ResourceManager().close()
