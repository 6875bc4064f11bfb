"""Keithley (today part of Tektronix): source-measure units 2450 and series 2600."""
