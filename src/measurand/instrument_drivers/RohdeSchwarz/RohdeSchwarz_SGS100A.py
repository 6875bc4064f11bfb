"""Driver of the Rohde & Schwarz SGS100A radio-frequency source.

Of the SGS100A User Manual (1173.9105.02) the pages with these commands could not be looked up. What is checked is checked
against its relatives and the standards: level and level offset against the SMC100A Operating Manual (1411.4060.32 - 04,
page 277), ``? MIN`` and ``? MAX`` against the SGT100A User Manual (1176.8674.02 - 07, annex, Special numeric values), frequency
(``[SOURce:]FREQuency[:CW]``), output, state and source of pulse modulation, source of the reference, and ``SYSTem:ERRor``
against SCPI-99, volume 2, the commands with ``*`` against IEEE 488.2. Of the others the docstrings say that they are not.

Frequency and level go as far as the device itself says when it is connected; that depends on its options.
"""

from __future__ import annotations

from typing import Any

from measurand.instrument import VisaInstrument, parameter
from measurand.instrument_drivers.scpi_errors import confirm, next_errors
from measurand.parameters import Parameter, create_on_off_val_mapping
from measurand.validators import Numbers

_ON_OFF = create_on_off_val_mapping(on_val="1", off_val="0")
_INT_EXT = {"INT": "INT", "EXT": "EXT"}
_CLOCKS = {10e6: "10MHZ", 100e6: "100MHZ", 1e9: "1000MHZ"}


class RohdeSchwarzSGS100A(VisaInstrument):
    """Rohde & Schwarz SGS100A, a source of continuous waves, pulses, and carriers with I/Q modulation.

    Every set is confirmed by the device; what it refuses is raised. ``safe_state`` switches the output off.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"``.
        **kwargs: As for `VisaInstrument`.
    """

    default_terminator = "\n"

    frequency = parameter(
        ":SOUR:FREQ?", ":SOUR:FREQ {}", label="Frequency", unit="Hz", get_parser=float, vals=Numbers(min_value=0)
    )
    """Frequency at the output in Hz; the limits are those of the device's options, shifted by ``frequency_offset``."""

    frequency_offset = parameter(
        ":SOUR:FREQ:OFFS?",
        ":SOUR:FREQ:OFFS {}",
        label="Frequency offset",
        unit="Hz",
        get_parser=float,
        vals=Numbers(-67e9, 67e9),
    )
    """What is added to the output's frequency in Hz to give ``frequency``, for a mixer behind it; -67 to 67 GHz. Changes
    what ``frequency`` shows and not the output. Not checked against a manual."""

    phase = parameter(
        ":SOUR:PHAS?", ":SOUR:PHAS {}", label="Phase", unit="deg", get_parser=float, vals=Numbers(-360, 360)
    )
    """Phase against the reference in degrees; -360 to 360. Not checked against a manual."""

    power = parameter(":SOUR:POW?", ":SOUR:POW {}", label="Power", unit="dBm", get_parser=float, vals=Numbers())
    """Level in dBm, in steps of 0.01; the limits are those of the device's options, shifted by ``power_offset``."""

    power_offset = parameter(
        ":SOUR:POW:OFFS?",
        ":SOUR:POW:OFFS {}",
        label="Power offset",
        unit="dB",
        get_parser=float,
        vals=Numbers(-100, 100),
    )
    """What is added to the output's level in dB to give ``power``, for an attenuator or amplifier behind it; -100 to 100.
    Changes what ``power`` shows and not the output."""

    power_limit = parameter(
        ":SOUR:POW:LIM?",
        ":SOUR:POW:LIM {}",
        label="Power limit",
        unit="dBm",
        get_parser=float,
        vals=Numbers(-300, 30),
    )
    """Level in dBm that the output does not exceed, whatever ``power`` is set to; guards the sample. -300 to 30. Not checked
    against a manual."""

    status = parameter(":OUTP?", ":OUTP {}", label="Output", val_mapping=_ON_OFF, safe=False)
    """Whether the output is on."""

    pulsemod_state = parameter(":SOUR:PULM:STAT?", ":SOUR:PULM:STAT {}", label="Pulse modulation", val_mapping=_ON_OFF)
    """Whether the carrier is switched by pulses (an option)."""

    pulsemod_source = parameter(
        ":SOUR:PULM:SOUR?", ":SOUR:PULM:SOUR {}", label="Source of pulses", val_mapping=_INT_EXT
    )
    """Where the pulses come from: the device's own generator (``"INT"``) or its input (``"EXT"``)."""

    pulsemod_polarity = parameter(
        ":SOUR:PULM:POL?",
        ":SOUR:PULM:POL {}",
        label="Polarity of external pulses",
        val_mapping={"normal": "NORM", "inverted": "INV"},
    )
    """Whether there is a carrier while the input is high (``"normal"``) or low. Not checked against a manual."""

    pulsemod_period = parameter(
        ":SOUR:PULM:PER?",
        ":SOUR:PULM:PER {}",
        label="Pulse period",
        unit="s",
        get_parser=float,
        vals=Numbers(1e-7, 100),
    )
    """Time between the beginnings of two pulses of the device's own generator in s; 100 ns to 100 s. Not checked against a
    manual."""

    pulsemod_width = parameter(
        ":SOUR:PULM:WIDT?",
        ":SOUR:PULM:WIDT {}",
        label="Pulse width",
        unit="s",
        get_parser=float,
        vals=Numbers(2e-8, 100),
    )
    """Length of a pulse of the device's own generator in s; 20 ns to 100 s, less than the period. Not checked against a
    manual."""

    IQ_state = parameter(":SOUR:IQ:STAT?", ":SOUR:IQ:STAT {}", label="I/Q modulation", val_mapping=_ON_OFF)
    """Whether the carrier is modulated by the I and Q inputs (devices with I/Q modulator). Not checked against a manual."""

    IQ_impairments = parameter(
        ":SOUR:IQ:IMP:STAT?", ":SOUR:IQ:IMP:STAT {}", label="I/Q impairments", val_mapping=_ON_OFF
    )
    """Whether the four settings below, which also correct the modulator, are in force. Not checked against a manual."""

    I_offset = parameter(
        ":SOUR:IQ:IMP:LEAK:I?",
        ":SOUR:IQ:IMP:LEAK:I {}",
        label="I offset",
        unit="%",
        get_parser=float,
        vals=Numbers(-10, 10),
    )
    """Carrier leakage of the I branch in % of full scale; -10 to 10. Not checked against a manual."""

    Q_offset = parameter(
        ":SOUR:IQ:IMP:LEAK:Q?",
        ":SOUR:IQ:IMP:LEAK:Q {}",
        label="Q offset",
        unit="%",
        get_parser=float,
        vals=Numbers(-10, 10),
    )
    """Carrier leakage of the Q branch in % of full scale; -10 to 10. Not checked against a manual."""

    IQ_gain_imbalance = parameter(
        ":SOUR:IQ:IMP:IQR?",
        ":SOUR:IQ:IMP:IQR {}",
        label="I/Q gain imbalance",
        unit="dB",
        get_parser=float,
        vals=Numbers(-1, 1),
    )
    """Gain of the Q over that of the I branch in dB; -1 to 1. Not checked against a manual."""

    IQ_angle = parameter(
        ":SOUR:IQ:IMP:QUAD?",
        ":SOUR:IQ:IMP:QUAD {}",
        label="I/Q quadrature offset",
        unit="deg",
        get_parser=float,
        vals=Numbers(-8, 8),
    )
    """Deviation of the angle between I and Q from 90 degrees; -8 to 8. Not checked against a manual."""

    IQ_crest_factor = parameter(
        ":SOUR:IQ:CRES?",
        ":SOUR:IQ:CRES {}",
        label="I/Q crest factor",
        unit="dB",
        get_parser=float,
        vals=Numbers(0, 80),
    )
    """Ratio of the I/Q signal's peaks to its mean in dB, by which the level is set back; 0 to 80. Not checked against a
    manual."""

    operation_mode = parameter(
        ":SOUR:OPM?", ":SOUR:OPM {}", label="Operation mode", val_mapping={"normal": "NORM", "baseband bypass": "BBBY"}
    )
    """Whether the device modulates (``"normal"``) or passes the I and Q inputs on. Not checked against a manual."""

    ref_osc_source = parameter(":SOUR:ROSC:SOUR?", ":SOUR:ROSC:SOUR {}", label="Reference clock", val_mapping=_INT_EXT)
    """Which clock it follows: its own (``"INT"``) or the one at its input (``"EXT"``)."""

    ref_osc_external_freq = parameter(
        ":SOUR:ROSC:EXT:FREQ?",
        ":SOUR:ROSC:EXT:FREQ {}",
        label="Frequency of external clock",
        unit="Hz",
        val_mapping=_CLOCKS,
    )
    """Frequency of the clock at its input in Hz; 10 MHz, 100 MHz or 1 GHz. Not checked against a manual."""

    ref_osc_output_freq = parameter(
        ":SOUR:ROSC:OUTP:FREQ?",
        ":SOUR:ROSC:OUTP:FREQ {}",
        label="Frequency of clock output",
        unit="Hz",
        val_mapping=_CLOCKS,
    )
    """Frequency of the clock at its REF/LO output in Hz; 10 MHz, 100 MHz or 1 GHz. Not checked against a manual."""

    LO_source = parameter(":SOUR:LOSC:SOUR?", ":SOUR:LOSC:SOUR {}", label="Local oscillator", val_mapping=_INT_EXT)
    """Which local oscillator it uses: its own (``"INT"``) or another source's (``"EXT"``), so that both keep their phase.
    Not checked against a manual."""

    ref_LO_out = parameter(  # noqa: N815 - LO is an acronym; labs know the name
        ":CONN:REFL:OUTP?",
        ":CONN:REFL:OUTP {}",
        label="REF/LO output",
        val_mapping={"OFF": "OFF", "REF": "REF", "LO": "LO"},
    )
    """What comes out of the REF/LO connector: nothing (``"OFF"``), the clock (``"REF"``) or the local oscillator (``"LO"``).
    Not checked against a manual."""

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        for error in self.errors():
            self.log.warning("Error from before the connection: %s", error)
        self._follow_limits(self.frequency)
        self._follow_limits(self.power)
        self.frequency_offset.affects(self.frequency, update=lambda: self._follow_limits(self.frequency))
        self.power_offset.affects(self.power, update=lambda: self._follow_limits(self.power))
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

    def phase_reference(self) -> None:
        """Make the present phase the zero of ``phase``. Not checked against a manual."""
        self.write(":SOUR:PHAS:REF")
        self.phase.cache.invalidate()

    def reset(self) -> None:
        """Bring the device into the state it has after power-on; what was known of it is forgotten."""
        self.write("*RST")
        self.invalidate_cache()
        self._follow_limits(self.frequency)
        self._follow_limits(self.power)

    def _follow_limits(self, limited: Parameter[float]) -> None:
        """Take the limits of the frequency or the level from the device."""
        command = {"frequency": ":SOUR:FREQ", "power": ":SOUR:POW"}[limited.name]
        lowest, highest = (float(self.ask(f"{command}? {end}")) for end in ("MIN", "MAX"))
        limited.vals = Numbers(lowest, highest)
