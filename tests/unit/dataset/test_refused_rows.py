"""What does not fit is refused when it is added, says why, and costs nothing that is stored."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, Dim, TableSpec
from measurand.errors import ColumnNotFound, DatasetError, RefusedRow

MOMENT = datetime.datetime(2026, 11, 20, 18, 23, 30, 123456, tzinfo=datetime.UTC)
YEAR_3000 = datetime.datetime(3000, 1, 1, tzinfo=datetime.UTC)


def one_table(*columns: Column, dims: tuple[Dim, ...] = ()) -> list[TableSpec]:
    return [TableSpec("data", columns, dims)]


REFUSED = {
    "text for a number": (
        {"x": "1", "n": 1, "t": (0.0, 0.0)},
        r"data\.x: '1' refused, the column holds one float per row",
    ),
    "None for a number": ({"x": None, "n": 1, "t": (0.0, 0.0)}, r"data\.x: None refused"),
    "complex for a float": ({"x": 1j, "n": 1, "t": (0.0, 0.0)}, r"data\.x: 1j refused"),
    "numpy's complex for a float": (
        {"x": np.complex64(1j), "n": 1, "t": (0.0, 0.0)},
        r"data\.x: .*1j.* refused, the column holds one float",
    ),
    "a duration for a float": (
        {"x": np.timedelta64(1, "s"), "n": 1, "t": (0.0, 0.0)},
        r"data\.x: .* refused, the column holds one float",
    ),
    "what is masked": (
        {"x": np.ma.masked, "n": 1, "t": (0.0, 0.0)},
        r"data\.x: .* refused, the column holds one float",
    ),
    "an int that a float rounds": (
        {"x": 2**53 + 1, "n": 1, "t": (0.0, 0.0)},
        r"data\.x: 9007199254740993 refused, a float cannot hold it exactly; declare the column's kind 'int'",
    ),
    "an array of one for a number": (
        {"x": np.ones(1), "n": 1, "t": (0.0, 0.0)},
        r"data\.x: array of shape \(1,\) refused",
    ),
    "an array for a number": ({"x": np.ones(3), "n": 1, "t": (0.0, 0.0)}, r"data\.x: array of shape \(3,\) refused"),
    "a fraction for an int": (
        {"x": 1, "n": 1.5, "t": (0.0, 0.0)},
        r"data\.n: 1\.5 refused, the column holds one whole",
    ),
    "too large an int": ({"x": 1, "n": 2**63, "t": (0.0, 0.0)}, r"data\.n: 9223372036854775808 refused"),
    "wrong length": (
        {"x": 1, "n": 1, "t": (0.0,)},
        r"data\.t: array of shape \(1,\) refused, .* shape \(2,\); declare None",
    ),
    "wrong dims": ({"x": 1, "n": 1, "t": 0.0}, r"data\.t: 0\.0 refused"),
    "lists that do not match": ({"x": 1, "n": 1, "t": ([1], [1, 2])}, r"data\.t: array of shape \(2,\) refused"),
    "missing": ({"x": 1, "n": 1}, r"no value is given for t; columns are x, n and t"),
    "unknown": ({"x": 1, "n": 1, "t": (0.0, 0.0), "z": 1}, r"no column is called z"),
    "misspelt": ({"X": 1, "n": 1, "t": (0.0, 0.0)}, r"no column is called X and no value is given for x"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("first", [True, False], ids=["as first row", "later"])
def test_a_row_that_does_not_fit_is_refused_and_leaves_no_trace(root: DataRoot, case: str, first: bool):
    """L03: wrong shape or unknown field raises at the call."""
    values, message = REFUSED[case]
    run = root.create_run("refused", one_table(Column("x", "float"), Column("n", "int"), Column("t", shape=(2,))))
    good = {"x": 1.0, "n": 1, "t": (0.0, 1.0)}
    if not first:
        run.add("data", good)
    with pytest.raises(RefusedRow, match=message):
        run.add("data", values)
    run.add("data", good)
    run.finish()
    assert run.dataset.rows() == (1 if first else 2)
    assert run.dataset.numpy("x").tolist() == [1.0] * run.dataset.rows()


@pytest.mark.parametrize(
    "case", [name for name, (_, message) in REFUSED.items() if message.startswith(r"data\.x") or "n: " in message]
)
@pytest.mark.parametrize("first", [True, False], ids=["as first row", "later"])
def test_a_number_that_does_not_fit_is_refused_by_a_tail_too(either_root: DataRoot, case: str, first: bool):
    values, message = REFUSED[case]
    run = either_root.create_run("refused", one_table(Column("x", "float"), Column("n", "int")))
    if not first:
        run.add("data", {"x": 1.0, "n": 1})
    with pytest.raises(RefusedRow, match=message):
        run.add("data", {"x": values["x"], "n": values["n"]})
    run.add("data", {"x": 1.0, "n": 1})
    run.finish()
    assert run.dataset.numpy("x").tolist() == [1.0] * (1 if first else 2)


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("first", [True, False], ids=["as first row", "later"])
def test_the_adder_counts(either_root: DataRoot, count: int, first: bool):
    run = either_root.create_run("count", one_table(Column("x"), Column("n")))
    add = run.adder("data")
    if not first:
        add((), (0.0, 0.0))
    with pytest.raises(RefusedRow, match=f"{count} values given, 2 needed: x, n"):
        add((), (1.0,) * count)
    run.finish()
    assert run.dataset.rows() == (0 if first else 1)


def test_a_first_row_that_is_refused_decides_nothing(root: DataRoot):
    run = root.create_run("open", one_table(Column("x"), Column("y", "float")))
    with pytest.raises(RefusedRow):
        run.add("data", {"x": "text", "y": "not a number"})
    run.add("data", {"x": 1.0, "y": 1.0})
    run.finish()
    assert run.dataset.columns["x"].kind == "float"


@pytest.mark.parametrize("value", [object(), b"bytes", {}, np.array(["a", "b"])])
def test_what_has_no_kind_is_refused(root: DataRoot, value: object):
    run = root.create_run("odd", one_table(Column("x", shape=None)))
    with pytest.raises(RefusedRow, match=r"data\.x: .* refused"):
        run.add("data", {"x": value})
    run.finish()


@pytest.mark.parametrize("index", [(), (1,), (1, 2, 3), (-1, 0), (1.5, 0), (0, 2**31), (2**32, 0)])
@pytest.mark.parametrize("value", [1.0, "text"], ids=["numbers", "text"])
def test_an_index_that_does_not_fit_is_refused(root: DataRoot, index: tuple, value: object):
    run = root.create_run("index", one_table(Column("x"), dims=(Dim("a"), Dim("b"))))
    with pytest.raises(RefusedRow, match="Table data: .*index"):
        run.add("data", {"x": value}, index)
    run.add("data", {"x": value}, (0, 1))
    with pytest.raises(RefusedRow, match="Table data: .*index"):
        run.add("data", {"x": value}, index)
    run.finish()
    assert run.dataset.rows() == 1


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [("bool", 1), ("bool", "yes"), ("complex", "1j"), ("datetime", 5.0), ("text", 5), ("text", "\ud800")],
)
def test_kinds_are_not_guessed(root: DataRoot, kind: str, wrong: object):
    run = root.create_run("strict", one_table(Column("x", kind)))
    with pytest.raises(RefusedRow, match=r"data\.x"):
        run.add("data", {"x": wrong})
    run.finish()


def test_precision_is_not_thrown_away(root: DataRoot):
    run = root.create_run("single", one_table(Column("t", shape=None)))
    run.add("data", {"t": np.ones(2, "f4")})
    with pytest.raises(RefusedRow, match="float32 and float64 does not fit; declare its dtype"):
        run.add("data", {"t": np.ones(2)})
    run.finish()


def test_unknown_names_are_refused_with_those_that_exist(root: DataRoot):
    run = root.create_run("names", one_table(Column("current"), Column("gate")))
    with pytest.raises(RefusedRow, match=r"no table 'dat', only data. Did you mean 'data'\?"):
        run.adder("dat")
    run.finish()
    with pytest.raises(ColumnNotFound, match=r"no column 'curent'; it has current and gate. Did you mean 'current'\?"):
        run.dataset.numpy("curent")
    with pytest.raises(DatasetError, match="no table 'other'; it has data"):
        run.dataset.numpy("gate", table="other")


def test_a_row_for_a_table_has_the_form_of_one(root: DataRoot):
    run = root.create_run("forms", one_table(Column("x"), dims=(Dim("i"),)))
    for arguments, message in (
        (("data", {"x": 1.0}, 3), r"index 3 is no sequence; write \(3,\)"),
        (("data", "x"), r"its values are a dict \{name: value\}, not 'x'"),
        ((5, {"x": 1.0}, (3,)), "no table 5, only data"),
    ):
        with pytest.raises(RefusedRow, match=message):
            run.add(*arguments)
    run.add(None, {"x": 1.0}, (3,))  # the table that has these columns
    run.finish()
    assert run.dataset.numpy("_index").tolist() == [[3]]


OUT_OF_RANGE = {
    "a list too large for int8": (Column("x", "int", shape=(2,), dtype="int8"), [[1, 2], [300, -200]]),
    "a list of varying length too large": (Column("x", "int", shape=(None,), dtype="int8"), [[1, 2], [300]]),
    "a list too large for float32": (Column("x", "float", shape=(2,), dtype="float32"), [[1, 2], [1e300, 2]]),
    "a negative number for uint8": (Column("x", "int", shape=(2,), dtype="uint8"), [[1, 2], [-1, 2]]),
    "a list too large for int64": (Column("x", "int", shape=(1,)), [[1], [2**63]]),
    "a year of Python's": (Column("x", "datetime"), [MOMENT, YEAR_3000]),
    "a year of numpy's": (Column("x", "datetime"), [MOMENT, np.datetime64("3000-01-01", "s")]),
    "a year long ago": (Column("x", "datetime"), [MOMENT, np.datetime64("1500", "Y")]),
    "an array of years": (
        Column("x", "datetime", shape=(1,)),
        [np.array(["2026"], "M8[Y]"), np.array(["3000-01-01"], "M8[s]")],
    ),
    "a list of years": (Column("x", "datetime", shape=(1,)), [[MOMENT], [YEAR_3000]]),
    "a masked number": (Column("x", "complex"), [1j, np.ma.masked]),
    "a masked array": (Column("x", shape=None), [np.zeros(2), np.ma.array([1.0, 2.0], mask=[False, True])]),
    "a wide complex number": (Column("x", shape=None), [np.ones(2, complex), np.ones(2, np.clongdouble) * 2]),
}


@pytest.mark.parametrize("case", OUT_OF_RANGE)
def test_what_would_become_another_value_is_refused(root: DataRoot, case: str):
    """numpy wraps around, or looks behind a mask, without a word."""
    column, (good, wrong) = OUT_OF_RANGE[case]
    run = root.create_run("range", one_table(column))
    for _ in range(2):  # as first row, and later
        with pytest.raises(
            RefusedRow, match=r"data\.x: .* refused, .*(range|reach from|masked|does not fit|one complex|do not fit)"
        ):
            run.add(x=wrong)
        run.add(x=good)
    run.finish()
    assert run.dataset.rows() == 2


def test_lists_are_what_their_column_declares(root: DataRoot):
    small, loose = (
        Column("small", "int", shape=(2,), dtype="uint8"),
        Column("loose", "int", shape=(None,), dtype="int8"),
    )
    times = Column("times", "datetime", shape=(2,))
    with root.create_run("lists", one_table(small, loose, times)) as run:
        run.add(small=[0, 255], loose=[], times=[MOMENT, MOMENT + datetime.timedelta(microseconds=1)])
        run.add(small=[True, False], loose=[-128, 127], times=np.array(["2026-01-01", "NaT"], "M8[D]"))
    assert run.dataset.numpy("small").tolist() == [[0, 255], [1, 0]]
    assert [array.tolist() for array in run.dataset.numpy("loose")] == [[], [-128, 127]]
    assert run.dataset.numpy("times")[0, 1] - run.dataset.numpy("times")[0, 0] == np.timedelta64(1000, "ns")
    assert run.dataset.numpy("times")[1].astype("M8[D]").tolist() == [datetime.date(2026, 1, 1), None]


def test_wide_numbers_are_asked_for_in_a_width_that_is_stored(root: DataRoot):
    with root.create_run("wide", one_table(Column("x", shape=None))) as run:
        if np.dtype(np.longdouble).itemsize > 8:
            with pytest.raises(RefusedRow, match=r"declare its dtype, or give array.astype\('float64'\)"):
                run.add(x=np.ones(2, np.longdouble))
        run.add(x=np.ones(2, np.longdouble).astype("float64"))


@pytest.mark.parametrize("number", [2**53 + 1, np.int64(2**53 + 1), np.uint64(2**64 - 1)])
def test_a_whole_number_that_no_float_holds_decides_no_column(root: DataRoot, number: int):
    with root.create_run("exact", one_table(Column("x"))) as run:
        with pytest.raises(RefusedRow, match="a float cannot hold it exactly; declare the column's kind 'int'"):
            run.add(x=number)
        run.add(x=2**53)
