"""``qcodes.dataset.data_set_in_memory``."""

from measurand.compat.dataset import DataSetInMem, load_from_file, load_from_netcdf

__all__ = ["DataSetInMem", "load_from_file", "load_from_netcdf"]
