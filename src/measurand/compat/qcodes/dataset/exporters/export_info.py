"""``qcodes.dataset.exporters.export_info``."""

from measurand.compat.dataset import ExportInfo

__all__ = ["ExportInfo"]
