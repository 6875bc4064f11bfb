"""QCoDeS's SQLite files: read in place without changing a byte, of every schema version; imported; written.

`open_database` gives a `Database`: its `Experiment` records, its `Run` records, and what runs stored. The file, its WAL and
the folder they lie in stay as they are, whether another process is writing or one died while it was. `import_runs`
copies runs into a data root, `export_runs` writes runs into a database that QCoDeS opens; both lose nothing. The format is
described in ``docs/reference/qcodes-database.md``.
"""

from measurand.compat.database._database import Database, open_database
from measurand.compat.database._description import Description, Quantity
from measurand.compat.database._export import export_runs
from measurand.compat.database._file import is_database
from measurand.compat.database._import import ImportedRun, import_each, import_runs, numbers
from measurand.compat.database._layout import places_of
from measurand.compat.database._netcdf import import_netcdf
from measurand.compat.database._records import Experiment, Run

__all__ = [
    "Database",
    "Description",
    "Experiment",
    "ImportedRun",
    "Quantity",
    "Run",
    "export_runs",
    "import_each",
    "import_netcdf",
    "import_runs",
    "is_database",
    "numbers",
    "open_database",
    "places_of",
]
