"""A parameter that is a view of another one."""

from __future__ import annotations

import pytest

from measurand.errors import NotGettable, NotSettable, RefusedValue
from measurand.parameters import DelegateParameter, ManualParameter, Parameter
from measurand.testing import FakeClock
from measurand.validators import Numbers


def test_same_value_through_other_codecs() -> None:
    volts = ManualParameter("volts", unit="V", label="Bias", initial_value=0.002, vals=Numbers(-1, 1))
    milli: DelegateParameter[float] = DelegateParameter("milli", volts, unit="mV", scale=1e-3)
    assert milli() == 2.0
    assert (milli.label, milli.unit) == ("Bias", "mV")
    milli(5.0)
    assert volts() == 0.005
    with pytest.raises(RefusedValue, match="volts"):
        milli(5000)


def test_cache_is_a_view() -> None:
    clock = FakeClock()
    reads: list[int] = []
    source = Parameter("source", get_cmd=lambda: reads.append(1) or 7.0, set_cmd=None, clock=clock)
    view: DelegateParameter[float] = DelegateParameter("view", source, scale=7)
    assert not view.cache.valid
    assert view.cache() == 1.0
    source(14.0)
    assert (view.cache(), view.cache.raw_value, view.cache.time) == (2.0, 14.0, clock.time())
    view.cache.set(3.0)
    assert source.cache() == 21.0
    view.cache.invalidate()
    assert not source.cache.valid
    assert reads == [1]


def test_source_can_be_replaced_or_missing() -> None:
    view: DelegateParameter[float] = DelegateParameter("view", None)
    assert not view.gettable
    with pytest.raises(NotGettable, match="delegates to no parameter"):
        view()
    with pytest.raises(NotSettable, match="delegates to no parameter"):
        view(1)
    view.source = ManualParameter("a", initial_value=4.0)
    assert view() == 4.0
    assert view.settable
