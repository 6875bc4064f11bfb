"""Instruments of Yokogawa: direct voltage and current source GS200."""
