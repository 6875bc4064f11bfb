"""Every name that QCoDeS documents, or that its drivers and notebooks import, is at its place.

The table says for each module what is documented, and what drivers and notebooks import from it and how often.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

TABLE: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "public_names.json").read_text("utf-8"))

# Names that are on their way (*: all of a module): one that is there must leave the list.
EXPECTED_MISSING: dict[str, str] = {}


def expected_missing(module: str) -> set[str]:
    listed = EXPECTED_MISSING.get(module, "")
    return set(names_of(module)) if listed == "*" else set(listed.split())


def names_of(module: str) -> list[str]:
    entry = TABLE[module]
    names = {*entry.get("documented", ()), *entry.get("used_by_drivers", ()), *entry.get("used_by_notebooks", ())}
    return sorted(names - {"(module)"})


def missing_in(module: str) -> set[str]:
    """Return what cannot be imported: everything, if the module cannot."""
    missing = set()
    for name in names_of(module):
        names: dict[str, Any] = {}
        try:
            exec(f"from {module} import {name}", names)
        except ImportError:
            missing.add(name)
    return missing


@pytest.mark.parametrize("module", sorted(TABLE))
def test_every_public_name_is_at_its_place(alias: None, module: str) -> None:
    missing, expected = missing_in(module), expected_missing(module)
    assert missing - expected == set(), f"{module} lacks names that QCoDeS documents"
    assert expected - missing == set(), f"these names of {module} are there: take them out of EXPECTED_MISSING"


def test_only_modules_of_the_table_are_expected_to_lack_names() -> None:
    assert set(EXPECTED_MISSING) <= set(TABLE)


OLDER = {
    "qcodes.instrument.base": "Instrument InstrumentBase find_or_create_instrument",
    "qcodes.instrument.channel": "AutoLoadableChannelList ChannelListValidator ChannelTupleValidator InstrumentModule",
    "qcodes.instrument.delegate": "DelegateInstrument InstrumentGroup",
    "qcodes.instrument.function": "Function",
    "qcodes.instrument.group_parameter": "Group GroupParameter",
    "qcodes.instrument.instrument_base": "InstrumentBase InstrumentBaseKWArgs",
    "qcodes.instrument.parameter": "ArrayParameter GetLatest Parameter ParameterWithSetpoints _BaseParameter",
    "qcodes.parameters.array_parameter": "ArrayParameter",
    "qcodes.parameters.group_parameter": "Group GroupParameter",
    "qcodes.parameters.sequence_helpers": "is_sequence is_sequence_of",
    "qcodes.parameters.specialized_parameters": "ElapsedTimeParameter InstrumentRefParameter",
    "qcodes.parameters.val_mapping": "create_on_off_val_mapping",
    "qcodes.utils.helpers": "create_on_off_val_mapping strip_attrs is_sequence_of NumpyJSONEncoder",
    "qcodes.utils.metadata": "Metadatable diff_param_values",
    "qcodes.utils.validators": "Enum Ints Numbers Strings Validator",
}


@pytest.mark.parametrize("module", OLDER)
def test_places_that_drivers_of_all_years_import_from(alias: None, module: str) -> None:
    found = importlib.import_module(module)
    assert [name for name in OLDER[module].split() if not hasattr(found, name)] == []
