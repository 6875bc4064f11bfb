"""QCoDeS on Measurand: its names, its dataset interface, its databases.

`install_as_qcodes` makes ``import qcodes`` mean Measurand; ``python -m measurand.compat script.py …`` and
``measurand run script.py … --as-qcodes`` run a script so, ``%load_ext measurand.compat`` does it for a notebook.

Nothing below this floor knows it. Its rooms:

=======================  ==============================================================================================
`compat.qcodes`          the modules of QCoDeS at the places its documentation gives them; names only, thin
`compat.description`     what a QCoDeS dataset says of its columns: ParamSpec, InterDependencies_, RunDescriber
`compat.dataset`         experiments, datasets and loading as QCoDeS has them, on run folders and on its databases
`compat.measure`         Measurement, DataSaver, do0d … dond with what QCoDeS documents that they take and return
`compat.database`        QCoDeS's SQLite files: read in place, import, write
`compat.configuration`   its settings: files, schema, `qcodes.config`
`compat.stations`        its `Station`: default files, warnings, forced reconnection
`compat.monitor`         the last values of parameters, over a WebSocket
`compat.logs`            its log functions over ours
`compat.plots`           colour scales without outliers, prefixes of axes
`compat.vectors`         `FieldVector`
`compat.extensions`      ends of chains of parameters, tests of drivers
`compat.widgets`         tables of runs and browsers of data for notebooks
`compat.calibration`     adjustment of Keithley 26xx
`compat.older`           what scripts of 2016 import
=======================  ==============================================================================================
"""

from measurand.compat._alias import install_as_qcodes, uninstall_as_qcodes
from measurand.compat._notebook import load_ipython_extension, unload_ipython_extension
from measurand.compat._script import run_script

__all__ = [
    "install_as_qcodes",
    "load_ipython_extension",
    "run_script",
    "uninstall_as_qcodes",
    "unload_ipython_extension",
]
