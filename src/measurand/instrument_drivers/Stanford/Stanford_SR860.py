"""Stanford Research Systems SR860 lock-in amplifier, 1 mHz to 500 kHz.

Checked against the SR860 operation manual (revision 2.01), chapter 4, Programming: syntax (page 103), ``CAPTUREGET?`` (139),
and the chapter as the SR865A manual prints it: ``SNAP?``, ``SNAPD?`` (133), capturing (134, 135, 138, 139). What says "Not
checked against a manual." below stands in pages of that chapter that were not at hand. The commands with ``*`` are those of
IEEE 488.2.
"""

from __future__ import annotations

from typing import Any

from measurand.errors import InstrumentError
from measurand.instrument import Clock, VisaInstrument, parameter, submodule
from measurand.instrument_drivers.event_register import bits, confirm
from measurand.instrument_drivers.Stanford._Stanford_SR860_capture import StanfordSR860Capture
from measurand.parameters import MultiParameter
from measurand.validators import Ints, Numbers

_SCALES = [float(f"{digit}e{decade}") for decade in range(0, -10, -1) for digit in (5, 2, 1)][2:]  # V
_TIME_CONSTANTS = [float(f"{digit}e{decade}") for decade in range(-6, 5) for digit in (1, 3)]  # s
_PER_VOLT = 1e-6  # A at the input for each V of the scale
_RANGES = [1.0, 0.3, 0.1, 0.03, 0.01]  # V
_QUANTITIES = {
    "x": 0, "y": 1, "r": 2, "theta": 3, "aux_in1": 4, "aux_in2": 5, "aux_in3": 6, "aux_in4": 7, "x_noise": 8,
    "y_noise": 9, "aux_out1": 10, "aux_out2": 11, "phase": 12, "amplitude": 13, "dc_level": 14,
    "internal_frequency": 15, "external_frequency": 16,
}  # fmt: skip
_ERRORS = {1: "command lost (input queue overflow)", 2: "answer lost (output queue overflow)",
           4: "parameter out of range (execution error)", 5: "illegal command"}  # fmt: skip
_OVERLOADS = {0: "output 1", 1: "output 2", 3: "reference unlocked", 4: "input range", 8: "data 1", 9: "data 2",
              10: "data 3", 11: "data 4"}  # fmt: skip
_YES_NO = {True: 1, False: 0}


class StanfordSR860Snap(MultiParameter):
    """Several readings of one moment."""

    instrument: StanfordSR860

    def get_raw(self) -> tuple[float, ...]:
        """Read them with one query."""
        return tuple(self.instrument.snap(*self.names).values())


class StanfordSR860(VisaInstrument):
    """SR860 lock-in amplifier. Each set is confirmed by the device; what it refuses is raised as `DeviceError`.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"`` or ``"GPIB0::4::INSTR"``.
        clock: Whose time counts while points are waited for; None: the computer's.
        **kwargs: As for `VisaInstrument`.
    """

    default_terminator = "\n"

    reference = parameter("RSRC?", "RSRC {}", val_mapping={"internal": 0, "external": 1, "dual": 2, "chop": 3})
    """Where the reference comes from. Not checked against a manual."""

    reference_trigger = parameter("RTRG?", "RTRG {}", val_mapping={"sine": 0, "rising": 1, "falling": 2})
    """What of an external reference counts: zeros of a sine, or edges of a TTL signal. Not checked against a manual."""

    reference_impedance = parameter("REFZ?", "REFZ {}", unit="Ohm", val_mapping={50: 0, 1_000_000: 1})
    """Impedance of the input of the reference in Ohm: 50 or 1000000. Not checked against a manual."""

    frequency = parameter("FREQ?", "FREQ {}", unit="Hz", get_parser=float, vals=Numbers(0.001, 500_000))
    """Frequency of the reference in Hz, 0.001 to 500000; setting it sets the internal one. Not checked against a manual."""

    detection_frequency = parameter("FREQDET?", unit="Hz", get_parser=float)
    """Frequency at which the signal is detected, in Hz. Not checked against a manual."""

    phase = parameter("PHAS?", "PHAS {}", unit="deg", get_parser=float, vals=Numbers(-360_000, 360_000))
    """Phase of the reference in degrees, -360000 to 360000, brought to ±180. Not checked against a manual."""

    harmonic = parameter("HARM?", "HARM {}", get_parser=int, vals=Ints(1, 99))
    """Which harmonic of the reference is detected, 1 to 99. Not checked against a manual."""

    amplitude = parameter("SLVL?", "SLVL {}", unit="V", get_parser=float, vals=Numbers(1e-9, 2), safe=1e-9)
    """Amplitude of the sine output in V rms, 1e-9 to 2; the least is its safe value. Not checked against a manual."""

    dc_level = parameter("SOFF?", "SOFF {}", unit="V", get_parser=float, vals=Numbers(-5, 5), safe=0.0)
    """Direct voltage that is added to the sine output, in V; -5 to 5. Not checked against a manual."""

    dc_mode = parameter("REFM?", "REFM {}", val_mapping={"difference": 0, "common": 1})
    """Whether the direct voltage has opposite signs at the two sine outputs or one. Not checked against a manual."""

    input_mode = parameter("IVMD?", "IVMD {}", val_mapping={"voltage": 0, "current": 1})
    """What is measured. Not checked against a manual."""

    input_config = parameter("ISRC?", "ISRC {}", val_mapping={"A": 0, "A-B": 1})
    """Which voltage is measured. Not checked against a manual."""

    input_coupling = parameter("ICPL?", "ICPL {}", val_mapping={"AC": 0, "DC": 1})
    """How the input is coupled. Not checked against a manual."""

    input_shield = parameter("IGND?", "IGND {}", val_mapping={"float": 0, "ground": 1})
    """Whether the shields of the inputs are grounded. Not checked against a manual."""

    input_range = parameter("IRNG?", "IRNG {}", unit="V", val_mapping={v: i for i, v in enumerate(_RANGES)})
    """The largest voltage at the input in V: 1, 0.3, 0.1, 0.03, 0.01. Not checked against a manual."""

    current_range = parameter("ICUR?", "ICUR {}", unit="A", val_mapping={1e-6: 0, 1e-8: 1})
    """The largest current at the input in A: 1e-6 or 1e-8. Not checked against a manual."""

    signal_strength = parameter("ILVL?", get_parser=int)
    """How much of the input range is used, 0 to 4 where 4 is overload. Not checked against a manual."""

    sensitivity = parameter("SCAL?", "SCAL {}", unit="V", val_mapping={v: i for i, v in enumerate(_SCALES)})
    """Full scale of the outputs in V rms: 1, 0.5, 0.2… to 1e-9. Not checked against a manual."""

    current_sensitivity = parameter(
        "SCAL?", "SCAL {}", unit="A", val_mapping={float(f"{v * _PER_VOLT:.0e}"): i for i, v in enumerate(_SCALES)}
    )
    """The same setting for currents, in A rms: 1e-6 to 1e-15. Not checked against a manual."""

    time_constant = parameter("OFLT?", "OFLT {}", unit="s", val_mapping={t: i for i, t in enumerate(_TIME_CONSTANTS)})
    """Time constant of the output filters in s: 1 us, 3 us, 10 us… to 30 ks. Not checked against a manual."""

    filter_slope = parameter("OFSL?", "OFSL {}", unit="dB/oct", val_mapping={6: 0, 12: 1, 18: 2, 24: 3})
    """Slope of the output filters in dB/oct: 6, 12, 18, 24. Not checked against a manual."""

    sync_filter = parameter("SYNC?", "SYNC {}", val_mapping=_YES_NO)
    """Whether the filter averages over whole periods. Not checked against a manual."""

    advanced_filter = parameter("ADVFILT?", "ADVFILT {}", val_mapping=_YES_NO)
    """Whether the filters settle faster than RC filters do. Not checked against a manual."""

    noise_bandwidth = parameter("ENBW?", unit="Hz", get_parser=float)
    """Equivalent noise bandwidth of the filters in Hz. Not checked against a manual."""

    x = parameter("OUTP? 0", unit="V", get_parser=float)
    """Signal in phase with the reference, V rms; A rms in current mode. Not checked against a manual."""

    y = parameter("OUTP? 1", unit="V", get_parser=float)
    """Signal 90 degrees ahead, V rms; A rms in current mode. Not checked against a manual."""

    r = parameter("OUTP? 2", unit="V", get_parser=float)
    """Magnitude of the signal, V rms; A rms in current mode. Not checked against a manual."""

    theta = parameter("OUTP? 3", unit="deg", get_parser=float)
    """Phase of the signal in degrees. Not checked against a manual."""

    overloaded = parameter("CUROVLDSTAT?", get_parser=lambda answer: int(answer) != 0)
    """Whether anything is overloaded or unlocked at present; `overloads` says what. Not checked against a manual."""

    capture = submodule(StanfordSR860Capture)

    def __init__(self, name: str, address: str, *, clock: Clock | None = None, **kwargs: Any) -> None:
        self.clock = clock
        super().__init__(name, address, **kwargs)
        self._add_aux()
        self.xy: StanfordSR860Snap = self._snap_of("xy", ("x", "y"), ("V", "V"))
        """x and y of one moment."""
        self.polar: StanfordSR860Snap = self._snap_of("polar", ("r", "theta"), ("V", "deg"))
        """r and theta of one moment."""
        self.sensitivity.affects(self.current_sensitivity)
        self.current_sensitivity.affects(self.sensitivity)
        for setting in (self.reference, self.frequency, self.harmonic):
            setting.affects(self.frequency, self.detection_frequency)
        self.input_mode.on_set(self._show_units)
        self.ask("*ESR?")  # errors of before are nobody's here
        self.connect_message()
        self._show_units(self.input_mode())

    def write_raw(self, cmd: str) -> None:
        """Send a command and wait until the device has carried it out.

        Raises:
            DeviceError: The device does not know the command, or refuses its parameter.
        """
        confirm(self, cmd, _ERRORS)

    def snap(self, *quantities: str) -> dict[str, float]:
        """Return two or three readings of one moment.

        Args:
            *quantities: Of x, y, r, theta, aux_in1 to aux_in4, x_noise, y_noise, aux_out1, aux_out2, phase, amplitude,
                dc_level, internal_frequency, external_frequency. Their numbers: Not checked against a manual.

        Returns:
            Their values in V (A in current mode), degrees and Hz, in the order asked for.

        Raises:
            InstrumentError: There are not two or three, or one is not known; nothing was sent.
        """
        if any(one not in _QUANTITIES for one in quantities) or len(quantities) not in (2, 3):
            raise InstrumentError(
                f"{self.name}: snap{quantities} refused, allowed are two or three of {', '.join(_QUANTITIES)}."
            )
        answer = self.ask("SNAP? " + ", ".join(str(_QUANTITIES[one]) for one in quantities)).split(",")
        return dict(zip(quantities, map(float, answer), strict=True))

    def snap_displayed(self) -> tuple[float, ...]:
        """Return the four readings that are displayed, of one moment."""
        return tuple(map(float, self.ask("SNAPD?").split(",")))

    def overloads(self) -> list[str]:
        """Return what is overloaded or unlocked at present, e.g. ``["input range"]``. Not checked against a manual."""
        return bits(self.ask("CUROVLDSTAT?"), _OVERLOADS)

    def auto_phase(self) -> None:
        """Turn the phase of the reference until theta is 0. Not checked against a manual."""
        self._auto("APHS")

    def auto_range(self) -> None:
        """Choose the input range for the signal. Not checked against a manual."""
        self._auto("ARNG")

    def auto_scale(self) -> None:
        """Choose the sensitivity for the signal. Not checked against a manual."""
        self._auto("ASCL")

    def reset(self) -> None:
        """Bring the device into its default state; what was known of it is forgotten."""
        self.write("*RST")
        self.invalidate_cache()
        self._show_units(self.input_mode())

    def _auto(self, command: str) -> None:
        self.write(command)
        for setting in (self.phase, self.input_range, self.sensitivity, self.current_sensitivity):
            setting.cache.invalidate()

    def _add_aux(self) -> None:
        for i in range(1, 5):
            self.add_parameter(
                f"aux_in{i}",
                unit="V",
                get_cmd=f"OAUX? {i - 1}",
                get_parser=float,
                docstring=f"Voltage at aux input {i} in V. Not checked against a manual.",
            )
        for i in range(1, 5):
            output = self.add_parameter(
                f"aux_out{i}",
                unit="V",
                get_cmd=f"AUXV? {i - 1}",
                set_cmd=f"AUXV {i - 1}, {{}}",
                get_parser=float,
                vals=Numbers(-10.5, 10.5),
                docstring=f"Voltage of aux output {i} in V, -10.5 to 10.5; 0 V is safe. Not checked against a manual.",
            )
            self.safety.add(output, 0.0)

    def _snap_of(self, name: str, names: tuple[str, ...], units: tuple[str, ...]) -> StanfordSR860Snap:
        return StanfordSR860Snap(
            name,
            names,
            ((),) * len(names),
            instrument=self,
            units=units,
            docstring=f"{' and '.join(names)} of one moment, in {' and '.join(units)}; rms, A in current mode.",
        )

    def _show_units(self, input_mode: str) -> None:
        """Give the readings the unit of what is measured."""
        unit = "A" if input_mode == "current" else "V"
        for reading in (self.x, self.y, self.r):
            reading.unit = unit
            captured: Any = self.capture.parameters[reading.name]
            captured.unit = unit
        self.xy.units, self.polar.units = (unit, unit), (unit, "deg")
