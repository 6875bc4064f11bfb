"""``qcodes.dataset.data_set``."""

from measurand.compat.dataset import (
    CompletedError,
    DataSet,
    DataSetProtocol,
    DataSetType,
    ParameterData,
    generate_dataset_table,
    get_guids_by_run_spec,
    load_by_counter,
    load_by_guid,
    load_by_id,
    load_by_run_spec,
    new_data_set,
)

__all__ = [
    "CompletedError",
    "DataSet",
    "DataSetProtocol",
    "DataSetType",
    "ParameterData",
    "generate_dataset_table",
    "get_guids_by_run_spec",
    "load_by_counter",
    "load_by_guid",
    "load_by_id",
    "load_by_run_spec",
    "new_data_set",
]
