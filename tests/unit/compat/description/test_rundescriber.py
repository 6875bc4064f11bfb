"""Descriptions as text, in every version."""

from __future__ import annotations

import json

import pytest

from measurand.compat.description import (
    InterDependencies_,
    ParamSpecBase,
    RunDescriber,
    from_yaml_to_current,
    rundescriber_from_json,
    to_dict_as_version,
    to_json_as_version,
    to_json_for_storage,
    to_yaml_for_storage,
)
from measurand.errors import DamagedData, DefinitionError

GATE = ParamSpecBase("gate", "numeric", "Gate", "µV")
CURRENT = ParamSpecBase("current", "array", "Current", "A")


@pytest.fixture
def description() -> RunDescriber:
    return RunDescriber(InterDependencies_({CURRENT: (GATE,)}), {"current": (3, 4)})


@pytest.mark.parametrize("version", range(4))
def test_every_version_is_read_and_only_the_last_has_shapes(description: RunDescriber, version: int) -> None:
    read = rundescriber_from_json(to_json_as_version(description, version))
    assert read.interdeps == description.interdeps
    assert read.shapes == (description.shapes if version == 3 else None)


def test_the_text_that_is_kept_is_the_one_of_qcodes(description: RunDescriber) -> None:
    """What QCoDeS 0.58 writes for the same description, letter by letter."""
    gate = r'{"name": "gate", "paramtype": "numeric", "label": "Gate", "unit": "\u00b5V"'
    current = '{"name": "current", "paramtype": "array", "label": "Current", "unit": "A"'
    assert to_json_for_storage(description) == (
        f'{{"version": 3, "interdependencies": {{"paramspecs": [{gate}, "inferred_from": [], "depends_on": []}}, '
        f'{current}, "inferred_from": [], "depends_on": ["gate"]}}]}}, "interdependencies_": {{"parameters": '
        f'{{"current": {current}}}, "gate": {gate}}}}}, "dependencies": {{"current": ["gate"]}}, "inferences": {{}}, '
        f'"standalones": []}}, "shapes": {{"current": [3, 4]}}}}'
    )


def test_yaml_says_the_same(description: RunDescriber) -> None:
    text = to_yaml_for_storage(description)
    assert "unit: µV" in text
    assert from_yaml_to_current(text) == description


def test_a_later_version_is_read_as_far_as_it_is_known(description: RunDescriber) -> None:
    later = to_dict_as_version(description, 3) | {"version": 17, "more": "unknown"}
    assert rundescriber_from_json(json.dumps(later)) == description


def test_dicts_and_comparisons(description: RunDescriber) -> None:
    assert RunDescriber._from_dict(description._to_dict()) == description
    assert description != RunDescriber(description.interdeps)
    assert description != 3
    assert description.version == 3
    assert repr(description).endswith("Shapes: {'current': (3, 4)})")


@pytest.mark.parametrize("text", ["{}", '{"version": 3}', "[]", '{"version": 0, "interdependencies": {}}', "3"])
def test_what_is_no_description_is_damage(text: str) -> None:
    with pytest.raises(DamagedData, match="This is no run description"):
        rundescriber_from_json(text)


def test_there_are_four_versions(description: RunDescriber) -> None:
    with pytest.raises(DefinitionError, match="version=4 of a run description refused, allowed are 0 to 3"):
        to_json_as_version(description, 4)
    with pytest.raises(ValueError, match="must be of type: InterDependencies_. Got 3"):
        RunDescriber(3)  # type: ignore[arg-type]  # the mistake
