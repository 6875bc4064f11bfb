"""A Keithley of the 2600 series, model 2602B, for the driver that recognises the model."""

from measurand.simulation.devices.Keithley_26xx import Keithley26xxSimulator, simulate

__all__ = ["Keithley26xxSimulator", "simulate"]
