"""A scale never loosens what the driver allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand import Parameter
from measurand.errors import DefinitionError, RefusedValue
from measurand.station._rescale import rescale
from measurand.validators import Ints, Numbers


def test_limits_and_steps_are_in_the_new_values():
    sent = []
    p = Parameter("p", set_cmd=sent.append, get_cmd=lambda: 5.0, vals=Numbers(-10, 10), step=1)
    assert p() == 5.0
    rescale(p, scale=-100)
    assert p.vals == Numbers(-0.1, 0.1)
    assert p.step == 0.01
    assert p.cache() == -0.05
    with pytest.raises(RefusedValue, match=r"5 refused, allowed -0\.1 to 0\.1"):
        p(5)
    p(-0.03)
    assert sent == pytest.approx([4.0, 3.0])


def test_a_scale_upon_a_scale():
    """The driver's own scale is replaced, and what it allowed is kept in raw values."""
    p = Parameter("p", set_cmd=None, scale=2, offset=1, vals=Numbers(0, 10))
    rescale(p, offset=0)
    assert (p.scale, p.offset, p.vals) == (2, 0, Numbers(0.5, 10.5))
    rescale(p, scale=1)
    assert p.vals == Numbers(1, 21)


def test_what_cannot_be_converted_is_refused():
    p = Parameter("p", set_cmd=None, vals=Ints(0, 4))
    with pytest.raises(
        DefinitionError, match=r"p: a scale or offset is refused, since its driver allows whole numbers"
    ):
        rescale(p, scale=2)
    assert (p.scale, p.vals) == (None, Ints(0, 4))


@given(
    scale=st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3),
    offset=st.floats(-10, 10),
    value=st.floats(-1e5, 1e5),
)
def test_nothing_outside_the_limits_of_the_driver_is_sent(scale, offset, value):
    sent = []
    p = Parameter("p", set_cmd=sent.append, vals=Numbers(-10, 10))
    rescale(p, scale=scale, offset=offset)
    try:
        p(value)
    except RefusedValue:
        assert not sent
    assert all(abs(raw) <= 10 * (1 + 1e-9) for raw in sent)
