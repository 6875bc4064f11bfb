"""The Weinschel 8320: what it is sent, and how it behaves at its simulated device."""

from __future__ import annotations

import pytest

from measurand.errors import RefusedValue
from measurand.instrument_drivers.Weinschel.Weinschel_8320 import Weinschel8320
from measurand.simulation.devices.Weinschel_8320 import simulate
from measurand.transports import ScriptedTransport


def test_what_is_sent() -> None:
    """F01: two digits, as the device wants them; the terminator is none of the driver's business."""
    script = [("*IDN?", "Weinschel,8320,7,1.2"), ("ATTN ALL 04", None), ("ATTN ALL 40", None), ("ATTN? 1", "40")]
    with ScriptedTransport(script) as transport:
        attenuator = Weinschel8320("attenuator", "GPIB0::10::INSTR", transport=transport)
        assert attenuator.IDN.cache()["serial"] == "7"
        attenuator.attenuation(4.0)
        attenuator.attenuation(40)
        assert attenuator.attenuation() == 40.0


def test_attenuation_is_set_and_read_back() -> None:
    """F05: ``attenuation(40)`` then ``attenuation() == 40.0``, over a real socket with the device's terminator."""
    with simulate() as served, Weinschel8320("attenuator", served.address) as attenuator:
        assert attenuator.attenuation() == 0.0
        attenuator.attenuation(40)
        assert attenuator.attenuation() == 40.0
        assert set(served.device.state.values()) == {40}
        assert attenuator.snapshot()["terminator"] == "\r"


@pytest.mark.parametrize("refused", [-1, 1, 1.5, 61, 62, 2.0001])
def test_what_the_device_cannot_set_is_not_sent(refused: float) -> None:
    """F05: -1, 1, 1.5 refused."""
    with simulate() as served, Weinschel8320("attenuator", served.address) as attenuator:
        with pytest.raises(RefusedValue, match=r"attenuator.attenuation: .* dB refused"):
            attenuator.attenuation(refused)
        assert served.received == ["*IDN?"]
        assert attenuator.attenuation() == 0.0
