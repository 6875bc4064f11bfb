"""``qcodes.dataset.data_set_protocol``."""

from measurand.compat.dataset import CompletedError, DataSetProtocol, DataSetType, ParameterData, ValuesType

__all__ = ["CompletedError", "DataSetProtocol", "DataSetType", "ParameterData", "ValuesType"]
