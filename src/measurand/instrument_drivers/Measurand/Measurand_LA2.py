"""Driver of the lock-in amplifier LA2."""

from __future__ import annotations

from typing import Any

from measurand.instrument_drivers.Measurand._MeasurandInstrument import _MeasurandInstrument, reading
from measurand.parameters import Parameter
from measurand.validators import Enum, Numbers

_TIME_CONSTANTS = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)  # s
_SENSITIVITIES = (  # V
    1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0,
)  # fmt: skip


class MeasurandLA2(_MeasurandInstrument):
    """Lock-in amplifier with an oscillator.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::127.0.0.1::17423::SOCKET"``.
        **kwargs: As for `VisaInstrument`.
    """

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, terminator="\n", **kwargs)
        self._add_outputs()
        self._add_settings()
        self.connect_message()

    def _add_outputs(self) -> None:
        self.x: Parameter[float] = Parameter(
            "x",
            label="In-phase signal",
            unit="V",
            get_cmd="FETC:X?",
            get_parser=reading,
            docstring="Signal in phase with the oscillator, V rms; infinite on overload.",
            instrument=self,
        )
        """Signal in phase with the oscillator, V rms; infinite on overload."""

        self.y: Parameter[float] = Parameter(
            "y",
            label="Quadrature signal",
            unit="V",
            get_cmd="FETC:Y?",
            get_parser=reading,
            docstring="Signal 90 degrees ahead of the oscillator, V rms; infinite on overload.",
            instrument=self,
        )
        """Signal 90 degrees ahead of the oscillator, V rms; infinite on overload."""

        self.r: Parameter[float] = Parameter(
            "r",
            label="Magnitude",
            unit="V",
            get_cmd="FETC:R?",
            get_parser=reading,
            docstring="Magnitude of the signal, V rms; infinite on overload.",
            instrument=self,
        )
        """Magnitude of the signal, V rms; infinite on overload."""

        self.theta: Parameter[float] = Parameter(
            "theta",
            label="Phase",
            unit="deg",
            get_cmd="FETC:THET?",
            get_parser=reading,
            docstring="Phase of the signal ahead of the oscillator in degrees, -180 to 180.",
            instrument=self,
        )
        """Phase of the signal ahead of the oscillator in degrees, -180 to 180."""

    def _add_settings(self) -> None:
        self.amplitude: Parameter[float] = Parameter(
            "amplitude",
            label="Oscillator amplitude",
            unit="V",
            get_cmd="SOUR:VOLT?",
            set_cmd="SOUR:VOLT {}",
            get_parser=float,
            vals=Numbers(0, 1),
            docstring="Amplitude of the oscillator, V rms; 0 switches it off.",
            instrument=self,
        )
        """Amplitude of the oscillator, V rms; 0 to 1."""

        self.frequency: Parameter[float] = Parameter(
            "frequency",
            label="Oscillator frequency",
            unit="Hz",
            get_cmd="SOUR:FREQ?",
            set_cmd="SOUR:FREQ {}",
            get_parser=float,
            vals=Numbers(1e3, 1e5),
            docstring="Frequency of the oscillator in Hz.",
            instrument=self,
        )
        """Frequency of the oscillator in Hz; 1000 to 100000."""

        self.time_constant: Parameter[float] = Parameter(
            "time_constant",
            label="Time constant",
            unit="s",
            get_cmd="SENS:TCON?",
            set_cmd="SENS:TCON {}",
            get_parser=float,
            vals=Enum(*_TIME_CONSTANTS),
            docstring="Time constant of the output filter in s; wait about five of them after a change.",
            instrument=self,
        )
        """Time constant of the output filter in s: 1, 3, 10… from 10 us to 10 s."""

        self.sensitivity: Parameter[float] = Parameter(
            "sensitivity",
            label="Sensitivity",
            unit="V",
            get_cmd="SENS:VOLT:RANG?",
            set_cmd="SENS:VOLT:RANG {}",
            get_parser=float,
            vals=Enum(*_SENSITIVITIES),
            docstring="Signal at full scale, V rms; the device reads up to 1.1 times this.",
            instrument=self,
        )
        """Signal at full scale, V rms: 1, 2, 5, 10… from 1 uV to 1 V."""
