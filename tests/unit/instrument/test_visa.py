"""Drivers as in the guide, against scripted devices."""

import numpy as np
import pytest

from measurand.errors import InstrumentClosed, RefusedValue, TransportBroken, TransportTimeout
from measurand.instrument import Instrument, InstrumentChannel, VisaInstrument
from measurand.parameters import Parameter
from measurand.transports import Link, ScriptedTransport
from measurand.validators import Enum, Numbers, Strings


class Weinschel8320(VisaInstrument):
    def __init__(self, name, address, **kwargs):
        super().__init__(name, address, terminator="\r", **kwargs)
        self.attenuation = Parameter(
            "attenuation",
            unit="dB",
            set_cmd="ATTN ALL {:02.0f}",
            get_cmd="ATTN? 1",
            vals=Enum(*np.arange(0, 60.1, 2).tolist()),
            get_parser=float,
            instrument=self,
        )
        self.connect_message()


class KeithleyChannel(InstrumentChannel):
    def __init__(self, parent, name, channel):
        super().__init__(parent, name)
        self.model = self._parent.model
        self.volt = Parameter(
            "volt",
            get_cmd=f"{channel}.measure.v()",
            get_parser=float,
            set_cmd=f"{channel}.source.levelv={{:.12f}}",
            unit="V",
            instrument=self,
        )
        self.mode = Parameter(
            "mode",
            get_cmd=f"{channel}.source.func",
            get_parser=float,
            set_cmd=f"{channel}.source.func={{:d}}",
            val_mapping={"current": 0, "voltage": 1},
            instrument=self,
        )
        self.nplc = Parameter(
            "nplc",
            set_cmd=f"{channel}.measure.nplc={{:.4f}}",
            get_cmd=f"{channel}.measure.nplc",
            get_parser=float,
            vals=Numbers(0.001, 25),
            instrument=self,
        )
        self.channel = channel


class Keithley2600(VisaInstrument):
    known = ("2601B", "2614B")

    def __init__(self, name, address, **kwargs):
        super().__init__(name, address, terminator="\n", **kwargs)
        self.model = self.ask("localnode.model")
        if self.model not in self.known:
            raise ValueError("Unknown model. Known models are: " + " and ".join(self.known) + ".")
        for channel in ("smua", "smub"):
            self.add_submodule(channel, KeithleyChannel(self, channel, channel))
        self.display_settext = Parameter(
            "display_settext", set_cmd=self._display_settext, get_cmd=False, vals=Strings(), instrument=self
        )
        self.connect_message()

    def _display_settext(self, text):
        self.write(f'display.settext("{text}")')


def test_weinschel():
    """G01, A09, A10, F05: a refused value sends nothing."""
    script = [("*IDN?", "Weinschel,8320,1,2"), ("ATTN ALL 04", None), ("ATTN? 1", "04"), ("ATTN ALL 04", None)]
    with ScriptedTransport(script) as transport:
        attenuator = Weinschel8320("attenuator", "GPIB0::5::INSTR", transport=transport)
        attenuator.attenuation(np.int64(4))
        assert attenuator.attenuation() == 4.0
        sent = len(transport.sent)
        for refused in (-1, 1, 1.5, 62):
            with pytest.raises(RefusedValue, match=r"attenuator.attenuation"):
                attenuator.attenuation(refused)
        assert len(transport.sent) == sent
        attenuator.attenuation(4.0)


def test_keithley():
    """G03, G04, G05, A16."""
    script = [
        ("localnode.model", "2614B"),
        ("*IDN?", "Keithley Instruments Inc., Model 2614B, 4052, 3.2.1"),
        ("smua.source.levelv=0.000000001000", None),
        ("smub.source.func", "1.000000e+00"),
        ("smua.measure.nplc=0.5000", None),
        ('display.settext("hi")', None),
    ]
    with ScriptedTransport(script) as transport:
        smu = Keithley2600("smu", "TCPIP0::10.0.0.3::inst0::INSTR", transport=transport)
        smu.smua.volt(1e-9)
        assert smu.smub.mode() == "voltage"
        smu.smua.nplc(0.5)
        smu.display_settext("hi")
        assert smu.smua.model == "2614B"
        assert smu.IDN.cache()["model"] == "2614B"


def test_a_driver_that_refuses_its_model_closes_the_connection(registry):
    """G02, E08."""
    transport = ScriptedTransport([("localnode.model", "2400")])
    with pytest.raises(ValueError, match="Known models are: 2601B and 2614B"):
        Keithley2600("smu", "GPIB0::26::INSTR", transport=transport)
    assert transport.closed
    assert "smu" not in registry


def test_lane_is_the_connection():
    one = VisaInstrument("one", "A", transport=ScriptedTransport())
    two = VisaInstrument("two", "B", transport=ScriptedTransport())
    assert isinstance(one.lane, Link)
    assert one.lane is not two.lane
    assert InstrumentChannel(one, "ch1").lane is one.lane
    assert one.add_parameter("level", get_cmd="L?").lane is one.lane


def test_address_and_timeout():
    """E02, F03: the time-out is a parameter in s; None waits for ever."""
    transport = ScriptedTransport()
    dmm = VisaInstrument("dmm", "GPIB0::7::INSTR", timeout=2, transport=transport)
    assert dmm.address == "GPIB0::7::INSTR"
    assert dmm.timeout() == transport.timeout == 2
    dmm.timeout(None)
    assert transport.timeout is None
    assert dmm.timeout() is None
    with pytest.raises(RefusedValue):
        dmm.timeout(-1)
    state = dmm.snapshot()
    assert state["address"] == "GPIB0::7::INSTR"
    assert state["parameters"]["timeout"]["unit"] == "s"


def test_a_device_that_does_not_know_idn_is_only_warned_about(caplog, capsys):
    transport = ScriptedTransport([("*IDN?", TransportTimeout("no answer")), ("A?", "1")])
    dmm = VisaInstrument("dmm", "GPIB0::7::INSTR", transport=transport)
    dmm.connect_message()
    assert "[dmm(VisaInstrument)] No identity: no answer" in caplog.text
    assert dmm.ask("A?") == "1"
    assert transport.cleared == 1


def test_a_lost_connection_is_not_taken_for_a_device_without_identity():
    transport = ScriptedTransport([("*IDN?", TransportBroken("gone"))])
    dmm = VisaInstrument("dmm", "GPIB0::7::INSTR", transport=transport)
    with pytest.raises(TransportBroken):
        dmm.connect_message()


def test_device_clear():
    transport = ScriptedTransport()
    VisaInstrument("dmm", "GPIB0::7::INSTR", transport=transport).device_clear()
    assert transport.cleared == 1


def test_close_frees_connection_and_name(registry):
    """E09."""
    transport = ScriptedTransport([("A?", "1")])
    dmm = VisaInstrument("dmm", "GPIB0::7::INSTR", transport=transport)
    level = dmm.add_parameter("level", get_cmd="A?")
    channel = InstrumentChannel(dmm, "ch1")
    dmm.close()
    assert transport.closed
    assert "dmm" not in registry
    for use in (level, lambda: dmm.ask("A?"), lambda: channel.write("B"), lambda: dmm.lane.ask("A?")):
        with pytest.raises(InstrumentClosed, match=r"dmm.* was closed"):
            use()


def test_a_visa_instrument_is_an_instrument():
    assert issubclass(VisaInstrument, Instrument)
