"""The Keithley 2600 series of source-measure units, spoken to in TSP (a Lua): what all its models share.

Commands from the Series 2600B reference manual, 2600BS-901-01 Rev. C (August 2016), section 7, TSP command reference, and
Rev. F (August 2021), section 9; the models of the A series have the same (2600AS-901-01 Rev. B, September 2008, section
19). What a channel has is ``smua.…`` or ``smub.…``; a query is ``print(…)``, which is added here. Numbers come with 16
digits (``format.asciiprecision``; that it goes to 16: Not checked against a manual.), so that what is read back is what was
set.
"""

from __future__ import annotations

from typing import Any, ClassVar

from measurand.errors import ConfigurationError, DeviceError, TransportTimeout, UnknownName
from measurand.instrument import InstrumentChannel, VisaInstrument, late, parameter, submodule
from measurand.instrument_drivers.Keithley._Keithley_26xx_models import MODELS, Model, listed
from measurand.instrument_drivers.Keithley._Keithley_26xx_traces import (
    Keithley2600Sweep,
    Keithley2600TimeTrace,
    reading,
)
from measurand.parameters import MultiParameter
from measurand.validators import Enum, Ints, MultiType, Numbers, Strings

_MOST_ERRORS = 50  # asked for in a row; a device that reports more without end is not waited for
_BOTH = {True: 1, False: 0}


class Keithley2600IV(MultiParameter):
    """Current and voltage of one channel, measured at the same time."""

    instrument: Keithley2600Channel

    def get_raw(self) -> tuple[float, float]:
        """Measure.

        Returns:
            Current in A and voltage in V.
        """
        current, voltage = self.instrument.ask(f"{self.instrument.channel}.measure.iv()").split()
        return reading(current), reading(voltage)


class Keithley2600Channel(InstrumentChannel):
    """One source-measure unit.

    Args:
        parent: The instrument.
        name: Identifier, usually that of the device.
        channel: What the device calls it: ``"smua"`` or ``"smub"``.

    Raises:
        UnknownName: The model has no such channel.
    """

    def __init__(self, parent: _Keithley26xx, name: str, channel: str, **kwargs: Any) -> None:
        if channel not in parent.ranges.channels:
            known = " and ".join(f'"{one}"' for one in parent.ranges.channels)
            raise UnknownName(f"{parent.name}: the {parent.model} has no channel {channel!r}, it has {known}.")
        self.channel = channel
        self.device = parent
        self.model = parent.model
        self.ranges = parent.ranges
        super().__init__(parent, name, **kwargs)
        self.volt.affects(self.volt_level, self.sourcerange_v)
        self.curr.affects(self.curr_level, self.sourcerange_i)
        self.volt_level.affects(self.volt, self.sourcerange_v)
        self.curr_level.affects(self.curr, self.sourcerange_i)
        self.sourcerange_v.affects(self.source_autorange_v_enabled)
        self.sourcerange_i.affects(self.source_autorange_i_enabled)
        self.measurerange_v.affects(self.measure_autorange_v_enabled)
        self.measurerange_i.affects(self.measure_autorange_i_enabled)

    volt = parameter(
        "{self.channel}.measure.v()",
        "{self.channel}.source.levelv={:.12f}",
        label="Voltage",
        unit="V",
        get_parser=reading,
        vals=late(lambda self: Numbers(-self.ranges.highest_voltage, self.ranges.highest_voltage)),
    )
    """Voltage in V: read it measures, set it is the level of the voltage source, up to 101 % of the highest range."""

    curr = parameter(
        "{self.channel}.measure.i()",
        "{self.channel}.source.leveli={:.15f}",
        label="Current",
        unit="A",
        get_parser=reading,
        vals=late(lambda self: Numbers(-self.ranges.highest_current, self.ranges.highest_current)),
    )
    """Current in A: read it measures, set it is the level of the current source, up to 101 % of the highest range."""

    volt_level = parameter(
        "{self.channel}.source.levelv",
        "{self.channel}.source.levelv={:.12f}",
        label="Voltage level",
        unit="V",
        get_parser=float,
        vals=late(lambda self: Numbers(-self.ranges.highest_voltage, self.ranges.highest_voltage)),
    )
    """Level of the voltage source in V, without measuring."""

    curr_level = parameter(
        "{self.channel}.source.leveli",
        "{self.channel}.source.leveli={:.15f}",
        label="Current level",
        unit="A",
        get_parser=float,
        vals=late(lambda self: Numbers(-self.ranges.highest_current, self.ranges.highest_current)),
    )
    """Level of the current source in A, without measuring."""

    res = parameter("{self.channel}.measure.r()", label="Resistance", unit="Ohm", get_parser=reading)
    """Measured voltage over measured current in Ohm."""

    power = parameter("{self.channel}.measure.p()", label="Power", unit="W", get_parser=reading)
    """Measured voltage times measured current in W."""

    iv = parameter(
        parameter_class=Keithley2600IV,
        names=("iv_curr", "iv_volt"),
        shapes=((), ()),
        labels=("Current", "Voltage"),
        units=("A", "V"),
    )
    """Current in A and voltage in V of the same moment, as two columns."""

    mode = parameter(
        "{self.channel}.source.func",
        "{self.channel}.source.func={:d}",
        label="Source",
        get_parser=float,
        val_mapping={"current": 0, "voltage": 1},
    )
    """What is sourced: ``"current"`` or ``"voltage"``."""

    output = parameter(
        "{self.channel}.source.output",
        "{self.channel}.source.output={:d}",
        label="Output",
        get_parser=float,
        val_mapping={"on": 1, "off": 0},
        safe="off",
    )
    """Whether the output is ``"on"`` or ``"off"``; what off means says ``offmode``."""

    offmode = parameter(
        "{self.channel}.source.offmode",
        "{self.channel}.source.offmode={:d}",
        label="Output-off mode",
        get_parser=float,
        val_mapping={"normal": 0, "zero": 1, "high-z": 2},
    )
    """What an output that is off does: ``"normal"`` (0 V, limited), ``"zero"`` (0 V), ``"high-z"`` (disconnected)."""

    sense_mode = parameter(
        "{self.channel}.sense",
        "{self.channel}.sense={:d}",
        label="Sense",
        get_parser=float,
        val_mapping={"2-wire": 0, "4-wire": 1},
    )
    """Where the voltage is sensed: at the source (``"2-wire"``) or at the sense terminals (``"4-wire"``). Not checked against a manual."""

    limitv = parameter(
        "{self.channel}.source.limitv",
        "{self.channel}.source.limitv={:.9f}",
        label="Voltage limit",
        unit="V",
        get_parser=float,
        vals=late(lambda self: Numbers(self.ranges.least_voltage_limit, self.ranges.voltage_ranges[-1])),
    )
    """Largest voltage of the current source in V (compliance); from a tenth of the lowest range to the highest."""

    limiti = parameter(
        "{self.channel}.source.limiti",
        "{self.channel}.source.limiti={:.15f}",
        label="Current limit",
        unit="A",
        get_parser=float,
        vals=late(lambda self: Numbers(self.ranges.least_current_limit, self.ranges.source_current_ranges[-1])),
    )
    """Largest current of the voltage source in A (compliance); from 10 nA (2634 to 2636: 100 pA) to the highest range."""

    limitp = parameter(
        "{self.channel}.source.limitp",
        "{self.channel}.source.limitp={:.9f}",
        label="Power limit",
        unit="W",
        get_parser=float,
        vals=Numbers(min_value=0),
    )
    """Largest power in W; 0: no such limit."""

    compliance = parameter("{self.channel}.source.compliance", label="In limit", val_mapping={True: "true", False: "false"})  # fmt: skip
    """Whether one of the limits holds the output back."""

    sourcerange_v = parameter(
        "{self.channel}.source.rangev",
        "{self.channel}.source.rangev={}",
        label="Voltage source range",
        unit="V",
        get_parser=float,
        vals=late(lambda self: Enum(*self.ranges.voltage_ranges)),
    )
    """Range of the voltage source in V; setting it ends auto-range."""

    source_autorange_v_enabled = parameter(
        "{self.channel}.source.autorangev",
        "{self.channel}.source.autorangev={:d}",
        label="Voltage source auto-range",
        get_parser=float,
        val_mapping=_BOTH,
    )
    """Whether the voltage source finds its range by itself."""

    sourcerange_i = parameter(
        "{self.channel}.source.rangei",
        "{self.channel}.source.rangei={}",
        label="Current source range",
        unit="A",
        get_parser=float,
        vals=late(lambda self: Enum(*self.ranges.source_current_ranges)),
    )
    """Range of the current source in A; setting it ends auto-range."""

    source_autorange_i_enabled = parameter(
        "{self.channel}.source.autorangei",
        "{self.channel}.source.autorangei={:d}",
        label="Current source auto-range",
        get_parser=float,
        val_mapping=_BOTH,
    )
    """Whether the current source finds its range by itself."""

    measurerange_v = parameter(
        "{self.channel}.measure.rangev",
        "{self.channel}.measure.rangev={}",
        label="Voltage range",
        unit="V",
        get_parser=float,
        vals=late(lambda self: Enum(*self.ranges.voltage_ranges)),
    )
    """Range of voltage readings in V; setting it ends auto-range. While voltage is sourced, that of the source counts."""

    measure_autorange_v_enabled = parameter(
        "{self.channel}.measure.autorangev",
        "{self.channel}.measure.autorangev={:d}",
        label="Voltage auto-range",
        get_parser=float,
        val_mapping=_BOTH,
    )
    """Whether voltage readings find their range by themselves."""

    measurerange_i = parameter(
        "{self.channel}.measure.rangei",
        "{self.channel}.measure.rangei={}",
        label="Current range",
        unit="A",
        get_parser=float,
        vals=late(lambda self: Enum(*self.ranges.measure_current_ranges)),
    )
    """Range of current readings in A; setting it ends auto-range. While current is sourced, that of the source counts."""

    measure_autorange_i_enabled = parameter(
        "{self.channel}.measure.autorangei",
        "{self.channel}.measure.autorangei={:d}",
        label="Current auto-range",
        get_parser=float,
        val_mapping=_BOTH,
    )
    """Whether current readings find their range by themselves."""

    nplc = parameter(
        "{self.channel}.measure.nplc",
        "{self.channel}.measure.nplc={:.4f}",
        label="Number of power line cycles",
        unit="PLC",
        get_parser=float,
        vals=Numbers(0.001, 25),
    )
    """Integration time of a reading in power line cycles, 0.001 to 25."""

    source_delay = parameter(
        "{self.channel}.source.delay",
        "{self.channel}.source.delay={:.6f}",
        label="Source delay",
        unit="s",
        get_parser=float,
        vals=MultiType(Enum(-1), Numbers(min_value=0)),
    )
    """Wait after a change of the source in s; 0 none, -1 as long as the device thinks right for the range."""

    measure_delay = parameter(
        "{self.channel}.measure.delay",
        "{self.channel}.measure.delay={:.6f}",
        label="Measure delay",
        unit="s",
        get_parser=float,
        vals=MultiType(Enum(-1), Numbers(min_value=0)),
    )
    """Wait before a reading in s; 0 none, -1 as long as the device thinks right for the range."""

    autozero = parameter(
        "{self.channel}.measure.autozero",
        "{self.channel}.measure.autozero={:d}",
        label="Auto-zero",
        get_parser=float,
        val_mapping={"off": 0, "once": 1, "auto": 2},
    )
    """When zero and reference are measured anew: ``"off"``, ``"once"`` (now), ``"auto"`` (as needed)."""

    filter_enabled = parameter(
        "{self.channel}.measure.filter.enable",
        "{self.channel}.measure.filter.enable={:d}",
        label="Filter",
        get_parser=float,
        val_mapping=_BOTH,
    )
    """Whether several readings are made into one."""

    filter_type = parameter(
        "{self.channel}.measure.filter.type",
        "{self.channel}.measure.filter.type={:d}",
        label="Filter type",
        get_parser=float,
        val_mapping={"moving": 0, "repeat": 1, "median": 2},
    )
    """How: mean of the last readings (``"moving"``), of new ones (``"repeat"``), or the ``"median"`` of the last."""

    filter_count = parameter(
        "{self.channel}.measure.filter.count",
        "{self.channel}.measure.filter.count={:d}",
        label="Filter count",
        get_parser=lambda text: int(float(text)),
        vals=Ints(1, 100),
    )
    """Of how many readings, 1 to 100."""

    timetrace = submodule(Keithley2600TimeTrace)
    """Readings at equal times."""

    voltage_sweep = submodule(Keithley2600Sweep, "v")
    """Currents at stepped voltages; needs ``mode("voltage")`` and ``output("on")``."""

    current_sweep = submodule(Keithley2600Sweep, "i")
    """Voltages at stepped currents; needs ``mode("current")`` and ``output("on")``."""

    def reset(self) -> None:
        """Bring the channel into the state after power-on, output off."""
        self.write(f"{self.channel}.reset()")
        self.invalidate_cache()


class _Keithley26xx(VisaInstrument):
    """A source-measure unit of the series.

    Every command is followed by the question how many errors there are, so that what the device refuses is raised at
    once; readings cost one exchange.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"`` or ``"…::5025::SOCKET"``.
        **kwargs: As for `VisaInstrument`.

    Raises:
        ConfigurationError: The device is another model than the class is for.
    """

    models: ClassVar[tuple[str, ...]] = tuple(MODELS)
    smua: Keithley2600Channel

    linefreq = parameter("localnode.linefreq", label="Line frequency", unit="Hz", get_parser=float)
    """Frequency of the power line in Hz, 50 or 60; what ``nplc`` is counted in."""

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, terminator="\n", **kwargs)
        self.model = self.ask("localnode.model")
        if self.model not in self.models:
            raise self._other_model()
        self.ranges: Model = MODELS[self.model]
        for error in self.errors():
            self.log.warning("Error from before the connection: %s", error)
        self.write("format.asciiprecision=16")
        for channel in self.ranges.channels:
            self.add_submodule(channel, Keithley2600Channel(self, channel, channel))
        self.connect_message()

    def _set_display_text(self, text: str) -> None:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "$N")
        self.write(f'display.clear() display.settext("{quoted}")')

    display_settext = parameter(False, _set_display_text, label="Displayed text", vals=Strings())
    """Text on the display instead of readings: a line of 20 and one of 32 characters, parted by a line feed or ``$N``."""

    def display_normal(self) -> None:
        """Show the readings of the first channel again. Not checked against a manual."""
        self.write("display.screen=display.SMUA")

    def get_idn(self) -> dict[str, str | None]:
        """Return vendor, model, serial and firmware as ``*IDN?`` tells them, the model without the word "Model"."""
        identity = super().get_idn()
        return {**identity, "model": (identity["model"] or self.model).removeprefix("Model ")}

    def reset(self) -> None:
        """Bring the device into the state after power-on: outputs off; what was known of it is forgotten."""
        self.write("reset()")
        self.write("format.asciiprecision=16")
        self.invalidate_cache()

    def errors(self) -> list[str]:
        """Take what is in the device's error queue, oldest first.

        Returns:
            Number and text of each error.
        """
        found: list[str] = []
        while len(found) < _MOST_ERRORS and float(self.ask("errorqueue.count")) > 0:
            code, text, *_ = [*self.ask("errorqueue.next()").split("\t"), ""]
            found.append(f"{float(code):.0f}, {text}")
        return found

    def run_script(self, script: str, seconds: float) -> str:
        """Run a TSP script that prints one line.

        Args:
            script: In one line.
            seconds: How long it takes, beside the ``timeout``.

        Returns:
            The line.

        Raises:
            DeviceError: The script ended with an error of the device.
            TransportTimeout: It printed nothing.
        """
        with self.lock:
            timeout = self.parameters["timeout"]
            before = timeout()
            if before is not None:
                timeout(before + 2 * seconds)
            try:
                return super().ask_raw(script)
            except TransportTimeout:
                self._raise_errors(script)
                raise
            finally:
                timeout(before)

    def ask_raw(self, cmd: str) -> str:
        """Have the device print an expression, and return it; ``*IDN?`` and its kind are sent as they are."""
        return super().ask_raw(cmd if cmd.startswith("*") else f"print({cmd})")

    def write_raw(self, cmd: str) -> None:
        """Send a command and wait until the device has carried it out.

        Raises:
            DeviceError: The device reported an error; its whole queue is in the message.
        """
        with self.lock:
            super().write_raw(cmd)
            self._raise_errors(cmd)

    def _raise_errors(self, cmd: str) -> None:
        errors = self.errors()
        if errors:
            raise DeviceError(f"{self.name} ({self.address}): the device reported {'; '.join(errors)} after {cmd!r}.")

    def _other_model(self) -> ConfigurationError:
        where = f"{self.name} ({self.address})"
        if self.model in MODELS:
            return ConfigurationError(
                f"{where}: the device is a {self.model}, {type(self).__name__} is for {listed(self.models)}. "
                f"Use Keithley{self.model}, or Keithley2600 for all."
            )
        return ConfigurationError(f"{where}: unknown model {self.model}. Known models are: {listed(tuple(MODELS))}.")
