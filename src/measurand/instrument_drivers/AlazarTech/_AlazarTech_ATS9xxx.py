"""Digitizers ATS9xxx of AlazarTech with two channels: what the models share.

From the ATS-SDK user guide (docs.alazartech.com, 7.4.0 and later): Programmer's guide (Addressing a board, Initializing,
Acquiring data: AutoDMA in NPT mode) and API reference. The settings are held here and go to the board together. The library's
numbers for them were compared with the vendor's header AlazarCmd.h (2016); where a page of the guide could not be read, the
docstring says so.
"""

from __future__ import annotations

import mmap
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from measurand.errors import ConfigurationError
from measurand.instrument import Instrument, InstrumentChannel, late, parameter
from measurand.instrument_drivers.AlazarTech._AlazarTech_api import (
    EXTERNAL_STARTCAPTURE,
    INTERLEAVE_SAMPLES,
    NPT,
    Api,
    load,
)
from measurand.instrument_drivers.AlazarTech._AlazarTech_parameter import held
from measurand.parameters import Parameter, ParameterWithSetpoints
from measurand.validators import Arrays, Enum, Ints, Multiples, Numbers

if TYPE_CHECKING:
    import numpy as np

_SERIAL_NUMBER = 0x10000024  # what AlazarQueryCapability calls it
_BUFFERS = 4  # that are filled and emptied in turn
_LONGEST = 1 << 28  # bytes of one buffer

_RATES = {  # number of the library: samples per second
    0x01: 1e3, 0x02: 2e3, 0x04: 5e3, 0x08: 1e4, 0x0A: 2e4, 0x0C: 5e4, 0x0E: 1e5, 0x10: 2e5, 0x12: 5e5, 0x14: 1e6,
    0x18: 2e6, 0x1A: 5e6, 0x1C: 1e7, 0x1E: 2e7, 0x22: 5e7, 0x24: 1e8, 0x28: 2e8, 0x2B: 2.5e8, 0x30: 5e8, 0x32: 8e8,
    0x35: 1e9, 0x37: 1.2e9, 0x3A: 1.5e9, 0x3D: 1.8e9,
}  # fmt: skip
_RANGES = {0x02: 0.04, 0x05: 0.1, 0x06: 0.2, 0x07: 0.4, 0x0A: 1.0, 0x0B: 2.0, 0x0C: 4.0}  # number: V, both signs
_CLOCKS = {
    0x1: "INTERNAL_CLOCK",
    0x2: "FAST_EXTERNAL_CLOCK",
    0x4: "SLOW_EXTERNAL_CLOCK",
    0x5: "EXTERNAL_CLOCK_AC",
    0x7: "EXTERNAL_CLOCK_10MHz_REF",
}
_CHANNELS = {0x1: "A", 0x2: "B", 0x3: "AB"}
_ENGINES = {0: "J", 1: "K", 2: "J_OR_K"}
_SOURCES = {0: "CHANNEL_A", 1: "CHANNEL_B", 2: "EXTERNAL", 3: "DISABLE"}
_SLOPES = {1: "POSITIVE", 2: "NEGATIVE"}


@dataclass(frozen=True)
class Board:
    """What distinguishes a model.

    Attributes:
        kind: The library's number for it.
        bits: Of a sample.
        rates: Samples per second of the internal clock.
        ranges: Largest input in V.
        impedances: Of the inputs, the library's number to Ohm.
        couplings: Of the inputs, the library's number to their name.
        clocks: Names of the clock sources.
        least_samples: Samples of the shortest record.
        sample_step: Of what a record's length is a multiple.
    """

    kind: int
    bits: int
    rates: tuple[float, ...]
    ranges: tuple[float, ...]
    impedances: Mapping[int, float]
    couplings: Mapping[int, str]
    clocks: tuple[str, ...]
    least_samples: int
    sample_step: int


class AlazarTechATSChannel(InstrumentChannel):
    """One input of a digitizer.

    Args:
        parent: The board.
        name: Identifier, ``"ch1"`` or ``"ch2"``.
        number: What the library calls it, 1 or 2.
    """

    def __init__(self, parent: _AlazarTechATS9xxx, name: str, number: int, **kwargs: Any) -> None:
        self.number = number
        self.device = parent
        self.board = parent.board
        super().__init__(parent, name, **kwargs)

    range = held(
        label="Range",
        unit="V",
        byte_to_value_dict=late(lambda self: _chosen(_RANGES, self.board.ranges)),
        value=late(lambda self: self.board.ranges[-1]),
    )
    """Largest input of both signs in V."""

    coupling = held(
        label="Coupling",
        byte_to_value_dict=late(lambda self: self.board.couplings),
        value="DC",
    )
    """How the input is coupled: ``"DC"``, or where the model has it ``"AC"``."""

    impedance = held(
        label="Impedance",
        unit="Ohm",
        byte_to_value_dict=late(lambda self: self.board.impedances),
        value=50.0,
    )
    """Of the input in Ohm: 50, or where the model has it 1e6."""

    bandwidth_limited = held(label="Bandwidth limit", byte_to_value_dict={0: False, 1: True}, value=False)
    """Whether the bandwidth of the input is limited; what limits it says the data sheet of the model."""

    waveform = parameter(
        lambda self: self._mean_record(),
        parameter_class=ParameterWithSetpoints,
        label=late(lambda self: f"Input {'AB'[self.number - 1]}"),
        unit="V",
        vals=late(lambda self: Arrays(shape=(self.device.samples_per_record,))),
        setpoints=late(lambda self: (self.device.time_axis,)),
    )
    """Mean of all records of one acquisition of this input alone, in V over ``time_axis``."""

    def _mean_record(self) -> np.ndarray[Any, Any]:
        mean: np.ndarray[Any, Any] = self.device.acquire("AB"[self.number - 1])[:, 0].mean(axis=0)
        return mean


class _AlazarTechATS9xxx(Instrument):
    """A digitizer with two inputs.

    What is set is held here until `sync_settings_to_card`, or the next acquisition, sends all of it to the board; a setting
    that is read before warns. The board itself cannot be asked for its settings, so it is given all of them when the
    instrument is made.

    Args:
        name: Identifier, unique among all instruments.
        system_id: Number of the board system, from 1.
        board_id: Number of the board in its system, from 1.
        dll_path: Of the vendor's library; None: the class's ``dll_path``, or where the system finds it.
        dll: A library that is loaded already, or an object with its functions; None: load it.
        **kwargs: As for `Instrument`.

    Raises:
        CannotOpen: Wrong platform, library not found, or no such board; also an `OSError`.
        ConfigurationError: The board is another model.
    """

    board: ClassVar[Board]
    dll_path: ClassVar[str | None] = None

    clock_source = held(
        label="Clock source",
        byte_to_value_dict=late(lambda self: _chosen(_CLOCKS, self.board.clocks)),
        value="INTERNAL_CLOCK",
    )
    """From where the sample clock comes."""

    sample_rate = held(
        label="Sample rate",
        unit="Hz",
        byte_to_value_dict=late(lambda self: _chosen(_RATES, self.board.rates)),
        value=late(lambda self: self.board.rates[-1]),
    )
    """Samples per second of the internal clock, before ``decimation``."""

    clock_edge = held(
        label="Clock edge",
        byte_to_value_dict={0: "RISING", 1: "FALLING"},
        value="RISING",
    )
    """Which edge of an external clock samples."""

    decimation = held(label="Decimation", value=0, vals=Ints(0, 100_000))
    """One sample of so many is kept, up to 100000; 0 and 1: all."""

    trigger_operation = held(label="Trigger operation", byte_to_value_dict=_ENGINES, value="J")
    """Which of the two trigger engines counts: ``"J"``, ``"K"``, or either, ``"J_OR_K"``."""

    trigger_source1 = held(label="Trigger source J", byte_to_value_dict=_SOURCES, value="EXTERNAL")
    """What engine J looks at."""

    trigger_slope1 = held(label="Trigger slope J", byte_to_value_dict=_SLOPES, value="POSITIVE")
    """At which slope engine J triggers."""

    trigger_level1 = held(label="Trigger level J", value=140, vals=Ints(0, 255))
    """Level of engine J, 0 to 255: 128 is 0 V, 255 the top of the source's range, 0 its bottom."""

    trigger_source2 = held(label="Trigger source K", byte_to_value_dict=_SOURCES, value="DISABLE")
    """What engine K looks at."""

    trigger_slope2 = held(label="Trigger slope K", byte_to_value_dict=_SLOPES, value="POSITIVE")
    """At which slope engine K triggers."""

    trigger_level2 = held(label="Trigger level K", value=128, vals=Ints(0, 255))
    """Level of engine K, as ``trigger_level1``."""

    external_trigger_range = held(
        label="External trigger range",
        byte_to_value_dict={0: "5V", 1: "1V", 2: "TTL", 3: "2V5"},
        value="5V",
    )
    """Range of the external trigger input; which a model has says its data sheet. Not checked against a manual."""

    trigger_delay = held(label="Trigger delay", unit="pt", value=0, vals=Ints(0, 9_999_999))  # fmt: skip
    """Samples between the trigger and the record."""

    timeout_ticks = held(label="Trigger timeout", unit="counts", value=0, vals=Ints(0, 3_600_000))  # fmt: skip
    """After how many ticks of 10 us without a trigger the board triggers itself; 0: it waits for ever."""

    samples_per_record = parameter(
        set_cmd=None,
        label="Samples per record",
        unit="pt",
        vals=late(lambda self: Multiples(self.board.sample_step, min_value=self.board.least_samples)),
        initial_value=1024,
    )
    """Length of a record; the model says of what it is a multiple, and how short it may be."""

    records_per_buffer = parameter(set_cmd=None, label="Records per buffer", vals=Ints(1, 10_000), initial_value=1)
    """How many records the board hands over at once; more make fast triggers possible."""

    buffers_per_acquisition = parameter(set_cmd=None, label="Buffers per acquisition", vals=Ints(1, 1_000_000), initial_value=1)  # fmt: skip
    """How many buffers make an acquisition."""

    timeout = parameter(set_cmd=None, label="Timeout", unit="s", vals=Numbers(0.001, 3600), initial_value=5.0)
    """Longest wait for one buffer in s, 0.001 to 3600."""

    channel_selection = parameter(set_cmd=None, label="Channels", vals=Enum("A", "B", "AB"), initial_value="AB")
    """Which inputs `acquire` records if it is not told: ``"A"``, ``"B"`` or ``"AB"``."""

    time_axis = parameter(
        lambda self: self._times(),
        parameter_class=Parameter,
        label="Time",
        unit="s",
        vals=late(lambda self: Arrays(shape=(self.samples_per_record,))),
        snapshot_value=False,
        snapshot_get=False,
    )
    """When each sample of a record is taken in s; 0 is the beginning of the record."""

    def __init__(
        self,
        name: str,
        system_id: int = 1,
        board_id: int = 1,
        dll_path: str | None = None,
        *,
        dll: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        library = load(type(self).__name__, dll_path or self.dll_path) if dll is None else dll
        self.api = Api(library, name)
        self.api.open(system_id, board_id)
        if self.api.kind() != self.board.kind:
            raise ConfigurationError(
                f"{name}: the board at system {system_id}, board {board_id} is of kind {self.api.kind()}, "
                f"{type(self).__name__} is for kind {self.board.kind}. Use the driver of its model."
            )
        self.ch1 = self.add_submodule("ch1", AlazarTechATSChannel(self, "ch1", 1))
        """Input A."""
        self.ch2 = self.add_submodule("ch2", AlazarTechATSChannel(self, "ch2", 2))
        """Input B."""
        self.sync_settings_to_card()
        self.connect_message()

    def close(self) -> None:
        """Let the board and the name go; harmless when closed already."""
        if "api" in vars(self):  # not if the library could not be loaded
            self.api.close()
        super().close()

    def get_idn(self) -> dict[str, str | None]:
        """Return vendor, model, serial number, and the versions of library and board."""
        return {
            "vendor": "AlazarTech",
            "model": type(self).__name__.removeprefix("AlazarTech"),
            "serial": str(self.api.capability(_SERIAL_NUMBER)),
            "firmware": self.api.versions(),
        }

    def sync_settings_to_card(self) -> None:
        """Send every setting to the board.

        Raises:
            DeviceError: The board refused a group of settings; those stay marked as not applied.
        """
        with self.lock:
            self._send("AlazarSetCaptureClock", self.clock_source, self.sample_rate, self.clock_edge, self.decimation)
            for channel in (self.ch1, self.ch2):
                self._send("AlazarInputControl", channel.coupling, channel.range, channel.impedance, before=(channel.number,))  # fmt: skip
                self._send("AlazarSetBWLimit", channel.bandwidth_limited, before=(channel.number,))
            self._send_trigger()
            self._send("AlazarSetExternalTrigger", self.external_trigger_range, before=(_DC,))
            self._send("AlazarSetTriggerDelay", self.trigger_delay)
            self._send("AlazarSetTriggerTimeOut", self.timeout_ticks)

    def acquire(self, channels: str | None = None) -> np.ndarray[Any, Any]:
        """Record as many triggers as `records_per_buffer` and `buffers_per_acquisition` say.

        Settings that the board does not have yet are sent before. The order of samples in a buffer of two channels is asked
        of the board as interleaved. Not checked against a manual.

        Args:
            channels: ``"A"``, ``"B"`` or ``"AB"``; None: `channel_selection`.

        Returns:
            Voltages in V, shape ``(records, channels, samples)``, float64, in the order of the triggers.

        Raises:
            TransportTimeout: A buffer was not full within `timeout`.
            DeviceError: The library reported an error.
            RefusedValue: No such channels.
        """
        chosen = self.channel_selection() if channels is None else channels
        self.channel_selection.validate(chosen)
        mask = {name: number for number, name in _CHANNELS.items()}[chosen]
        with self.lock:
            self.sync_settings_to_card()
            codes = self._codes(mask, len(chosen))
        ranges = [channel.range() for channel in (self.ch1, self.ch2) if channel.number & mask]
        return self._volts(codes, ranges)

    def force_trigger(self) -> None:
        """Trigger the board by software, e.g. from another thread while `acquire` waits."""
        self.api.call("AlazarForceTrigger")

    def blink(self, seconds: float = 1.0) -> None:
        """Light the LED of the board, to see which one it is.

        Args:
            seconds: How long.
        """
        self.api.call("AlazarSetLED", 1)
        try:
            time.sleep(seconds)
        finally:
            self.api.call("AlazarSetLED", 0)

    def _send(self, function: str, *settings: Any, before: tuple[int, ...] = ()) -> None:
        """Call a function with the numbers of settings, and note that the board has them."""
        self.api.call(function, *before, *(one.byte for one in settings))
        for one in settings:
            one.note_applied()

    def _send_trigger(self) -> None:
        operation: Any = self.trigger_operation
        first: list[Any] = [self.trigger_source1, self.trigger_slope1, self.trigger_level1]
        second: list[Any] = [self.trigger_source2, self.trigger_slope2, self.trigger_level2]
        numbers = (0, *(one.byte for one in first), 1, *(one.byte for one in second))
        self.api.call("AlazarSetTriggerOperation", operation.byte, *numbers)
        for one in (operation, *first, *second):
            one.note_applied()

    def _codes(self, mask: int, channels: int) -> np.ndarray[Any, Any]:
        """Return the raw samples, shape ``(records, channels, samples)``."""
        import numpy as np

        samples, records, count = self.samples_per_record(), self.records_per_buffer(), self.buffers_per_acquisition()
        kind = np.dtype(np.uint8 if self.board.bits <= 8 else np.uint16)
        size = samples * records * channels * kind.itemsize
        if size > _LONGEST:
            raise ConfigurationError(
                f"{self.name}: a buffer would have {size} bytes, allowed are {_LONGEST}. Use fewer records_per_buffer and "
                f"more buffers_per_acquisition."
            )
        found = np.empty((count, records * samples * channels), kind)
        flags = NPT | EXTERNAL_STARTCAPTURE | (INTERLEAVE_SAMPLES if channels > 1 else 0)
        self.api.call("AlazarSetRecordSize", 0, samples)
        self.api.call("AlazarBeforeAsyncRead", mask, 0, samples, records, records * count, flags)
        buffers = [
            np.frombuffer(mmap.mmap(-1, size), kind) for _ in range(min(_BUFFERS, count))
        ]  # page-aligned, for DMA
        try:
            for buffer in buffers:
                self.api.call("AlazarPostAsyncBuffer", buffer.ctypes.data, size)
            self.api.call("AlazarStartCapture")
            for i in range(count):
                buffer = buffers[i % len(buffers)]
                self.api.wait(buffer.ctypes.data, self.timeout())
                found[i] = buffer
                if i + len(buffers) < count:
                    self.api.call("AlazarPostAsyncBuffer", buffer.ctypes.data, size)
        finally:
            self.api.call(
                "AlazarAbortAsyncRead"
            )  # or the board would go on writing into memory that is not ours any more
        return found.reshape(count * records, samples, channels).transpose(0, 2, 1)

    def _volts(self, codes: np.ndarray[Any, Any], ranges: list[float]) -> np.ndarray[Any, Any]:
        """Return samples in V; codes are unsigned, with their middle at 0 V, in the upper bits of a word.

        Not checked against a manual.
        """
        import numpy as np

        shift = 8 * codes.dtype.itemsize - self.board.bits
        middle = (1 << (self.board.bits - 1)) - 0.5
        scale = np.asarray(ranges)[None, :, None] / middle
        volts: np.ndarray[Any, Any] = ((codes >> shift) - middle) * scale
        return volts

    def _times(self) -> np.ndarray[Any, Any]:
        import numpy as np

        rate: Any = self.sample_rate.cache()  # as set: no warning if the board does not have it yet
        decimation: Any = self.decimation.cache()
        times: np.ndarray[Any, Any] = np.arange(self.samples_per_record()) * (max(1, decimation) / rate)
        return times


_DC = 2  # the library's number for a DC-coupled trigger input


def _chosen(names: Mapping[int, Any], allowed: tuple[Any, ...]) -> dict[int, Any]:
    """Return those of the library's numbers that a model has."""
    return {number: name for number, name in names.items() if name in allowed}
