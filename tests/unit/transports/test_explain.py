import pytest

from measurand.transports._explain import what_to_check, why_not_open


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("TCPIP0::10.0.0.1::5025::SOCKET", "port number"),
        ("TCPIP0::10.0.0.1::inst0::INSTR", "network cable"),
        ("GPIB0::3::INSTR", "bus address"),
        ("ASRL3::INSTR", "port's name"),
        ("ASRL/dev/ttyUSB0::INSTR", "port's name"),
        ("USB0::1::2::3::INSTR", "serial number"),
        ("PXI0::3::INSTR", "the address"),
    ],
)
def test_each_kind_of_address_has_its_advice(address, advice):
    """F02, F06."""
    assert advice in what_to_check(address)


def test_a_missing_library_is_named():
    text = why_not_open("dmm (GPIB0::3::INSTR)", "GPIB0::3::INSTR", "Please install linux-gpib.\nNo module 'gpib'")
    assert text.startswith("dmm (GPIB0::3::INSTR): cannot be opened: Please install linux-gpib. No module 'gpib'")
    assert "vendor's VISA" in text


def test_not_found_tells_what_an_unclean_end_may_have_left():
    """F06: VI_ERROR_RSRC_NFOUND is turned into an explanation."""
    reason = (
        "VI_ERROR_RSRC_NFOUND (-1073807343): Insufficient location information or the requested device or resource "
        "is not present in the system."
    )
    text = why_not_open("scope (TCPIP0::10.0.0.1::INSTR)", "TCPIP0::10.0.0.1::INSTR", reason)
    assert text.startswith(f"scope (TCPIP0::10.0.0.1::INSTR): cannot be opened: {reason} Check that the device is on")
    for advice in ("no other program", "power-cycled", "network cable"):
        assert advice in text


def test_a_missing_back_end_is_named():
    text = why_not_open("GPIB0::3::INSTR", "GPIB0::3::INSTR", "Wrapper not found: No package named pyvisa_sim")
    assert text.endswith("pyvisa_sim. Install it with pip, e.g. pip install pyvisa-sim for ...@sim.")


@pytest.mark.parametrize("code", ["VI_ERROR_RSRC_BUSY", "VI_ERROR_RSRC_LOCKED", "[Errno 111] Connection refused"])
def test_what_another_session_may_hold(code):
    """F06: held by another session."""
    text = why_not_open("scope (TCPIP0::10.0.0.1::INSTR)", "TCPIP0::10.0.0.1::INSTR", f"{code}: not possible.")
    for advice in (code, "no other program, notebook kernel or computer holds it", "earlier session ended uncleanly"):
        assert advice in text
