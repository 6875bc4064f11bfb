"""Driver of the Keysight 34460A multimeter; the guide its facts are from is named in `_Keysight_344xxA`."""

from __future__ import annotations

from measurand.instrument_drivers.Keysight._Keysight_344xxA import _Keysight344xxA
from measurand.instrument_drivers.Keysight._Keysight_344xxA_settings import Model


class Keysight34460A(_Keysight344xxA):
    """Keysight 34460A multimeter: 6½ digits, 1 000 readings kept.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address.
        **kwargs: As for `VisaInstrument`.
    """

    model = Model(memory=1_000, ten_amperes=False)
