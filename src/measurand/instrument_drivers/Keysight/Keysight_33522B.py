"""Driver of the Keysight 33522B Trueform arbitrary waveform generator.

From the Agilent 33500 Series Operating and Service Guide: output termination and units (page 62), bursts (page 177), limits of
arbitrary waveforms and blocks of data (page 191), trigger output (page 264), and the guide's web edition, RATE Subsystem
(coupled sample rates, and how fast the filter allows). The byte order (``FORMat:BORDer``) is checked against the E1441A manual,
page 79, ``SYSTem:ERRor`` against SCPI-99, commands with ``*`` against IEEE 488.2. Other pages could not be looked up: what was
not found says so.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from measurand.errors import DeviceError, RefusedValue
from measurand.instrument import ChannelTuple, InstrumentChannel, VisaInstrument, parameter, submodule
from measurand.instrument_drivers.scpi_errors import confirm, next_errors
from measurand.parameters import create_on_off_val_mapping
from measurand.validators import Enum, Ints, MultiType, Numbers, Strings

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_ON_OFF = create_on_off_val_mapping(on_val="1", off_val="0")
_HIGHEST_HZ = 30e6
_HIGHEST_RATE = 250e6  # Sa/s
_OPEN = 9.9e37  # what the device answers for INFinity
_INSIDE = 50.0  # Ohm
_FEWEST, _MOST = 8, 1_000_000  # points
_FULL_SCALE = 32_767
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,11}")
_FUNCTIONS = {
    "sine": "SIN",
    "square": "SQU",
    "triangle": "TRI",
    "ramp": "RAMP",
    "pulse": "PULS",
    "prbs": "PRBS",
    "noise": "NOIS",
    "arbitrary": "ARB",
    "dc": "DC",
}


def _or_infinite(answer: str) -> float:
    value = float(answer)
    return math.inf if value >= _OPEN else value


def _unquoted(answer: str) -> str:
    return answer.strip('"')


class Keysight33522BChannel(InstrumentChannel):
    """One output.

    Args:
        parent: The generator.
        name: Identifier.
        number: 1 or 2.
    """

    def __init__(self, parent: Keysight33522B, name: str, number: int, **kwargs: Any) -> None:
        self.number = number
        self.generator = parent
        super().__init__(parent, name, **kwargs)
        self.load.affects(self.amplitude, self.offset, self.limit_high, self.limit_low, update=self.follow_load)
        self.function.affects(self.amplitude, self.offset, self.frequency)
        self.waveform.affects(self.amplitude, self.offset, self.sample_rate)
        self.amplitude.affects(self.offset)
        self.offset.affects(self.amplitude)
        self.arb_filter.affects(self.sample_rate)

    output_enabled = parameter("OUTP{self.number}?", "OUTP{self.number} {}", val_mapping=_ON_OFF, safe=False)
    """Whether the output is connected. Not checked against a manual."""

    load = parameter(
        "OUTP{self.number}:LOAD?",
        lambda self, ohms: self._set_load(ohms),
        label="Load",
        unit="Ohm",
        get_parser=_or_infinite,
        vals=MultiType(Numbers(1, 10_000), Enum(math.inf)),
    )
    """Resistance that the output is connected to in Ohm, 1 to 10000, infinite (``math.inf``) for a gate or an open end. It
    scales what amplitude and offset show, not what comes out: said wrongly, a sample gets twice the voltage."""

    polarity = parameter(
        "OUTP{self.number}:POL?", "OUTP{self.number}:POL {}", val_mapping={"normal": "NORM", "inverted": "INV"}
    )
    """Whether the waveform is inverted about its offset. Not checked against a manual."""

    function = parameter("SOUR{self.number}:FUNC?", "SOUR{self.number}:FUNC {}", val_mapping=_FUNCTIONS)
    """Shape: sine, square, triangle, ramp, pulse, prbs, noise, arbitrary, dc. Not checked against a manual."""

    frequency = parameter(
        "SOUR{self.number}:FREQ?",
        "SOUR{self.number}:FREQ {}",
        label="Frequency",
        unit="Hz",
        get_parser=float,
        vals=Numbers(1e-6, _HIGHEST_HZ),
    )
    """Frequency in Hz, 1 uHz to 30 MHz; ramps and triangles less (device error). The limits: Not checked against a manual."""

    amplitude = parameter(
        "SOUR{self.number}:VOLT?",
        "SOUR{self.number}:VOLT {}",
        label="Amplitude",
        unit="Vpp",
        get_parser=float,
        vals=Numbers(1e-3, 10),
    )
    """Voltage from lowest to highest in Vpp, at ``load``: 1 mV to 10 V at 50 Ohm, twice that where it is open. With the
    offset it must stay in the range of the output (device error)."""

    offset = parameter(
        "SOUR{self.number}:VOLT:OFFS?",
        "SOUR{self.number}:VOLT:OFFS {}",
        label="Offset",
        unit="V",
        get_parser=float,
        vals=Numbers(-5, 5),
    )
    """Mean of lowest and highest voltage in V, at ``load``: to 5 V at 50 Ohm, twice that where it is open."""

    limit_enabled = parameter(
        "SOUR{self.number}:VOLT:LIM:STAT?", "SOUR{self.number}:VOLT:LIM:STAT {}", val_mapping=_ON_OFF
    )
    """Whether the device refuses what leaves the limits below; guards the sample. While on, ``load`` stays as it is. The
    command: Not checked against a manual."""

    limit_high = parameter(
        "SOUR{self.number}:VOLT:LIM:HIGH?",
        "SOUR{self.number}:VOLT:LIM:HIGH {}",
        label="Highest voltage",
        unit="V",
        get_parser=float,
        vals=Numbers(-10, 10),
    )
    """Highest voltage that is allowed in V. Not checked against a manual."""

    limit_low = parameter(
        "SOUR{self.number}:VOLT:LIM:LOW?",
        "SOUR{self.number}:VOLT:LIM:LOW {}",
        label="Lowest voltage",
        unit="V",
        get_parser=float,
        vals=Numbers(-10, 10),
    )
    """Lowest voltage that is allowed in V. Not checked against a manual."""

    phase = parameter(
        "SOUR{self.number}:PHAS?",
        "SOUR{self.number}:PHAS {}",
        label="Phase",
        unit="deg",
        get_parser=float,
        vals=Numbers(-360, 360),
    )
    """Phase in degrees, -360 to 360, against the other channel after `synchronize_phase`. Not checked against a manual."""

    duty_cycle = parameter(
        "SOUR{self.number}:FUNC:SQU:DCYC?",
        "SOUR{self.number}:FUNC:SQU:DCYC {}",
        label="Duty cycle",
        unit="%",
        get_parser=float,
        vals=Numbers(0.01, 99.99),
    )
    """Part of a period that a square wave is high in %, 0.01 to 99.99. Not checked against a manual."""

    symmetry = parameter(
        "SOUR{self.number}:FUNC:RAMP:SYMM?",
        "SOUR{self.number}:FUNC:RAMP:SYMM {}",
        label="Symmetry",
        unit="%",
        get_parser=float,
        vals=Numbers(0, 100),
    )
    """Part of a period that a ramp rises in %, 0 to 100. Not checked against a manual."""

    pulse_width = parameter(
        "SOUR{self.number}:FUNC:PULS:WIDT?",
        "SOUR{self.number}:FUNC:PULS:WIDT {}",
        label="Pulse width",
        unit="s",
        get_parser=float,
        vals=Numbers(1.6e-8, 1e6),
    )
    """Length of a pulse in s, from 16 ns to less than a period. Not checked against a manual."""

    waveform = parameter(
        "SOUR{self.number}:FUNC:ARB?",
        'SOUR{self.number}:FUNC:ARB "{}"',
        label="Arbitrary waveform",
        get_parser=_unquoted,
        vals=Strings(1, 256),
    )
    """Which waveform of the memory the function arbitrary plays: a name of `upload`, or a file of the device."""

    sample_rate = parameter(
        "SOUR{self.number}:FUNC:ARB:SRAT?",
        "SOUR{self.number}:FUNC:ARB:SRAT {}",
        label="Sample rate",
        unit="Hz",
        get_parser=float,
        vals=Numbers(1e-6, _HIGHEST_RATE),
    )
    """Points of an arbitrary waveform per second in Hz, 1 uHz to 250 MHz; without filter to 62.5 MHz (device error)."""

    arb_filter = parameter(
        "SOUR{self.number}:FUNC:ARB:FILT?",
        "SOUR{self.number}:FUNC:ARB:FILT {}",
        val_mapping={"normal": "NORM", "step": "STEP", "off": "OFF"},
    )
    """What is done between the points: flattest frequency response, cleanest steps, or nothing."""

    burst_enabled = parameter("SOUR{self.number}:BURS:STAT?", "SOUR{self.number}:BURS:STAT {}", val_mapping=_ON_OFF)
    """Whether a trigger starts a burst, instead of an endless wave. Not checked against a manual."""

    burst_mode = parameter(
        "SOUR{self.number}:BURS:MODE?",
        "SOUR{self.number}:BURS:MODE {}",
        val_mapping={"triggered": "TRIG", "gated": "GAT"},
    )
    """Whether a trigger starts ``burst_cycles`` periods, or the wave lasts as long as the input is true."""

    burst_cycles = parameter(
        "SOUR{self.number}:BURS:NCYC?",
        "SOUR{self.number}:BURS:NCYC {}",
        label="Periods in a burst",
        get_parser=lambda answer: int(float(answer)),
        vals=Ints(1, 100_000_000),
    )
    """Periods of a burst, 1 to 100 000 000. Not checked against a manual."""

    burst_period = parameter(
        "SOUR{self.number}:BURS:INT:PER?",
        "SOUR{self.number}:BURS:INT:PER {}",
        label="Burst period",
        unit="s",
        get_parser=float,
        vals=Numbers(1e-6, 8000),
    )
    """Time between the starts of two bursts in s, 1 us to 8000 s, while ``trigger_source`` is immediate."""

    gate_polarity = parameter(
        "SOUR{self.number}:BURS:GATE:POL?",
        "SOUR{self.number}:BURS:GATE:POL {}",
        val_mapping={"normal": "NORM", "inverted": "INV"},
    )
    """Whether the input of gated bursts is true when high (``"normal"``) or low."""

    trigger_source = parameter(
        "TRIG{self.number}:SOUR?",
        "TRIG{self.number}:SOUR {}",
        val_mapping={"immediate": "IMM", "external": "EXT", "bus": "BUS"},
    )
    """What starts bursts: the device itself, every ``burst_period``; its trigger input; `Keysight33522B.force_trigger`."""

    trigger_slope = parameter(
        "TRIG{self.number}:SLOP?", "TRIG{self.number}:SLOP {}", val_mapping={"positive": "POS", "negative": "NEG"}
    )
    """Edge of the trigger input that counts. Not checked against a manual."""

    trigger_delay = parameter(
        "TRIG{self.number}:DEL?",
        "TRIG{self.number}:DEL {}",
        label="Trigger delay",
        unit="s",
        get_parser=float,
        vals=Numbers(0, 1000),
    )
    """Time between trigger and burst in s, 0 to 1000. Not checked against a manual."""

    def upload(self, name: str, values: ArrayLike) -> None:
        """Send a waveform into the volatile memory of the channel; ``waveform(name)`` selects it.

        Everything is looked at before anything is sent. The command: Not checked against a manual.

        Args:
            name: Up to 12 letters, digits and underscores, a letter first; not yet in the memory (`clear_waveforms`).
            values: The points, -1 to 1, where 1 is the highest voltage, shape ``(n,)``, 8 to 1 000 000 of them. Finer than
                1/32767 they are rounded.

        Raises:
            RefusedValue: Name or points are not allowed; nothing was sent.
            DeviceError: The device has refused it.
        """
        points = self._points(name, values)
        with self.generator.lock:
            self.write("FORM:BORD SWAP")
            self.generator.write_binary_values(f"SOUR{self.number}:DATA:ARB:DAC {name},", points, "h")
            errors = self.generator.errors()
        if errors:
            raise DeviceError(f"{self.full_name}: the device reported {'; '.join(errors)} after the waveform {name!r}.")

    def waveforms(self) -> list[str]:
        """Return the names in the volatile memory of the channel. Not checked against a manual."""
        return [_unquoted(name) for name in self.ask(f"SOUR{self.number}:DATA:VOL:CAT?").split(",") if name != '""']

    def clear_waveforms(self) -> None:
        """Empty the volatile memory of the channel. Not checked against a manual."""
        self.write(f"SOUR{self.number}:DATA:VOL:CLE")
        self.waveform.cache.invalidate()

    def follow_load(self) -> None:
        """Take the limits of amplitude and offset from the load."""
        load = self.load()
        highest = 10.0 if math.isinf(load) else 10.0 * load / (load + _INSIDE)
        self.amplitude.vals = Numbers(1e-3 * highest / 5, 2 * highest)
        self.offset.vals = Numbers(-highest, highest)

    def _set_load(self, ohms: float) -> None:
        self.write(f"OUTP{self.number}:LOAD {'INF' if math.isinf(ohms) else ohms}")

    def _points(self, name: str, values: ArrayLike) -> Any:
        """Return the points as the device takes them."""
        import numpy as np

        where = f"{self.full_name}.upload"
        if not _NAME.fullmatch(name):
            raise RefusedValue(
                f"{where}: the name {name!r} refused, allowed are up to 12 letters, digits and underscores, a letter first."
            )
        given = np.asarray(values)
        if given.ndim != 1 or given.dtype.kind not in "iuf" or not _FEWEST <= len(given) <= _MOST:
            raise RefusedValue(
                f"{where}: {given.dtype} values of shape {given.shape} refused, allowed is one row of {_FEWEST} to {_MOST} "
                f"real numbers."
            )
        if not bool(np.all(np.abs(given) <= 1)):  # also refuses NaN
            raise RefusedValue(
                f"{where}: values from {given.min()} to {given.max()} refused, allowed -1 to 1. The voltages are set by "
                f"amplitude and offset."
            )
        return np.rint(np.asarray(given, np.float64) * _FULL_SCALE).astype(np.int16)


class Keysight33522B(VisaInstrument):
    """Keysight 33522B, a generator of waveforms to 30 MHz, or 250 MSa/s, with two outputs.

    Every set is confirmed by the device; what it refuses is raised. ``safe_state`` disconnects both outputs.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"USB0::0x0957::0x2C07::MY52800000::INSTR"`` or ``"TCPIP0::192.168.0.7::5025::SOCKET"``.
        **kwargs: As for `VisaInstrument`.
    """

    default_terminator = "\n"

    ch1 = submodule(Keysight33522BChannel, 1)
    ch2 = submodule(Keysight33522BChannel, 2)

    sync_enabled = parameter("OUTP:SYNC?", "OUTP:SYNC {}", val_mapping=_ON_OFF)
    """Whether the Sync connector shows the beginning of periods. Not checked against a manual."""

    sync_source = parameter("OUTP:SYNC:SOUR?", "OUTP:SYNC:SOUR {}", val_mapping={"ch1": "CH1", "ch2": "CH2"})
    """Whose periods the Sync connector shows. Not checked against a manual."""

    trigger_output_enabled = parameter("OUTP:TRIG?", "OUTP:TRIG {}", val_mapping=_ON_OFF)
    """Whether the trigger connector shows the beginning of bursts."""

    trigger_output_source = parameter("OUTP:TRIG:SOUR?", "OUTP:TRIG:SOUR {}", val_mapping={"ch1": "CH1", "ch2": "CH2"})
    """Whose bursts the trigger connector shows."""

    trigger_output_slope = parameter(
        "OUTP:TRIG:SLOP?", "OUTP:TRIG:SLOP {}", val_mapping={"positive": "POS", "negative": "NEG"}
    )
    """Which edge the beginning is."""

    rates_coupled = parameter("RATE:COUP?", "RATE:COUP {}", val_mapping=_ON_OFF)
    """Whether the sample rates of both channels change together."""

    reference_source = parameter("ROSC:SOUR?", "ROSC:SOUR {}", val_mapping={"internal": "INT", "external": "EXT"})
    """Which 10 MHz clock it follows. Not checked against a manual."""

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        for error in self.errors():
            self.log.warning("Error from before the connection: %s", error)
        self.channels: ChannelTuple[Keysight33522BChannel] = ChannelTuple(
            self, "channels", Keysight33522BChannel, [self.ch1, self.ch2], snapshotable=False
        )
        self.add_submodule("channels", self.channels)
        self.rates_coupled.affects(self.ch1.sample_rate, self.ch2.sample_rate)
        self.ch1.sample_rate.affects(self.ch2.sample_rate)
        self.ch2.sample_rate.affects(self.ch1.sample_rate)
        self._prepare()
        self.connect_message()

    def write_raw(self, cmd: str) -> None:
        """Send a command and wait until the device has carried it out.

        Raises:
            DeviceError: The device reported an error; its whole queue is in the message.
        """
        confirm(self, cmd)

    def errors(self) -> list[str]:
        """Empty the error queue and return what was in it, oldest first."""
        return next_errors(self)

    def force_trigger(self) -> None:
        """Start the bursts of the channels whose ``trigger_source`` is bus."""
        self.write("*TRG")

    def synchronize_phase(self) -> None:
        """Begin the periods of both channels at the same moment. Not checked against a manual."""
        self.write("PHAS:SYNC")

    def synchronize_waveforms(self) -> None:
        """Begin the arbitrary waveforms of both channels at the same moment. Not checked against a manual."""
        self.write("FUNC:ARB:SYNC")

    def reset(self) -> None:
        """Bring the device into the state it has after power-on; what was known of it is forgotten."""
        self.write("*RST")
        self.invalidate_cache()
        self._prepare()

    def _prepare(self) -> None:
        """Have amplitudes in Vpp, and know the limits."""
        for channel in self.channels:
            self.write(f"SOUR{channel.number}:VOLT:UNIT VPP")
            channel.follow_load()
