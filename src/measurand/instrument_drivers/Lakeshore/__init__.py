"""Instruments of Lake Shore Cryotronics: temperature controllers 336 and 372."""
