"""Every transport keeps the promises of `Transport`."""

from measurand.testing import CONFORMANCE_SCRIPT, LineServer, check_transport, conformance_answer
from measurand.transports import ScriptedTransport, SocketTransport, Transport, VisaTransport


def test_scripted_transport():
    transport = ScriptedTransport(CONFORMANCE_SCRIPT)
    assert isinstance(transport, Transport)
    check_transport(transport)
    transport.finish()


def test_visa_transport_over_a_socket():
    """F02."""
    with LineServer(conformance_answer) as server:
        transport = VisaTransport(server.address)
        assert isinstance(transport, Transport)
        check_transport(transport)


def test_socket_transport():
    """F08."""
    with LineServer(conformance_answer) as server:
        transport = SocketTransport("127.0.0.1", server.port)
        assert isinstance(transport, Transport)
        check_transport(transport)


def test_socket_transport_that_connects_when_something_is_said():
    """F08."""
    with LineServer(conformance_answer) as server:
        check_transport(SocketTransport("127.0.0.1", server.port, persistent=False))
