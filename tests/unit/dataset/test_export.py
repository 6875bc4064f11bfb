"""Runs in the formats of other programs: where the files go, and what those programs see in them."""

from __future__ import annotations

import datetime
import json
import math
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
import xarray as xr

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, read_export
from measurand.errors import ConfigurationError, ExportFailed

GATE = Column("gate", unit="V", label="Gate voltage", setpoint=True)
FIELD = Column("field", unit="T", label="Field", setpoint=True)
CURRENT = Column("current", unit="A", label="Current")
SIGNAL = Column("signal", "complex", unit="V")
MODE = Column("mode", "text")
MAP = TableSpec("data", (GATE, FIELD, CURRENT, SIGNAL, MODE), (Dim("gate", 2, ("gate",)), Dim("field", 3, ("field",))))
MONITOR = TableSpec("monitor", (Column("temperature", unit="K"),))
THIRD = 1 / 3


def measure(root: DataRoot, tables=(MAP,), points: int = 6, *, end: bool = True) -> Dataset:
    run = root.create_run("gate map", tables, plan={"sweep": "gate"}, snapshot={"dac": {"ch1": 0.1}}, sample="dot")
    for number in range(points):
        gate, field = divmod(number, 3)
        values = {"gate": gate / 10, "field": field, "current": THIRD * number, "signal": complex(number, -THIRD)}
        run.add("data", {**values, "mode": "on" if number % 2 else "off, slowly"}, (gate, field))
    if len(tables) > 1:
        run.add("monitor", {"temperature": 4.2})
    run.finish() if end else run.flush()
    return run.dataset


FORMATS = ["netcdf", "zarr", "csv", "parquet", "gnuplot", "zip"]
SUFFIXES = dict(zip(FORMATS, [".nc", ".zarr", ".csv", ".parquet", ".dat", ".zip"], strict=True))


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_stands_in_the_run_or_where_it_is_wanted(root: DataRoot, tmp_path: Path, name: str):
    run = measure(root)
    stem = run.path.name
    assert run.export(name) == run.path / "files" / f"{stem}{SUFFIXES[name]}"
    (tmp_path / "here").mkdir()
    assert run.export(name, tmp_path / "here") == tmp_path / "here" / f"{stem}{SUFFIXES[name]}"
    assert run.export(name, tmp_path / "new" / "named.x") == tmp_path / "new" / "named.x"
    assert (tmp_path / "new" / "named.x").exists()
    assert run.export(name, f"{tmp_path}/later/") == tmp_path / "later" / f"{stem}{SUFFIXES[name]}"
    left_over = [path.name for path in tmp_path.rglob(".*") if path.name != ".measurand"]
    assert [name for name in left_over if not name.startswith(".z")] == []


def test_each_format_has_its_method(root: DataRoot, tmp_path: Path):
    run = measure(root)
    for name in FORMATS[:-1]:
        assert getattr(run, f"to_{name}")(tmp_path / name) == tmp_path / name
        assert (tmp_path / name).exists()


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_overwritten_unless_told(root: DataRoot, tmp_path: Path, name: str):
    first, second = measure(root), measure(root, points=4)
    path = first.export(name, tmp_path / f"x{SUFFIXES[name]}")
    with pytest.raises(
        ExportFailed, match=r"x\..* exists already; give another path, or overwrite=True to replace it."
    ):
        second.export(name, path)
    assert second.export(name, path, overwrite=True) == path
    if name != "zip":
        found = read_export(path)
        number = found.attrs["number"] if isinstance(found, xr.Dataset) else len(found["data"]["gate"])
        assert number == (2 if isinstance(found, xr.Dataset) else 4)


def test_what_fails_leaves_nothing_behind(root: DataRoot, tmp_path: Path):
    """Neither a half file nor a folder that an old one was moved away from."""
    run = root.create_run("text", [TableSpec("data", (MODE,))])
    run.add("data", {"mode": "a\0b"})
    run.finish()
    (tmp_path / "x.nc").write_text("the old one")
    with pytest.raises(
        ExportFailed, match="mode has a text with the character NUL, where netCDF would cut it; use Parq"
    ):
        run.dataset.export("netcdf", tmp_path / "x.nc", overwrite=True)
    assert (tmp_path / "x.nc").read_text() == "the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "x.nc"]
    for name in ("zarr", "csv", "parquet", "gnuplot"):
        found = read_export(run.dataset.export(name))
        assert list(np.asarray((found if isinstance(found, xr.Dataset) else found["data"])["mode"])) == ["a\0b"]


def test_a_place_that_cannot_be_written_is_explained(root: DataRoot, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(ExportFailed, match="cannot be written"):
        measure(root).export("csv", tmp_path / "file" / "x.csv")


def test_an_unknown_format_is_named_with_those_there_are(root: DataRoot):
    with pytest.raises(
        ConfigurationError,
        match=r"No format is called 'netCDF'; there are netcdf, zarr, csv, parquet, gnuplot and zip.",
    ):
        measure(root).export("netCDF")  # type: ignore[arg-type]  # that is the point


def test_reading_back_what_is_no_export_is_explained(tmp_path: Path):
    with pytest.raises(ExportFailed, match="cannot be read back"):
        read_export(tmp_path / "none.nc")


@pytest.mark.parametrize(("name", "library"), [("netcdf", "netCDF4"), ("zarr", "zarr")])
def test_a_missing_library_says_what_to_install(root: DataRoot, monkeypatch: pytest.MonkeyPatch, name, library):
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    run = measure(root)
    with pytest.raises(ImportError, match=rf"pip install measurand\[{name}\]"):
        run.export(name)
    assert not (run.path / "files").exists()


@pytest.mark.parametrize("name", ["netcdf", "zarr", "gnuplot", "csv", "parquet"])
def test_a_run_in_progress_exports_what_is_there(root: DataRoot, name: str):
    """L10: what was not measured yet is told from measured NaN."""
    run = measure(root, points=4, end=False)
    found = read_export(run.export(name))
    if isinstance(found, xr.Dataset):
        assert found.attrs["status"] == "running"
        assert found["data_measured"].to_numpy().tolist() == [[True] * 3, [True, False, False]]
        assert math.isnan(found["current"][1, 1])
        assert found["mode"].to_numpy().reshape(-1).tolist()[:4] == ["off, slowly", "on"] * 2
    else:
        assert len(found["data"]["current"]) == 4


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_several_tables_are_a_folder_of_files(root: DataRoot, tmp_path: Path, name: str):
    run = measure(root, (MAP, MONITOR))
    made = run.export(name, tmp_path / f"run{SUFFIXES[name]}")
    assert made == tmp_path / f"run-{name}"
    assert sorted(path.name for path in made.iterdir()) == [f"data{SUFFIXES[name]}", f"monitor{SUFFIXES[name]}"]
    assert read_export(made)["monitor"]["temperature"].tolist() == [4.2]


def test_plain_xarray_understands_the_netcdf_file(root: DataRoot):
    """L17: labels and units; a complex quantity is a pair along a dim that says which is which."""
    path = measure(root, points=5).to_netcdf()
    with xr.open_dataset(path) as grid:
        assert grid["current"].attrs == {"units": "A", "long_name": "Current"}
        assert grid["gate"].attrs == {"units": "V", "long_name": "Gate voltage"}
        assert grid["signal"].sel(complex_part="im").to_numpy()[0, 0] == -THIRD
        assert grid["data_measured"].dtype == bool
        assert (grid.attrs["number"], grid.attrs["name"], grid.attrs["sample"]) == (1, "gate map", "dot")
        assert json.loads(grid.attrs["snapshot"]) == {"dac": {"ch1": 0.1}}
        assert json.loads(grid.attrs["plan"]) == {"sweep": "gate"}


def test_plain_xarray_understands_the_zarr_folder(root: DataRoot):
    with xr.open_zarr(measure(root).to_zarr(), chunks=None) as grid:
        assert grid["signal"].to_numpy()[0, 0] == complex(0, -THIRD)
        assert grid["current"].attrs == {"units": "A", "long_name": "Current"}


def test_names_that_files_cannot_have_are_rewritten_and_come_back(root: DataRoot):
    """Column names are any text; netCDF and Zarr names are not, and folders of Zarr may not differ by case alone."""
    columns = [
        Column("V/t bias", setpoint=True),
        Column("T"),
        Column("t"),
        Column("_x"),
        Column("z", "complex", setpoint=True),
    ]
    run = root.create_run(
        "names", [TableSpec("data", tuple(columns), (Dim("V/t bias", 2, ("V/t bias",)), Dim("z", 1, ("z",))))]
    )
    for n in range(2):
        run.add("data", {"V/t bias": n, "T": 1, "t": 2, "_x": 3, "z": 1j}, (n, 0))
    run.finish()
    with xr.open_dataset(run.dataset.to_netcdf()) as grid:
        assert set(grid.variables) == {"V_t_bias", "T", "t", "x_x", "z_parts", "complex_part"}
    with xr.open_zarr(run.dataset.to_zarr(), chunks=None) as grid:
        assert {"T", "t_2"} <= set(grid.variables)
    for name in ("netcdf", "zarr"):
        found = read_export(run.dataset.export(name, overwrite=True))
        assert found["T"].dims == ("V/t bias", "z")
        assert found["z"].to_numpy().tolist() == [1j]


def test_a_snapshot_may_be_long(root: DataRoot):
    """HDF5 attributes end at 64 kB in many programs; the snapshot of a laboratory does not."""
    run = root.create_run("long", [TableSpec("data", (CURRENT,))], snapshot={"text": "µ" * 200_000})
    run.add("data", {"current": 1.0})
    run.finish()
    for name in ("netcdf", "zarr"):
        assert len(json.loads(read_export(run.dataset.export(name)).attrs["snapshot"])["text"]) == 200_000


def test_pandas_understands_the_csv_file(root: DataRoot):
    """L11: every digit."""
    path = measure(root).to_csv()
    rows = pd.read_csv(path, comment="#", parse_dates=["_time"])
    assert rows["current"].tolist() == [THIRD * n for n in range(6)]
    assert rows["signal.im"].tolist() == [-THIRD] * 6
    assert rows["mode"].tolist() == ["off, slowly", "on"] * 3
    assert rows["_index[field]"].tolist() == [0, 1, 2] * 2
    assert str(rows["_time"].dtype).startswith("datetime64")
    head = path.read_text(encoding="utf-8").splitlines()
    assert head[0].startswith("# run 1 'gate map', completed, started 20")
    assert head[1:3] == ["# gate: Gate voltage (V), setpoint", "# field: Field (T), setpoint"]


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_columns_may_be_called_like_ours(root: DataRoot, name: str):
    """The time of a row and a measured time are two things."""
    run = root.create_run(
        "times", [TableSpec("data", (Column("time", "datetime"), Column("index", "int")), (Dim("k"),))]
    )
    then = datetime.datetime(2016, 1, 1, tzinfo=datetime.UTC)
    run.add("data", {"time": then, "index": 7}, (0,))
    run.finish()
    found = read_export(run.dataset.export(name))["data"]
    assert list(found) == ["_time", "_index", "time", "index"]
    assert (found["time"][0], found["index"][0]) == (np.datetime64("2016-01-01", "ns"), 7)
    assert found["_time"][0] > found["time"][0]


def test_parquet_has_types_units_and_labels(root: DataRoot):
    """L17."""
    rows = pyarrow.parquet.read_table(measure(root).to_parquet())
    assert rows["current"].to_pylist() == [THIRD * n for n in range(6)]
    assert rows["signal"].to_pylist()[1] == [1.0, -THIRD]
    about = rows.schema.field("gate").metadata
    assert (about[b"unit"], about[b"label"], about[b"setpoint"]) == (b"V", b"Gate voltage", b"true")
    said = json.loads(rows.schema.metadata[b"measurand"])
    assert (said["number"], json.loads(said["snapshot"])) == (1, {"dac": {"ch1": 0.1}})


def test_numpy_and_gnuplot_understand_the_text_in_blocks(root: DataRoot):
    """L11: every digit; a blank line between the passes of the inner dim, texts numbered, header in comments."""
    path = measure(root).to_gnuplot()
    rows = np.loadtxt(path).reshape(2, 3, -1)
    assert rows.shape == (2, 3, 6)
    assert rows[..., 2].reshape(-1).tolist() == [THIRD * n for n in range(6)]
    assert rows[..., 4].reshape(-1).tolist() == [-THIRD] * 6
    assert rows[..., 5].reshape(-1).tolist() == [0, 1] * 3
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[0] == "# gate\tfield\tcurrent\tsignal.re\tsignal.im\tmode"
    assert lines[1].startswith('# "Gate voltage (V)"\t"Field (T)"\t"Current (A)"')
    assert lines[2] == "# 2\t3"
    assert [number for number, line in enumerate(lines) if not line] == [7, 11]


def test_gnuplot_text_of_arrays_is_a_file_per_shape(root: DataRoot, tmp_path: Path):
    """The axis of the arrays is a dim like any other; what depends on fewer dims stands beside it."""
    trace = Column("trace", unit="dB", shape=(4,))
    frequency = Column("frequency", unit="Hz", shape=(4,), setpoint=True)
    run = root.create_run(
        "arrays", [TableSpec("data", (GATE, CURRENT, frequency, trace), (Dim("gate", 2, ("gate",)),))]
    )
    for n in range(2):
        run.add("data", {"gate": n, "current": n, "frequency": np.arange(4) * 1e9, "trace": np.arange(4.0) - n}, (n,))
    run.finish()
    made = run.dataset.to_gnuplot(tmp_path / "arrays.dat")
    assert sorted(path.name for path in made.iterdir()) == ["gate-frequency.dat", "gate.dat"]
    rows = np.loadtxt(made / "gate-frequency.dat").reshape(2, 4, 3)
    assert rows[1, :, 1].tolist() == [0, 1e9, 2e9, 3e9]
    assert rows[1, :, 2].tolist() == [-1, 0, 1, 2]


def test_a_zip_file_holds_the_run(root: DataRoot, tmp_path: Path):
    """Also of a run in progress: then what it held at that moment."""
    run = measure(root, points=4, end=False)
    with zipfile.ZipFile(run.export("zip", tmp_path)) as packed:
        packed.extractall(tmp_path / "mailed")
    copy = Dataset(tmp_path / "mailed" / run.path.name)
    assert copy.numpy("current").tolist() == [THIRD * n for n in range(4)]
    assert copy.status == "lost"
    assert copy.snapshot == {"dac": {"ch1": 0.1}}


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are POSIX")
@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_is_explained_and_nothing_of_the_export_is_left(root: DataRoot, tmp_path: Path, name: str):
    """A real refusal of the system, in whatever words the library says it; what was there stays."""
    import resource

    with root.create_run(
        "noise", [TableSpec("data", (Column("x", setpoint=True), Column("trace", shape=(500,))))]
    ) as run:
        for number in range(400):
            run.add("data", {"x": number, "trace": np.random.default_rng(number).normal(size=500)})
    (tmp_path / "out").mkdir()
    old = tmp_path / "out" / "noise.x"
    old.write_text("the old one")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(ExportFailed, match=r"write|written"):
            run.dataset.export(name, old, overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["noise.x"]
    assert old.read_text() == "the old one"


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_rows_are_exported_in_pieces_that_fit_into_the_memory(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, name: str
):
    columns = (Column("x"), Column("t", "text"), Column("v", shape=(3,)), Column("r", shape=(None,)))
    with root.create_run("pieces", [TableSpec("data", columns)]) as run:
        for number in range(11):
            run.add("data", {"x": number, "t": f"{number}", "v": [number] * 3, "r": [1.0] * number})
    monkeypatch.setattr("measurand.dataset._export._source.SOME", 10)
    monkeypatch.setattr("measurand.dataset._export._csv._AT_ONCE", 50)
    monkeypatch.setattr("measurand.dataset._export._parquet._GROUP", 50)
    path = run.dataset.export(name)
    back = read_export(path)["data"]
    assert back["x"].tolist() == list(range(11))
    assert back["t"].tolist() == [str(number) for number in range(11)]
    assert back["v"].tolist() == [[number] * 3 for number in range(11)]
    assert [len(row) for row in back["r"]] == list(range(11))
    if name == "parquet":
        assert pyarrow.parquet.read_metadata(path).num_row_groups == 4


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_columns_without_rows_come_back_empty(root: DataRoot, name: str):
    columns = (
        Column("t", "text"),
        Column("e", "enum", categories=("a", "b")),
        Column("r", shape=(None,)),
        Column("u", None),
    )
    root.create_run("nothing", [TableSpec("data", columns)]).finish()
    back = read_export(root.load("last").export(name))["data"]
    assert {column: len(back[column]) for column in ("t", "e", "r", "u")} == {"t": 0, "e": 0, "r": 0, "u": 0}


def test_a_hash_in_a_name_or_text_does_not_begin_a_comment(root: DataRoot):
    with root.create_run("hashes", [TableSpec("data", (Column("#1"), Column("t", "text"), Column("last")))]) as run:
        run.add("data", {"#1": 1.5, "t": "sample #12", "last": 2.5})
    path = run.dataset.export("csv")
    rows = pd.read_csv(path, comment="#")
    assert rows[["#1", "t", "last"]].to_numpy().tolist() == [[1.5, "sample #12", 2.5]]
    assert read_export(path)["data"]["t"].tolist() == ["sample #12"]


def test_a_long_array_of_varying_length_comes_back_from_its_cell(root: DataRoot):
    with root.create_run("long", [TableSpec("data", (Column("r", shape=(None,)),))]) as run:
        run.add("data", {"r": np.arange(20_000) / 3})
    (back,) = read_export(run.dataset.export("csv"))["data"]["r"]
    assert np.array_equal(back, np.arange(20_000) / 3)


@pytest.mark.parametrize("name", ["netcdf", "csv", "parquet", "gnuplot"])
@pytest.mark.parametrize(
    "spoil", [lambda data: data[: len(data) // 2], lambda data: b"1,2\n3,4\n"], ids=["torn", "other"]
)
def test_a_file_that_is_damaged_or_of_others_is_explained(root: DataRoot, name: str, spoil):
    path = measure(root).export(name)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ExportFailed, match=r"cannot be read back \(.*: it is damaged, or no export of a run"):
        read_export(path)
