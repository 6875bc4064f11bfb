"""``qcodes.plots.qcmatplotlib``, of 2016: `MatPlot`."""

from measurand.compat.older import MatPlot

__all__ = ["MatPlot"]
