"""Several parameters as one, whatever they belong to."""

import json

import pytest

from measurand.errors import NotGettable, NotSettable, RefusedValue
from measurand.measure import sweep
from measurand.parameters import JoinedParameter, ManualParameter, Parameter, blueprint_of, yield_of
from measurand.testing import FakeClock
from measurand.validators import Numbers


@pytest.fixture
def left():
    return Parameter("left", unit="V", set_cmd=None, vals=Numbers(-1, 1), initial_value=0.5)


@pytest.fixture
def right():
    return Parameter("right", unit="V", set_cmd=None, vals=Numbers(-2, 2), initial_value=1.0)


@pytest.fixture
def both(left, right):
    return JoinedParameter("both", lambda: [left, right], docstring="The two gates.")


def test_they_are_read_and_set_together(both, left, right):
    assert both() == (0.5, 1.0)
    both(0.25)
    assert (left(), right()) == (0.25, 0.25)
    both((0, -2))
    assert both.get() == (0, -2)
    both.increment(0.5)
    assert both() == (0.5, -1.5)


def test_without_an_instrument(both):
    assert (both.name, both.full_name, both.label, both.unit, both.instrument) == ("both", "both", "both", "V", None)
    assert both.lane is None
    assert repr(both) == "<JoinedParameter both, last (0.5, 1.0) V>"
    assert "The two gates." in both.__doc__


def test_label_and_unit_may_be_given(both, left):
    left.unit = "mV"
    assert both.unit == ""
    both.unit, both.label = "a.u.", "Gates"
    assert (both.unit, both.label) == ("a.u.", "Gates")


def test_one_refusal_refuses_all(both, left):
    with pytest.raises(RefusedValue, match="left: 2 V refused") as caught:
        both(2)
    assert "both: refused by left, nothing was sent to any" in caught.value.__notes__[-1]
    with pytest.raises(RefusedValue, match=r"right: 3 V refused"):
        both((0, 3))
    assert both() == (0.5, 1.0)


def test_directions_are_those_of_all(both, left):
    fixed = JoinedParameter("fixed", lambda: [left, Parameter("sensor", get_cmd=lambda: 3)])
    deaf = JoinedParameter("deaf", lambda: [left, Parameter("knob", get_cmd=False, set_cmd=lambda value: None)])
    assert (both.gettable, both.settable) == (True, True)
    assert (fixed.gettable, fixed.settable) == (True, False)
    assert (deaf.gettable, deaf.settable) == (False, True)
    with pytest.raises(NotSettable, match="fixed: sensor cannot be set; nothing was sent"):
        fixed(0)
    assert left() == 0.5
    with pytest.raises(NotGettable, match="knob: cannot be read") as caught:
        deaf()
    assert "deaf: stopped at knob; read before it: left; not read: nothing" in caught.value.__notes__


def test_the_cache_is_the_oldest_of_theirs():
    clock = FakeClock()
    one, other = (Parameter(name, set_cmd=None, clock=clock) for name in ("one", "other"))
    pair = JoinedParameter("pair", lambda: [one, other])
    one(1)
    began = clock.time()
    clock.advance(10)
    other(2)
    assert pair.cache.time == pytest.approx(began)
    assert pair.cache.valid
    other.cache.invalidate()
    assert not pair.cache.valid
    assert pair.cache.value == pair.cache.raw_value == (1, 2)


def test_nothing_joined(left):
    nothing = JoinedParameter("nothing", list)
    assert nothing() == ()
    nothing(5)
    assert yield_of(nothing).fields == ()
    assert nothing.cache.value is None


def test_data_forms(both):
    state = both.snapshot()
    assert json.loads(json.dumps(state)) == state
    assert (state["value"], state["parameters"], state["unit"]) == ([0.5, 1.0], ["left", "right"], "V")
    described = blueprint_of(both)
    assert json.loads(json.dumps(described)) == described
    assert [field["name"] for field in described["fields"]] == ["left", "right"]


def test_they_are_swept_together(both):
    assert list(sweep(both, 0, 1, num=3).each(ManualParameter("signal")).sweep) == [0, 0.5, 1]
    with pytest.raises(RefusedValue, match=r"left: 1\.5 V refused"):
        both.sweep(0, 1.5, num=2)


def test_a_subclass_reads_in_its_own_way(left, right):
    class AtOnce(JoinedParameter):
        def get_raw(self):
            return [7, 8]

    assert AtOnce("fast", lambda: [left, right])() == (7, 8)
