"""Every transport keeps the promises of `Transport`."""

from measurand.testing import CONFORMANCE_SCRIPT, LineServer, check_transport, conformance_answer
from measurand.transports import ScriptedTransport, Transport, VisaTransport


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
