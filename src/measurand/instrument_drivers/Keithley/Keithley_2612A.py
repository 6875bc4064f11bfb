"""Keithley 2612A source-measure unit: Series 2600A reference manual, 2600AS-901-01 Rev. B, September 2008."""

from __future__ import annotations

from measurand.instrument_drivers.Keithley._Keithley_26xx import Keithley2600Channel, _Keithley26xx


class Keithley2612A(_Keithley26xx):
    """Keithley 2612A: two channels, 200 V, 1.5 A.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"``.
        **kwargs: As for `VisaInstrument`.
    """

    smub: Keithley2600Channel

    models = ("2612A",)
