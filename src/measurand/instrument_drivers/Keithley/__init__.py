"""Keithley (today part of Tektronix): source-measure units."""
