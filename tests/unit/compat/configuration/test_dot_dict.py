"""A dict of dicts whose entries are attributes; beside the real one in tests/compat/apis."""

from __future__ import annotations

import copy
import pickle

import pytest

from measurand.compat.configuration import DotDict


def test_what_is_updated_answers_by_attribute_too() -> None:
    it = DotDict()
    it.update({"a": {"b": 1}}, c=2)
    assert it.a.b == 1
    assert it.c == 2
    assert it.setdefault("d", {"e": 3}).e == 3
    assert it.setdefault("d", None).e == 3


def test_it_is_copied_and_pickled_as_what_it_is() -> None:
    it = DotDict({"a": {"b": [1]}})
    for other in (copy.deepcopy(it), pickle.loads(pickle.dumps(it))):
        assert type(other) is type(other.a) is DotDict
        assert other == it
        assert other.a.b is not it.a.b


def test_a_key_below_a_value_is_refused() -> None:
    it = DotDict({"a": 1})
    with pytest.raises(TypeError, match="'a' is 1 and holds no 'b'"):
        it["a.b"] = 2
    with pytest.raises(TypeError, match="The key 3 is refused"):
        it[3] = 2  # type: ignore[index]  # what is refused
    with pytest.raises(TypeError, match="made of a dict, not of 5"):
        DotDict(5)  # type: ignore[arg-type]  # what is refused
    assert it == {"a": 1}
    assert "a.b" not in it
    assert 3 not in it
