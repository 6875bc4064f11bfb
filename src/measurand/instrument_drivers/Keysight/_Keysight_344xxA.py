"""The Truevolt multimeters of Keysight: what the 34460A, 34461A, 34465A and 34470A share.

Commands and limits are from the Keysight Truevolt Series Operating and Service Guide (34460-90901, online edition and the
PDF of 583 pages), SCPI Programming Reference, and for what both have from its Agilent predecessor (34460-90901, 2013).
DISPlay:WINDow, FORMat, UNIT:TEMPerature, SYSTem:ERRor, INITiate and ABORt are checked against SCPI-99, the commands with
``*`` against IEEE 488.2.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from measurand.errors import InstrumentError
from measurand.instrument import InstrumentModule, VisaInstrument, late, parameter, submodule
from measurand.instrument_drivers.Keysight._Keysight_344xxA_settings import (
    ON_OFF,
    UNITS,
    Keysight344xxAACCurrent,
    Keysight344xxAACVoltage,
    Keysight344xxADCCurrent,
    Keysight344xxADCVoltage,
    Keysight344xxAFrequency,
    Keysight344xxAFunction,
    Keysight344xxAResistance,
    Keysight344xxATemperature,
    Model,
    known,
)
from measurand.instrument_drivers.scpi_errors import confirm, next_errors
from measurand.parameters import Parameter, ParameterWithSetpoints
from measurand.validators import Arrays, Ints, Numbers, Strings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INFINITE = 9.9e37
_NOT_A_NUMBER = 9.91e37
_SLOWEST = 5.0  # s, for a sample of a function whose settings do not tell


def one_reading(answer: str) -> float:
    """Return a reading as a float: infinite, with its sign, on overload.

    Raises:
        ValueError: It is no number, or there are several.
    """
    if "," in answer:
        raise ValueError(
            f"{answer.count(',') + 1} readings came for one; set sample.count and trigger.count to 1, or read trace"
        )
    value = float(answer)
    if math.isnan(value) or abs(value) >= _NOT_A_NUMBER:
        return math.nan
    return value if abs(value) < _INFINITE else math.copysign(math.inf, value)


class Keysight344xxATrigger(InstrumentModule):
    """When the multimeter measures.

    Args:
        parent: The multimeter.
        name: Identifier.
    """

    source = parameter(
        "TRIG:SOUR?",
        "TRIG:SOUR {}",
        val_mapping={"immediate": "IMM", "external": "EXT", "bus": "BUS", "internal": "INT"},
    )
    """What starts samples: immediate, external (connector), bus (`force_trigger`), internal (a level; option DIG)."""

    slope = parameter("TRIG:SLOP?", "TRIG:SLOP {}", val_mapping={"positive": "POS", "negative": "NEG"})
    """Edge of the external trigger that counts."""

    delay = parameter("TRIG:DEL?", "TRIG:DEL {}", unit="s", get_parser=float, vals=Numbers(0, 3600))
    """Time between trigger and first sample in s; 0 to 3600. Setting it ends ``auto_delay``."""

    auto_delay = parameter("TRIG:DEL:AUTO?", "TRIG:DEL:AUTO {}", val_mapping=ON_OFF)
    """Whether the delay follows function, range, integration time and filter. Not checked against a manual."""

    count = parameter(
        "TRIG:COUN?", "TRIG:COUN {}", get_parser=lambda answer: int(float(answer)), vals=Ints(1, 1_000_000)
    )
    """Triggers that are accepted before the multimeter is idle again; 1 to 1 000 000."""

    def __init__(self, parent: _Keysight344xxA, name: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self.delay.affects(self.auto_delay)
        self.auto_delay.affects(self.delay)


class Keysight344xxASample(InstrumentModule):
    """How many samples a trigger starts, and at what pace.

    Args:
        parent: The multimeter.
        name: Identifier.
    """

    count = parameter(
        "SAMP:COUN?",
        "SAMP:COUN {}",
        get_parser=lambda answer: int(float(answer)),
        vals=late(lambda self: Ints(1, self.dmm.model.samples)),
    )
    """Samples for each trigger, the length of ``trace``. Beyond the memory of the model the oldest are lost."""

    def __init__(self, parent: _Keysight344xxA, name: str, **kwargs: Any) -> None:
        self.dmm = parent
        super().__init__(parent, name, **kwargs)
        if parent.model.digitises:
            self._add_timer()

    def _add_timer(self) -> None:
        self.source: Parameter[str] = Parameter(
            "source",
            instrument=self,
            get_cmd="SAMP:SOUR?",
            set_cmd="SAMP:SOUR {}",
            val_mapping={"immediate": "IMM", "timer": "TIM"},
            docstring="What starts the samples after the first: the end of the one before, or a timer of interval. "
            "Not checked against a manual.",
        )
        """What starts the samples after the first: ``"immediate"`` after the one before, or ``"timer"``."""
        self.interval: Parameter[float] = Parameter(
            "interval",
            instrument=self,
            unit="s",
            get_cmd="SAMP:TIM?",
            set_cmd="SAMP:TIM {}",
            get_parser=float,
            vals=Numbers(2e-5, 3600),
            docstring="Time between the starts of two samples in s, to 3600 s, if source is timer.",
        )
        """Time between the starts of two samples in s; the least depends on the other settings (device error below)."""


class Keysight344xxATrace(ParameterWithSetpoints):
    """The samples that one trigger starts, measured and sent at once."""

    instrument: _Keysight344xxA

    def get_raw(self) -> NDArray[np.float64]:
        """Measure.

        Returns:
            Readings in the unit of the function, shape ``(sample.count,)``, infinite on overload.
        """
        return self.instrument.acquire()


class _Keysight344xxA(VisaInstrument):
    """A Truevolt multimeter. Every set is confirmed by the device; its errors are raised as `DeviceError`.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"`` or ``"TCPIP0::192.168.0.7::5025::SOCKET"``.
        **kwargs: As for `VisaInstrument`.
    """

    default_terminator = "\n"
    model: ClassVar[Model]

    function = parameter(
        "FUNC?",
        'FUNC "{}"',
        get_parser=lambda answer: answer.strip('"'),
        val_mapping=late(lambda self: self.model.functions),
    )
    """What is measured: dc_voltage, ac_voltage, dc_current, ac_current, resistance, four_wire_resistance, frequency,
    period, temperature, continuity, diode; on 34465A and 34470A capacitance. Resistance sends a current through the
    sample."""

    dc_voltage = submodule(Keysight344xxADCVoltage)
    ac_voltage = submodule(Keysight344xxAACVoltage)
    dc_current = submodule(Keysight344xxADCCurrent)
    ac_current = submodule(Keysight344xxAACCurrent)
    resistance = submodule(Keysight344xxAResistance)
    frequency = submodule(Keysight344xxAFrequency)
    temperature = submodule(Keysight344xxATemperature)
    trigger = submodule(Keysight344xxATrigger)
    sample = submodule(Keysight344xxASample)

    reading = parameter("READ?", get_parser=one_reading, snapshot_get=False)
    """A new measurement with the present function, in its unit; infinite on overload. Takes as long as it takes."""

    volt = parameter(lambda self: self._read_volt(), get_parser=one_reading, unit="V", snapshot_get=False)
    """A new measurement of the voltage in V, direct or alternating (rms); refused while something else is measured."""

    terminals = parameter("ROUT:TERM?", val_mapping={"front": "FRON", "rear": "REAR"})
    """Which connectors the switch at the front panel has chosen. Not checked against a manual."""

    display_enabled = parameter("DISP?", "DISP {}", val_mapping=ON_OFF)
    """Whether the display is on; off is a little faster."""

    display_text = parameter(
        "DISP:TEXT?", 'DISP:TEXT "{}"', get_parser=lambda text: text.strip('"'), vals=Strings(0, 40)
    )
    """Text on the display, up to 40 characters (the limit: Not checked against a manual.); `display_clear` ends it."""

    binary_trace = parameter(set_cmd=None, initial_value=False, val_mapping=ON_OFF)
    """Whether ``trace`` is sent as blocks of 64-bit numbers, which is faster; default as text, which all firmware can."""

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        self.connect_message()
        self._add_trace()
        self.function.on_set(self._show_unit)
        self.temperature.unit.on_set(lambda _: self._show_unit(known(self.function)))
        self._show_unit(self.function())

    def write_raw(self, cmd: str) -> None:
        """Send a command and wait until the device has carried it out.

        Raises:
            DeviceError: The device reported an error; its whole queue is in the message.
        """
        confirm(self, cmd)

    def acquire(self) -> NDArray[np.float64]:
        """Measure all samples of one trigger; the device answers when it has them all.

        The longest time that the samples take, as far as settings tell, is added to ``timeout``; a trigger that is waited
        for is not in it.

        Returns:
            Readings in the unit of the function, shape ``(sample.count,)``, infinite on overload.
        """
        import numpy as np

        with self.lock, self.parameters["timeout"].set_to(self._patience()):
            values = self._read_block() if self.binary_trace() else np.array(self.ask("READ?").split(","), np.float64)
        beyond = np.abs(values) >= _INFINITE
        values[beyond] = np.copysign(np.inf, values[beyond])
        return values

    def errors(self) -> list[str]:
        """Empty the error queue and return what was in it, oldest first."""
        return next_errors(self)

    def force_trigger(self) -> None:
        """Trigger by software, while ``trigger.source`` is bus and `initiate` was called."""
        self.write("*TRG")

    def initiate(self) -> None:
        """Wait for triggers from now on; `fetch` gives what was measured."""
        self.write("INIT")

    def fetch(self) -> NDArray[np.float64]:
        """Wait until all that `initiate` started is measured, and return it, in the unit of the function."""
        import numpy as np

        return np.array(self.ask("FETC?").split(","), np.float64)

    def abort(self) -> None:
        """End a measurement, e.g. one that waits for a trigger that never comes."""
        self.write("ABOR")

    def auto_zero_once(self) -> None:
        """Measure the offset of the direct-voltage input now and never again by itself."""
        self.write("VOLT:DC:ZERO:AUTO ONCE")
        self.dc_voltage.auto_zero.cache.invalidate()

    def display_clear(self) -> None:
        """Take ``display_text`` away."""
        self.write("DISP:TEXT:CLE")
        self.display_text.cache.invalidate()

    def reset(self) -> None:
        """Bring the device into the state it has after power-on; what was known of it is forgotten."""
        self.write("*RST")
        self.invalidate_cache()
        self._show_unit(self.function())

    def _add_trace(self) -> None:
        known(self.sample.count)  # so that neither a trace nor a snapshot has to ask for it
        samples = Arrays(shape=(partial(known, self.sample.count),))
        self.sample_index: Parameter[Any] = Parameter(
            "sample_index",
            instrument=self,
            unit="pt",
            get_cmd=self._indices,
            vals=samples,
            snapshot_value=False,
            docstring="Numbers of the samples of trace, from 0.",
        )
        """Numbers of the samples of ``trace``, from 0."""
        self.trace: Keysight344xxATrace = Keysight344xxATrace(
            "trace",
            instrument=self,
            vals=samples,
            setpoints=[self.sample_index],
            docstring="The samples of one trigger, measured anew and sent at once; their number is sample.count.",
        )
        """The samples of one trigger, measured anew; their number is ``sample.count``."""
        if self.model.digitises:
            self._add_time_axis(samples)

    def _add_time_axis(self, samples: Arrays) -> None:
        self.time_axis: Parameter[Any] = Parameter(
            "time_axis",
            instrument=self,
            unit="s",
            get_cmd=lambda: self._indices() * known(self.sample.interval),
            vals=samples,
            snapshot_value=False,
            docstring="Starts of the samples of trace in s after the first, as the timer (sample.source) paces them.",
        )
        """Starts of the samples of ``trace`` in s after the first, as the timer paces them."""
        self.sample.source.on_set(self._choose_axis)
        self._choose_axis(self.sample.source())

    def _choose_axis(self, source: str) -> None:
        self.trace.setpoints = [self.time_axis if source == "timer" else self.sample_index]

    def _show_unit(self, function: str) -> None:
        """Give readings the unit of the function."""
        unit = UNITS.get(function) or known(self.temperature.unit)
        self.reading.unit = self.trace.unit = unit

    def _read_volt(self) -> str:
        function = known(self.function)
        if function not in ("dc_voltage", "ac_voltage"):
            raise InstrumentError(
                f"{self.name}: measures {function} at present, no voltage. Set function to 'dc_voltage' or "
                f"'ac_voltage', or read {self.name}.reading."
            )
        return self.ask("READ?")

    def _read_block(self) -> NDArray[np.float64]:
        self.write("FORM REAL,64;:FORM:BORD NORM")
        try:
            return self.query_binary_values("READ?", "d", is_big_endian=True)
        finally:  # a reading is text
            self.write("FORM ASC")

    def _patience(self) -> float | None:
        """Return the time-out with the longest that the samples may take."""
        timeout: float | None = self.parameters["timeout"]()
        return None if timeout is None else timeout + known(self.sample.count) * self._pace()

    def _pace(self) -> float:
        """Return the longest time from one sample to the next in s."""
        if self.model.digitises and known(self.sample.source) == "timer":
            return known(self.sample.interval)
        modules: dict[str, Keysight344xxAFunction] = {
            "dc_voltage": self.dc_voltage,
            "ac_voltage": self.ac_voltage,
            "dc_current": self.dc_current,
            "ac_current": self.ac_current,
            "resistance": self.resistance,
            "four_wire_resistance": self.resistance,
        }
        module = modules.get(known(self.function))
        return _SLOWEST if module is None else module.longest()

    def _indices(self) -> NDArray[np.float64]:
        import numpy as np

        return np.arange(known(self.sample.count), dtype=np.float64)
