"""``qcodes.dataset``; ``dond`` in it is the function, although there is a package ``qcodes.dataset.dond`` too."""

from measurand.compat import _names

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        "measurand.compat.dataset": "AtomicConnection DataSetDefinition DataSetProtocol DataSetType SQLiteSettings connect "
        "experiments export_datasets_and_create_metadata_db extract_runs_into_db get_data_export_path "
        "get_default_experiment_id get_guids_by_run_spec guids_from_dbs guids_from_dir guids_from_list_str "
        "initialise_database initialise_or_create_database_at initialised_database_at load_by_counter load_by_guid "
        "load_by_id load_by_run_spec load_experiment load_experiment_by_name load_from_file load_from_netcdf "
        "load_last_experiment load_or_create_experiment new_data_set new_experiment reset_default_experiment_id",
        "measurand.compat.measure": "AbstractSweep ArraySweep BreakConditionInterrupt LinSweep LinSweeper LogSweep "
        "Measurement SequentialParamsCaller ThreadPoolParamsCaller TogetherSweep call_params_threaded datasaver_builder "
        "do0d do1d do2d dond dond_into import_dat_file plot_by_id plot_dataset",
        "measurand.compat.description": "InterDependencies_ ParamSpec ParamSpecTree RunDescriber rundescriber_from_json",
    },
)
_names.never_hidden(__name__, dond="measurand.compat.measure")
