"""Stanford Research Systems SR560 low-noise voltage preamplifier.

Commands from the SR560 operating manual, appendix A, Remote programming: the serial line is listen-only (9600 baud, 8 bits,
no parity, 2 stop bits), commands end with carriage return and line feed, up to four units share a line. Inputs and
filters: chapter Operation and controls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measurand.errors import InstrumentError, NoTrustedValue
from measurand.instrument import VisaInstrument, parameter
from measurand.instrument_drivers.older_names import older_names
from measurand.parameters import MultiParameter, ParameterBase
from measurand.validators import Ints

_UNITS = range(4)
_TWO_STOP_BITS = 20  # as VISA counts them

_GAINS = [digit * 10**decade for decade in range(5) for digit in (1, 2, 5)]
_LOW_PASS = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6]  # Hz
_HIGH_PASS = _LOW_PASS[:12]  # Hz


class _NoLine:
    """Stands for the serial line of an amplifier that is set by hand: takes what is sent, answers nothing."""

    address = "set by hand"
    timeout: float | None = None

    def write(self, text: str) -> None:
        """Do nothing."""

    def write_bytes(self, data: bytes) -> None:
        """Do nothing."""

    def read(self) -> str:
        """Raise: there is nobody."""
        raise InstrumentError("An SR560 listens only; it cannot be asked.")

    def ask(self, text: str) -> str:  # noqa: ARG002 - nobody hears it
        """Raise: there is nobody."""
        return self.read()

    def read_bytes(self, count: int) -> bytes:  # noqa: ARG002 - nobody hears it
        """Raise: there is nobody."""
        return self.read().encode()

    def clear(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class VoltageParameter(MultiParameter):
    """A voltage at the input of an SR560, calculated from its output voltage.

    ``get`` reads the output once and returns ``(output voltage, input voltage)``; in a run these are two columns.

    Args:
        measured_param: Reads the output voltage of the amplifier in V, e.g. ``dmm.voltage``.
        v_amp_ins: The amplifier with its present settings.
        name: Of the input voltage and of the whole; the output is called as ``measured_param`` with ``_raw``.
        **kwargs: As for `MultiParameter`.

    Example:
        >>> from measurand.parameters import ManualParameter
        >>> output = ManualParameter("voltage", unit="V", initial_value=0.5)
        >>> amplifier = StanfordSR560("amplifier")
        Connected to: Stanford_Research_Systems SR560 in ...s
        >>> amplifier.gain(100)
        >>> amplifier.invert(False)
        >>> amplifier.vernier_enabled(False)
        >>> VoltageParameter(output, amplifier)()
        (0.5, 0.005)
    """

    def __init__(
        self, measured_param: ParameterBase[Any], v_amp_ins: StanfordSR560, name: str = "volt", **kwargs: Any
    ) -> None:
        self._measured_param = measured_param
        self._amplifier = v_amp_ins
        options: dict[str, Any] = {
            "names": (f"{measured_param.name}_raw", name),
            "shapes": ((), ()),
            "labels": (getattr(measured_param, "label", None), "Voltage"),
            "units": (getattr(measured_param, "unit", None), "V"),
            "instrument": v_amp_ins,
            "bind_to_instrument": False,  # one amplifier may serve several, e.g. x and y of a lock-in
            "docstring": "Output voltage in V and the input voltage calculated from it in V.",
        }
        super().__init__(name, **{**options, **kwargs})

    def get_raw(self) -> tuple[float, float]:
        """Read the output voltage and divide it by the gain.

        Returns:
            Output voltage and input voltage in V.

        Raises:
            NoTrustedValue: The gain is not known.
        """
        gain = self._amplifier.signed_gain()  # first: a reading that nobody can use costs time
        voltage = self._measured_param.get()
        return voltage, voltage / gain


class StanfordSR560(VisaInstrument):
    """SR560 voltage preamplifier, on a serial line or set by hand.

    It cannot be asked: what is known of it is what was set here. Until a setting is set once it is None, and after
    `reset` its value is in doubt.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address of the serial line, e.g. ``"ASRL3::INSTR"``; None: there is no line, what is set here is only
            remembered, and you turn the knobs.
        unit: Which of up to four units on the line is spoken to, 0 to 3 as its switch SW601 says; None: all.
        **kwargs: As for `VisaInstrument`.
    """

    gain = parameter(None, "GAIN {}", label="Gain", val_mapping={gain: i for i, gain in enumerate(_GAINS)})
    """Gain in V/V: 1, 2, 5, 10… to 50000."""

    vernier_enabled = parameter(None, "UCAL {}", label="Vernier gain", val_mapping={False: 0, True: 1})
    """Whether the gain is made smaller by ``vernier``; it is not calibrated then."""

    vernier = parameter(None, "UCGN {}", label="Vernier", unit="%", vals=Ints(0, 100))
    """Position of the vernier in percent, 0 to 100."""

    source = parameter(None, "SRCE {}", label="Input", val_mapping={"A": 0, "A-B": 1, "B": 2})
    """Which input is amplified: ``"A"``, ``"B"``, or the difference ``"A-B"``."""

    coupling = parameter(None, "CPLG {}", label="Coupling", val_mapping={"ground": 0, "DC": 1, "AC": 2})
    """How the input is coupled. With ``"AC"`` a high pass of 0.03 Hz is always in, and low passes have 6 dB/oct only."""

    invert = parameter(None, "INVT {}", label="Inverted output", val_mapping={False: 0, True: 1})
    """Whether the output has the other sign than the input."""

    dynamic_reserve = parameter(
        None, "DYNR {}", label="Dynamic reserve", val_mapping={"low noise": 0, "high reserve": 1, "calibration": 2}
    )
    """Where most of the gain is: before the filters (``"low noise"``), behind them (``"high reserve"``), or as calibrated."""

    filter_mode = parameter(
        None,
        "FLTM {}",
        label="Filter",
        val_mapping={
            "bypass": 0,
            "6 dB low pass": 1,
            "12 dB low pass": 2,
            "6 dB high pass": 3,
            "12 dB high pass": 4,
            "bandpass": 5,
        },
    )
    """Which filters are in, with their slope per octave."""

    cutoff_lo = parameter(
        None,
        "HFRQ {}",
        label="High-pass cutoff",
        unit="Hz",
        val_mapping={frequency: i for i, frequency in enumerate(_HIGH_PASS)},
    )
    """Frequency in Hz below which the high pass takes away: 0.03, 0.1, 0.3… to 10000."""

    cutoff_hi = parameter(
        None,
        "LFRQ {}",
        label="Low-pass cutoff",
        unit="Hz",
        val_mapping={frequency: i for i, frequency in enumerate(_LOW_PASS)},
    )
    """Frequency in Hz above which the low pass takes away: 0.03, 0.1, 0.3… to 1000000."""

    blanked = parameter(None, "BLINK {}", label="Blanked", val_mapping={False: 0, True: 1})
    """Whether the amplifier is blanked: nothing gets through."""

    def __init__(self, name: str, address: str | None = None, unit: int | None = None, **kwargs: Any) -> None:
        if unit is not None and unit not in _UNITS:
            raise InstrumentError(f"{name}: unit {unit!r} refused, allowed 0 to 3, as switch SW601 of the unit is set.")
        if address is None:
            kwargs.setdefault("transport", _NoLine())
        super().__init__(name, address or _NoLine.address, terminator="\r\n", **kwargs)
        if address is not None and address.upper().startswith("ASRL"):
            self.visa_handle.stop_bits = _TWO_STOP_BITS
        for command in ("LALL",) if unit is None else ("UNLS", f"LISN {unit}"):
            self.write(command)
        self.connect_message()

    def signed_gain(self) -> float:
        """Return the output voltage over the input voltage in V/V, negative if the output is inverted.

        Raises:
            NoTrustedValue: A setting was never set here, or the vernier is in use.
        """
        unknown = [
            f"{self.name}.{one.name}" for one in (self.gain, self.invert, self.vernier_enabled) if not one.cache.valid
        ]
        if unknown:
            raise NoTrustedValue(
                f"{self.name}: not known is {', '.join(unknown)}. Set each once; the device cannot be asked."
            )
        if self.vernier_enabled():
            raise NoTrustedValue(
                f"{self.name}: the vernier is in use, its gain is not calibrated. Set vernier_enabled(False)."
            )
        gain: int = self.gain()
        return -gain if self.invert() else gain

    def reset_overload(self) -> None:
        """Clear an overload: the input is disconnected for half a second."""
        self.write("ROLD")

    def reset(self) -> None:
        """Recall the default settings; what was known is in doubt after it."""
        self.write("*RST")
        self.invalidate_cache()

    def ask_raw(self, cmd: str) -> str:
        """Raise: the device listens only.

        Raises:
            InstrumentError: Always.
        """
        raise InstrumentError(f"{self.name}: {cmd!r} was not sent, an SR560 listens only and cannot be asked.")

    def get_idn(self) -> dict[str, str | None]:
        """Return vendor and model; the device cannot be asked for more."""
        return {"vendor": "Stanford_Research_Systems", "model": "SR560", "serial": None, "firmware": None}


if not TYPE_CHECKING:  # type checkers know the spelling of today only
    __getattr__ = older_names(__name__)
