"""What is set for each function of a Keithley 2450: sourcing and sensing, a module for each. Measures nothing.

A setting belongs to its function and is kept while another one is used. The manual is named in `Keithley_2450`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from measurand.instrument import InstrumentModule, late, parameter
from measurand.parameters import create_on_off_val_mapping
from measurand.validators import Enum, Numbers

ON_OFF = create_on_off_val_mapping(on_val="1", off_val="0")
_VOLTS = (0.02, 0.2, 2.0, 20.0, 200.0)
_AMPERES = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0)
_OHMS = (20.0, 200.0, 2e3, 2e4, 2e5, 2e6, 2e7, 2e8)
_BEYOND = 1.05  # of a range can be sourced


class Keithley2450Source(InstrumentModule):
    """How one quantity is sourced.

    Args:
        parent: The source-meter.
        name: Identifier.
    """

    header: ClassVar[str]
    unit: ClassVar[str]
    ranges: ClassVar[tuple[float, ...]]

    level = parameter(
        "SOUR:{self.header}?",
        "SOUR:{self.header} {}",
        unit=late(lambda self: self.unit),
        get_parser=float,
        vals=late(lambda self: self.all_levels()),
        safe=0.0,
    )
    """What is sourced while the output is on: -210 to 210 V, -1.05 to 1.05 A; in a fixed range to 1.05 times the range."""

    range = parameter(
        "SOUR:{self.header}:RANG?",
        "SOUR:{self.header}:RANG {}",
        unit=late(lambda self: self.unit),
        get_parser=float,
        vals=late(lambda self: Enum(*self.ranges)),
    )
    """Range of the level: 20 mV to 200 V, 10 nA to 1 A. Setting it ends ``auto_range``."""

    auto_range = parameter("SOUR:{self.header}:RANG:AUTO?", "SOUR:{self.header}:RANG:AUTO {}", val_mapping=ON_OFF)
    """Whether the range follows the level."""

    delay = parameter(
        "SOUR:{self.header}:DEL?", "SOUR:{self.header}:DEL {}", unit="s", get_parser=float, vals=Numbers(0, 1e4)
    )
    """Time between setting the level and measuring in s; 0 to 10 000. Setting it ends ``auto_delay``.
    Not checked against a manual."""

    auto_delay = parameter("SOUR:{self.header}:DEL:AUTO?", "SOUR:{self.header}:DEL:AUTO {}", val_mapping=ON_OFF)
    """Whether the delay follows the range. Not checked against a manual."""

    read_back = parameter("SOUR:{self.header}:READ:BACK?", "SOUR:{self.header}:READ:BACK {}", val_mapping=ON_OFF)
    """Whether the level is measured, too, and not only what was programmed."""

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self.range.on_set(self._stay)
        self.auto_range.affects(self.range, update=self._limit_level)
        self.delay.affects(self.auto_delay)
        self.auto_delay.affects(self.delay)
        self.level.on_set(lambda _: self.range.cache.invalidate() if self.auto_range.cache() else None)

    def refresh(self) -> None:
        """Ask the device for its range, and give the level the limits of it."""
        self.auto_range()
        self._limit_level()

    def all_levels(self) -> Numbers:
        """Return the limits of the level over all ranges."""
        return Numbers(-_BEYOND * self.ranges[-1], _BEYOND * self.ranges[-1])

    def _stay(self, _: float) -> None:
        """Note that a range that was set is fixed."""
        self.auto_range.cache.set(False)
        self._limit_level()

    def _limit_level(self) -> None:
        if self.auto_range.cache():
            self.level.vals = self.all_levels()
            return
        limit = _BEYOND * (self.range.cache() or self.range())
        self.level.vals = Numbers(-limit, limit)


class Keithley2450VoltageSource(Keithley2450Source):
    """How a voltage is sourced."""

    header = "VOLT"
    unit = "V"
    ranges = _VOLTS

    current_limit = parameter(
        "SOUR:VOLT:ILIM?", "SOUR:VOLT:ILIM {}", unit="A", get_parser=float, vals=Numbers(1e-9, 1.05)
    )
    """Largest current, of either sign, in A (compliance); 1 nA to 1.05 A, and more than 0.1 % of a fixed sense range."""

    limit_tripped = parameter("SOUR:VOLT:ILIM:TRIP?", val_mapping={True: "1", False: "0"})
    """Whether the current is at its limit, so that the voltage is less than the level."""

    protection = parameter(
        "SOUR:VOLT:PROT?",
        "SOUR:VOLT:PROT {}",
        val_mapping={"none": "NONE", **{volts: f"PROT{volts}" for volts in (2, 5, 10, *range(20, 181, 20))}},
    )
    """Voltage in V beyond which the device never goes, whatever is asked: 2, 5, 10, 20, 40 … 180, or none. (The
    values: Not checked against a manual.)"""


class Keithley2450CurrentSource(Keithley2450Source):
    """How a current is sourced."""

    header = "CURR"
    unit = "A"
    ranges = _AMPERES

    voltage_limit = parameter(
        "SOUR:CURR:VLIM?", "SOUR:CURR:VLIM {}", unit="V", get_parser=float, vals=Numbers(0.02, 210)
    )
    """Largest voltage, of either sign, in V (compliance); 0.02 to 210, and more than 0.1 % of a fixed sense range."""

    limit_tripped = parameter("SOUR:CURR:VLIM:TRIP?", val_mapping={True: "1", False: "0"})
    """Whether the voltage is at its limit, so that the current is less than the level."""


class Keithley2450Sense(InstrumentModule):
    """How one quantity is measured.

    Args:
        parent: The source-meter.
        name: Identifier.
    """

    header: ClassVar[str]
    unit: ClassVar[str]
    ranges: ClassVar[tuple[float, ...]]

    range = parameter(
        "SENS:{self.header}:RANG?",
        "SENS:{self.header}:RANG {}",
        unit=late(lambda self: self.unit),
        get_parser=float,
        vals=late(lambda self: Enum(*self.ranges)),
    )
    """Range: 20 mV to 200 V, 10 nA to 1 A, 20 Ohm to 200 MOhm. Setting it ends ``auto_range``. What is sourced and measured
    at the same time is measured in the range of the source."""

    auto_range = parameter("SENS:{self.header}:RANG:AUTO?", "SENS:{self.header}:RANG:AUTO {}", val_mapping=ON_OFF)
    """Whether the range follows what is measured."""

    nplc = parameter(
        "SENS:{self.header}:NPLC?", "SENS:{self.header}:NPLC {}", unit="PLC", get_parser=float, vals=Numbers(0.01, 10)
    )
    """Integration time in power line cycles; 0.01 to 10. Its limits: Not checked against a manual."""

    four_wire = parameter("SENS:{self.header}:RSEN?", "SENS:{self.header}:RSEN {}", val_mapping=ON_OFF)
    """Whether the voltage is sensed at the sample, with the sense terminals."""

    auto_zero = parameter("SENS:{self.header}:AZER?", "SENS:{self.header}:AZER {}", val_mapping=ON_OFF)
    """Whether offset and gain are measured again with each reading, which is slower. Not checked against a manual."""

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self.range.affects(self.auto_range)
        self.auto_range.affects(self.range)


class Keithley2450VoltageSense(Keithley2450Sense):
    """How a voltage is measured."""

    header = "VOLT"
    unit = "V"
    ranges = _VOLTS


class Keithley2450CurrentSense(Keithley2450Sense):
    """How a current is measured."""

    header = "CURR"
    unit = "A"
    ranges = _AMPERES


class Keithley2450ResistanceSense(Keithley2450Sense):
    """How a resistance is measured: as the voltage over the current."""

    header = "RES"
    unit = "Ohm"
    ranges = _OHMS
