"""Stanford Research Systems SR830 lock-in amplifier, 1 mHz to 102.4 kHz.

Checked against the SR830 manual (revision 2.5, October 2011), chapter 5, Remote programming: syntax (5-2), displays, offsets
and expands (5-8), aux inputs and outputs (5-9), data storage and transfer (5-12, 5-14 to 5-18), status (5-20, 5-23). The
tables of sensitivities and time constants, and what stores points, are checked against the manuals of the SR850 (6-7, 6-10)
and SR844 (4-24), whose commands of the same names these are. The commands with ``*`` are those of IEEE 488.2.
"""

from __future__ import annotations

from typing import Any

from measurand.errors import InstrumentError
from measurand.instrument import (
    Clock,
    VisaInstrument,
    parameter,
    submodule,
)
from measurand.instrument_drivers.event_register import bits, confirm
from measurand.instrument_drivers.Stanford._Stanford_SR830_parts import (
    StanfordSR830Buffer,
    StanfordSR830Channel,
    StanfordSR830Offset,
)
from measurand.parameters import MultiParameter, Parameter
from measurand.validators import Ints, Numbers

_SENSITIVITIES = [float(f"{digit}e{decade}") for decade in range(-9, 1) for digit in (1, 2, 5)][1:-2]  # V
_TIME_CONSTANTS = [float(f"{digit}e{decade}") for decade in range(-5, 5) for digit in (1, 3)]  # s
_PER_VOLT = 1e-6  # A at the input for each V of the scale

_INPUTS = {"A": 0, "A-B": 1, "I 1 MOhm": 2, "I 100 MOhm": 3}
_QUANTITIES = {
    "x": 1, "y": 2, "r": 3, "theta": 4, "aux_in1": 5, "aux_in2": 6, "aux_in3": 7, "aux_in4": 8, "frequency": 9,
    "ch1": 10, "ch2": 11,
}  # fmt: skip
_ERRORS = {0: "command lost (input queue overflow)", 2: "answer lost (output queue overflow)",
           4: "parameter out of range (execution error)", 5: "illegal command"}  # fmt: skip
_STATUS = {0: "input overload", 1: "filter overload", 2: "output overload", 3: "reference unlocked",
           4: "frequency range changed", 5: "time constant changed by the device", 6: "triggered"}  # fmt: skip
_SELF_TESTS = {1: "battery backup failed", 2: "RAM failed", 4: "ROM failed", 5: "fast transfer aborted (GPIB)",
               6: "DSP failed", 7: "internal math error"}  # fmt: skip
_YES_NO = {True: 1, False: 0}


class StanfordSR830Snap(MultiParameter):
    """Several readings of one moment.

    x and y are of one moment, and so are r and theta; the manual says how far apart the two pairs can be.
    """

    instrument: StanfordSR830

    def get_raw(self) -> tuple[float, ...]:
        """Read them with one query."""
        return tuple(self.instrument.snap(*self.names).values())


class StanfordSR830(VisaInstrument):
    """SR830 lock-in amplifier. Each set is confirmed by the device; what it refuses is raised as `DeviceError`.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"GPIB0::8::INSTR"`` or ``"ASRL1::INSTR"``.
        clock: Whose time counts while points are waited for; None: the computer's.
        **kwargs: As for `VisaInstrument`.
    """

    reference = parameter("FMOD?", "FMOD {}", val_mapping={"external": 0, "internal": 1})
    """Where the reference comes from. Not checked against a manual."""

    frequency = parameter("FREQ?", "FREQ {}", unit="Hz", get_parser=float, vals=Numbers(0.001, 102_000))
    """Frequency of the reference in Hz; can be set while it is internal, 0.001 to 102000 Hz over ``harmonic``. Not checked
    against a manual."""

    phase = parameter("PHAS?", "PHAS {}", unit="deg", get_parser=float, vals=Numbers(-360, 729.99))
    """Phase of the reference in degrees, -360 to 729.99, brought to ±180 by the device. Not checked against a manual."""

    harmonic = parameter("HARM?", "HARM {}", get_parser=int, vals=Ints(1, 19999))
    """Which harmonic of the reference is detected, 1 to 19999, at most 102 kHz. Not checked against a manual."""

    reference_trigger = parameter("RSLP?", "RSLP {}", val_mapping={"sine": 0, "rising": 1, "falling": 2})
    """What of an external reference counts: zeros of a sine, or edges of a TTL signal. Not checked against a manual."""

    amplitude = parameter("SLVL?", "SLVL {}", unit="V", get_parser=float, vals=Numbers(0.004, 5), safe=0.004)
    """Amplitude of the sine output in V rms, 0.004 to 5; the least is its safe value. Not checked against a manual."""

    input_config = parameter("ISRC?", "ISRC {}", val_mapping=_INPUTS)
    """What is measured: voltage A, difference A-B, or current with 1 or 100 MOhm gain. Not checked against a manual."""

    input_shield = parameter("IGND?", "IGND {}", val_mapping={"float": 0, "ground": 1})
    """Whether the shields of the inputs are grounded. Not checked against a manual."""

    input_coupling = parameter("ICPL?", "ICPL {}", val_mapping={"AC": 0, "DC": 1})
    """How the input is coupled. Not checked against a manual."""

    notch_filter = parameter("ILIN?", "ILIN {}", val_mapping={"off": 0, "line": 1, "2x line": 2, "both": 3})
    """Which notch filters are in: at the line's frequency, at twice that. Not checked against a manual."""

    sensitivity = parameter("SENS?", "SENS {}", unit="V", val_mapping={v: i for i, v in enumerate(_SENSITIVITIES)})
    """Full scale in V rms: 2 nV, 5 nV, 10 nV… to 1 V; with a current input the scale is ``current_sensitivity``."""

    current_sensitivity = parameter(
        "SENS?",
        "SENS {}",
        unit="A",
        val_mapping={float(f"{v * _PER_VOLT:.0e}"): i for i, v in enumerate(_SENSITIVITIES)},
    )
    """The same setting for current inputs, in A rms: 2 fA, 5 fA, 10 fA… to 1 uA."""

    reserve = parameter("RMOD?", "RMOD {}", val_mapping={"high": 0, "normal": 1, "low noise": 2})
    """How much noise the input bears beside the signal. Not checked against a manual."""

    time_constant = parameter("OFLT?", "OFLT {}", unit="s", val_mapping={t: i for i, t in enumerate(_TIME_CONSTANTS)})
    """Time constant of the output filters in s: 10 us, 30 us, 100 us… to 30 ks; above 200 Hz to 30 s."""

    filter_slope = parameter("OFSL?", "OFSL {}", unit="dB/oct", val_mapping={6: 0, 12: 1, 18: 2, 24: 3})
    """Slope of the output filters in dB/oct: 6, 12, 18, 24. Not checked against a manual."""

    sync_filter = parameter("SYNC?", "SYNC {}", val_mapping=_YES_NO)
    """Whether the filter averages over whole periods, below 200 Hz. Not checked against a manual."""

    x = parameter("OUTP? 1", unit="V", get_parser=float)
    """Signal in phase with the reference, V rms; A rms with a current input (that it is A: Not checked against a manual.)"""

    y = parameter("OUTP? 2", unit="V", get_parser=float)
    """Signal 90 degrees ahead, V rms; A rms with a current input (that it is A: Not checked against a manual.)"""

    r = parameter("OUTP? 3", unit="V", get_parser=float)
    """Magnitude of the signal, V rms; A rms with a current input (that it is A: Not checked against a manual.)"""

    theta = parameter("OUTP? 4", unit="deg", get_parser=float)
    """Phase of the signal in degrees."""

    input_overload = parameter("LIAS? 0", val_mapping=_YES_NO, snapshot_get=False)
    """Whether the input or the amplifier was overloaded since the last time this was read."""

    filter_overload = parameter("LIAS? 1", val_mapping=_YES_NO, snapshot_get=False)
    """Whether the filter was overloaded since the last time this was read."""

    output_overload = parameter("LIAS? 2", val_mapping=_YES_NO, snapshot_get=False)
    """Whether the output was overloaded since the last time this was read: the signal is beyond ``sensitivity``."""

    unlocked = parameter("LIAS? 3", val_mapping=_YES_NO, snapshot_get=False)
    """Whether the reference was lost since the last time this was read."""

    buffer = submodule(StanfordSR830Buffer)  # before the channels, whose traces are read from it
    ch1 = submodule(StanfordSR830Channel, 1)
    ch2 = submodule(StanfordSR830Channel, 2)
    x_offset = submodule(StanfordSR830Offset, 1)
    y_offset = submodule(StanfordSR830Offset, 2)
    r_offset = submodule(StanfordSR830Offset, 3)

    def __init__(self, name: str, address: str, *, clock: Clock | None = None, **kwargs: Any) -> None:
        self.clock = clock
        is_serial = address.upper().startswith("ASRL")
        kwargs.setdefault("terminator", "\r" if is_serial else "\n")
        super().__init__(name, address, **kwargs)
        self._add_aux()
        self._add_snaps()
        self._connect_settings()
        answers_here = {"ASRL": "OUTX 0;", "GPIB": "OUTX 1;"}.get(address.upper()[:4], "")
        self.ask(f"{answers_here}*ESR?")  # errors of before are nobody's here
        self.connect_message()
        self._show_units(self.input_config())

    def write_raw(self, cmd: str) -> None:
        """Send a command and wait until the device has carried it out.

        Raises:
            DeviceError: The device does not know the command, or refuses its parameter.
        """
        confirm(self, cmd, _ERRORS)

    def snap(self, *quantities: str) -> dict[str, float]:
        """Return several readings of one moment.

        Args:
            *quantities: Two to six of x, y, r, theta, aux_in1 to aux_in4, frequency, ch1, ch2.

        Returns:
            Their values in V (A with a current input), degrees and Hz, in the order asked for.

        Raises:
            InstrumentError: There are not two to six, or one is not known; nothing was sent.
        """
        unknown = [one for one in quantities if one not in _QUANTITIES]
        if unknown or not 2 <= len(quantities) <= 6:
            raise InstrumentError(
                f"{self.name}: snap{quantities} refused, allowed are two to six of {', '.join(_QUANTITIES)}."
            )
        codes = ",".join(str(_QUANTITIES[one]) for one in quantities)
        answer = self.ask(f"SNAP? {codes}").split(",")
        return dict(zip(quantities, map(float, answer), strict=True))

    def auto_gain(self) -> None:
        """Choose the sensitivity for the signal; does nothing above 1 s. Not checked against a manual."""
        self._auto("AGAN")

    def auto_reserve(self) -> None:
        """Choose the reserve for the noise. Not checked against a manual."""
        self._auto("ARSV")

    def auto_phase(self) -> None:
        """Turn the phase of the reference until theta is 0. Not checked against a manual."""
        self._auto("APHS")

    def status(self) -> list[str]:
        """Return what happened since the status was read last, e.g. ``["output overload"]``; it is forgotten then."""
        return bits(self.ask("LIAS?"), _STATUS)

    def errors(self) -> list[str]:
        """Return what the device found wrong with itself since this was read last, e.g. ``["RAM failed"]``."""
        return bits(self.ask("ERRS?"), _SELF_TESTS)

    def save_setup(self, number: int) -> None:
        """Keep all settings in memory ``number``, 1 to 9. Not checked against a manual."""
        Ints(1, 9).validate(number, self.name)
        self.write(f"SSET {number}")

    def recall_setup(self, number: int) -> None:
        """Bring back the settings of memory ``number``, 1 to 9. Not checked against a manual."""
        Ints(1, 9).validate(number, self.name)
        self.write(f"RSET {number}")
        self.invalidate_cache()

    def reset(self) -> None:
        """Bring the device into the state it has after power-on; what was known of it is forgotten."""
        self.write("*RST")
        self.invalidate_cache()
        self._show_units(self.input_config())

    def _auto(self, command: str) -> None:
        timeout: Parameter[float | None] = self.parameters["timeout"]
        patience = None if timeout() is None else max(timeout() or 0.0, 30.0, 30 * float(self.time_constant()))
        with self.lock, timeout.set_to(patience):
            self.write(command)
        for setting in (self.sensitivity, self.current_sensitivity, self.reserve, self.phase, self.time_constant):
            setting.cache.invalidate()

    def _add_aux(self) -> None:
        for i in range(1, 5):
            self.add_parameter(
                f"aux_in{i}",
                label=f"Aux input {i}",
                unit="V",
                get_cmd=f"OAUX? {i}",
                get_parser=float,
                docstring=f"Voltage at aux input {i} in V, with a resolution of 1/3 mV.",
            )
        for i in range(1, 5):
            output = self.add_parameter(
                f"aux_out{i}",
                label=f"Aux output {i}",
                unit="V",
                get_cmd=f"AUXV? {i}",
                set_cmd=f"AUXV {i},{{}}",
                get_parser=float,
                vals=Numbers(-10.5, 10.5),
                docstring=f"Voltage of aux output {i} in V, -10.5 to 10.5 in steps of 1 mV; 0 V is its safe value.",
            )
            self.safety.add(output, 0.0)

    def _add_snaps(self) -> None:
        self.xy: StanfordSR830Snap = self._snap_of("xy", ("x", "y"), ("V", "V"))
        """x and y of one moment."""
        self.polar: StanfordSR830Snap = self._snap_of("polar", ("r", "theta"), ("V", "deg"))
        """r and theta of one moment."""

    def _snap_of(self, name: str, names: tuple[str, ...], units: tuple[str, ...]) -> StanfordSR830Snap:
        return StanfordSR830Snap(
            name,
            names,
            ((),) * len(names),
            instrument=self,
            units=units,
            docstring=f"{' and '.join(names)} of one moment, in {' and '.join(units)}; rms, A with a current input.",
        )

    def _connect_settings(self) -> None:
        self.sensitivity.affects(self.current_sensitivity)
        self.current_sensitivity.affects(self.sensitivity)
        for setting in (self.frequency, self.harmonic, self.reserve, self.filter_slope, self.reference):
            setting.affects(self.time_constant, self.sync_filter)
        self.reference.affects(self.frequency)
        self.harmonic.affects(self.frequency)
        self.input_config.on_set(self._show_units)

    def _show_units(self, input_config: str) -> None:
        """Give the readings the unit of what is measured."""
        unit = "A" if input_config.startswith("I") else "V"
        for reading in (self.x, self.y, self.r):
            reading.unit = unit
        self.xy.units, self.polar.units = (unit, unit), (unit, "deg")
        for channel in (self.ch1, self.ch2):
            channel.display()
            channel.show_unit()
