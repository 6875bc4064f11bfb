"""Keithley 2604B source-measure unit: Series 2600B reference manual, 2600BS-901-01 Rev. F, August 2021."""

from __future__ import annotations

from measurand.instrument_drivers.Keithley._Keithley_26xx import Keithley2600Channel, _Keithley26xx


class Keithley2604B(_Keithley26xx):
    """Keithley 2604B: two channels, 40 V, 3 A.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"``.
        **kwargs: As for `VisaInstrument`.
    """

    smub: Keithley2600Channel

    models = ("2604B",)
