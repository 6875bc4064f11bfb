"""Driver of the Keysight InfiniiVision DSOX1204G oscilloscope.

From the InfiniiVision DSOX1204A/G Oscilloscopes Programmer's Guide: transfer and scaling of waveforms (28, :WAVeform Commands,
pages 638 to 660) and the operation status (6, Root (:) Commands, page 152; 33, page 779). Preamble, numbers with a meaning of
their own, ``:CHANnel:RANGe`` and ``:TIMebase:RANGe``, ``:CHANnel:BWLimit`` and the names of acquisition types are checked
against guides of its relatives (2000 X-Series, page 644; 4000 X-Series, page 1243; 5000 Series, page 769; Infiniium 90000,
page 54). ``SYSTem:ERRor`` is that of SCPI-99, commands with ``*`` are those of IEEE 488.2. Other pages could not be looked up:
what was not found says so.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from measurand.errors import InstrumentError, UndecodableAnswer
from measurand.instrument import (
    ChannelTuple,
    InstrumentChannel,
    InstrumentModule,
    VisaInstrument,
    parameter,
    submodule,
    wait_until,
)
from measurand.instrument_drivers.Keysight._Keysight_InfiniiVision_waveform import Preamble, volts
from measurand.instrument_drivers.scpi_errors import confirm, next_errors
from measurand.parameters import Parameter, ParameterWithSetpoints, create_on_off_val_mapping
from measurand.validators import Arrays, Ints, Numbers, Strings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ON_OFF = create_on_off_val_mapping(on_val="1", off_val="0")
_DIVISIONS = 8  # of the screen, vertically
_SMALLEST, _LARGEST = 5e-4, 10.0  # V per division without probe
_RUNNING = 1 << 3  # in the operation status condition register
_NOT_MEASURED = 9.9e37
_MEMORY = 2_000_000  # points
_UNASKED = 1000  # points, until a record was seen
_SOURCES = {f"ch{number}": f"CHAN{number}" for number in (1, 2, 3, 4)}


def _measured(answer: str) -> float:
    """Return a measurement as a float; NaN where the oscilloscope could not make it."""
    value = float(answer)
    return math.nan if abs(value) >= _NOT_MEASURED else value


def _whole(answer: str) -> int:
    return int(float(answer))


class KeysightDSOX1204GChannel(InstrumentChannel):
    """One input.

    Args:
        parent: The oscilloscope.
        name: Identifier.
        number: 1 to 4.
    """

    def __init__(self, parent: KeysightDSOX1204G, name: str, number: int, **kwargs: Any) -> None:
        self.number = number
        self.scope = parent
        self._points = _UNASKED
        super().__init__(parent, name, **kwargs)
        self.range.affects(self.scale)
        self.scale.affects(self.range)
        self.probe.affects(self.range, self.scale, self.offset, update=self.follow_probe)
        self._add_record()

    display = parameter(":CHAN{self.number}:DISP?", ":CHAN{self.number}:DISP {}", label="Shown", val_mapping=_ON_OFF)
    """Whether the channel is shown; only what is shown is acquired. Not checked against a manual."""

    range = parameter(
        ":CHAN{self.number}:RANG?",
        ":CHAN{self.number}:RANG {}",
        label="Range",
        unit="V",
        get_parser=float,
        vals=Numbers(),
    )
    """Voltage of the whole screen, 8 divisions, in V; 4 mV to 80 V, times the probe's attenuation."""

    scale = parameter(
        ":CHAN{self.number}:SCAL?",
        ":CHAN{self.number}:SCAL {}",
        label="Scale",
        unit="V",
        get_parser=float,
        vals=Numbers(),
    )
    """Voltage of a division in V; 500 uV to 10 V, times the probe's attenuation. Not checked against a manual."""

    offset = parameter(
        ":CHAN{self.number}:OFFS?",
        ":CHAN{self.number}:OFFS {}",
        label="Offset",
        unit="V",
        get_parser=float,
        vals=Numbers(),
    )
    """Voltage in the middle of the screen in V; how far it goes depends on the range. Not checked against a manual."""

    coupling = parameter(":CHAN{self.number}:COUP?", ":CHAN{self.number}:COUP {}", val_mapping={"AC": "AC", "DC": "DC"})
    """Whether direct voltage is let through (``"DC"``) or not. Not checked against a manual."""

    bandwidth_limit = parameter(":CHAN{self.number}:BWL?", ":CHAN{self.number}:BWL {}", val_mapping=_ON_OFF)
    """Whether the bandwidth is limited, to about 20 MHz."""

    invert = parameter(":CHAN{self.number}:INV?", ":CHAN{self.number}:INV {}", val_mapping=_ON_OFF)
    """Whether the signal is shown, and transferred, with the other sign. Not checked against a manual."""

    probe = parameter(
        ":CHAN{self.number}:PROB?",
        ":CHAN{self.number}:PROB {}",
        label="Attenuation of the probe",
        get_parser=float,
        vals=Numbers(0.001, 10_000),
    )
    """By how much the probe divides the voltage, 0.001 to 10000; scales everything else. Not checked against a manual."""

    display_label = parameter(
        ":CHAN{self.number}:LAB?",
        ':CHAN{self.number}:LAB "{}"',
        label="Label on the screen",
        get_parser=lambda answer: answer.strip('"'),
        vals=Strings(0, 32),
    )
    """Text beside the trace, up to 32 characters. Not checked against a manual."""

    vpp = parameter(":MEAS:VPP? CHAN{self.number}", label="Peak to peak", unit="V", get_parser=_measured)
    """Highest minus lowest voltage on the screen in V; NaN if it cannot be measured. Not checked against a manual."""

    vmax = parameter(":MEAS:VMAX? CHAN{self.number}", label="Highest voltage", unit="V", get_parser=_measured)
    """Highest voltage on the screen in V. Not checked against a manual."""

    vmin = parameter(":MEAS:VMIN? CHAN{self.number}", label="Lowest voltage", unit="V", get_parser=_measured)
    """Lowest voltage on the screen in V. Not checked against a manual."""

    vavg = parameter(":MEAS:VAV? DISP,CHAN{self.number}", label="Mean voltage", unit="V", get_parser=_measured)
    """Mean voltage of the screen in V. Not checked against a manual."""

    vrms = parameter(":MEAS:VRMS? DISP,DC,CHAN{self.number}", label="Root mean square", unit="V", get_parser=_measured)
    """Root mean square of the screen in V, direct voltage included. Not checked against a manual."""

    frequency = parameter(":MEAS:FREQ? CHAN{self.number}", label="Frequency", unit="Hz", get_parser=_measured)
    """Frequency of the first whole period on the screen in Hz; NaN if there is none. Not checked against a manual."""

    rise_time = parameter(":MEAS:RIS? CHAN{self.number}", label="Rise time", unit="s", get_parser=_measured)
    """Time from 10 % to 90 % of the first rising edge in s; NaN if there is none. Not checked against a manual."""

    npts = parameter(lambda self: self.preamble().points, label="Points", unit="pt", snapshot_get=False)
    """Number of points of the record that was acquired last."""

    def preamble(self) -> Preamble:
        """Ask what the record of this channel is: its length, and how its numbers become voltages.

        Raises:
            InstrumentError: There is no record.
            UndecodableAnswer: What came is no preamble.
        """
        found = self._asked()
        if found.points < 1:
            raise InstrumentError(
                f"{self.full_name}: there is no record. Show the channel, {self.short_name}.display(True), then acquire: "
                f"{self.scope.name}.single()."
            )
        return found

    def follow_probe(self) -> None:
        """Take the limits of range and scale from the probe's attenuation."""
        attenuation = self.probe()
        self.scale.vals = Numbers(_SMALLEST * attenuation, _LARGEST * attenuation)
        self.range.vals = Numbers(_DIVISIONS * _SMALLEST * attenuation, _DIVISIONS * _LARGEST * attenuation)

    def _add_record(self) -> None:
        length = Arrays(shape=(self._count,))
        self.time_axis: Parameter[Any] = Parameter(
            "time_axis",
            instrument=self,
            label="Time",
            unit="s",
            get_cmd=self._times,
            vals=length,
            snapshot_value=False,
            snapshot_get=False,
            docstring="Times of the points of trace in s, 0 at the trigger.",
        )
        """Times of the points of ``trace`` in s, 0 at the trigger."""
        self.trace: ParameterWithSetpoints = ParameterWithSetpoints(
            "trace",
            instrument=self,
            label="Voltage",
            unit="V",
            get_cmd=self._transfer,
            vals=length,
            setpoints=[self.time_axis],
            docstring=(
                "The record that was acquired last, in V, at the times of time_axis: transferred, not acquired anew. NaN where "
                "nothing was acquired, infinite, with its sign, where the signal left the range."
            ),
        )
        """The record that was acquired last, in V: transferred, not acquired anew (`KeysightDSOX1204G.single`). NaN where
        nothing was acquired, infinite, with its sign, where the signal left the range."""

    def _asked(self) -> Preamble:
        try:
            return Preamble.read(self.ask(f":WAV:SOUR CHAN{self.number};:WAV:PRE?"))
        except ValueError as error:
            raise UndecodableAnswer(f"{self.full_name}: {error}.") from None

    def know_length(self) -> None:
        """Ask how long the record is; 0 if there is none."""
        self._note(self._asked())

    def _count(self) -> int:
        return self._points

    def _note(self, preamble: Preamble) -> None:
        self.npts.cache.set(preamble.points)
        if preamble.points:
            self._points = preamble.points

    def _times(self) -> NDArray[np.float64]:
        preamble = self.preamble()
        self._note(preamble)
        return preamble.times()

    def _transfer(self) -> NDArray[np.float64]:
        with self.scope.lock:
            preamble = self.preamble()
            codes = self.scope.query_binary_values(f":WAV:SOUR CHAN{self.number};:WAV:DATA?", "<u2")
        if len(codes) != preamble.points:
            raise InstrumentError(
                f"{self.full_name}: {len(codes)} points came, the preamble said {preamble.points}. The record changed "
                f"meanwhile: {self.scope.name}.stop() or single() first."
            )
        self._note(preamble)
        return volts(codes, preamble)


class KeysightDSOX1204GTimebase(InstrumentModule):
    """The horizontal axis.

    Args:
        parent: The oscilloscope.
        name: Identifier.
    """

    range = parameter(":TIM:RANG?", ":TIM:RANG {}", label="Range", unit="s", get_parser=float, vals=Numbers(5e-8, 500))
    """Time of the whole screen, 10 divisions, in s; 50 ns to 500 s."""

    scale = parameter(":TIM:SCAL?", ":TIM:SCAL {}", label="Scale", unit="s", get_parser=float, vals=Numbers(5e-9, 50))
    """Time of a division in s; 5 ns to 50 s. Not checked against a manual."""

    position = parameter(
        ":TIM:POS?", ":TIM:POS {}", label="Position", unit="s", get_parser=float, vals=Numbers(-500, 500)
    )
    """Time between the trigger and the reference point of the screen in s; -500 to 500. Not checked against a manual."""

    reference = parameter(":TIM:REF?", ":TIM:REF {}", val_mapping={"left": "LEFT", "center": "CENT", "right": "RIGH"})
    """Where on the screen the reference point is. Not checked against a manual."""

    def __init__(self, parent: KeysightDSOX1204G, name: str, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self.range.affects(self.scale)
        self.scale.affects(self.range)


class KeysightDSOX1204GTrigger(InstrumentModule):
    """The edge trigger.

    Args:
        parent: The oscilloscope.
        name: Identifier.
    """

    sweep = parameter(":TRIG:SWE?", ":TRIG:SWE {}", val_mapping={"auto": "AUTO", "normal": "NORM"})
    """Whether it triggers by itself after a while (``"auto"``), or waits. Not checked against a manual."""

    source = parameter(
        ":TRIG:EDGE:SOUR?", ":TRIG:EDGE:SOUR {}", val_mapping={**_SOURCES, "external": "EXT", "line": "LINE"}
    )
    """Which input triggers: ``"ch1"`` to ``"ch4"``, ``"external"``, ``"line"``. Not checked against a manual."""

    level = parameter(":TRIG:EDGE:LEV?", ":TRIG:EDGE:LEV {}", label="Level", unit="V", get_parser=float, vals=Numbers())
    """Voltage at which it triggers in V; within the screen of its source, else a device error. Not checked against a manual."""

    slope = parameter(
        ":TRIG:EDGE:SLOP?",
        ":TRIG:EDGE:SLOP {}",
        val_mapping={"positive": "POS", "negative": "NEG", "either": "EITH", "alternating": "ALT"},
    )
    """Which edge triggers. Not checked against a manual."""

    coupling = parameter(
        ":TRIG:EDGE:COUP?", ":TRIG:EDGE:COUP {}", val_mapping={"AC": "AC", "DC": "DC", "low-frequency reject": "LFR"}
    )
    """What of the source the trigger sees. Not checked against a manual."""

    holdoff = parameter(":TRIG:HOLD?", ":TRIG:HOLD {}", unit="s", get_parser=float, vals=Numbers(6e-8, 10))
    """Time after a trigger in which there is no other, in s; 60 ns to 10 s. Not checked against a manual."""

    noise_reject = parameter(":TRIG:NREJ?", ":TRIG:NREJ {}", val_mapping=_ON_OFF)
    """Whether the trigger is less sensitive. Not checked against a manual."""


class KeysightDSOX1204G(VisaInstrument):
    """Keysight InfiniiVision DSOX1204G, an oscilloscope with four inputs of 70 to 200 MHz.

    Every set is confirmed by the device; what it refuses is raised. Records come as blocks of 16-bit numbers.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"USB0::0x2A8D::0x0396::CN12345678::INSTR"`` or ``"TCPIP0::192.168.0.7::5025::SOCKET"``.
        **kwargs: As for `VisaInstrument`.
    """

    default_terminator = "\n"

    ch1 = submodule(KeysightDSOX1204GChannel, 1)
    ch2 = submodule(KeysightDSOX1204GChannel, 2)
    ch3 = submodule(KeysightDSOX1204GChannel, 3)
    ch4 = submodule(KeysightDSOX1204GChannel, 4)
    timebase = submodule(KeysightDSOX1204GTimebase)
    trigger = submodule(KeysightDSOX1204GTrigger)

    acquisition_type = parameter(
        ":ACQ:TYPE?",
        ":ACQ:TYPE {}",
        val_mapping={"normal": "NORM", "average": "AVER", "high resolution": "HRES", "peak": "PEAK"},
    )
    """How points are made of samples: each by itself, the mean of several records, the mean of neighbours, or pairs of
    lowest and highest, which share their time."""

    average_count = parameter(":ACQ:COUN?", ":ACQ:COUN {}", get_parser=_whole, vals=Ints(2, 65_536))
    """How many records are averaged, 2 to 65536. The limits: Not checked against a manual."""

    sample_rate = parameter(":ACQ:SRAT?", label="Sample rate", unit="Hz", get_parser=float)
    """Samples per second in Hz. Not checked against a manual."""

    points_mode = parameter(
        ":WAV:POIN:MODE?", ":WAV:POIN:MODE {}", val_mapping={"normal": "NORM", "maximum": "MAX", "raw": "RAW"}
    )
    """What is transferred: the points of the screen (``"normal"``), the memory (``"raw"``, while stopped), or the most there
    is. Not checked against a manual."""

    points = parameter(
        ":WAV:POIN?", ":WAV:POIN {}", label="Points", unit="pt", get_parser=_whole, vals=Ints(100, _MEMORY)
    )
    """How many points are transferred of a record, 100 to 2000000; ``npts`` of a channel says how many there are. The
    limits: Not checked against a manual."""

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        for error in self.errors():
            self.log.warning("Error from before the connection: %s", error)
        channels = [self.ch1, self.ch2, self.ch3, self.ch4]
        self.channels: ChannelTuple[KeysightDSOX1204GChannel] = ChannelTuple(
            self, "channels", KeysightDSOX1204GChannel, channels, snapshotable=False
        )
        self.add_submodule("channels", self.channels)
        timebase = self.timebase
        settings: list[Parameter[Any]] = [self.points, self.points_mode, self.acquisition_type]
        settings += [timebase.range, timebase.scale, *(channel.display for channel in channels)]
        for setting in settings:
            setting.affects(*(channel.npts for channel in channels))
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

    def run(self) -> None:
        """Acquire again and again. Not checked against a manual."""
        self.write(":RUN")

    def stop(self) -> None:
        """Stop acquiring; the last record stays. Not checked against a manual."""
        self.write(":STOP")

    def is_running(self) -> bool:
        """Whether it acquires, or waits for a trigger."""
        return bool(int(self.ask(":OPER:COND?")) & _RUNNING)

    def single(self, timeout: float | None = None, every: float = 0.02) -> None:
        """Acquire one record of all shown channels and wait for it; `KeysightDSOX1204GChannel.trace` transfers it.

        A run that is asked to stop, or Ctrl-C, ends the wait and stops the oscilloscope. Not checked against a manual.

        Args:
            timeout: Longest wait in s, trigger included; None (default) waits for ever.
            every: Time between two questions whether it is ready, in s.

        Raises:
            InstrumentError: There was no trigger in time; the oscilloscope is stopped.
        """
        self.write(":SING")
        try:
            ready = wait_until(lambda: not self.is_running(), every=every, timeout=timeout)
        except BaseException:  # Ctrl-C and stops too: it must not trigger some time later
            self.stop()
            raise
        if not ready:
            self.stop()
            raise InstrumentError(
                f"{self.name}: no record within {timeout} s, so it was stopped. Look at trigger.source, trigger.level and "
                f"the signal, or let trigger.sweep be 'auto'."
            )
        if not all(channel.npts.cache.valid for channel in self.channels):
            for channel in self.channels:
                channel.know_length()

    def force_trigger(self) -> None:
        """Trigger now, whatever the signal does."""
        self.write("*TRG")

    def autoscale(self) -> None:
        """Let the oscilloscope find settings for the signals that are there; what was known of it is forgotten."""
        self.write(":AUT")
        self._forget()

    def reset(self) -> None:
        """Bring the device into the state it has after power-on; what was known of it is forgotten."""
        self.write("*RST")
        self._forget()

    def _forget(self) -> None:
        self.invalidate_cache()
        self._prepare()

    def _prepare(self) -> None:
        """Have records sent as the driver reads them, and know the limits."""
        self.write(":WAV:FORM WORD;:WAV:BYT LSBF;:WAV:UNS 1")
        for channel in self.channels:
            channel.follow_probe()
