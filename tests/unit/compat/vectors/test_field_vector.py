"""Vectors of fields beyond what is compared with the real one in tests/compat/apis: invariants and messages."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.compat.vectors import FieldVector
from measurand.errors import DefinitionError

lengths = st.floats(-10, 10).filter(lambda it: it == 0 or abs(it) > 1e-3)


@given(lengths, lengths, lengths)
def test_every_system_describes_the_same_vector(x: float, y: float, z: float) -> None:
    one = FieldVector(x=x, y=y, z=z)
    assert FieldVector(r=one.r, theta=one.theta, phi=one.phi).is_equal(one)
    assert FieldVector(rho=one.rho, phi=one.phi, z=one.z).is_equal(one)
    assert math.isclose(one.r, one.norm(), abs_tol=1e-12)
    assert FieldVector.from_homogeneous(one.as_homogeneous()).is_equal(one)
    assert (one + (-one)).norm() == 0
    assert pickle.loads(pickle.dumps(one)).is_equal(one)


@given(st.floats(0.01, 10), st.floats(-720, 720), lengths)
def test_what_was_given_stays_as_it_was_given(rho: float, phi: float, z: float) -> None:
    one = FieldVector(rho=rho, phi=phi, z=z)
    assert [one.rho, one.phi, one.z] == [rho, phi, z]


def test_messages() -> None:
    with pytest.raises(DefinitionError, match=r"FieldVector: r=1.0 contradicts the others, from which 3\.7"):
        FieldVector(x=1, y=2, z=3, r=1)
    one = FieldVector(x=1, y=2, z=3)
    with pytest.raises(
        DefinitionError, match=r"x, y refused, allowed is a complete system, \(x, y, z\) or \(r, theta, phi\)"
    ):
        one.set_vector(x=9, y=0)
    with pytest.raises(NotImplementedError, match="changes one coordinate, not x, y"):
        one.set_component(x=1, y=2)
    with pytest.raises(DefinitionError, match="nothing refused, allowed x, y, z, r"):
        one.set_component()
    with pytest.raises(AttributeError, match=r"use set_component\(x=5\)"):
        one.x = 5
    with pytest.raises(DefinitionError, match="is not known completely"):
        FieldVector(x=1).norm()
    with pytest.raises(DefinitionError, match="is not known completely"):
        FieldVector(x=1).set_component(z=1)
    with pytest.raises(DefinitionError, match="from_homogeneous"):
        FieldVector.from_homogeneous([1, 2, 3, 0])
    assert one.get_components("x", "y", "z") == [1, 2, 3]


def test_it_becomes_what_another_is_and_no_more() -> None:
    one, other = FieldVector(x=1, y=2, z=3), FieldVector(r=1, theta=90, phi=0)
    one.copy(other)
    assert one.is_equal(other)
    other["z"] = 4
    assert not one.is_equal(other)
    assert isinstance(np.float64(2) * one, FieldVector)
    one.repr_format = "spherical"
    assert repr(one) == "FieldVector(r=1.0, phi=0.0, theta=90.0)" == one.repr_spherical()


def test_an_encoder_writes_what_it_is_made_of(alias: None) -> None:
    import json

    from qcodes.utils import NumpyJSONEncoder  # type: ignore[import-not-found]  # under the alias

    written = json.loads(json.dumps([FieldVector(r=2, theta=0, phi=0), FieldVector], cls=NumpyJSONEncoder))
    assert written[0] == {"__class__": "FieldVector", "__args__": [0.0, 0.0, 2.0]}
    assert written[1].endswith("FieldVector'>")
