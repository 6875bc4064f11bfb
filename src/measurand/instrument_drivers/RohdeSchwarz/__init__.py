"""Instruments of Rohde & Schwarz: radio-frequency source SGS100A."""
