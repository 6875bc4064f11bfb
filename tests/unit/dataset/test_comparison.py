"""What differs between two snapshots, as a person would say it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.dataset import snapshot_difference


def parameter(value: Any, unit: str = "V", **more: Any) -> dict[str, Any]:
    about = {"ts": "2026-11-20 18:00:00", "raw_value": value, "name": "p", "full_name": "dac_p", "label": "P"}
    return {"__class__": "Parameter", "value": value, "unit": unit, **about, **more}


def laboratory(**parameters: dict[str, Any]) -> dict[str, Any]:
    channel = {"name": "ch1", "full_name": "dac_ch1", "parameters": parameters, "functions": {}, "submodules": {}}
    dac = {"name": "dac", "parameters": {"on": parameter(value=True, unit="")}, "submodules": {"ch1": channel}}
    return {"instruments": {"dac": dac}, "parameters": {}}


def test_what_changed_came_and_went_is_said_with_path_and_unit():
    before = laboratory(voltage=parameter(0.5), range=parameter("low", ""), old=parameter(1, "K"))
    after = laboratory(voltage=parameter(0.7), range=parameter("high", ""), new=parameter(2 + 0j and 2, "T", step=0.1))
    found = snapshot_difference(before, after)
    assert [(d.path, d.kind, d.before, d.after, d.unit, d.unit_after) for d in found if "new." not in d.path][:1] == [
        ("dac.ch1.new", "added", None, 2, "", "T")
    ]
    assert str(next(d for d in found if d.path == "dac.ch1.old")) == "dac.ch1.old: removed, was 1 K"
    assert str(next(d for d in found if d.path == "dac.ch1.voltage")) == "dac.ch1.voltage: 0.5 V -> 0.7 V"
    assert "dac.ch1.range" in repr(found)
    assert repr(found).splitlines()[0].split() == ["path", "before", "after"]
    assert [d.path for d in found] == sorted(d.path for d in found)


def test_times_raw_values_and_names_do_not_count():
    before = laboratory(voltage=parameter(0.5))
    after = laboratory(voltage=parameter(0.5, ts="2027-01-01", raw_value=512, full_name="other"))
    assert snapshot_difference(before, after) == []
    assert repr(snapshot_difference(before, after)) == "no difference"


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (parameter(1, "mV"), parameter(0.001, "V"), True),
        (parameter(1, "mV"), parameter(1, "V"), False),
        (parameter(0.3, "V"), parameter(0.1 + 0.2, "V"), True),
        (parameter(0.3, "V"), parameter(0.3, "A"), False),
        (parameter(1, ""), parameter(True, ""), False),
        (parameter(None), parameter(None), True),
        (parameter(None), parameter(0), False),
        (parameter([1, 2]), parameter([1, 2]), True),
        (parameter({"__dtype__": "complex", "re": 1, "im": 2}), parameter({"__dtype__": "complex", "re": 1, "im": 3}), False),
    ],
)  # fmt: skip
def test_numbers_are_compared_with_their_units(before: dict, after: dict, same: bool):
    found = snapshot_difference({"parameters": {"p": before}}, {"parameters": {"p": after}})
    assert (not found) == same
    assert {d.path for d in found} <= {"p"}


def test_settings_of_a_parameter_are_settings():
    (found,) = snapshot_difference(laboratory(v=parameter(1, step=0.1)), laboratory(v=parameter(1, step=0.2)))
    assert str(found) == "dac.ch1.v.step: 0.1 -> 0.2"


def test_what_was_never_read_is_not_known_and_no_snapshot_is_an_empty_one():
    (found,) = snapshot_difference({"parameters": {"p": parameter(None)}}, {"parameters": {"p": parameter(1)}})
    assert str(found) == "p: not known -> 1 V"
    assert snapshot_difference(None, None) == []
    assert {d.kind for d in snapshot_difference(None, laboratory())} == {"added"}


def test_differences_are_a_sequence():
    found = snapshot_difference(laboratory(a=parameter(1), b=parameter(1)), laboratory(a=parameter(2), b=parameter(2)))
    assert (len(found), found[0].path, [d.path for d in found[1:]]) == (2, "dac.ch1.a", ["dac.ch1.b"])
    shown = snapshot_difference(
        {"parameters": {"p": parameter("x" * 100, "")}}, {"parameters": {"p": parameter(1j, "")}}
    )
    assert "..." in repr(shown)


trees = st.recursive(
    st.integers(0, 2) | st.builds(parameter, st.integers(0, 2), st.sampled_from(["V", "mV", "A"])),
    lambda inner: st.dictionaries(st.sampled_from(["a", "b", "parameters"]), inner, max_size=3),
)
snapshots = st.dictionaries(st.sampled_from("xy"), trees, max_size=2)


@given(snapshots, snapshots)
def test_a_difference_is_empty_only_to_itself_and_turns_round(before: dict, after: dict):
    assert snapshot_difference(before, before) == []
    there, back = snapshot_difference(before, after), snapshot_difference(after, before)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [(d.path, turned[d.kind], d.after, d.before) for d in there] == [
        (d.path, d.kind, d.before, d.after) for d in back
    ]


def test_of_long_lists_the_first_place_that_differs_is_shown():
    before, after = [0.0] * 100, [0.0] * 99 + [2.5]
    found = snapshot_difference({"wave": parameter(before)}, {"wave": parameter(after)})
    assert str(found[0]) == "wave: [99] 0.0 V, of 100 -> [99] 2.5 V, of 100"
    assert (found[0].before, found[0].after) == (before, after)
    shorter = snapshot_difference({"wave": parameter(before)}, {"wave": parameter(before[:98])})
    assert "[98] 0.0 V, of 100  [98] nothing, of 98" in repr(shorter)


def test_nan_is_as_it_was():
    assert not snapshot_difference({"x": parameter(float("nan"))}, {"x": parameter(float("nan"))})
