import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.errors import DuplicateName
from measurand.instrument._members import Members


class Node:
    taken = 1


names = st.sampled_from("abc")
steps = st.lists(
    st.tuples(st.sampled_from(["set", "delete", "pop", "popitem", "update", "setdefault", "clear"]), names), max_size=20
)


@given(steps)
def test_entries_and_attributes_are_always_the_same(steps):
    """E14: whichever way an entry comes or goes."""
    attributes = {"own": 1}
    members = Members(attributes, Node, "parameter")
    model = {}
    for step, name in steps:
        thing = object()
        if step == "set" and name not in model:
            members[name] = model[name] = thing
        elif step == "delete" and name in model:
            del members[name], model[name]
        elif step == "pop":
            assert members.pop(name, None) is model.pop(name, None)
        elif step == "popitem" and model:
            assert members.popitem() == model.popitem()
        elif step == "update" and name not in model:
            members.update({name: thing})
            model[name] = thing
        elif step == "setdefault":
            assert members.setdefault(name, thing) is model.setdefault(name, thing)
        elif step == "clear":
            members.clear()
            model.clear()
        assert members == model
        assert attributes == {"own": 1, **model}


@pytest.mark.parametrize("name", ["taken", "own", "a"])
def test_nothing_is_hidden_or_replaced(name):
    attributes = {"own": 1}
    members = Members(attributes, Node, "parameter")
    members["a"] = 1.5
    with pytest.raises(DuplicateName, match=name):
        members[name] = 2.5
    assert attributes == {"own": 1, "a": 1.5}


def test_every_attribute_of_a_removed_entry_goes():
    thing = object()
    attributes = {}
    members = Members(attributes, Node, "parameter")
    members["a"] = thing
    attributes["alias"] = thing
    del members["a"]
    assert attributes == {}
