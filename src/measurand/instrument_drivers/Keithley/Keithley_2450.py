"""Driver of the Keithley 2450 source-meter, spoken to in SCPI.

Commands and limits are from the Model 2450 Interactive SourceMeter Instrument Reference Manual, 2450-901-01 Rev. B (September
2013), section 6, SCPI command reference, and appendix B (``*LANG``). ``SYSTem:ERRor`` and ``INITiate`` are those of SCPI-99,
the other commands with ``*`` are those of IEEE 488.2. What was not found in the pages that could be looked up says so.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from measurand.errors import ConfigurationError, InstrumentError, RefusedValue
from measurand.instrument import InstrumentModule, VisaInstrument, late, parameter, submodule
from measurand.instrument_drivers.Keithley._Keithley_2450_settings import (
    ON_OFF,
    Keithley2450CurrentSense,
    Keithley2450CurrentSource,
    Keithley2450ResistanceSense,
    Keithley2450Sense,
    Keithley2450Source,
    Keithley2450VoltageSense,
    Keithley2450VoltageSource,
)
from measurand.instrument_drivers.scpi_errors import confirm, next_errors
from measurand.parameters import Parameter, ParameterWithSetpoints
from measurand.validators import Arrays, Enum, Ints, MultiType, Numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INFINITE = 9.9e37
_QUANTITIES = {"voltage": "VOLT", "current": "CURR", "resistance": "RES"}
_UNITS = {"voltage": "V", "current": "A", "resistance": "Ohm"}
_SLOWEST_LINE = 50.0  # Hz
_MARGIN = 6.0  # integrations per point, with those of auto zero and a margin: for the time-out only


def one_reading(answer: str) -> float:
    """Return a reading as a float, infinite, with its sign, on overflow."""
    value = float(answer)
    return math.copysign(math.inf, value) if abs(value) >= _INFINITE else value


class Keithley2450Trace(ParameterWithSetpoints):
    """The readings of one sweep."""

    instrument: Keithley2450Sweep

    def get_raw(self) -> NDArray[np.float64]:
        """Sweep.

        Returns:
            Readings of the sensed quantity in its unit, shape ``(points,)``, infinite on overflow.
        """
        return self.instrument.run()


class Keithley2450Sweep(InstrumentModule):
    """A sweep of the sourced quantity that the device runs by itself, with a reading at each point.

    Args:
        parent: The source-meter.
        name: Identifier.
    """

    start = parameter(set_cmd=None, initial_value=0.0, vals=Numbers(-210, 210), unit="V")
    """First level, in the unit of what is sourced; within the limits of that level."""

    stop = parameter(set_cmd=None, initial_value=1.0, vals=Numbers(-210, 210), unit="V")
    """Last level, in the unit of what is sourced; within the limits of that level."""

    points = parameter(set_cmd=None, initial_value=11, vals=Ints(2, 100_000))
    """Number of points; 2 to 100 000, as many as the default buffer holds (this limit: Not checked against a manual.)."""

    delay = parameter(set_cmd=None, initial_value=-1, vals=MultiType(Enum(-1, 0), Numbers(5e-5, 1e4)), unit="s")
    """Time between two points in s, on top of the source's delay: 50 us to 10 000 s, 0, or -1 for the device's own."""

    axis = parameter(lambda self: self.levels(), vals=late(lambda self: self.lengths()), unit="V", snapshot_value=False)
    """Levels of the sweep, as they are programmed."""

    def __init__(self, parent: Keithley2450, name: str, **kwargs: Any) -> None:
        self.smu = parent
        super().__init__(parent, name, **kwargs)
        self.trace: Keithley2450Trace = Keithley2450Trace(
            "trace",
            instrument=self,
            vals=self.lengths(),
            setpoints=[self.axis],
            docstring="The readings of a sweep that is run now. The output must be on, and the device may switch it off after it.",
        )
        """The readings of a sweep that is run now. The output must be on, and the device may switch it off after it."""

    def levels(self) -> NDArray[np.float64]:
        """Return the levels of the sweep in the unit of what is sourced, shape ``(points,)``."""
        import numpy as np

        return np.linspace(float(self.start()), float(self.stop()), int(self.points()))

    def lengths(self) -> Arrays:
        """Return the validator of axis and trace: as long as there are points."""
        return Arrays(shape=(self.points,))

    def run(self) -> NDArray[np.float64]:
        """Bring the level to ``start``, as setting it does, sweep, and return the readings.

        The device ends a sweep that is held back by its limit (compliance). Its trigger model may switch the output off after
        the last point, as the simulated device does: ask ``output_enabled``. Not checked against a manual.

        Returns:
            Readings of the sensed quantity in its unit, shape ``(points,)``, infinite on overflow.

        Raises:
            RefusedValue: A level is not allowed, or further from the one before than ``step`` of the level allows.
            InstrumentError: The output is off.
        """
        import numpy as np

        source = self.smu.source()
        points = int(self.points())
        with self.smu.lock:
            self._check(source)
            source.level(self.start())
            try:
                self.smu.write(self._command(source, points))
                self.smu.write("INIT")
                with self.smu.parameters["timeout"].set_to(self._patience(points)):
                    answer = self.smu.ask(f'*WAI;:TRAC:DATA? 1,{points},"defbuffer1",READ')
            finally:
                source.level.cache.invalidate()
                source.range.cache.invalidate()
                self.smu.output_enabled.cache.invalidate()
        values = np.array(answer.split(","), np.float64)
        beyond = np.abs(values) >= _INFINITE
        values[beyond] = np.copysign(np.inf, values[beyond])
        return values

    def _command(self, source: Keithley2450Source, points: int) -> str:
        ranging = "BEST" if source.auto_range() else "FIX"
        return (
            f"SOUR:SWE:{source.header}:LIN {self.start()},{self.stop()},{points},{self.delay()},"
            f'1,{ranging},ON,OFF,"defbuffer1"'
        )

    def _check(self, source: Keithley2450Source) -> None:
        """Refuse what would be refused if the levels were set one by one, and an output that is off."""
        levels = self.levels()
        for level in (levels[0], levels[-1]):
            source.level.validate(float(level))
        step, stride = source.level.step, abs(float(levels[1] - levels[0]))
        if step is not None and stride > step * (1 + 1e-9):
            raise RefusedValue(
                f"{self.smu.name}.sweep: {len(levels)} points from {levels[0]} to {levels[-1]} {source.unit} are "
                f"{stride:.6g} {source.unit} apart, {source.level.full_name}.step allows {step} {source.unit}. Take more "
                f"points."
            )
        if step is not None and abs(float(levels[-1])) > step:
            raise RefusedValue(
                f"{self.smu.name}.sweep: after {levels[-1]} {source.unit} the device may switch its output off, a jump that "
                f"{source.level.full_name}.step={step} does not allow. Sweep to 0, or set the levels one by one."
            )
        if not self.smu.output_enabled():
            raise InstrumentError(
                f"{self.smu.name}: the output is off and would be switched on by a sweep. Switch it on yourself: "
                f"{self.smu.name}.output_enabled(True)."
            )

    def _patience(self, points: int) -> float | None:
        timeout: float | None = self.smu.parameters["timeout"]()
        if timeout is None:
            return None
        source = self.smu.source()
        pause = max(float(self.delay()), 0.1) + float(source.delay())
        return timeout + points * (pause + _MARGIN * float(self.smu.sense().nplc()) / _SLOWEST_LINE)


class Keithley2450(VisaInstrument):
    """Keithley 2450 source-meter: 210 V, 1.05 A, 20 W. Every set is confirmed by the device.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"`` or ``"USB0::0x5E6::0x2450::04000000::INSTR"``.
        **kwargs: As for `VisaInstrument`.

    Raises:
        ConfigurationError: The device is set to another language than SCPI.
    """

    default_terminator = "\n"

    voltage_source = submodule(Keithley2450VoltageSource)
    current_source = submodule(Keithley2450CurrentSource)
    voltage_sense = submodule(Keithley2450VoltageSense)
    current_sense = submodule(Keithley2450CurrentSense)
    resistance_sense = submodule(Keithley2450ResistanceSense)

    source_function = parameter(
        "SOUR:FUNC?",
        lambda self, code: self._change_source(code),
        val_mapping={"voltage": "VOLT", "current": "CURR"},
    )
    """What is sourced: voltage or current. Changed only while the output is off."""

    sense_function = parameter(
        "SENS:FUNC?",
        'SENS:FUNC "{}"',
        get_parser=lambda answer: answer.strip('"').removesuffix(":DC"),
        val_mapping=_QUANTITIES,
    )
    """What is measured: voltage, current or resistance."""

    output_enabled = parameter("OUTP?", "OUTP {}", val_mapping=ON_OFF, safe=False)
    """Whether the output is on."""

    output_off_state = parameter(
        lambda self: self.ask(f"OUTP:{self._sourced()}:SMOD?"),
        lambda self, code: self.write(f"OUTP:{self._sourced()}:SMOD {code}"),
        val_mapping={"normal": "NORM", "high_impedance": "HIMP", "zero": "ZERO", "guard": "GUAR"},
    )
    """What off means for the present source function: normal, high_impedance (relay open), zero, guard. Not
    checked against a manual."""

    terminals = parameter("ROUT:TERM?", "ROUT:TERM {}", val_mapping={"front": "FRON", "rear": "REAR"})
    """Which terminals are used. Not checked against a manual."""

    reading = parameter("READ?", get_parser=one_reading, snapshot_get=False)
    """A new measurement of the sensed quantity, in its unit; infinite on overflow."""

    sweep = submodule(Keithley2450Sweep)

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        self.connect_message()
        self._check_language()
        self.source_function.on_set(self._show_source)
        self.sense_function.on_set(self._show_sense)
        self.source_function.affects(self.output_off_state)
        self._look()

    def source(self) -> Keithley2450Source:
        """Return the module of what is sourced at present."""
        return self.voltage_source if self._sourced() == "VOLT" else self.current_source

    def sense(self) -> Keithley2450Sense:
        """Return the module of what is measured at present."""
        name = self.sense_function.cache() or self.sense_function()
        modules = {"voltage": self.voltage_sense, "current": self.current_sense, "resistance": self.resistance_sense}
        return modules[name]

    def write_raw(self, cmd: str) -> None:
        """Send a command and wait until the device has carried it out.

        Raises:
            DeviceError: The device reported an error; its whole queue is in the message.
        """
        confirm(self, cmd)

    def errors(self) -> list[str]:
        """Empty the error queue and return what was in it, oldest first."""
        return next_errors(self)

    def display(self, upper: str, lower: str = "") -> None:
        """Show text on the user screen.

        Args:
            upper: Up to 20 characters.
            lower: Up to 32 characters.
        """
        for line, text, longest in ((1, upper, 20), (2, lower, 32)):
            if len(text) > longest or '"' in text:
                raise RefusedValue(
                    f"{self.name}.display: {text!r} refused in line {line}, allowed are {longest} characters, no quotes."
                )
        self.write(f'DISP:USER1:TEXT "{upper}"')
        self.write(f'DISP:USER2:TEXT "{lower}"')

    def reset(self) -> None:
        """Bring the device into the state it has after power-on; what was known of it is forgotten."""
        self.write("*RST")
        self.invalidate_cache()
        self._look()

    def _check_language(self) -> None:
        language = self.ask("*LANG?")
        if language != "SCPI":
            raise ConfigurationError(
                f"{self.name} ({self.address}): the device is set to the command set {language}, this driver speaks SCPI. "
                f"Choose SCPI at the device (menu, settings, command set), and switch it off and on."
            )

    def _look(self) -> None:
        """Ask the device for what units and limits here depend on."""
        self._show_source(self.source_function())
        self._show_sense(self.sense_function())
        self.voltage_source.refresh()
        self.current_source.refresh()

    def _sourced(self) -> str:
        return _QUANTITIES[self.source_function.cache() or self.source_function()]

    def _change_source(self, code: str) -> None:
        if self.ask("SOUR:FUNC?") != code and self.output_enabled():
            raise InstrumentError(
                f"{self.name}: what is sourced is not changed while the output is on. Bring the level to 0, then "
                f"{self.name}.output_enabled(False)."
            )
        self.write(f"SOUR:FUNC {code}")

    def _show_source(self, function: str) -> None:
        axes: tuple[Parameter[Any], ...] = (self.sweep.start, self.sweep.stop, self.sweep.axis)
        for one in axes:
            one.unit = _UNITS[function]

    def _show_sense(self, function: str) -> None:
        self.reading.unit = self.sweep.trace.unit = _UNITS[function]
