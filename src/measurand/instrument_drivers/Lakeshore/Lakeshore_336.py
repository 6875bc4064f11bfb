"""Lake Shore 336 temperature controller: four inputs, two heaters, two analog outputs.

``RANGE`` and ``RDGST?`` are checked against the manual of the 350, its sister (page 154: chapter 6, Computer Interface
Operation; the 336 has three ranges); ``RAMP`` and ``RAMPST?`` against that of the 372 (page 173); ``KRDG?``, ``SRDG?``,
``SETP``, ``MOUT``, ``INCRV``, ``HTRST?`` against that of the 331 (6-28 to 6-38), whose commands of the same names these are.
The commands with ``*`` are those of IEEE 488.2. The 336's own manual (119-048) was not at hand: numbers of modes and ranges,
and limits, are not checked against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from measurand.instrument import parameter, submodule
from measurand.instrument_drivers.Lakeshore._Lakeshore_controller import (
    ON_OFF,
    LakeshoreInput,
    LakeshoreOutput,
    _LakeshoreController,
    field,
    load_status,
)
from measurand.validators import Ints

_INPUTS = "ABCD"
_LIMITS = {"p": (0.1, 1000), "i": (0.1, 1000), "d": (0, 200), "ramp": (0, 100)}


class Lakeshore336Input(LakeshoreInput):
    """One of the inputs A to D."""

    meanings: ClassVar[Mapping[int, str]] = {0: "invalid reading", 4: "temperature underrange", 5: "temperature overrange", 6: "sensor units zero",
                7: "sensor units overrange"}  # fmt: skip

    sensor_reading = parameter("SRDG? {self.key}", get_parser=float)
    """What the thermometer gives, in its own unit: V for a diode, Ohm for a resistor."""

    sensor_type = field(
        "INTYPE",
        0,
        val_mapping={"off": "0", "diode": "1", "platinum": "2", "NTC": "3", "thermocouple": "4", "capacitance": "5"},
    )
    """Kind of the thermometer: off, diode, platinum, NTC, thermocouple, capacitance. Not checked against a manual."""

    autorange = field("INTYPE", 1, val_mapping=ON_OFF)
    """Whether the range follows the reading, for resistors. Not checked against a manual."""

    curve = parameter("INCRV? {self.key}", "INCRV {self.key},{}", get_parser=int, vals=Ints(0, 59))
    """Number of the curve that makes a temperature of the reading, 0 (none) to 59; a curve of another kind of thermometer
    is not taken, the number is 0 then. Which numbers the 336 has: Not checked against a manual."""


class Lakeshore336Heater(LakeshoreOutput):
    """Heater output 1 or 2."""

    modes: ClassVar[Mapping[str, str]] = {"off": "0", "closed loop": "1", "zone": "2", "open loop": "3"}
    ranges: ClassVar[Mapping[str, str]] = {"off": "0", "low": "1", "medium": "2", "high": "3"}
    heater_query = "HTR? {}"
    highest_setpoint = 1505.0
    limits = _LIMITS

    heater_status = load_status()
    """Whether the heater is connected: ok, open load, or short; reading it clears it."""


class Lakeshore336Analog(LakeshoreOutput):
    """Analog output 3 or 4."""

    modes: ClassVar[Mapping[str, str]] = {
        "off": "0",
        "closed loop": "1",
        "zone": "2",
        "open loop": "3",
        "monitor": "4",
        "warm-up": "5",
    }
    ranges: ClassVar[Mapping[str, str]] = {"off": "0", "on": "1"}
    heater_query = "AOUT? {}"
    highest_setpoint = 1505.0
    limits = _LIMITS


class Lakeshore336(_LakeshoreController):
    """Lake Shore 336. `safe_state` switches all outputs off."""

    inputs_of_loops: ClassVar[Mapping[str, str]] = {"none": "0", **{name: str(i) for i, name in enumerate(_INPUTS, 1)}}

    A = submodule(Lakeshore336Input, "A")
    B = submodule(Lakeshore336Input, "B")
    C = submodule(Lakeshore336Input, "C")
    D = submodule(Lakeshore336Input, "D")
    output_1 = submodule(Lakeshore336Heater, "1")
    output_2 = submodule(Lakeshore336Heater, "2")
    output_3 = submodule(Lakeshore336Analog, "3")
    output_4 = submodule(Lakeshore336Analog, "4")

    def input_called(self, name: str) -> LakeshoreInput:
        """Return the input that a loop calls ``name``: A, B, C or D."""
        inputs: dict[str, LakeshoreInput] = {"A": self.A, "B": self.B, "C": self.C, "D": self.D}
        return inputs[name]
