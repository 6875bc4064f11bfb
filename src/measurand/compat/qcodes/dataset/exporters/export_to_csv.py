"""``qcodes.dataset.exporters.export_to_csv``."""

from measurand.compat.dataset import DataLengthException, DataPathException

__all__ = ["DataLengthException", "DataPathException"]
