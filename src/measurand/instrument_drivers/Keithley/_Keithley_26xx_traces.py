"""Buffered readings of a Keithley 2600 channel: the device's own loop fills its reading buffer, which is then fetched.

Commands from the Series 2600B reference manual (2600BS-901-01 Rev. C, August 2016: 3, Reading buffers; 7, TSP command
reference: ``smuX.measure.count``, ``smuX.measure.interval``, ``smuX.measure.Y()``, ``smuX.nvbufferY``, ``printbuffer()``,
``delay()``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from measurand.instrument import InstrumentModule, late, parameter
from measurand.parameters import Parameter, ParameterWithSetpoints
from measurand.validators import Arrays, Ints, Numbers

if TYPE_CHECKING:
    import numpy as np

_OVERFLOW = 9.9e37  # the device writes 9.91e37 for what it could not measure
_CHUNK = 0.5  # s, about as long as one piece of a sweep lasts; between pieces Ctrl-C is listened to
_MOST_IN_A_CHUNK = 500
_MOST = 60_000  # readings with time stamps that a dedicated buffer holds. Not checked against a manual.


def reading(text: str) -> float:
    """Return a reading as a float; an overflow is infinite, with its sign.

    Raises:
        ValueError: It is no number.
    """
    value = float(text)
    return math.copysign(math.inf, value) if abs(value) >= _OVERFLOW else value


def readings(answer: str) -> np.ndarray[Any, Any]:
    """Return what ``printbuffer`` printed, shape ``(n,)``, float64."""
    import numpy as np

    return np.array([reading(text) for text in answer.split(",")])


class _Buffered(InstrumentModule):
    """What the buffered readings of a channel share.

    Args:
        parent: The channel.
        name: Identifier.
    """

    _parent: Any  # a channel, whose file imports this one

    def _cleared(self) -> str:
        """Return the commands that empty the buffer and let it note times."""
        buffer = f"{self._parent.channel}.nvbuffer1"
        return f"{buffer}.clear() {buffer}.appendmode=1 {buffer}.collecttimestamps=1"

    def _seconds_per_reading(self) -> float:
        """Return how long one reading takes, in s; asks the device for integration time and line frequency."""
        seconds: float = self._parent.nplc() / self._parent.device.linefreq()
        return seconds

    def _set_buffer(self, script: str, first: int, last: int, seconds: float) -> np.ndarray[Any, Any]:
        """Run a script that fills the buffer, and fetch readings ``first`` to ``last``."""
        buffer = f"{self._parent.channel}.nvbuffer1"
        fetch = f"printbuffer({first}, {last}, {buffer}.readings)"
        return readings(self._parent.device.run_script(f"{script} {fetch}", seconds))


class Keithley2600TimeTrace(_Buffered):
    """Readings of one channel at equal times, taken by the device itself."""

    npts = parameter(set_cmd=None, label="Number of points", unit="pt", vals=Ints(1, _MOST), initial_value=100)
    """Number of readings, 1 to 60000."""

    dt = parameter(set_cmd=None, label="Interval", unit="s", vals=Numbers(0, 1), initial_value=0.0)
    """Time between the beginnings of two readings in s, 0 to 1; a shorter one than a reading takes means: no pause."""

    time_axis = parameter(
        lambda self: self._nominal_times(),
        parameter_class=Parameter,
        label="Time",
        unit="s",
        vals=late(lambda self: Arrays(shape=(self._count,))),
        snapshot_value=False,
        snapshot_get=False,
    )
    """When each reading begins in s, as set; `times` has the device's own time stamps."""

    current = parameter(
        lambda self: self._trace("i"),
        parameter_class=ParameterWithSetpoints,
        label="Current",
        unit="A",
        vals=late(lambda self: Arrays(shape=(self._count,))),
        setpoints=late(lambda self: (self.time_axis,)),
    )
    """Currents at the times of ``time_axis``, in A; reading it takes as long as the trace lasts."""

    voltage = parameter(
        lambda self: self._trace("v"),
        parameter_class=ParameterWithSetpoints,
        label="Voltage",
        unit="V",
        vals=late(lambda self: Arrays(shape=(self._count,))),
        setpoints=late(lambda self: (self.time_axis,)),
    )
    """Voltages at the times of ``time_axis``, in V; reading it takes as long as the trace lasts."""

    def _count(self) -> int:
        return self.npts()

    def times(self) -> np.ndarray[Any, Any]:
        """Return the time stamps of the last trace or sweep in the buffer, in s after the first, shape ``(n,)``.

        Raises:
            DeviceError: The buffer is empty.
        """
        buffer = f"{self._parent.channel}.nvbuffer1"
        fetch = f"printbuffer(1, {buffer}.n, {buffer}.timestamps)"
        return readings(self._parent.device.run_script(fetch, 0.0))

    def _nominal_times(self) -> np.ndarray[Any, Any]:
        import numpy as np

        return np.arange(self.npts()) * max(self.dt(), self._seconds_per_reading())

    def _trace(self, quantity: str) -> np.ndarray[Any, Any]:
        channel, count = self._parent.channel, self.npts()
        seconds = count * max(self.dt(), self._seconds_per_reading())
        settings = f"{channel}.measure.count={count} {channel}.measure.interval={self.dt():.9f}"
        measure = f"{channel}.measure.{quantity}({channel}.nvbuffer1)"
        after = f"{channel}.measure.count=1 {channel}.measure.interval=0"
        try:
            return self._set_buffer(f"{self._cleared()} {settings} {measure} {after}", 1, count, seconds)
        except BaseException:  # Ctrl-C too: single readings must be single again
            self._parent.device.write(after)
            raise


class Keithley2600Sweep(_Buffered):
    """A staircase of source levels with a reading at each, run by the device itself.

    Reading `trace` moves the source: first to ``start``, through the channel's own parameter and so with its ramp if it
    has one, then in steps to ``stop``, where it stays. The output is switched by nobody but you.

    Args:
        parent: The channel.
        name: Identifier.
        source: What is stepped: ``"v"`` or ``"i"``.
    """

    def __init__(self, parent: Any, name: str, source: str, **kwargs: Any) -> None:
        self.source = source
        self.is_voltage = source == "v"
        self._level: Parameter[float] = parent.volt if self.is_voltage else parent.curr
        self._setting: Parameter[float] = parent.volt_level if self.is_voltage else parent.curr_level
        super().__init__(parent, name, **kwargs)

    start = parameter(
        set_cmd=None,
        label="Start",
        unit=late(lambda self: "V" if self.is_voltage else "A"),
        vals=late(lambda self: self._level.vals),
        initial_value=0.0,
    )
    """First level in V or A; within what the model's source reaches."""

    stop = parameter(
        set_cmd=None,
        label="Stop",
        unit=late(lambda self: "V" if self.is_voltage else "A"),
        vals=late(lambda self: self._level.vals),
        initial_value=0.0,
    )
    """Last level in V or A; within what the model's source reaches."""

    npts = parameter(set_cmd=None, label="Number of points", unit="pt", vals=Ints(2, _MOST), initial_value=11)
    """Number of levels, 2 to 60000."""

    delay = parameter(set_cmd=None, label="Delay", unit="s", vals=Numbers(0, 60), initial_value=0.0)
    """Time between a step and its reading in s, 0 to 60."""

    axis = parameter(
        lambda self: self._levels(),
        parameter_class=Parameter,
        label=late(lambda self: "Voltage" if self.is_voltage else "Current"),
        unit=late(lambda self: "V" if self.is_voltage else "A"),
        vals=late(lambda self: Arrays(shape=(self._count,))),
        snapshot_value=False,
        snapshot_get=False,
    )
    """The levels in V or A."""

    trace = parameter(
        lambda self: self._run(),
        parameter_class=ParameterWithSetpoints,
        label=late(lambda self: "Current" if self.is_voltage else "Voltage"),
        unit=late(lambda self: "A" if self.is_voltage else "V"),
        vals=late(lambda self: Arrays(shape=(self._count,))),
        setpoints=late(lambda self: (self.axis,)),
    )
    """What was measured at each level, current in A or voltage in V. Reading it moves the source."""

    def _count(self) -> int:
        return self.npts()

    def _levels(self) -> np.ndarray[Any, Any]:
        import numpy as np

        return np.linspace(self.start(), self.stop(), self.npts())

    def _run(self) -> np.ndarray[Any, Any]:
        import numpy as np

        seconds = self.delay() + self._seconds_per_reading()
        size = min(_MOST_IN_A_CHUNK, max(1, int(_CHUNK / seconds)))
        levels = self._levels()
        with self._parent.device.lock:
            self._level.set(float(levels[0]))
            self._parent.device.write(self._cleared())
            try:
                pieces = [self._piece(levels, first, size, seconds) for first in range(0, len(levels), size)]
            finally:
                self._level.cache.invalidate()
                self._setting.cache.invalidate()
        return np.concatenate(pieces)

    def _piece(self, levels: np.ndarray[Any, Any], first: int, size: int, seconds: float) -> np.ndarray[Any, Any]:
        """Run levels ``first`` to ``first + size`` and return their readings."""
        channel = self._parent.channel
        last = min(first + size, len(levels)) - 1
        begin, step = float(levels[0]), float(levels[-1] - levels[0]) / (len(levels) - 1)
        measured = "i" if self.is_voltage else "v"
        loop = (
            f"for i={first},{last} do {channel}.source.level{self.source}={begin!r}+i*{step!r} delay({self.delay():.6f}) "
            f"{channel}.measure.{measured}({channel}.nvbuffer1) end"
        )
        return self._set_buffer(loop, first + 1, last + 1, seconds * (last - first + 1))
