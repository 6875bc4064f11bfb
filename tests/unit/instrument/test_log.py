"""What instruments say in the log, and how to listen to some of them."""

import logging

import pytest

from measurand.instrument import ChannelTuple, Instrument, InstrumentChannel, InstrumentModule, VisaInstrument
from measurand.logger import capture_dataframe, filter_instrument, start_logger, stop_logging
from measurand.logger import read_log as read
from measurand.transports import ScriptedTransport


class Channel(InstrumentChannel):
    def speak(self, text):
        self.log.info("%s", text)


class Rack(Instrument):
    def __init__(self, name):
        super().__init__(name)
        slot = self.add_submodule("slot1", InstrumentModule(self, "slot1"))
        channels = [Channel(slot, f"ch{number}") for number in (1, 2, 10)]
        for channel in channels:
            slot.add_submodule(channel.short_name, channel)
        slot.add_submodule("channels", ChannelTuple(slot, "channels", Channel, channels))


def all_speak(*racks):
    for rack in racks:
        rack.log.info("root")
        rack.slot1.log.info("slot")
        for name in ("ch1", "ch2", "ch10"):
            getattr(rack.slot1, name).speak(name)


@pytest.fixture
def racks():
    """Names of which one is the beginning of the other."""
    return Rack("rack"), Rack("rack2")


def test_full_names_under_the_name_of_the_driver(racks, caplog):
    """H06, H05."""
    all_speak(racks[0])
    assert [record.getMessage() for record in caplog.records] == [
        "[rack(Rack)] root",
        "[rack_slot1(InstrumentModule)] slot",
        "[rack_slot1_ch1(Channel)] ch1",
        "[rack_slot1_ch2(Channel)] ch2",
        "[rack_slot1_ch10(Channel)] ch10",
    ]
    assert {record.name for record in caplog.records} == {__name__, InstrumentModule.__module__}


@pytest.mark.parametrize(
    ("choose", "heard"),
    [
        (lambda rack: rack, ["root", "slot", "ch1", "ch2", "ch10"]),
        (lambda rack: rack.slot1, ["slot", "ch1", "ch2", "ch10"]),
        (lambda rack: rack.slot1.ch1, ["ch1"]),
        (lambda rack: [rack.slot1.ch1, rack.slot1.ch10], ["ch1", "ch10"]),
        (lambda rack: "rack.slot1.ch2", ["ch2"]),
        (lambda rack: rack.slot1.channels, ["ch1", "ch2", "ch10"]),
        (lambda rack: rack.slot1.channels[1:], ["ch2", "ch10"]),
        (lambda rack: [rack.slot1.channels[:1], "rack.slot1.ch2"], ["ch1", "ch2"]),
    ],
)
def test_a_filter_lets_an_instrument_pass_with_all_below(racks, choose, heard):
    """H06: submodules and channels are part of their instrument; another one of a similar name is not."""
    with capture_dataframe() as (handler, _), filter_instrument(choose(racks[0]), handler):
        all_speak(*racks)
    assert [record["message"].split()[-1] for record in handler.records] == heard


def test_exchanges_of_one_instrument_go_into_the_log_file(tmp_path):
    """Sent and received, of this instrument only, while it is asked for."""
    root, level = logging.getLogger(), logging.getLogger().level
    start_logger(tmp_path, console_level=None, banner=False)
    dac = VisaInstrument("dac", "X::1", transport=ScriptedTransport([("VOLT?", "0.25"), ("VOLT 1", None)]))
    dmm = VisaInstrument("dmm", "X::2", transport=ScriptedTransport([("READ?", "7")]))
    try:
        dac.visa_log.setLevel("DEBUG")
        dac.ask("VOLT?")
        dmm.ask("READ?")
        dac.visa_log.setLevel("NOTSET")
        dac.write("VOLT 1")
        heard = [row for row in read() if row["name"].startswith("measurand.transports")]
    finally:
        stop_logging()
        root.setLevel(level)
    (row,) = heard
    assert row["instrument"] == "dac"
    assert row["message"].startswith("[dac (")
    assert "VOLT? -> 0.25 (" in row["message"]
