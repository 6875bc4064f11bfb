"""Instruments under the alias: what QCoDeS's scripts and drivers rely on beyond Measurand's own instruments."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest

from measurand.compat.instrument import (
    ChannelList,
    ChannelTuple,
    Instrument,
    InstrumentBase,
    InstrumentChannel,
    IPInstrument,
    VisaInstrument,
    find_or_create_instrument,
)
from measurand.compat.parameters import MultiChannelInstrumentParameter, Parameter
from measurand.compat.qcodes.utils.abstractmethod import qcodes_abstractmethod
from measurand.compat.qcodes.utils.json_utils import NumpyJSONEncoder
from measurand.errors import ConfigurationError, GuardedAttribute, MissingParameter, UnknownName
from measurand.instrument import close_all
from measurand.testing import LineServer
from measurand.transports import ScriptedTransport


@pytest.fixture(autouse=True)
def _nothing_left() -> Any:
    yield
    close_all()


def rack_with_channels() -> Instrument:
    rack = Instrument("rack", metadata={"place": "left"})
    channels = ChannelList(rack, "channels", InstrumentChannel)
    for name in ("a", "b"):
        channel = InstrumentChannel(rack, name)
        channel.add_parameter("volt", unit="V", set_cmd=None, initial_value=0.5j)
        channels.append(channel)
        rack.add_submodule(name, channel)
    rack.add_submodule("channels", channels.to_channel_tuple())
    return rack


def test_a_hyphen_becomes_an_underscore() -> None:
    assert Instrument("my-box").name == "my_box"
    assert Instrument(name="your-box").name == "your_box"


def test_parameters_and_functions_are_those_of_the_alias() -> None:
    box = Instrument("box")
    assert isinstance(box.add_parameter("p", set_cmd=None), Parameter)
    assert type(box.IDN) is Parameter
    assert box.IDN.label == "IDN"
    box.add_function("f", call_cmd=lambda: 3)
    assert box.f() == 3
    assert box.snapshot()["functions"] == {"f": {}}


def test_a_driver_keeps_what_it_likes_but_no_parameter_is_replaced() -> None:
    box = Instrument("box")
    box.add_parameter("frequency", set_cmd=None)
    box.frequenccy = 3
    assert box.frequenccy == 3
    with pytest.raises(GuardedAttribute):
        box.frequency = 3


def test_the_snapshot_is_that_of_qcodes() -> None:
    class Box(InstrumentBase):
        def __init__(self, name: str) -> None:
            super().__init__(name, label="Box")
            self.address = "here"
            self._meta_attrs.append("address")

    assert {key: value for key, value in Box("box").snapshot().items() if key != "__class__"} == {
        "functions": {}, "submodules": {}, "parameters": {}, "name": "box", "label": "Box", "address": "here",
    }  # fmt: skip
    state = rack_with_channels().snapshot()
    assert state["metadata"] == {"place": "left"}
    assert state["submodules"]["a"]["name"] == "rack_a"
    assert state["submodules"]["a"]["parameters"]["volt"]["value"] == 0.5j
    assert set(state["submodules"]["channels"]) == {"__class__", "channels", "snapshotable"}
    assert "0.5" in json.dumps(state, cls=NumpyJSONEncoder)


def test_it_says_what_it_is() -> None:
    rack = rack_with_channels()
    assert repr(rack) == "<Instrument: rack>"
    assert repr(rack.a) == "<InstrumentChannel: rack_a of Instrument: rack>"


def test_channels_are_read_and_set_as_one() -> None:
    rack = rack_with_channels()
    volt = rack.channels.volt
    assert isinstance(volt, MultiChannelInstrumentParameter)
    assert volt() == (0.5j, 0.5j)
    volt(2)
    assert (rack.a.volt(), rack.b.volt()) == (2, 2)
    assert volt.full_names == ("rack_a_volt", "rack_b_volt")
    assert isinstance(rack.channels[0:1], ChannelTuple)
    assert rack.channels._chan_type is InstrumentChannel
    with pytest.raises(UnknownName, match="not every channel has a parameter 'curr'"):
        rack.channels.multi_parameter("curr")


def test_channels_may_have_a_class_of_parameters_of_their_own() -> None:
    class Quick(MultiChannelInstrumentParameter):
        def get_raw(self) -> tuple[int, ...]:
            return tuple(7 for _ in self._channels)

    rack = rack_with_channels()
    quick = ChannelTuple(rack, "quick", InstrumentChannel, list(rack.channels), multichan_paramclass=Quick)
    assert quick.volt() == (7, 7)


def test_a_class_that_only_promises_cannot_be_made() -> None:
    class Promise(Instrument):
        @qcodes_abstractmethod
        def ramp(self) -> None: ...

    class Kept(Promise):
        def ramp(self) -> None: ...

    with pytest.raises(NotImplementedError, match="Promise cannot be made: it only promises ramp"):
        Promise("promise")
    with pytest.raises(MissingParameter):
        Promise("promise")
    assert Kept("kept").name == "kept"


def test_finding_tells_the_wrong_class_apart() -> None:
    box = Instrument("box")
    assert Instrument.find_instrument("box") is box
    with pytest.raises(KeyError):
        Instrument.find_instrument("nowhere")
    with pytest.raises(TypeError, match="is a Instrument, not a VisaInstrument"):
        Instrument.find_instrument("box", VisaInstrument)
    with pytest.raises(TypeError):
        find_or_create_instrument(VisaInstrument, "box", "GPIB::1::INSTR")
    assert find_or_create_instrument(Instrument, "box") is box
    Instrument.remove_instance(box)
    Instrument.record_instance(box)
    assert Instrument.exist("box")


def test_an_instrument_that_answers_nothing_is_known_by_its_name() -> None:
    assert Instrument("box").get_idn() == {"vendor": None, "model": "box", "serial": None, "firmware": None}

    class Answering(Instrument):
        def ask_raw(self, cmd: str) -> str:
            assert cmd == "*IDN?"
            return "Acme,12,1,0.1"

    assert Answering("answering").IDN()["model"] == "12"


def test_a_visa_instrument_takes_its_class_s_words() -> None:
    class Driver(VisaInstrument):
        default_timeout = 2

    script = ScriptedTransport([("V?", "3")])
    dev = Driver("dev", "GPIB::1::INSTR", transport=script)
    assert (dev.ask("V?"), dev.timeout(), dev.timeout.label) == ("3", 2, "timeout")
    assert dev.root_instrument is dev
    with pytest.raises(ConfigurationError, match="give address="):
        VisaInstrument("other")


def test_a_simulation_file_of_measurand_is_found_by_its_name() -> None:
    dev = VisaInstrument("dev", "GPIB::1::INSTR", pyvisa_sim_file="Weinschel_8320.yaml", terminator="\r")
    dev.visa_handle.write("ATTN ALL 40")  # a simulated device lives as long as the process
    assert float(dev.ask("ATTN? 1")) == 40
    assert dev.visabackend == "sim"
    assert str(dev._address) == "GPIB::1::INSTR"
    dev.visa_handle.write("ATTN ALL 20")
    assert float(dev.visa_handle.query("ATTN? 1")) == 20


def test_a_resource_that_is_open_is_used() -> None:
    first = VisaInstrument("first", "GPIB::1::INSTR", pyvisa_sim_file="Weinschel_8320.yaml", terminator="\r")
    second = VisaInstrument("second", resource=first.visa_handle, terminator="\r")
    assert second.ask("ATTN? 1") == first.ask("ATTN? 1")
    assert second.address == first.visa_handle.resource_name


def test_an_instrument_behind_a_socket_is_taken_as_it_is() -> None:
    with LineServer(lambda line: "1.5" if line == "VOLT?" else None) as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        _, host, port, _ = server.address.split("::")
        dev = IPInstrument("dev", host, int(port), write_confirmation=False)
        assert dev.ask("VOLT?") == "1.5"
        dev.close()
    with pytest.raises(ConfigurationError, match="give address= and port="):
        IPInstrument("other")
