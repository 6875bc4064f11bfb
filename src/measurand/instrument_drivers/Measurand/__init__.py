"""Instruments of the vendor MEASURAND: voltage source VS4, multimeter DM7, lock-in LA2, temperature controller TC1."""
