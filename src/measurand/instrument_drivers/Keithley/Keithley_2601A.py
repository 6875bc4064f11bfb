"""Keithley 2601A source-measure unit: Series 2600A reference manual, 2600AS-901-01 Rev. B, September 2008."""

from __future__ import annotations

from measurand.instrument_drivers.Keithley._Keithley_26xx import _Keithley26xx


class Keithley2601A(_Keithley26xx):
    """Keithley 2601A: one channel, 40 V, 3 A.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"``.
        **kwargs: As for `VisaInstrument`.
    """

    models = ("2601A",)
