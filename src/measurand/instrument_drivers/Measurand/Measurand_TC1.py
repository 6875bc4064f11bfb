"""Driver of the temperature controller TC1."""

from __future__ import annotations

from typing import Any

from measurand.instrument_drivers.Measurand._MeasurandInstrument import _MeasurandInstrument
from measurand.parameters import Parameter
from measurand.validators import Numbers


class MeasurandTC1(_MeasurandInstrument):
    """Temperature controller of a cold stage.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::127.0.0.1::17424::SOCKET"``.
        **kwargs: As for `VisaInstrument`.
    """

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, terminator="\n", **kwargs)
        self.temperature: Parameter[float] = Parameter(
            "temperature",
            label="Temperature",
            unit="K",
            get_cmd="MEAS:TEMP?",
            get_parser=float,
            docstring="Reading of the thermometer in K.",
            instrument=self,
        )
        """Reading of the thermometer in K."""

        self.setpoint: Parameter[float] = Parameter(
            "setpoint",
            label="Temperature setpoint",
            unit="K",
            get_cmd="SOUR:TEMP:SPO?",
            set_cmd="SOUR:TEMP:SPO {}",
            get_parser=float,
            vals=Numbers(0.1, 5),
            docstring="Temperature to hold in K, as far as the heater's range reaches.",
            instrument=self,
        )
        """Temperature to hold in K; 0.1 to 5, as far as ``heater_range`` reaches."""

        self.heater_range: Parameter[str] = Parameter(
            "heater_range",
            label="Heater range",
            get_cmd="OUTP:HEAT:RANG?",
            set_cmd="OUTP:HEAT:RANG {}",
            val_mapping={"off": "OFF", "low": "LOW", "medium": "MED", "high": "HIGH"},
            docstring="Power range of the heater: off, low, medium or high.",
            instrument=self,
        )
        """Power range of the heater: ``off``, ``low``, ``medium`` or ``high``."""

        self.connect_message()

    def safe_state(self) -> None:
        """Switch the heater off."""
        self.heater_range("off")
