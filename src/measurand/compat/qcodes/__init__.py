"""What ``import qcodes`` gives under the alias: the names of QCoDeS's documentation, imported when they are first used.

The modules below this one stand where QCoDeS has them. They hold names; what is behind them is in the other rooms of
`measurand.compat`, or in Measurand's own floors.
"""

from measurand.compat import _names, _on_import

__version__ = _names.VERSION
"""The QCoDeS whose documented interface this is: drivers compare it."""

__getattr__, __dir__ = _names.answering(
    __name__,
    {
        ".parameters": "ArrayParameter CombinedParameter DelegateParameter Function ManualParameter MultiParameter "
        "Parameter ParameterWithSetpoints ScaledParameter SweepFixedValues SweepValues combine",
        ".instrument": "ChannelList ChannelTuple IPInstrument Instrument InstrumentChannel VisaInstrument "
        "find_or_create_instrument",
        "measurand.compat.measure": "Measurement",
        ".dataset": "ParamSpec SQLiteSettings experiments get_guids_by_run_spec initialise_database "
        "initialise_or_create_database_at initialised_database_at load_by_counter load_by_guid load_by_id "
        "load_by_run_spec load_experiment load_experiment_by_name load_last_experiment load_or_create_experiment "
        "new_data_set new_experiment",
        ".monitor": "Monitor",
        ".station": "Station",
        ".logger": "conditionally_start_all_logging",
        ".utils": "QCoDeSDeprecationWarning",
        "._session": "config qcconfig",
        ".": "calibrations configuration dataset extensions instrument instrument_drivers interactive_widget logger "
        "math_utils metadatable monitor parameters plotting qcconfig=configuration station utils validators",
    },
)

_on_import.heed_settings()  # a laboratory may rely on its log files
