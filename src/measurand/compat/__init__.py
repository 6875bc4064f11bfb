"""QCoDeS on Measurand: its names, its dataset interface, its databases.

Nothing below this floor knows it. Its rooms:

===================  ==============================================================================================
`compat.qcodes`      the modules of QCoDeS at the places its documentation gives them; names only, thin
`compat.description` what a QCoDeS dataset says of its columns: ParamSpec, InterDependencies_, RunDescriber
`compat.dataset`     experiments, datasets and loading as QCoDeS has them, on run folders and on its databases
`compat.measure`     Measurement, DataSaver, do0d … dond with what QCoDeS documents that they take and return
`compat.database`    QCoDeS's SQLite files: read in place, import, write
===================  ==============================================================================================
"""
