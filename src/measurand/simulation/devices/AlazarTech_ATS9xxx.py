"""A computer with one AlazarTech digitizer, as the functions of the vendor's library show it.

Every function is a real C function pointer (made by ctypes of a Python function), so a driver calls it as it calls the
library: arguments are converted, and results and samples are written through the pointers that it hands over. From the
ATS-SDK user guide (docs.alazartech.com), Programmer's guide and API reference.

At input A is a sine of 1 MHz and 0.1 V, at input B a constant 0.02 V per record of the acquisition; a trigger is always there,
unless `triggered` says otherwise.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_long, c_uint8, c_uint32, c_void_p
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

SUCCESS, FAILED, WAIT_TIMEOUT, INVALID_HANDLE, NOT_READY = 512, 513, 579, 572, 573
TEXTS = {FAILED: b"ApiFailed", WAIT_TIMEOUT: b"ApiWaitTimeout", NOT_READY: b"ApiBufferNotReady"}
KINDS = {"ATS9870": (13, 8), "ATS9360": (25, 12)}  # model: kind, bits
HANDLE = 0x5EED
AMPLITUDE, FREQUENCY, STEP = 0.1, 1e6, 0.02  # V, Hz, V

_RATES = {0x14: 1e6, 0x24: 1e8, 0x30: 5e8, 0x35: 1e9, 0x3D: 1.8e9}
_RANGES = {0x02: 0.04, 0x05: 0.1, 0x06: 0.2, 0x07: 0.4, 0x0A: 1.0, 0x0B: 2.0, 0x0C: 4.0}
_INTERLEAVED = 0x1000


@dataclass(frozen=True)
class Acquisition:
    """What a board was told to record, and what it therefore writes.

    Attributes:
        mask: Channels, bit by bit.
        samples: Of a record.
        per_buffer: Records of a buffer.
        flags: As the library has them.
        bits: Of a sample.
        rate: Samples per second.
        ranges: Largest input of each channel in V.
    """

    mask: int
    samples: int
    per_buffer: int
    flags: int
    bits: int
    rate: float
    ranges: Mapping[int, float]

    @property
    def channels(self) -> list[int]:
        """Numbers of the channels."""
        return [channel for channel in (1, 2) if self.mask & channel]

    @property
    def width(self) -> int:
        """Bytes of a sample."""
        return 1 if self.bits <= 8 else 2

    @property
    def size(self) -> int:
        """Bytes of a buffer."""
        return self.samples * self.per_buffer * len(self.channels) * self.width

    def buffer(self, first: int) -> bytes:
        """Return a buffer whose first record is number ``first``: record by record, sample by sample if told so."""
        import numpy as np

        records = np.arange(first, first + self.per_buffer)[:, None]
        seconds = np.arange(self.samples)[None, :] / self.rate
        sine = AMPLITUDE * np.sin(2 * np.pi * FREQUENCY * seconds)
        volts = {1: sine + 0 * records, 2: STEP * (records + 1) + 0 * seconds}
        codes = np.stack([self._codes(volts[channel], channel) for channel in self.channels], axis=1)
        ordered = codes.transpose(0, 2, 1) if self.flags & _INTERLEAVED else codes
        return ordered.astype(f"<u{self.width}").tobytes()

    def _codes(self, volts: Any, channel: int) -> Any:
        middle = (1 << (self.bits - 1)) - 0.5
        codes = (volts / self.ranges[channel] * middle + middle).round().clip(0, (1 << self.bits) - 1)
        return codes.astype(int) << (8 * self.width - self.bits)


class FakeAtsApi:
    """The library with one board at system 1, board 1.

    Args:
        model: Of the board, e.g. ``"ATS9870"``.

    Attributes:
        received: Calls that changed something, as text.
        triggered: Whether triggers arrive.
        refuses: Name of a function that fails.
    """

    def __init__(self, model: str = "ATS9870") -> None:
        self.kind, self.bits = KINDS[model]
        self.received: list[str] = []
        self.triggered = True
        self.refuses = ""
        self.clock = (1, 0x14, 0, 0)
        self.ranges = {1: 0x0C, 2: 0x0C}
        self.posted: list[tuple[int, int]] = []
        self.read: Acquisition | None = None
        self.started = False
        self.done = 0
        u8, u32 = POINTER(c_uint8), POINTER(c_uint32)
        self._keep: list[Any] = []
        self._add("AlazarNumOfSystems", c_uint32, (), lambda: 1)
        self._add("AlazarGetBoardBySystemID", c_void_p, (c_uint32, c_uint32), lambda system, board: HANDLE if (system, board) == (1, 1) else None)  # fmt: skip
        self._add("AlazarGetBoardKind", c_uint32, (c_void_p,), lambda _: self.kind)
        self._add("AlazarErrorToText", c_void_p, (c_int,), self._text)
        self._add("AlazarGetChannelInfo", c_int, (c_void_p, u32, u8), self._channel_info)
        self._add("AlazarQueryCapability", c_int, (c_void_p, c_uint32, c_uint32, u32), self._capability)
        self._add("AlazarGetSDKVersion", c_int, (u8, u8, u8), self._sdk_version)
        self._add("AlazarGetCPLDVersion", c_int, (c_void_p, u8, u8), self._board_version)
        self._add_settings()
        self._add_acquisition()

    def _add_settings(self) -> None:
        self._set("AlazarSetCaptureClock", (c_uint32,) * 4, self._set_clock)
        self._set("AlazarInputControl", (c_uint8, *(c_uint32,) * 3), self._set_input)
        self._set("AlazarSetBWLimit", (c_uint32,) * 2)
        self._set("AlazarSetTriggerOperation", (c_uint32,) * 9, self._set_trigger)
        self._set("AlazarSetExternalTrigger", (c_uint32,) * 2)
        self._set("AlazarSetTriggerDelay", (c_uint32,))
        self._set("AlazarSetTriggerTimeOut", (c_uint32,))
        self._set("AlazarSetRecordSize", (c_uint32,) * 2)
        self._set("AlazarForceTrigger", (), self._trigger)
        self._set("AlazarSetLED", (c_uint32,))

    def _add_acquisition(self) -> None:
        self._set("AlazarBeforeAsyncRead", (c_uint32, c_long, *(c_uint32,) * 4), self._before_read)
        self._set("AlazarPostAsyncBuffer", (c_void_p, c_uint32), self._post, quiet=True)
        self._set("AlazarStartCapture", (), self._start)
        self._set("AlazarWaitAsyncBufferComplete", (c_void_p, c_uint32), self._wait, quiet=True)
        self._set("AlazarAbortAsyncRead", (), self._abort)

    def _add(self, name: str, result: Any, arguments: tuple[Any, ...], function: Callable[..., Any]) -> None:
        """Give the library a function, behind a pointer as C has it."""
        pointer = CFUNCTYPE(result, *arguments)(function)
        self._keep.append(pointer)
        library_function = ctypes.cast(pointer, CFUNCTYPE(c_int))
        setattr(self, name, library_function)

    def _set(
        self,
        name: str,
        arguments: tuple[Any, ...],
        function: Callable[..., int | None] | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        """Give the library a function that takes a handle and returns a code."""

        def call(handle: int | None, *values: int) -> int:
            if not quiet:
                self.received.append(f"{name}({', '.join(map(str, values))})")
            if handle != HANDLE:
                return INVALID_HANDLE
            if name == self.refuses:
                return FAILED
            code = function(*values) if function else None
            return SUCCESS if code is None else code

        self._add(name, c_int, (c_void_p, *arguments), call)

    def _text(self, code: int) -> int | None:
        text = c_char_p(TEXTS.get(code, b"ApiUnknown"))
        self._keep.append(text)
        return ctypes.cast(text, c_void_p).value

    def _channel_info(self, _: int, memory: Any, bits: Any) -> int:
        memory[0], bits[0] = 1 << 28, self.bits
        return SUCCESS

    def _capability(self, _: int, request: int, __: int, value: Any) -> int:
        value[0] = 970123 if request == 0x10000024 else 0
        return SUCCESS

    def _sdk_version(self, major: Any, minor: Any, revision: Any) -> int:
        major[0], minor[0], revision[0] = 7, 4, 0
        return SUCCESS

    def _board_version(self, _: int, major: Any, minor: Any) -> int:
        major[0], minor[0] = 25, 16
        return SUCCESS

    def _set_clock(self, source: int, rate: int, edge: int, decimation: int) -> int | None:
        self.clock = (source, rate, edge, decimation)
        return None if source in (1, 2, 4, 5, 7) else FAILED

    def _set_input(self, channel: int, coupling: int, input_range: int, impedance: int) -> int | None:
        if (
            channel not in self.ranges
            or input_range not in _RANGES
            or coupling not in (1, 2)
            or impedance not in (1, 2)
        ):
            return FAILED
        self.ranges[channel] = input_range
        return None

    def _set_trigger(self, operation: int, *engines: int) -> int | None:
        return None if operation < 3 and engines[0] == 0 and engines[4] == 1 and max(engines) < 256 else FAILED

    def _trigger(self) -> None:
        self.triggered = True

    def _before_read(
        self, channels: int, offset: int, samples: int, per_buffer: int, total: int, flags: int
    ) -> int | None:
        if offset != 0 or samples < 256 or samples % 64 or total % per_buffer or not flags & 0x200:
            return FAILED
        rate = _RATES[self.clock[1]] / max(1, self.clock[3])
        ranges = {channel: _RANGES[number] for channel, number in self.ranges.items()}
        self.read = Acquisition(channels, samples, per_buffer, flags, self.bits, rate, ranges)
        self.started, self.done, self.posted = False, 0, []
        return None

    def _post(self, address: int, size: int) -> int | None:
        self.posted.append((address, size))
        return None if self.read and size == self.read.size else FAILED

    def _start(self) -> int | None:
        self.started = self.read is not None
        return None if self.started else FAILED

    def _wait(self, address: int, milliseconds: int) -> int | None:
        del milliseconds  # whoever waits for nothing waits in no time
        if not self.triggered:
            return WAIT_TIMEOUT
        if not self.started or self.read is None or not self.posted or self.posted[0][0] != address:
            return NOT_READY
        _, size = self.posted.pop(0)
        ctypes.memmove(address, self.read.buffer(self.done), size)
        self.done += self.read.per_buffer
        return None

    def _abort(self) -> None:
        self.read, self.started, self.posted = None, False, []


class Computer:
    """A computer with the board in it: what a driver is given instead of a library's path."""

    def __init__(self, model: str) -> None:
        self.device = FakeAtsApi(model)
        self.arguments: Mapping[str, Any] = {"dll": self.device}

    @property
    def received(self) -> list[str]:
        """The calls that changed something."""
        return self.device.received

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do nothing."""


def simulate(model: str = "ATS9870") -> Computer:
    """Put a board into this computer.

    Args:
        model: E.g. ``"ATS9870"``.
    """
    return Computer(model)
