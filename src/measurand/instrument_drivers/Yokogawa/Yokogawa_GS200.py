"""Driver of the Yokogawa GS200 direct voltage and current source.

Syntax, ``:SOURce:LEVel:AUTO``, both ``:SOURce:PROTection`` commands and what the examples there show (``:SOURce:FUNCtion``,
``:SOURce:RANGe``, ``:OUTPut[:STATe]``) are from the GS200 User's Manual, IM GS210-01EN, 13.1 and 13.2, pages 13-1, 13-2 and
13-12; ``:SYSTem:ERRor`` is that of SCPI-99, the commands with ``*`` are those of IEEE 488.2. Other pages of the manual could
not be looked up: what was not found says so. Of a range, 120 % can be set, of 30 V 32 V, of 200 mA 200 mA; the pages with the
specifications could not be looked up either, so these limits are not checked against a manual; the device refuses what is
beyond its own, and that is raised.
"""

from __future__ import annotations

import math
from typing import Any

from measurand.errors import InstrumentError
from measurand.instrument import InstrumentModule, VisaInstrument, parameter
from measurand.instrument_drivers.scpi_errors import confirm, next_errors
from measurand.parameters import Parameter, create_on_off_val_mapping
from measurand.validators import Enum, Ints, Nothing, Numbers

_ON_OFF = create_on_off_val_mapping(on_val="1", off_val="0")
_LIMITS = {  # of the level, by range, by function
    "voltage": {0.01: 0.012, 0.1: 0.12, 1.0: 1.2, 10.0: 12.0, 30.0: 32.0},
    "current": {1e-3: 1.2e-3, 1e-2: 1.2e-2, 0.1: 0.12, 0.2: 0.2},
}
_INFINITE, _NOT_A_NUMBER = 9.9e37, 9.91e37
_UNITS = {"voltage": "V", "current": "A"}


def _measured(answer: str) -> float:
    """Return a reading as a float; NaN where SCPI-99 writes 9.91E+37, infinite where it writes 9.9E+37."""
    value = float(answer)
    if abs(value) >= _NOT_A_NUMBER:
        return math.nan
    return value if abs(value) < _INFINITE else math.copysign(math.inf, value)


class YokogawaGS200Monitor(InstrumentModule):
    """The measurement of the option /MON: the current of a voltage source, the voltage of a current source.

    Args:
        parent: The source.
        name: Identifier.
    """

    enabled = parameter(":SENS?", ":SENS {}", val_mapping=_ON_OFF)
    """Whether it measures. Not checked against a manual."""

    nplc = parameter(
        ":SENS:NPLC?", ":SENS:NPLC {}", unit="PLC", get_parser=lambda text: int(float(text)), vals=Ints(1, 25)
    )
    """Integration time in power line cycles; 1 to 25. Not checked against a manual."""

    delay = parameter(":SENS:DEL?", ":SENS:DEL {}", unit="s", get_parser=float, scale=1e3, vals=Numbers(0, 999.999))
    """Time between trigger and measurement in s; 0 to 999.999. Not checked against a manual."""

    reading = parameter(":MEAS?", get_parser=_measured, snapshot_get=False)
    """A new measurement: in A of a voltage source, in V of a current source; NaN unless ``enabled`` and the output is on.
    Not checked against a manual."""


class YokogawaGS200(VisaInstrument):
    """Yokogawa GS200, a source of direct voltages to 32 V or currents to 200 mA.

    It sources one of both: ``voltage`` is there while ``function`` is voltage, ``current`` while it is current, so that no
    number meant as a voltage is sent to a current source. (After somebody has changed it at the device, read ``function``.)
    The limits of the level are those of the present ``range``; the range cannot be set to one that the present level does
    not fit into. Every set is confirmed by the device.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"USB0::0xB21::0x39::90ABCDEF::INSTR"`` or ``"TCPIP0::192.168.0.7::inst0::INSTR"``.
        **kwargs: As for `VisaInstrument`.
    """

    default_terminator = "\n"

    function = parameter(
        lambda self: self._read_function(),
        lambda self, code: self._change_function(code),
        val_mapping={"voltage": "VOLT", "current": "CURR"},
    )
    """What is sourced: voltage or current. Changed only while the output is off."""

    range = parameter(":SOUR:RANG?", ":SOUR:RANG {}", get_parser=float, vals=Enum(*_LIMITS["voltage"]))
    """Range of the level in its unit: 10 mV, 100 mV, 1, 10, 30 V; 1, 10, 100, 200 mA. The output is not smooth while it
    changes. (The limits of the level in each range: Not checked against a manual.)"""

    auto_range = parameter(set_cmd=None, initial_value=False, val_mapping=_ON_OFF)
    """Whether each set of the level goes into the smallest range that holds it; default no: the range stays.

    The output is not smooth where ranges change, so sweep in a fixed one.
    """

    output_enabled = parameter(":OUTP?", ":OUTP {}", val_mapping=_ON_OFF)
    """Whether the output is connected."""

    voltage_limit = parameter(":SOUR:PROT:VOLT?", ":SOUR:PROT:VOLT {}", unit="V", get_parser=float, vals=Numbers(1, 30))
    """Largest voltage, of either sign, of a current source in V; 1 to 30."""

    current_limit = parameter(
        ":SOUR:PROT:CURR?", ":SOUR:PROT:CURR {}", unit="A", get_parser=float, vals=Numbers(1e-3, 0.2)
    )
    """Largest current, of either sign, of a voltage source in A; 0.001 to 0.2."""

    four_wire = parameter(":SENS:REM?", ":SENS:REM {}", val_mapping=_ON_OFF)
    """Whether the voltage is sensed at the sample, with the sense terminals. Not checked against a manual."""

    guard = parameter(":SENS:GUAR?", ":SENS:GUAR {}", val_mapping=_ON_OFF)
    """Whether the guard terminal is driven. Not checked against a manual."""

    voltage: Parameter[float]
    """Level in V, within the limits of the range; only while ``function`` is voltage."""
    current: Parameter[float]
    """Level in A, within the limits of the range; only while ``function`` is current."""

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        self._followed = ""
        self._levels = {function: self._level(function) for function in _LIMITS}
        self.range.affects(update=self._limit_level)
        self.auto_range.affects(update=self._limit_level)
        self.connect_message()
        if "MON" in self.ask("*OPT?"):
            self.monitor = self.add_submodule("monitor", YokogawaGS200Monitor(self, "monitor"))
            """What the option /MON measures."""
        self.function()

    def write_raw(self, cmd: str) -> None:
        """Send a command and wait until the device has carried it out.

        Raises:
            DeviceError: The device reported an error; its whole queue is in the message.
        """
        confirm(self, cmd)

    def errors(self) -> list[str]:
        """Empty the error queue and return what was in it, oldest first."""
        return next_errors(self)

    def reset(self) -> None:
        """Bring the device into the state it has after power-on; what was known of it is forgotten."""
        self.write("*RST")
        self.invalidate_cache()
        self._followed = ""
        self.function()

    def _level(self, function: str) -> Parameter[float]:
        """Return the level of one function, which is no parameter of the instrument yet."""
        level = Parameter(
            function,
            instrument=self,
            label=function.capitalize(),
            unit=_UNITS[function],
            get_cmd=":SOUR:LEV?",
            set_cmd=self._set_level,
            get_parser=float,
            vals=Nothing("not known yet"),
            docstring=f"Level of the source in {_UNITS[function]}, within the limits of the range; there while function is {function}.",
        )
        level.affects(update=self._limit_range)
        level.on_set(lambda _: self._range_may_differ())
        del self.parameters[function]
        return level

    def _follow(self, function: str) -> None:
        """Have the level of this function, and refuse the other one to whoever still holds it."""
        self._followed = function
        other = "current" if function == "voltage" else "voltage"
        if other in self.parameters:
            del self.parameters[other]
            self.safety.remove(self._levels[other])
        level = self._levels[function]
        if function not in self.parameters:
            self.parameters[function] = level
        self._levels[other].vals = Nothing(f"the source is a {function} source at present")
        self.range.unit = _UNITS[function]
        self.range.vals = Enum(*_LIMITS[function])
        self.range()
        level()
        self._limit_level()
        self._limit_range()
        self.safety.add(level, 0.0)
        self.safety.remove(self.output_enabled)  # comes after the level
        self.safety.add(self.output_enabled, False)

    def _read_function(self) -> str:
        code = self.ask(":SOUR:FUNC?")
        function = {"VOLT": "voltage", "CURR": "current"}.get(code)
        if function is not None and function != self._followed:  # also if somebody pressed a key
            self._follow(function)
        return code

    def _change_function(self, code: str) -> None:
        if self.ask(":SOUR:FUNC?") != code and self.output_enabled():
            raise InstrumentError(
                f"{self.name}: the function is not changed while the output is on. Bring the level to 0, then "
                f"{self.name}.output_enabled(False)."
            )
        self.write(f":SOUR:FUNC {code}")
        self._read_function()

    def _set_level(self, value: float) -> None:
        self.write(f":SOUR:LEV:AUTO {value}" if self.auto_range() else f":SOUR:LEV {value}")

    def _range_may_differ(self) -> None:
        if self.auto_range():
            self.range.cache.invalidate()

    def _limit_level(self) -> None:
        """Give the level the limits of the range, or of all of them."""
        function = self._followed
        limits = _LIMITS[function]
        limit = max(limits.values()) if self.auto_range() else limits[self.range.cache() or self.range()]
        self._levels[function].vals = Numbers(-limit, limit)

    def _limit_range(self) -> None:
        """Allow the ranges that hold the level."""
        function = self._followed
        level = abs(self._levels[function].cache() or 0.0)
        allowed = Enum(*(one for one, limit in _LIMITS[function].items() if level <= limit))
        if self.range.vals is None or self.range.vals.to_dict() != allowed.to_dict():
            self.range.vals = allowed
