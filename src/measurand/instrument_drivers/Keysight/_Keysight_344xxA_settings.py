"""What is set for each function of a Truevolt multimeter: a module for each. Measures nothing.

A setting belongs to its function and is kept while another one measures. The manual is named in `_Keysight_344xxA`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from measurand.instrument import InstrumentModule, late, parameter
from measurand.parameters import Parameter, create_on_off_val_mapping
from measurand.validators import Enum, Numbers

T = TypeVar("T")
ON_OFF = create_on_off_val_mapping(on_val="1", off_val="0")
_VOLTS = (0.1, 1.0, 10.0, 100.0, 1000.0)
_AMPERES = (1e-4, 1e-3, 1e-2, 0.1, 1.0, 3.0)
_OHMS = (100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
_BEYOND = 1.2  # of a range is measured
_BANDWIDTHS = (3.0, 20.0, 200.0)
_SETTLING = {3.0: 2.5, 20.0: 0.625, 200.0: 0.025}  # s per sample with the default delay, by bandwidth
_SLOWEST_LINE = 50.0  # Hz
_OVERHEAD = 0.1  # s per sample, to change the range and the like
_ALWAYS = {
    "dc_voltage": "VOLT",
    "ac_voltage": "VOLT:AC",
    "dc_current": "CURR",
    "ac_current": "CURR:AC",
    "resistance": "RES",
    "four_wire_resistance": "FRES",
    "frequency": "FREQ",
    "period": "PER",
    "temperature": "TEMP",
    "continuity": "CONT",
    "diode": "DIOD",
}
_PROBES = {"rtd": "RTD", "four_wire_rtd": "FRTD", "thermistor": "THER", "four_wire_thermistor": "FTH"}
UNITS = {
    "dc_voltage": "V",
    "ac_voltage": "V",
    "dc_current": "A",
    "ac_current": "A",
    "resistance": "Ohm",
    "four_wire_resistance": "Ohm",
    "frequency": "Hz",
    "period": "s",
    "continuity": "Ohm",
    "diode": "V",
    "capacitance": "F",
}
"""Unit of a reading by function; that of a temperature is a setting."""


def known(parameter: Parameter[T]) -> T:
    """Return the value that is known of a parameter; read if there is none."""
    value = parameter.cache()
    return parameter() if value is None else value


@dataclass(frozen=True)
class Model:
    """What a model of the family has, from the guide's lists of parameters.

    Attributes:
        memory: Readings that it keeps (without the option MEM).
        samples: Largest number of samples per trigger.
        ten_amperes: Whether it has terminals for 10 A.
        digitises: Whether it has apertures in s, samples paced by a timer, thermocouples and capacitances.
        nplc: Integration times in power line cycles; the three below 0.02 need the option DIG.
        dc_current: Ranges in A.
        resistance: Ranges in Ohm.
    """

    memory: int
    samples: int = 1_000_000
    ten_amperes: bool = True
    digitises: bool = False
    nplc: tuple[float, ...] = (0.02, 0.2, 1.0, 10.0, 100.0)
    dc_current: tuple[float, ...] = _AMPERES
    resistance: tuple[float, ...] = _OHMS

    @property
    def functions(self) -> dict[str, str]:
        """Code of each function by its name here."""
        return {**_ALWAYS, "capacitance": "CAP"} if self.digitises else _ALWAYS

    @property
    def probes(self) -> dict[str, str]:
        """Code of each thermometer by its name here."""
        return {**_PROBES, "thermocouple": "TC"} if self.digitises else _PROBES


DIGITISING = Model(
    memory=50_000,
    samples=1_000_000_000,
    digitises=True,
    nplc=(0.001, 0.002, 0.006, 0.02, 0.06, 0.2, 1.0, 10.0, 100.0),
    dc_current=(1e-6, 1e-5, *_AMPERES),
    resistance=(*_OHMS, 1e9),
)
"""The 34465A and the 34470A, which differ in accuracy only. (The ranges of 1 and 10 µA and of 1 GΩ: Not checked against a
manual.)"""


class Keysight344xxAFunction(InstrumentModule):
    """A function with ranges.

    Args:
        parent: The multimeter.
        name: Identifier.
    """

    header: ClassVar[str]
    quantity: ClassVar[str]

    range = parameter(
        "{self.header}:RANG?",
        "{self.header}:RANG {}",
        unit=late(lambda self: self.quantity),
        get_parser=float,
        vals=late(lambda self: Enum(*self.ranges)),
    )
    """Range, in the unit of the reading; readings go up to 1.2 times this. Setting it ends ``auto_range``."""

    auto_range = parameter("{self.header}:RANG:AUTO?", "{self.header}:RANG:AUTO {}", val_mapping=ON_OFF)
    """Whether the multimeter chooses the range: down below 10 %, up above 120 % of the present one."""

    null_enabled = parameter("{self.header}:NULL?", "{self.header}:NULL {}", val_mapping=ON_OFF)
    """Whether ``null_value`` is subtracted from each reading. Not checked against a manual."""

    null_value = parameter(
        "{self.header}:NULL:VAL?",
        "{self.header}:NULL:VAL {}",
        unit=late(lambda self: self.quantity),
        get_parser=float,
        vals=late(lambda self: Numbers(-_BEYOND * self.ranges[-1], _BEYOND * self.ranges[-1])),
    )
    """What is subtracted, in the unit of the reading; up to 1.2 times the largest range. Not checked against a manual."""

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        self.model: Model = parent.model
        super().__init__(parent, name, **kwargs)
        self.range.affects(self.auto_range)
        self.auto_range.affects(self.range)

    @property
    def ranges(self) -> tuple[float, ...]:
        """All ranges of the model, in the unit of the reading."""
        return _VOLTS

    def longest(self) -> float:
        """Return the longest time that a sample takes in s, generously; for time-outs."""
        raise NotImplementedError


class Keysight344xxAIntegrating(Keysight344xxAFunction):
    """A function whose signal is integrated."""

    nplc = parameter(
        "{self.header}:NPLC?",
        "{self.header}:NPLC {}",
        unit="PLC",
        get_parser=float,
        vals=late(lambda self: Enum(*self.model.nplc)),
    )
    """Integration time in power line cycles; only 1, 10 and 100 reject the line's frequency. Ends ``aperture_enabled``.

    0.02, 0.2, 1, 10, 100; on 34465A and 34470A also 0.06, and with the option DIG 0.001, 0.002 and 0.006.
    """

    auto_zero = parameter("{self.header}:ZERO:AUTO?", "{self.header}:ZERO:AUTO {}", val_mapping=ON_OFF)
    """Whether the offset is measured after each reading, which halves the speed; off: once after each change."""

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        if parent.model.digitises:
            self._add_aperture()

    def longest(self) -> float:
        """Return the longest time that a sample takes in s, generously: with the offset measured each time."""
        by_time = self.model.digitises and known(self.aperture_enabled)
        integration = known(self.aperture) if by_time else known(self.nplc) / _SLOWEST_LINE
        return 2 * integration + _OVERHEAD

    def _add_aperture(self) -> None:
        self.aperture: Parameter[float] = Parameter(
            "aperture",
            instrument=self,
            unit="s",
            get_cmd=f"{self.header}:APER?",
            set_cmd=f"{self.header}:APER {{}}",
            get_parser=float,
            vals=Numbers(2e-5, 1),
            docstring="Integration time in s; 200 us to 1 s, with the option DIG from 20 us. Not for the 34460A/61A.",
        )
        """Integration time in s; 200 us to 1 s, with the option DIG from 20 us."""
        self.aperture_enabled: Parameter[Any] = Parameter(
            "aperture_enabled",
            instrument=self,
            get_cmd=f"{self.header}:APER:ENAB?",
            set_cmd=f"{self.header}:APER:ENAB {{}}",
            val_mapping=ON_OFF,
            docstring="Whether aperture counts; otherwise nplc does. Not for the 34460A/61A.",
        )
        """Whether ``aperture`` counts; otherwise ``nplc`` does."""
        self.nplc.affects(self.aperture, self.aperture_enabled)
        self.aperture.affects(self.nplc, self.aperture_enabled)
        self.aperture_enabled.affects(self.nplc, self.aperture)


class Keysight344xxADCVoltage(Keysight344xxAIntegrating):
    """How direct voltages are measured."""

    header = "VOLT:DC"
    quantity = "V"

    auto_impedance = parameter("VOLT:DC:IMP:AUTO?", "VOLT:DC:IMP:AUTO {}", val_mapping=ON_OFF)
    """Whether the input has more than 10 GOhm in the ranges up to 10 V; otherwise it has 10 MOhm in all."""


class Keysight344xxADCCurrent(Keysight344xxAIntegrating):
    """How direct currents are measured."""

    header = "CURR:DC"
    quantity = "A"

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        _add_terminals(self)

    @property
    def ranges(self) -> tuple[float, ...]:
        """All ranges of the model at its 3 A terminals in A."""
        return self.model.dc_current


class Keysight344xxAResistance(Keysight344xxAIntegrating):
    """How resistances are measured, with two wires or with four: they share their range.

    A range means a current through the sample: 1 mA at 100 Ohm and 1 kOhm, less above.
    """

    header = "RES"
    quantity = "Ohm"

    @property
    def ranges(self) -> tuple[float, ...]:
        """All ranges of the model in Ohm."""
        return self.model.resistance


class Keysight344xxAACVoltage(Keysight344xxAFunction):
    """How alternating voltages (rms) are measured."""

    header = "VOLT:AC"
    quantity = "V"

    bandwidth = parameter("VOLT:AC:BAND?", "VOLT:AC:BAND {}", unit="Hz", get_parser=float, vals=Enum(*_BANDWIDTHS))
    """Lowest frequency in Hz that is measured rightly: 3, 20 or 200; the lower, the slower."""

    def longest(self) -> float:
        """Return the longest time that a sample takes in s, generously: until the filter has settled."""
        return _SETTLING[known(self.bandwidth)] + _OVERHEAD


class Keysight344xxAACCurrent(Keysight344xxAFunction):
    """How alternating currents (rms) are measured."""

    header = "CURR:AC"
    quantity = "A"

    bandwidth = parameter("CURR:AC:BAND?", "CURR:AC:BAND {}", unit="Hz", get_parser=float, vals=Enum(*_BANDWIDTHS))
    """Lowest frequency in Hz that is measured rightly: 3, 20 or 200; the lower, the slower."""

    def longest(self) -> float:
        """Return the longest time that a sample takes in s, generously: until the filter has settled."""
        return _SETTLING[known(self.bandwidth)] + _OVERHEAD

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        _add_terminals(self)

    @property
    def ranges(self) -> tuple[float, ...]:
        """All ranges at the 3 A terminals in A."""
        return _AMPERES


class Keysight344xxAFrequency(InstrumentModule):
    """How frequencies and periods are measured; both share these settings."""

    aperture = parameter("FREQ:APER?", "FREQ:APER {}", unit="s", get_parser=float, vals=Enum(0.01, 0.1, 1.0))
    """Gate time in s: 0.01, 0.1 or 1, for five, six or seven digits."""

    bandwidth = parameter("FREQ:RANG:LOW?", "FREQ:RANG:LOW {}", unit="Hz", get_parser=float, vals=Enum(*_BANDWIDTHS))
    """Lowest frequency in Hz that is expected: 3, 20 or 200."""

    voltage_range = parameter("FREQ:VOLT:RANG?", "FREQ:VOLT:RANG {}", unit="V", get_parser=float, vals=Enum(*_VOLTS))
    """Range of the voltage whose frequency is measured, in V. Setting it ends ``voltage_auto_range``."""

    voltage_auto_range = parameter("FREQ:VOLT:RANG:AUTO?", "FREQ:VOLT:RANG:AUTO {}", val_mapping=ON_OFF)
    """Whether the multimeter chooses the range of the voltage."""

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self.voltage_range.affects(self.voltage_auto_range)
        self.voltage_auto_range.affects(self.voltage_range)


class Keysight344xxATemperature(InstrumentModule):
    """How temperatures are measured."""

    probe = parameter("TEMP:TRAN:TYPE?", "TEMP:TRAN:TYPE {}", val_mapping=late(lambda self: self.model.probes))
    """Kind of thermometer: rtd, four_wire_rtd, thermistor, four_wire_thermistor; on 34465A and 34470A thermocouple."""

    rtd_resistance = parameter(
        "TEMP:TRAN:RTD:RES?", "TEMP:TRAN:RTD:RES {}", unit="Ohm", get_parser=float, vals=Numbers(80, 120)
    )
    """Resistance at 0 °C of a platinum thermometer with two wires in Ohm; 80 to 120 (limits: Not checked against a manual.)"""

    four_wire_rtd_resistance = parameter(
        "TEMP:TRAN:FRTD:RES?", "TEMP:TRAN:FRTD:RES {}", unit="Ohm", get_parser=float, vals=Numbers(80, 120)
    )
    """Resistance at 0 °C of a platinum thermometer with four wires in Ohm; 80 to 120 (limits: Not checked against a manual.)"""

    nplc = parameter(
        "TEMP:NPLC?",
        "TEMP:NPLC {}",
        unit="PLC",
        get_parser=float,
        vals=late(lambda self: Enum(*self.model.nplc)),
    )
    """Integration time in power line cycles."""

    unit = parameter("UNIT:TEMP?", "UNIT:TEMP {}", val_mapping={"K": "K", "°C": "C"})
    """Unit of the readings: K or °C."""

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        self.model: Model = parent.model
        super().__init__(parent, name, **kwargs)


def _add_terminals(module: Keysight344xxADCCurrent | Keysight344xxAACCurrent) -> None:
    """Add the choice of terminals where the model has it."""
    if module.model.ten_amperes:
        module.add_parameter(
            "terminals",
            unit="A",
            get_cmd=f"{module.header}:TERM?",
            set_cmd=f"{module.header}:TERM {{}}",
            get_parser=lambda answer: int(float(answer)),
            vals=Enum(3, 10),
            docstring="Terminals that the current flows through: 3 or 10 A; those for 10 A have one range, of 10 A.",
        )
