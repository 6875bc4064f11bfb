"""One YAML file as data that remembers where everything stands."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from measurand.station._document import read_file, read_text
from measurand.station._problems import Mark


def texts(document):
    return [str(problem) for problem in document.problems]


def test_every_entry_knows_its_place():
    document = read_text("a:\n  b: [1, two]\n  c: 1e-3\n", "lab.yaml")
    assert document.data == {"a": {"b": [1, "two"], "c": 1e-3}}
    assert document.spot(("a", "b")).key == Mark("lab.yaml", 2, 3)
    assert document.spot(("a", "b")).value == Mark("lab.yaml", 2, 6)
    assert str(document.spot(("a", "b", 1)).value) == "lab.yaml:2:10"
    assert document.spot(("a", "not", "there")) == document.spot(("a",))


def test_an_empty_file_is_an_empty_table():
    assert read_text("# nothing yet\n", "lab.yaml").data == {}


def test_values_are_plain():
    """YAML 1.2: on is text, as in QCoDeS's files; a date is text, because no parameter takes one."""
    data = read_text("{a: on, b: 2026-11-20, c: .nan, d: null, e: 0x1F, f: -1e6, g: 'on'}", "lab.yaml").data
    assert math.isnan(data.pop("c"))
    assert data == {"a": "on", "b": "2026-11-20", "d": None, "e": 31, "f": -1e6, "g": "on"}


def test_all_doubled_keys_are_told_and_the_first_counts():
    document = read_text("a: 1\nb: {x: 1, x: 2}\na: 3\n", "lab.yaml")
    assert texts(document) == [
        "lab.yaml:2:11: 'x' is given twice, first on line 2. Keep one of them.",
        "lab.yaml:3:1: 'a' is given twice, first on line 1. Keep one of them.",
    ]
    assert document.data == {"a": 1, "b": {"x": 1}}


def test_anchors_and_merges_know_where_their_values_stand():
    text = "base: &base\n  step: 0.1\n  unit: V\nch1:\n  <<: *base\n  unit: A\nch2: *base\n"
    document = read_text(text, "lab.yaml")
    assert document.data["ch1"] == {"unit": "A", "step": 0.1}
    assert document.data["ch2"] == {"step": 0.1, "unit": "V"}
    assert str(document.spot(("ch1", "step")).key) == "lab.yaml:2:3"
    assert str(document.spot(("ch1", "unit")).key) == "lab.yaml:6:3"
    assert texts(read_text("a: {<<: 3}", "lab.yaml")) == ["lab.yaml:1:9: << takes a table, or a list of tables."]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1,\nb: 2", "lab.yaml:2:5: no valid YAML: expected ',' or ']', but got '<stream end>'."),
        ("a: 1\n\tb: 2", "lab.yaml:2:1: no valid YAML: found character '\\t' that cannot start any token."),
        ("a: 1\n---\nb: 2", "lab.yaml:2:1: no valid YAML: but found another document."),
        ("- a\n- b", "lab.yaml:1:1: the file holds ['a', 'b']; a station file is a table, e.g. 'instruments:'."),
        ("a: !python/object:os.system x", "lab.yaml:1:4: 'x' cannot be read: "),
        ("a: &a [*a]", "lab.yaml:1:4: a part of the file that contains itself."),
    ],
)
def test_what_cannot_be_read_says_where(text, message):
    (problem,) = texts(read_text(text, "lab.yaml"))
    assert problem.startswith(message)


def test_a_missing_file_and_another_encoding(tmp_path: Path):
    assert texts(read_file(tmp_path / "no.yaml", "no.yaml")) == [
        "no.yaml:1:1: cannot be read: No such file or directory."
    ]
    (tmp_path / "latin.yaml").write_bytes("a: µV".encode("latin-1"))
    (problem,) = texts(read_file(tmp_path / "latin.yaml", "latin.yaml"))
    assert problem == "latin.yaml:1:1: is no UTF-8 text (byte 3). Save it as UTF-8."
    (tmp_path / "notepad.yaml").write_bytes("\ufeffa: µV".encode())
    assert read_file(tmp_path / "notepad.yaml").data == {"a": "µV"}
