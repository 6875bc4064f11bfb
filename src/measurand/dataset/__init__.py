"""Runs on disk: described, written so that nothing is lost, read while they grow, found again.

A `DataRoot` is a folder of runs. `DataRoot.create_run` gives a `Writer`, `DataRoot.load` a `Dataset`, `DataRoot.runs` the
`Runs` that a search finds, each a `RunRecord`; `measurand.dataset.catalogue` is what is behind it. What a run stores is
described by `TableSpec`, made of `Column` and `Dim`. Each run is a folder of its own: ``run.jsonl`` (what it is, what
happened), ``<table>.arrow`` (rows, an Arrow file), ``<table>.tail-….rec`` (rows not sealed yet), ``snapshot.json.zst``.
This package knows values, columns and files; it knows no parameter.
"""

from measurand.dataset._comparison import Difference, Differences, snapshot_difference
from measurand.dataset._damage._repair import Repair, repair
from measurand.dataset._damage._verify import Finding, Verdict, verify
from measurand.dataset._export._formats import FormatName, read_export
from measurand.dataset._format._describe import Column, Dim, Kind, TableSpec
from measurand.dataset._import._dat import DatFile, read_dat
from measurand.dataset._import._imports import Imported, import_runs
from measurand.dataset._live import CONTROL, LIVE, Record, read_record
from measurand.dataset._plot._pictures import Picture, Pictures
from measurand.dataset._provenance import read_diff
from measurand.dataset._read._card import RunCard
from measurand.dataset._read._dataset import Dataset
from measurand.dataset._records import ColumnSummary, RunRecord
from measurand.dataset._root import DataRoot
from measurand.dataset._statistics import complete_statistics
from measurand.dataset._store import MemoryStore, Store
from measurand.dataset._trash import Purge, Trash
from measurand.dataset._write._whole import WholeTable
from measurand.dataset._write._writer import Writer
from measurand.dataset.catalogue import Runs

__all__ = [
    "CONTROL",
    "LIVE",
    "Column",
    "ColumnSummary",
    "DatFile",
    "DataRoot",
    "Dataset",
    "Difference",
    "Differences",
    "Dim",
    "Finding",
    "FormatName",
    "Imported",
    "Kind",
    "MemoryStore",
    "Picture",
    "Pictures",
    "Purge",
    "Record",
    "Repair",
    "RunCard",
    "RunRecord",
    "Runs",
    "Store",
    "TableSpec",
    "Trash",
    "Verdict",
    "WholeTable",
    "Writer",
    "complete_statistics",
    "import_runs",
    "read_dat",
    "read_diff",
    "read_export",
    "read_record",
    "repair",
    "snapshot_difference",
    "verify",
]
