"""VISA resources of every kind, simulated by pyvisa-sim: terminators, time-outs, clearing, marks of the end."""

import sys

import numpy as np
import pytest

from measurand.errors import CannotOpen, TransportError, TransportTimeout
from measurand.transports import Link, VisaTransport

pytest.importorskip("pyvisa_sim")

KINDS = {
    "GPIB0::5::INSTR": "\n",
    "ASRL1::INSTR": "\r\n",
    "USB0::0x1111::0x2222::1::INSTR": "\n",
    "TCPIP0::10.0.0.1::inst0::INSTR": "\n",
    "TCPIP0::10.0.0.1::5025::SOCKET": "\n",
}
DEVICE = r"""
spec: "1.1"
devices:
  meter:
    eom:
      GPIB INSTR: {q: "\n", r: "\n"}
      ASRL INSTR: {q: "\r\n", r: "\r\n"}
      USB INSTR: {q: "\n", r: "\n"}
      TCPIP INSTR: {q: "\n", r: "\n"}
      TCPIP SOCKET: {q: "\n", r: "\n"}
    error: ERROR
    dialogues:
      - {q: "*IDN?", r: "Measurand,Meter,1,2"}
      - {q: "BLOCK?", r: "#215abcd\nfgh\nj;mnop"}
      - {q: "ENDLESS?", r: "#0ab\ncd"}
      - {q: "SILENT"}
resources:
  GPIB::5::INSTR: {device: meter}
  ASRL1::INSTR: {device: meter}
  USB::0x1111::0x2222::1::INSTR: {device: meter}
  TCPIP::10.0.0.1::INSTR: {device: meter}
  TCPIP::10.0.0.1::5025::SOCKET: {device: meter}
"""


@pytest.fixture
def library(tmp_path):
    file = tmp_path / "meter.yaml"
    file.write_text(DEVICE)
    return f"{file}@sim"


@pytest.fixture(params=KINDS)
def transport(request, library):
    transport = VisaTransport(
        request.param, name="meter", terminator=KINDS[request.param], visalib=library, timeout=0.05
    )
    yield transport
    transport.close()


def test_terminators_are_stripped(transport):
    """F01, F02."""
    assert transport.ask("*IDN?") == "Measurand,Meter,1,2"
    assert transport.ask("*IDN?") == "Measurand,Meter,1,2"


def test_only_streams_do_not_mark_the_end(transport):
    """F02."""
    stream = transport.address.startswith("ASRL") or transport.address.endswith("SOCKET")
    assert transport.marks_end is not stream


def test_timeout_and_recovery(transport):
    """F03: and what was said before the time-out is not taken for the next answer."""
    link = Link(transport, name="meter")
    with pytest.raises(TransportTimeout, match=r"meter \(.*no complete answer to 'SILENT' within 0.05 s"):
        link.ask("SILENT")
    assert link.ask("*IDN?") == "Measurand,Meter,1,2"
    link.write("*IDN?")
    link.clear()
    assert link.ask("BLOCK?") is not None


def test_no_timeout(transport):
    """F03."""
    transport.timeout = None
    assert transport.timeout is None
    assert transport.ask("*IDN?") == "Measurand,Meter,1,2"


def test_the_shortest_timeout_is_not_none_at_all(transport):
    """F03: a tenth of a millisecond must not become 0, which means not to wait."""
    transport.timeout = 0.0001
    assert transport.resource.timeout == 1


def test_blocks(transport):
    link = Link(transport, name="meter")
    for _ in range(2):
        assert link.query_binary_values("BLOCK?", "B").tobytes() == b"abcd\nfgh\nj;mnop"
        assert link.ask("*IDN?") == "Measurand,Meter,1,2"


def test_blocks_without_length(transport):
    link = Link(transport, name="meter")
    if transport.marks_end:
        assert link.query_binary_values("ENDLESS?", "B").tobytes() == b"ab\ncd"
        return
    with pytest.raises(TransportError, match="Give data_points="):
        link.query_binary_values("ENDLESS?", "B")
    assert link.query_binary_values("ENDLESS?", "B", data_points=5).tobytes() == b"ab\ncd"
    assert link.ask("*IDN?") == "Measurand,Meter,1,2"


def test_a_short_answer_to_a_long_read(library):
    """The end of an answer is told at once, not waited for."""
    transport = VisaTransport("GPIB0::5::INSTR", terminator="\n", visalib=library, timeout=None)
    transport.write("*IDN?")
    with pytest.raises(
        TransportError, match=r"answer to '\*IDN\?' ended after 20 bytes, expected were 100: b'Measurand"
    ):
        transport.read_bytes(100)
    transport.close()


def test_a_resource_that_does_not_exist(library):
    """F06: pyvisa-sim alone would answer everything with an empty text."""
    with pytest.raises(
        CannotOpen, match=r"meter \(GPIB0::6::INSTR\): cannot be opened: VI_ERROR_RSRC_NFOUND.*power-cycled"
    ):
        VisaTransport("GPIB0::6::INSTR", name="meter", visalib=library)


def test_pyvisa_sim_is_not_installed(monkeypatch, library):
    """F04, F06."""
    import pyvisa.highlevel

    monkeypatch.setitem(sys.modules, "pyvisa_sim", None)
    monkeypatch.setattr(pyvisa.highlevel, "_WRAPPERS", {}, raising=False)
    with pytest.raises(CannotOpen, match="pip install pyvisa-sim"):
        VisaTransport("GPIB0::5::INSTR", visalib=library)


def test_terminators_that_differ(library):
    """F01: what is sent may end otherwise than what is received."""
    transport = VisaTransport("GPIB0::5::INSTR", terminator="", write_terminator="\n", visalib=library)
    assert transport.ask("*IDN?") == "Measurand,Meter,1,2\n"
    transport.terminator = "\n"
    assert transport.ask("*IDN?") == "Measurand,Meter,1,2"
    assert (transport.terminator, transport.write_terminator) == ("\n", "\n")
    transport.close()


def test_a_terminator_that_the_driver_added_is_sent_once(library):
    transport = VisaTransport("GPIB0::5::INSTR", terminator="\n", visalib=library, timeout=0.05)
    assert transport.ask("*IDN?\n") == "Measurand,Meter,1,2"
    with pytest.raises(TransportTimeout):
        transport.read()
    transport.close()


def test_the_array_is_an_array(transport):
    assert isinstance(Link(transport).query_binary_values("BLOCK?", "B"), np.ndarray)
