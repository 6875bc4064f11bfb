"""Writing drivers: parameters, channels, functions, snapshots, names, closing, and finding instruments again."""

import qcodes as qc
from qcodes.instrument import ChannelList, Instrument, InstrumentBase, InstrumentChannel, find_or_create_instrument
from qcodes.parameters import Group, GroupParameter
from qcodes.validators import Enum, Numbers


class Output(InstrumentChannel):
    def __init__(self, parent, name, number):
        super().__init__(parent, name)
        self.number = number
        self.voltage = self.add_parameter(
            "voltage",
            unit="V",
            set_cmd=f"VOLT{number} {{}}",
            get_cmd=f"VOLT{number}?",
            get_parser=float,
            vals=Numbers(-10, 10),
        )


class Box(Instrument):
    """A voltage source that is a dict."""

    def __init__(self, name, **kwargs):
        super().__init__(name, **kwargs)
        self.memory = {"MODE": "slow"}
        self.mode = self.add_parameter("mode", get_cmd="MODE?", set_cmd="MODE {}", vals=Enum("slow", "fast"))
        channels = ChannelList(self, "outputs", Output, snapshotable=False)
        for number in (1, 2):
            channel = Output(self, f"ch{number}", number)
            self.add_submodule(f"ch{number}", channel)
            channels.append(channel)
        self.outputs = self.add_submodule("outputs", channels.to_channel_tuple())
        self.add_function("reset", call_cmd=self.memory.clear)
        self.a = self.add_parameter("a", parameter_class=GroupParameter, get_parser=int)
        self.b = self.add_parameter("b", parameter_class=GroupParameter, get_parser=int)
        Group([self.a, self.b], set_cmd="PAIR {a},{b}", get_cmd="PAIR?")

    def write_raw(self, cmd):
        key, value = cmd.split(" ")
        self.memory[key] = value

    def ask_raw(self, cmd):
        return self.memory[cmd.rstrip("?")]

    def get_idn(self):
        return {"vendor": "Nobody", "model": "Box", "serial": "1", "firmware": "0"}


box = Box("box")
box.mode("fast")
assert box.memory["MODE"] == "fast"
assert box.mode() == "fast"
box.ch1.voltage(1.5)
assert box.ch1.voltage() == 1.5
assert box.ch1.voltage.full_name == "box_ch1_voltage"
assert box.outputs[1] is box.ch2
box.outputs.voltage(2)
assert box.outputs.voltage() == (2, 2)
box.memory["PAIR"] = "3,4"
assert (box.a(), box.b()) == (3, 4)
box.b(7)
assert box.memory["PAIR"] == "3,7"
assert box.IDN()["vendor"] == "Nobody"
assert sorted(box.submodules) == ["ch1", "ch2", "outputs"]
assert "mode" in box.parameters
assert box.ch1.parent is box
assert box.ch1.root_instrument is box
assert isinstance(box, InstrumentBase)
try:
    box.ch1.voltage(11)
except ValueError:
    pass
else:
    raise AssertionError("it is too high")

snapshot = box.snapshot()
assert snapshot["parameters"]["mode"]["value"] == "fast"
assert snapshot["submodules"]["ch1"]["parameters"]["voltage"]["value"] == 2
box.reset()
assert box.memory == {}

assert Instrument.find_instrument("box") is box
assert find_or_create_instrument(Box, "box") is box
assert Box.instances() == [box]
try:
    Box("box")
except KeyError:
    pass
else:
    raise AssertionError("the name is taken")
box.close()
assert Box.instances() == []
assert find_or_create_instrument(Box, "box") is not box
qc.Instrument.close_all()
