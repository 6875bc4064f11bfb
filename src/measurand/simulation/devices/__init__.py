"""Simulated devices, one module for each driver, under the driver's name.

Each is written from the manual of its device, not from the driver, so that the two check each other. Each module has a
function ``simulate()`` that puts one on a port of this computer, or whatever else its driver needs instead.
"""
