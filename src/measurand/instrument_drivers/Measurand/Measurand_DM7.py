"""Driver of the digital multimeter DM7."""

from __future__ import annotations

from typing import Any

from measurand.instrument_drivers.Measurand._MeasurandInstrument import _MeasurandInstrument, reading
from measurand.parameters import Parameter
from measurand.validators import Enum, Numbers


class MeasurandDM7(_MeasurandInstrument):
    """Digital multimeter for voltages.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::127.0.0.1::17422::SOCKET"``.
        **kwargs: As for `VisaInstrument`.
    """

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, terminator="\n", **kwargs)
        self.voltage: Parameter[float] = Parameter(
            "voltage",
            label="Voltage",
            unit="V",
            get_cmd="READ?",
            get_parser=reading,
            docstring="Mean input voltage over the integration time in V; takes that time; infinite on overload.",
            instrument=self,
        )
        """Mean input voltage over the integration time in V; takes that time; infinite on overload."""

        self.nplc: Parameter[float] = Parameter(
            "nplc",
            label="Integration time",
            unit="PLC",
            get_cmd="SENS:VOLT:NPLC?",
            set_cmd="SENS:VOLT:NPLC {}",
            get_parser=float,
            vals=Numbers(1e-3, 100),
            docstring="Integration time in power line cycles of 20 ms; noise falls as one over its square root.",
            instrument=self,
        )
        """Integration time in power line cycles of 20 ms; 0.001 to 100."""

        self.range: Parameter[float] = Parameter(
            "range",
            label="Range",
            unit="V",
            get_cmd="SENS:VOLT:RANG?",
            set_cmd="SENS:VOLT:RANG {}",
            get_parser=float,
            vals=Enum(0.1, 1.0, 10.0),
            docstring="Measuring range in V; the device reads up to 1.2 times this.",
            instrument=self,
        )
        """Measuring range in V: 0.1, 1 or 10; the device reads up to 1.2 times this."""

        self.connect_message()
