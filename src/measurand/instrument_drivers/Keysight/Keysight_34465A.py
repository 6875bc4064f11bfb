"""Driver of the Keysight 34465A multimeter; the guide its facts are from is named in `_Keysight_344xxA`."""

from __future__ import annotations

from measurand.instrument_drivers.Keysight._Keysight_344xxA import _Keysight344xxA
from measurand.instrument_drivers.Keysight._Keysight_344xxA_settings import DIGITISING


class Keysight34465A(_Keysight344xxA):
    """Keysight 34465A multimeter: 6½ digits, 50 000 readings kept, samples at up to 50 kHz.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address.
        **kwargs: As for `VisaInstrument`.
    """

    model = DIGITISING
