"""Measuring with QCoDeS's names: thin over the free runs of `measurand.measure` and the datasets of `compat.dataset`.

`Measurement` says what will be added, its run gives a `DataSaver`. `dond` and its short forms go through sweeps.
`datasaver_builder` grows several datasets at once, `dond_into` adds to one of them. `plot_dataset` draws.
"""

from measurand.compat.measure._callers import SequentialParamsCaller, ThreadPoolParamsCaller, call_params_threaded
from measurand.compat.measure._dond import BreakConditionInterrupt, dond, dond_into
from measurand.compat.measure._json_exporter import (
    export_data_as_json_heatmap,
    export_data_as_json_linear,
    json_template_heatmap,
    json_template_linear,
)
from measurand.compat.measure._measurement import Measurement
from measurand.compat.measure._older_data import import_dat_file
from measurand.compat.measure._plotting import plot_and_save_image, plot_by_id, plot_dataset
from measurand.compat.measure._runner import Runner
from measurand.compat.measure._saver import DataSaver
from measurand.compat.measure._short import do0d, do1d, do2d
from measurand.compat.measure._sweeps import (
    AbstractSweep,
    ArraySweep,
    LinSweep,
    LinSweeper,
    LogSweep,
    TogetherSweep,
)
from measurand.compat.measure._together import datasaver_builder

__all__ = [
    "AbstractSweep",
    "ArraySweep",
    "BreakConditionInterrupt",
    "DataSaver",
    "LinSweep",
    "LinSweeper",
    "LogSweep",
    "Measurement",
    "Runner",
    "SequentialParamsCaller",
    "ThreadPoolParamsCaller",
    "TogetherSweep",
    "call_params_threaded",
    "datasaver_builder",
    "do0d",
    "do1d",
    "do2d",
    "dond",
    "dond_into",
    "export_data_as_json_heatmap",
    "export_data_as_json_linear",
    "import_dat_file",
    "json_template_heatmap",
    "json_template_linear",
    "plot_and_save_image",
    "plot_by_id",
    "plot_dataset",
]
