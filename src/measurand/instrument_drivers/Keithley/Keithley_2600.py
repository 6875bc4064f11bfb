"""Any Keithley of the 2600 series, recognised when it is connected: Series 2600B reference manual, 2600BS-901-01 Rev. F."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measurand.instrument_drivers.Keithley._Keithley_26xx import Keithley2600Channel, _Keithley26xx
from measurand.instrument_drivers.older_names import older_names


class Keithley2600(_Keithley26xx):
    """Keithley source-measure unit of the 2600 series, models A and B.

    The device is asked which model it is; that decides the limits, and whether there is ``smub``. Where the model is known
    its own class (`Keithley2602B`) says more to type checkers, and refuses another device at the address.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"``.
        **kwargs: As for `VisaInstrument`.

    Raises:
        ConfigurationError: The model is not known; the message lists those that are.
    """

    smub: Keithley2600Channel


if not TYPE_CHECKING:  # type checkers know the spelling of today only
    __getattr__ = older_names(__name__)
