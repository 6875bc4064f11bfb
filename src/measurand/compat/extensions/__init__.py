"""What QCoDeS offers beside its core: where a chain of parameters ends, tests of drivers, notes about exports, editors."""

from measurand.compat.extensions._chain import (
    InferAttrs,
    InferError,
    get_chain_links_of_type,
    get_parameter_chain,
    get_root_parameter,
    get_sole_chain_link_of_type,
)
from measurand.compat.extensions._driver_test import DriverTestCase
from measurand.compat.extensions._editor import register_station_schema_with_vscode
from measurand.compat.extensions._export_note import log_dataset_export_info
from measurand.compat.extensions._owner import (
    get_instrument_from_param,
    get_parent_instruments_from_chain_of_type,
    get_sole_parent_instrument_from_chain_of_type,
    infer_channel,
    infer_instrument,
    infer_instrument_module,
)

__all__ = [
    "DriverTestCase",
    "InferAttrs",
    "InferError",
    "get_chain_links_of_type",
    "get_instrument_from_param",
    "get_parameter_chain",
    "get_parent_instruments_from_chain_of_type",
    "get_root_parameter",
    "get_sole_chain_link_of_type",
    "get_sole_parent_instrument_from_chain_of_type",
    "infer_channel",
    "infer_instrument",
    "infer_instrument_module",
    "log_dataset_export_info",
    "register_station_schema_with_vscode",
]
