"""Lake Shore 372 AC resistance bridge and temperature controller: 16 scanned channels, a control input, three outputs.

``RAMP``, ``RAMPST?``, ``RANGE`` and ``SCAN`` are checked against its manual (119-372; chapter 6, Computer Interface Operation,
pages 173 and 175); ``RDGST?`` against that of the 370 (chapter 6), its predecessor; ``KRDG?``, ``SETP``, ``MOUT``, ``HTR?``,
``HTRST?`` against that of the 331 (6-28 to 6-38), whose commands of the same names these are. The commands with ``*`` are those
of IEEE 488.2. The other pages were not at hand: numbers of modes and limits that they say are not checked against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from measurand.instrument import ChannelList, ChannelTuple, parameter, submodule
from measurand.instrument_drivers.Lakeshore._Lakeshore_controller import (
    ON_OFF,
    LakeshoreInput,
    LakeshoreOutput,
    _LakeshoreController,
    field,
    fields_of,
    load_status,
)
from measurand.validators import Ints, Numbers

_CHANNELS = range(1, 17)
_RANGES = [float(f"{digits}e{decade}") for decade in range(-3, 8) for digits in (2, 6.32)]  # Ohm
_VOLTAGES = [f"{value} {unit}" for unit, values in (
    ("uV", ("2", "6.32", "20", "63.2", "200", "632")), ("mV", ("2", "6.32", "20", "63.2", "200", "632")),
) for value in values]  # fmt: skip
_CURRENTS = [
    f"{value} {unit}" for unit in ("pA", "nA", "uA", "mA") for value in ("1", "3.16", "10", "31.6", "100", "316")
][:22]
_EXCITATIONS = {
    **{text: f"0,{i}" for i, text in enumerate(_VOLTAGES, 1)},
    **{text: f"1,{i}" for i, text in enumerate(_CURRENTS, 1)},
}
_CONTROL_EXCITATIONS = {text: str(i) for i, text in enumerate(_CURRENTS[5:11], 1)}
_SAMPLE_RANGES = ("off", "31.6 uA", "100 uA", "316 uA", "1 mA", "3.16 mA", "10 mA", "31.6 mA", "100 mA")
_LIMITS = {"p": (0, 1000), "i": (0, 10000), "d": (0, 2500), "ramp": (0, 100)}


class Lakeshore372Input(LakeshoreInput):
    """A measured resistance and its temperature."""

    meanings: ClassVar[Mapping[int, str]] = {
        0: "current source overload", 1: "common mode voltage overload", 2: "mixer overload",
        3: "differential voltage overload", 4: "resistance overrange", 5: "resistance underrange",
        6: "temperature overrange", 7: "temperature underrange",
    }  # fmt: skip

    resistance = parameter("RDGR? {self.key}", unit="Ohm", get_parser=float)
    """Resistance of the thermometer in Ohm. Not checked against a manual."""

    power = parameter("RDGPWR? {self.key}", unit="W", get_parser=float)
    """Power that the excitation puts into the thermometer in W. Not checked against a manual."""

    enabled = field("INSET", 0, val_mapping=ON_OFF)
    """Whether it is measured, and scanned. Not checked against a manual."""

    curve = field("INSET", 3, get_parser=int, vals=Ints(0, 59))
    """Number of the curve that makes a temperature of the resistance, 0 (none) to 59. Not checked against a manual."""

    autorange = field("INTYPE", 2, val_mapping={"off": "0", "current": "1", "ROX102B": "2"})
    """Whether the range follows the resistance; ROX102B is for the control input. Not checked against a manual."""

    range = field("INTYPE", 3, unit="Ohm", val_mapping={ohm: str(i) for i, ohm in enumerate(_RANGES, 1)})
    """Resistance range in Ohm: 2 mOhm, 6.32 mOhm, 20 mOhm… to 63.2 MOhm. Not checked against a manual."""

    excitation_off = field("INTYPE", 4, val_mapping=ON_OFF)
    """Whether the current source is shunted, so that nothing heats the thermometer. Not checked against a manual."""


class Lakeshore372Channel(Lakeshore372Input):
    """One of the measurement channels 1 to 16; it is measured while the scanner is on it."""

    dwell = field("INSET", 1, unit="s", get_parser=int, vals=Ints(1, 200))
    """How long the scanner stays here in s, 1 to 200. Not checked against a manual."""

    pause = field("INSET", 2, unit="s", get_parser=int, vals=Ints(3, 200))
    """How long nothing is read after the scanner came here, in s, 3 to 200. Not checked against a manual."""

    excitation = parameter(
        lambda self: ",".join(fields_of(self, "INTYPE")[:2]),
        lambda self, raw: self.set_excitation(raw),
        val_mapping=_EXCITATIONS,
    )
    """Constant voltage, 2 uV, 6.32 uV… to 632 mV, or current, 1 pA, 3.16 pA… to 31.6 mA (rms), as text. Not checked against
    a manual."""

    def set_excitation(self, raw: str) -> None:
        """Set mode and number of the excitation, e.g. ``"0,3"``; the other fields stay as they are."""
        with self.root_instrument.lock:
            self.write(f"INTYPE {self.key},{raw},{','.join(fields_of(self, 'INTYPE')[2:])}")

    def select(self) -> None:
        """Bring the scanner here and let it stay."""
        self.write(f"SCAN {self.key},0")
        for setting in ("scanned_channel", "autoscan"):
            self.root_instrument.parameters[setting].cache.invalidate()


class Lakeshore372ControlInput(Lakeshore372Input):
    """The control input A, which is always measured."""

    excitation = field("INTYPE", 1, val_mapping=_CONTROL_EXCITATIONS)
    """Constant current (rms) as text: 316 pA, 1 nA, 3.16 nA… to 100 nA. Not checked against a manual."""


class _Lakeshore372Output(LakeshoreOutput):
    """What outputs of a 372 share."""

    modes: ClassVar[Mapping[str, str]] = {
        "off": "0", "monitor": "1", "open loop": "2", "zone": "3", "still": "4", "closed loop": "5", "warm-up": "6",
    }  # fmt: skip
    highest_setpoint = 420.0
    limits = _LIMITS

    polarity = field("OUTMODE", 3, val_mapping={"unipolar": "0", "bipolar": "1"})
    """Whether an analog output goes below zero. Not checked against a manual."""

    filter_enabled = field("OUTMODE", 4, val_mapping=ON_OFF)
    """Whether the loop sees filtered readings. Not checked against a manual."""

    delay = field("OUTMODE", 5, unit="s", get_parser=int, vals=Ints(1, 255))
    """How long the loop waits after the scanner came to its channel, in s; 1 to 255. Not checked against a manual."""


class Lakeshore372SampleHeater(_Lakeshore372Output):
    """The sample heater, output 0."""

    ranges: ClassVar[Mapping[str, str]] = {text: str(i) for i, text in enumerate(_SAMPLE_RANGES)}
    heater_query = "HTR?"

    heater_status = load_status()
    """Whether the heater is connected: ok, open load, or short; reading it clears it."""

    resistance = field("HTRSET", 0, unit="Ohm", get_parser=float, vals=Numbers(1, 2000))
    """Resistance of the heater in Ohm, 1 to 2000: what the controller makes powers of. Not checked against a manual."""


class Lakeshore372WarmUpHeater(_Lakeshore372Output):
    """The warm-up heater, output 1."""

    ranges: ClassVar[Mapping[str, str]] = {"off": "0", "on": "1"}
    heater_query = "AOUT? {}"

    heater_status = load_status()
    """Whether the heater is connected: ok, open load, or short; reading it clears it."""


class Lakeshore372Still(_Lakeshore372Output):
    """The analog output 2, which often heats the still."""

    ranges: ClassVar[Mapping[str, str]] = {"off": "0", "on": "1"}
    heater_query = "AOUT? {}"


class Lakeshore372(_LakeshoreController):
    """Lake Shore 372. `safe_state` switches all outputs off."""

    inputs_of_loops: ClassVar[Mapping[str, str]] = {"none": "0", "A": "A", **{str(i): str(i) for i in _CHANNELS}}

    control_input = submodule(Lakeshore372ControlInput, "A")
    sample_heater = submodule(Lakeshore372SampleHeater, "0")
    warm_up_heater = submodule(Lakeshore372WarmUpHeater, "1")
    still = submodule(Lakeshore372Still, "2")

    scanned_channel = parameter(
        lambda self: self.scan()[0],
        lambda self, n: self.write(f"SCAN {n},{self.scan()[1]}"),
        get_parser=int,
        vals=Ints(1, 16),
    )
    """Channel on which the scanner is, 1 to 16 (to 8 with a scanner 3708)."""

    autoscan = parameter(
        lambda self: self.scan()[1], lambda self, on: self.write(f"SCAN {self.scan()[0]},{on}"), val_mapping=ON_OFF
    )
    """Whether the scanner goes from one enabled channel to the next by itself."""

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        channels = ChannelList(self, "channels", Lakeshore372Channel, snapshotable=False)
        for i in _CHANNELS:
            channel = Lakeshore372Channel(self, f"ch{i:02}", str(i))
            channels.append(channel)
            self.add_submodule(f"ch{i:02}", channel)
        self.channels: ChannelTuple[Lakeshore372Channel] = self.add_submodule("channels", channels.to_channel_tuple())
        """The measurement channels; ``channels[0]`` is channel 1, which is ``ch01`` too."""

    def scan(self) -> tuple[str, str]:
        """Ask where the scanner is and whether it goes on by itself."""
        channel, autoscan = self.ask("SCAN?").split(",")
        return str(int(channel)), autoscan.strip()

    def input_called(self, name: str) -> LakeshoreInput:
        """Return the input that a loop calls ``name``: A, or 1 to 16."""
        return self.control_input if name == "A" else self.channels[int(name) - 1]
