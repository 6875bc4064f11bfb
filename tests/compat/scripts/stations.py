"""Stations: components, snapshots, and instruments from a file."""

import sys
from pathlib import Path

import qcodes as qc
from qcodes.instrument import Instrument
from qcodes.parameters import ManualParameter

FILE = """
instruments:
  source:
    type: station_drivers.Source
    parameters:
      level:
        label: Level of the file
        limits: [-1, 1]
        initial_value: 0.5
    add_parameters:
      gate:
        source: level
        unit: mV
        scale: 0.001
"""
Path("lab.station.yaml").write_text(FILE)
Path("station_drivers.py").write_text(
    "from qcodes.instrument import Instrument\n"
    "class Source(Instrument):\n"
    "    def __init__(self, name, **kwargs):\n"
    "        super().__init__(name, **kwargs)\n"
    "        self.add_parameter('level', unit='V', get_cmd=None, set_cmd=None)\n"
)
sys.path.insert(0, str(Path.cwd()))


class Plain(Instrument):
    def __init__(self, name):
        super().__init__(name)
        self.add_parameter("value", get_cmd=None, set_cmd=None, initial_value=3)


plain, knob = Plain("plain"), ManualParameter("knob", initial_value=1)
station = qc.Station(plain, knob)
assert station.plain is plain
assert station["knob"] is knob
assert set(station.components) == {"plain", "knob"}
assert qc.Station.default is station
snapshot = station.snapshot()
assert snapshot["instruments"]["plain"]["parameters"]["value"]["value"] == 3
assert snapshot["parameters"]["knob"]["value"] == 1
station.remove_component("knob")
assert "knob" not in station.components

lab = qc.Station(config_file="lab.station.yaml")
source = lab.load_instrument("source")
assert source.level() == 0.5
assert source.level.label == "Level of the file"
source.gate(250)
assert source.level() == 0.25
try:
    source.level(2)
except ValueError:
    pass
else:
    raise AssertionError("the file forbids it")
lab.close_all_registered_instruments()
qc.Instrument.close_all()
