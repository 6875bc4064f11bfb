"""Parameters do what those of QCoDeS do, except for a written list of differences.

QCoDeS was observed beforehand (`observe`), so that this test needs no second environment.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest
from scripts.real_qcodes import VERSION
from tests.differential.building import Case
from tests.differential.cases import every_case
from tests.differential.comparison import Verdict
from tests.differential.differences import INTENDED
from tests.differential.observe import recorded
from tests.differential.page import PAGE, page
from tests.differential.verdicts import ENTRIES, judge

CASES = {case["id"]: case for case in every_case()}


@cache
def observations() -> dict[str, Any]:
    version, steps = recorded(list(CASES.values()))
    assert version == VERSION
    return steps


@cache
def verdict(name: str) -> Verdict:
    return judge(CASES[name], observations()[name])


@pytest.mark.parametrize("name", CASES)
def test_a_parameter_does_what_it_does_in_qcodes(name: str) -> None:
    if absent := verdict(name).absent:
        pytest.skip(f"not there yet: {', '.join(absent)}")
    assert not verdict(name).unexplained, "\n".join(str(difference) for difference in verdict(name).unexplained)


def test_every_entry_of_the_lists_is_met() -> None:
    """An entry that no case meets is history: remove it (and write the page anew)."""
    hits = {hit for name in CASES for hit in verdict(name).hits}
    assert [entry.id for entry in ENTRIES if entry.id not in hits] == [], "mended? Then these entries go."


def test_the_entries_are_told_apart() -> None:
    assert [name for name, count in Counter(entry.id for entry in ENTRIES).items() if count > 1] == []


def test_most_of_what_was_observed_is_compared() -> None:
    """After some differences the libraries are in different states and the rest of a case says nothing; that must be rare."""
    compared = sum(verdict(name).compared for name in CASES if not verdict(name).absent)
    observed = sum(len(observations()[name]) for name in CASES if not verdict(name).absent)
    assert compared > 0.9 * observed


def test_plain_parameters_of_many_definitions_are_compared() -> None:
    plain = [case for case in CASES.values() if case["parameters"][-1]["kind"] == "Parameter"]
    assert len({str(case["parameters"]) for case in plain}) >= 200


def test_the_page_shows_the_list() -> None:
    """Write it anew with ``python -m tests.differential.page``."""
    assert PAGE.read_text(encoding="utf-8") == page(VERSION)
    assert INTENDED


def test_a_case_is_plain_data() -> None:
    def plain(data: Any) -> bool:
        if isinstance(data, dict):
            return all(isinstance(key, str) and plain(value) for key, value in data.items())
        if isinstance(data, list):
            return all(plain(item) for item in data)
        return data is None or type(data) in {bool, int, float, str}

    assert [case["id"] for case in CASES.values() if not plain(case)] == []


def test_a_difference_is_found() -> None:
    """The comparison itself: another value, another error, another type, another command are all seen."""
    from tests.differential.comparison import compare

    case: Case = {"id": "x", "parameters": [{"kind": "Parameter", "name": "p"}], "actions": [["get"]]}
    new = {"cache": {"p": [None, None, False, False]}}
    for theirs, ours in [
        ({"result": 1}, {"result": 2}),
        ({"result": 1}, {"result": 1.0}),
        ({"result": 1}, {"error": ["ValueError"]}),
        ({"error": ["ValueError"]}, {"error": ["TypeError"]}),
        ({"result": 1, "sent": [["ask", "A"]]}, {"result": 1}),
        ({"cache": {"p": [1, 1, True, True]}}, {}),
    ]:
        assert compare(case, [new, theirs], [new, ours], ()).unexplained
        assert not compare(case, [new, theirs], [new, theirs], ()).unexplained
    milder = compare(
        case, [new, {"error": ["ValueError"]}], [new, {"error": ["NotImplementedError", "ValueError"]}], ()
    )
    assert not milder.unexplained
