import pytest

from measurand.errors import TransportTimeout
from measurand.instrument import ChannelList, Instrument, InstrumentChannel
from measurand.parameters import Parameter
from measurand.testing import fresh_registry
from measurand.validators import Numbers


@pytest.fixture(autouse=True)
def registry():
    """Give every test a world without instruments."""
    with fresh_registry() as registry:
        yield registry


class Channel(InstrumentChannel):
    """One output of a dac."""

    def __init__(self, parent, name, number):
        super().__init__(parent, name)
        self.number = number
        self.voltage = Parameter(
            "voltage",
            unit="V",
            label="Voltage",
            get_cmd=f"V{number}?",
            set_cmd=f"V{number} {{}}",
            get_parser=float,
            vals=Numbers(-10, 10),
            instrument=self,
        )
        self.add_function("zero", call_cmd=f"V{number} 0.0")
        self.add_function("limit", call_cmd=f"LIM{number} {{}}", args=[Numbers(0, 10)])

    def times(self, factor, plus=0):
        """Return the number of the channel times ``factor``."""
        return self.number * factor + plus

    def broken(self):
        if self.number == 2:
            raise ValueError("no")


class Dac(Instrument):
    """Its device is a dict; it may be told to fail at one command."""

    def __init__(self, name, count=3):
        super().__init__(name)
        self.memory = {f"V{number}": f"0.{number}" for number in range(1, count + 1)}
        self.sent = []
        self.fails_at = None
        channels = ChannelList(self, "channels", Channel)
        for number in range(1, count + 1):
            channels.append(Channel(self, f"ch{number}", number))
        self.channels = self.add_submodule("channels", channels.to_channel_tuple())

    def ask_raw(self, cmd):
        self._exchange(cmd)
        return self.memory[cmd.removesuffix("?")]

    def write_raw(self, cmd):
        self._exchange(cmd)
        key, self.memory[key] = cmd.split()[0], cmd.split()[1]

    def _exchange(self, cmd):
        self.sent.append(cmd)
        if cmd == self.fails_at:
            raise TransportTimeout(f"no answer to {cmd}")


@pytest.fixture
def channels_dac():
    return Dac("dac")
