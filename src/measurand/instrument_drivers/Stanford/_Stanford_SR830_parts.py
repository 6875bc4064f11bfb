"""The displays, offsets and buffer of an SR830 lock-in amplifier. The manuals are named in `Stanford_SR830`.

What ``DDEF`` and ``OEXP`` set in pairs is read before one of the two is set, so that the other stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measurand.errors import InstrumentError
from measurand.instrument import InstrumentChannel, InstrumentModule, late, parameter, wait_until
from measurand.parameters import Parameter, ParameterWithSetpoints
from measurand.validators import Arrays, Ints, Numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RATES: dict[float | str, int] = {**{2.0 ** (i - 4): i for i in range(14)}, "trigger": 14}  # Hz
_MOST = 16383  # points in the buffer
_YES_NO = {True: 1, False: 0}


class StanfordSR830Channel(InstrumentChannel):
    """One of the two displays: what it shows, what its connector gives out, what is stored.

    Args:
        parent: The lock-in.
        name: Identifier.
        number: 1 or 2.
    """

    display = parameter(
        lambda self: self._definition()[0],
        lambda self, index: self.root_instrument.write(f"DDEF {self.number},{index},{self._definition()[1]}"),
        val_mapping=late(lambda self: self.shown),
    )
    """What is shown, stored in the buffer, and given out if ``output`` says so: x, r, x_noise, aux_in1, aux_in2 at
    channel 1, y, theta, y_noise, aux_in3, aux_in4 at channel 2."""

    ratio = parameter(
        lambda self: self._definition()[1],
        lambda self, index: self.root_instrument.write(f"DDEF {self.number},{self._definition()[0]},{index}"),
        val_mapping=late(lambda self: {"none": 0, **{f"aux_in{2 * self.number - 1 + k}": k + 1 for k in range(2)}}),
    )
    """By what the display is divided: none, or an aux input: 1 or 2 at channel 1, 3 or 4 at channel 2."""

    output = parameter(
        "FPOP? {self.number}",
        "FPOP {self.number},{}",
        val_mapping=late(lambda self: {"display": 0, "x" if self.number == 1 else "y": 1}),
    )
    """What the connector gives out: the display, or x (channel 1) or y (channel 2)."""

    value = parameter("OUTR? {self.number}", get_parser=float)
    """What is shown, in the unit of ``trace``."""

    def __init__(self, parent: Any, name: str, number: int, **kwargs: Any) -> None:
        self.lockin = parent  # a StanfordSR830, whose file imports this one
        self.number = number
        shown = ("x", "r", "x_noise", "aux_in1", "aux_in2") if number == 1 else (
            "y", "theta", "y_noise", "aux_in3", "aux_in4")  # fmt: skip
        self.shown = {quantity: index for index, quantity in enumerate(shown)}
        super().__init__(parent, name, **kwargs)
        self.trace: ParameterWithSetpoints = ParameterWithSetpoints(
            "trace",
            instrument=self,
            get_cmd=lambda: self.lockin.buffer.read(self.number),
            vals=Arrays(shape=(self.lockin.buffer.count,)),
            setpoints=(self.lockin.buffer.time_axis,),
            docstring="The first buffer.npts stored points of the display, as of the last buffer.acquire().",
        )
        """The first ``buffer.npts`` stored points of the display, as of the last ``buffer.acquire()``; shape ``(npts,)``."""
        self.display.on_set(lambda _: self.show_unit())

    def show_unit(self) -> None:
        """Give value and trace the unit of what is shown."""
        shown = self.display.cache()
        signal: str = self.lockin.x.unit
        special = {"theta": "deg", "x_noise": f"{signal}/√Hz", "y_noise": f"{signal}/√Hz"}
        unit: str = "V" if str(shown).startswith("aux") else special.get(str(shown), signal)
        self.value.unit = self.trace.unit = unit

    def _definition(self) -> tuple[int, int]:
        display, ratio = self.root_instrument.ask(f"DDEF? {self.number}").split(",")
        return int(display), int(ratio)


class StanfordSR830Offset(InstrumentChannel):
    """Offset and expand of x, y or r. The readings contain them too, if they are not 0 and 1.

    Args:
        parent: The lock-in.
        name: Identifier.
        number: 1 for x, 2 for y, 3 for r.
    """

    offset = parameter(
        lambda self: self._present()[0],
        lambda self, percent: self.root_instrument.write(f"OEXP {self.number},{percent},{self._present()[1]}"),
        unit="%",
        vals=Numbers(-105, 105),
    )
    """What is taken away, in percent of the sensitivity; -105 to 105, 0 is off."""

    expand = parameter(
        lambda self: self._present()[1],
        lambda self, index: self.root_instrument.write(f"OEXP {self.number},{self._present()[0]},{index}"),
        val_mapping={1: 0, 10: 1, 100: 2},
    )
    """By what the rest is multiplied at the output: 1, 10 or 100."""

    def __init__(self, parent: Any, name: str, number: int, **kwargs: Any) -> None:
        self.number = number
        super().__init__(parent, name, **kwargs)

    def auto(self) -> None:
        """Take away what is measured now."""
        self.root_instrument.write(f"AOFF {self.number}")
        self.offset.cache.invalidate()

    def _present(self) -> tuple[float, int]:
        offset, expand = self.root_instrument.ask(f"OEXP? {self.number}").split(",")
        return float(offset), int(expand)


class StanfordSR830Buffer(InstrumentModule):
    """The memory for 16383 points of both displays, stored by the lock-in's own clock or at triggers.

    Args:
        parent: The lock-in.
        name: Identifier.
    """

    npts = parameter(set_cmd=None, unit="pt", vals=Ints(1, _MOST), initial_value=100)
    """How many points `acquire` waits for and ``trace`` reads; 1 to 16383."""

    sample_rate = parameter("SRAT?", "SRAT {}", unit="Hz", val_mapping=_RATES)
    """Points per second: 0.0625, 0.125, 0.25… to 512 Hz; or ``"trigger"``: one for each trigger."""

    end_mode = parameter("SEND?", "SEND {}", val_mapping={"stop": 0, "loop": 1})
    """What happens when the buffer is full: storing stops, or the oldest points are lost. Not loop while you read."""

    trigger_starts = parameter("TSTR?", "TSTR {}", val_mapping=_YES_NO)
    """Whether a trigger starts storing, at ``sample_rate``."""

    stored = parameter("SPTS?", unit="pt", get_parser=int)
    """How many points are stored."""

    binary = parameter(set_cmd=None, initial_value=True, val_mapping=_YES_NO)
    """Whether points are sent as 32-bit numbers (default) or as text; on a serial line set False, as the manual advises."""

    time_axis = parameter(
        lambda self: self._times(),
        parameter_class=Parameter,
        label="Time",
        unit="s",
        vals=late(lambda self: Arrays(shape=(self.count,))),
        snapshot_value=False,
        snapshot_get=False,
    )
    """When each point was stored, in s after the first; with triggers, whose times nobody knows, the number of the point."""

    def __init__(self, parent: Any, name: str, **kwargs: Any) -> None:
        self.lockin = parent  # a StanfordSR830, whose file imports this one
        super().__init__(parent, name, **kwargs)
        self.sample_rate.on_set(self._show_axis)

    def count(self) -> int:
        """Return ``npts``."""
        return self.npts()

    def start(self) -> None:
        """Store points from now on, behind those that are stored already."""
        self.lockin.write("STRT")

    def pause(self) -> None:
        """Store no more points for the time being."""
        self.lockin.write("PAUS")

    def clear(self) -> None:
        """Throw the stored points away and store no more."""
        self.lockin.write("REST")

    def trigger(self) -> None:
        """Trigger by software."""
        self.lockin.write("TRIG")

    def acquire(self, timeout: float | None = None) -> None:
        """Store ``npts`` new points, and return when they are there.

        Args:
            timeout: After how long to give up, in s; None: twice as long as it should take and 5 s, or, if triggers
                are waited for, never.

        Raises:
            InstrumentError: The points were not stored in time.
        """
        count, rate = self.npts(), self.sample_rate()
        waits = rate == "trigger" or self.trigger_starts()
        seconds = 0.0 if rate == "trigger" else count / float(rate)
        patience = timeout if timeout is not None or waits else 2 * seconds + 5
        self.clear()
        self.end_mode("stop")
        if rate == "trigger" or not self.trigger_starts.cache():  # else the trigger starts it
            self.start()
        try:
            every = min(max(seconds / 20, 0.01), 1.0) if seconds else 0.1  # triggers come when they come
            done = wait_until(lambda: self.stored() >= count, every=every, timeout=patience, clock=self.lockin.clock)
        finally:
            self.pause()
        if not done:
            raise InstrumentError(
                f"{self.full_name}: {self.stored()} of {count} points were stored in {patience:g} s. Look at sample_rate, "
                f"trigger_starts and the trigger, or give acquire(timeout=…)."
            )

    def read(self, channel: int) -> NDArray[np.float64]:
        """Return the first ``npts`` stored points of a channel.

        Args:
            channel: 1 or 2.

        Returns:
            Values in the unit of the channel's trace, shape ``(npts,)``, float64, oldest first.

        Raises:
            InstrumentError: Fewer are stored.
        """
        import numpy as np

        count, stored = self.npts(), self.stored()
        if stored < count:
            raise InstrumentError(
                f"{self.full_name}: {stored} of {count} points are stored. Call {self.full_name}.acquire() before reading a "
                f"trace, or set npts to what is stored."
            )
        if self.binary():
            sent: NDArray[np.float32] = self.lockin.query_binary_values(
                f"TRCB? {channel},0,{count}", "f", header_fmt="empty", expect_termination=False, data_points=count
            )
            return sent.astype(np.float64)
        answer = self.lockin.ask(f"TRCA? {channel},0,{count}")
        return np.array(answer.rstrip(",").split(","), np.float64)

    def _times(self) -> NDArray[np.float64]:
        import numpy as np

        rate = self.sample_rate.cache() or self.sample_rate()
        return np.arange(self.npts(), dtype=np.float64) / (1.0 if rate == "trigger" else float(rate))

    def _show_axis(self, rate: float | str) -> None:
        triggered = rate == "trigger"
        self.time_axis.unit, self.time_axis.label = ("pt", "Point") if triggered else ("s", "Time")
