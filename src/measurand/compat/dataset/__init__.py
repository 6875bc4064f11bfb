"""Experiments, datasets and loading as QCoDeS has them, on run folders.

A database ``lab.db`` is the data root ``lab`` beside it: every run is a folder there, written as Measurand writes all runs.
If there is a file ``lab.db`` made by QCoDeS, its runs are the older part of the same history.

Who measures begins a run by `new_run` and adds to its `Rows`; see `measurand.compat.dataset._new`.
"""

from measurand.compat.dataset._cache import DataSetCache
from measurand.compat.dataset._connection import AtomicConnection, NoSql, SQLiteSettings
from measurand.compat.dataset._current import (
    JournalMode,
    conn_from_dbpath_or_conn,
    connect,
    get_DB_debug,
    get_DB_location,
    initialise_database,
    initialise_or_create_database_at,
    initialised_database_at,
    path_to_dbfile,
    set_journal_mode,
    write_through,
)
from measurand.compat.dataset._dataset import DataSet, new_data_set
from measurand.compat.dataset._definition import DataSetDefinition
from measurand.compat.dataset._errors import (
    BadMetadata,
    CompletedError,
    NoSuchExperiment,
    NoSuchRun,
    NotNamed,
    WrongState,
)
from measurand.compat.dataset._experiment import (
    Experiment,
    experiments,
    get_default_experiment_id,
    load_experiment,
    load_experiment_by_name,
    load_last_experiment,
    load_or_create_experiment,
    new_experiment,
    reset_default_experiment_id,
)
from measurand.compat.dataset._export import (
    DataExportType,
    ExportInfo,
    get_data_export_automatic,
    get_data_export_name_elements,
    get_data_export_path,
    get_data_export_prefix,
    get_data_export_type,
    set_data_export_path,
    set_data_export_prefix,
    set_data_export_type,
)
from measurand.compat.dataset._extract import (
    TargetExists,
    export_datasets_and_create_metadata_db,
    extract_runs_into_db,
)
from measurand.compat.dataset._from_files import guids_from_dbs, guids_from_dir, guids_from_list_str
from measurand.compat.dataset._guids import (
    InvalidGuid,
    build_guid_from_components,
    filter_guids_by_parts,
    generate_guid,
    parse_guid,
    set_guid_location_code,
    set_guid_work_station_code,
    validate_guid_format,
)
from measurand.compat.dataset._in_memory import DataSetInMem, load_from_file, load_from_netcdf
from measurand.compat.dataset._labelled import Apart
from measurand.compat.dataset._layout import ParameterData
from measurand.compat.dataset._links import Link, link_to_str, links_to_str, str_to_link, str_to_links
from measurand.compat.dataset._load import (
    generate_dataset_table,
    get_data_by_id,
    get_guids_by_run_spec,
    load_by_counter,
    load_by_guid,
    load_by_id,
    load_by_run_spec,
)
from measurand.compat.dataset._new import NewRun, new_run
from measurand.compat.dataset._protocol import DataSetProtocol, DataSetType, ValuesType
from measurand.compat.dataset._rows import Rows
from measurand.compat.dataset._text import DataLengthException, DataPathException

__all__ = [
    "Apart",
    "AtomicConnection",
    "BadMetadata",
    "CompletedError",
    "DataExportType",
    "DataLengthException",
    "DataPathException",
    "DataSet",
    "DataSetCache",
    "DataSetDefinition",
    "DataSetInMem",
    "DataSetProtocol",
    "DataSetType",
    "Experiment",
    "ExportInfo",
    "InvalidGuid",
    "JournalMode",
    "Link",
    "NewRun",
    "NoSql",
    "NoSuchExperiment",
    "NoSuchRun",
    "NotNamed",
    "ParameterData",
    "Rows",
    "SQLiteSettings",
    "TargetExists",
    "ValuesType",
    "WrongState",
    "build_guid_from_components",
    "conn_from_dbpath_or_conn",
    "connect",
    "experiments",
    "export_datasets_and_create_metadata_db",
    "extract_runs_into_db",
    "filter_guids_by_parts",
    "generate_dataset_table",
    "generate_guid",
    "get_DB_debug",
    "get_DB_location",
    "get_data_by_id",
    "get_data_export_automatic",
    "get_data_export_name_elements",
    "get_data_export_path",
    "get_data_export_prefix",
    "get_data_export_type",
    "get_default_experiment_id",
    "get_guids_by_run_spec",
    "guids_from_dbs",
    "guids_from_dir",
    "guids_from_list_str",
    "initialise_database",
    "initialise_or_create_database_at",
    "initialised_database_at",
    "link_to_str",
    "links_to_str",
    "load_by_counter",
    "load_by_guid",
    "load_by_id",
    "load_by_run_spec",
    "load_experiment",
    "load_experiment_by_name",
    "load_from_file",
    "load_from_netcdf",
    "load_last_experiment",
    "load_or_create_experiment",
    "new_data_set",
    "new_experiment",
    "new_run",
    "parse_guid",
    "path_to_dbfile",
    "reset_default_experiment_id",
    "set_data_export_path",
    "set_data_export_prefix",
    "set_data_export_type",
    "set_guid_location_code",
    "set_guid_work_station_code",
    "set_journal_mode",
    "str_to_link",
    "str_to_links",
    "validate_guid_format",
    "write_through",
]
