"""Drivers, one folder for each vendor and one file for each model: ``<Vendor>/<Vendor>_<Model>.py``.

A driver uses public names only. Import it by its module, e.g.
``from measurand.instrument_drivers.Measurand.Measurand_VS4 import MeasurandVS4``. Spellings of older guides
(``weinschel.Weinschel_8320``) are found too, with a warning: `measurand.instrument_drivers.older_names`.
"""

from measurand.instrument_drivers.older_names import find_older_modules as _find_older_modules

_find_older_modules()  # the one thing done at import: without it Python would not ask anybody for these modules
