"""What scripts of 2016 import that QCoDeS itself does not have any more: pictures by `MatPlot`. Loops are Measurand's."""

from measurand.compat.older._matplot import MatPlot

__all__ = ["MatPlot"]
