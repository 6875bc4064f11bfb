"""``qcodes.dataset.measurement_extensions``."""

from measurand.compat.dataset import DataSetDefinition
from measurand.compat.measure import LinSweeper, datasaver_builder, dond_into

__all__ = ["DataSetDefinition", "LinSweeper", "datasaver_builder", "dond_into"]
