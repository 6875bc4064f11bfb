"""The structure of a parameter as data, and the spelling of older guides."""

from __future__ import annotations

import json

from measurand.parameters import ManualParameter, Parameter, blueprint_of
from measurand.validators import Enum, Numbers


def test_blueprint_is_json_and_holds_no_value() -> None:
    p = Parameter(
        "volt", unit="V", label="Voltage", set_cmd=None, vals=Numbers(-1, 1), docstring="Gate.", step=0.1,
        initial_cache_value=0.5,
    )  # fmt: skip
    entry = blueprint_of(p)
    assert json.loads(json.dumps(entry)) == entry
    assert entry["fields"] == [
        {"name": "volt", "unit": "V", "label": "Voltage", "kind": "float", "shape": [], "dims": [], "setpoint": False}
    ]
    assert [entry[key] for key in ("name", "unit", "docstring", "gettable", "settable", "step")] == [
        "volt", "V", "Gate.", True, True, 0.1,
    ]  # fmt: skip
    assert "value" not in entry
    assert "0.5" not in json.dumps(entry)


def test_validators_in_a_blueprint_can_be_applied_elsewhere() -> None:
    """B07."""
    from measurand.validators import from_dict

    entry = blueprint_of(ManualParameter("mode", vals=Enum("dc", "ac")))
    (rule,) = (from_dict(json.loads(json.dumps(data))) for data in entry["validators"])
    assert rule.refusal("dc") is None
    assert rule.refusal("x") is not None


def test_old_spelling_of_the_validators() -> None:
    """B06."""
    from measurand.utils import validators as vals
    from measurand.utils.delaykeyboardinterrupt import DelayedKeyboardInterrupt

    vals.Numbers(0, 1).validate(0.5)
    with DelayedKeyboardInterrupt():
        pass
