import textwrap

import pytest

from measurand import Instrument
from measurand.instrument import InstrumentChannel
from measurand.station import Station
from measurand.testing import fresh_registry
from measurand.validators import Numbers


class RackDac(Instrument):
    """A source of voltages whose device is a dict; ``sent`` is what arrived there."""

    def __init__(self, name, address="", channels=2, on_arrival=None, **kwargs):
        super().__init__(name, **kwargs)
        self.on_arrival = on_arrival
        self.address_given = address
        self.sent = []
        self.device = {}
        for number in range(1, channels + 1):
            channel = self.add_submodule(f"ch{number}", InstrumentChannel(self, f"ch{number}"))
            channel.add_parameter(
                "voltage",
                unit="V",
                get_cmd=lambda n=number: self.device.get(n, 0.0),
                set_cmd=lambda v, n=number: self._arrive(n, v),
                vals=Numbers(-10, 10),
            )
        self.add_parameter("output", set_cmd=None, val_mapping={True: 1, False: 0}, initial_value=False)
        self.add_parameter("temperature", unit="K", get_cmd=lambda: 300.0)

    def _arrive(self, number, value):
        if self.on_arrival is not None:
            self.on_arrival(number, value)
        self.sent.append((number, value))
        self.device[number] = value


class StrictDac(Instrument):
    """Takes no further arguments."""

    def __init__(self, name, port, channels=1):
        super().__init__(name)
        self.port = port
        self.channels = channels


@pytest.fixture(autouse=True)
def registry():
    """Give every test a world without instruments."""
    with fresh_registry() as registry:
        yield registry
    Station.default = None


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a station file into the working directory and return its name, so that messages are short."""
    monkeypatch.chdir(tmp_path)

    def write_file(text, name="lab.yaml"):
        (tmp_path / name).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return name

    return write_file
