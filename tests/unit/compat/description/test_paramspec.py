"""One column of a dataset, in both forms."""

from __future__ import annotations

import pytest

from measurand.compat.description import ParamSpec, ParamSpecBase
from measurand.errors import DefinitionError


def test_a_column_is_plain_data_and_back() -> None:
    column = ParamSpecBase("gate", "numeric", "Gate voltage", "V")
    assert column._to_dict() == {"name": "gate", "paramtype": "numeric", "label": "Gate voltage", "unit": "V"}
    assert ParamSpecBase._from_dict(column._to_dict()) == column
    assert repr(column) == "ParamSpecBase('gate', 'numeric', 'Gate voltage', 'V')"
    assert column.sql_repr() == "gate numeric"


def test_no_label_and_no_unit_are_empty_texts() -> None:
    assert (ParamSpecBase("a", "text").label, ParamSpecBase("a", "text").unit) == ("", "")


@pytest.mark.parametrize("name", ["1a", "a b", "", "a-b", 3])
def test_a_name_is_an_identifier(name: str) -> None:
    with pytest.raises(ValueError, match="refused, allowed are identifiers"):
        ParamSpecBase(name, "numeric")


def test_an_unknown_type_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(
        DefinitionError, match="paramtype='float' refused, allowed are 'array', 'numeric', 'text' and 'com"
    ):
        ParamSpecBase("a", "float")


def test_equal_columns_are_one_key() -> None:
    assert {ParamSpecBase("a", "numeric"): 1}[ParamSpecBase("a", "numeric")] == 1
    assert ParamSpecBase("a", "numeric") != ParamSpecBase("a", "text")
    assert ParamSpec("a", "numeric") != ParamSpecBase("a", "numeric")


def test_the_older_form_names_what_it_needs() -> None:
    gate = ParamSpec("gate", "numeric")
    column = ParamSpec("i", "numeric", "I", "A", inferred_from=["x", "y"], depends_on=[gate], colour="red")
    assert (column.inferred_from, column.inferred_from_, column.depends_on) == ("x, y", ["x", "y"], "gate")
    assert column.base_version() == ParamSpecBase("i", "numeric", "I", "A")
    assert ParamSpec._from_dict(column._to_dict()) == column == column.copy()
    assert column.copy().metadata == {"colour": "red"}
    assert repr(column) == "ParamSpec('i', 'numeric', 'I', 'A', inferred_from=['x', 'y'], depends_on=['gate'])"
    assert len({column, column.copy()}) == 1


@pytest.mark.parametrize("what", ["inferred_from", "depends_on"])
def test_one_text_is_no_list_of_columns(what: str) -> None:
    with pytest.raises(ValueError, match=f"got string abc as {what}: give a list"):
        ParamSpec("i", "numeric", **{what: "abc"})
