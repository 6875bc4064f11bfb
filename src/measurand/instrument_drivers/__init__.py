"""Drivers, one folder for each vendor and one file for each model: ``<Vendor>/<Vendor>_<Model>.py``.

A driver uses public names only. Import it by its module, e.g.
``from measurand.instrument_drivers.Measurand.Measurand_VS4 import MeasurandVS4``.
"""
