"""Ithaco (today DL Instruments): current preamplifiers."""
