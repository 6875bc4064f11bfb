"""Vectors of a magnetic field, in three kinds of coordinates."""

import numpy as np
from qcodes.math_utils import FieldVector

vector = FieldVector(x=1, y=1, z=np.sqrt(2))
assert abs(vector.r - 2) < 1e-12
assert abs(vector.phi - 45) < 1e-12
assert abs(vector.theta - 45) < 1e-12
assert abs(vector.rho - np.sqrt(2)) < 1e-12
other = FieldVector(r=2, theta=90, phi=0)
np.testing.assert_allclose(other.get_components("x", "y", "z"), [2, 0, 0], atol=1e-12)
np.testing.assert_allclose((vector + other).get_components("x"), [3])
assert vector.is_equal(FieldVector(rho=np.sqrt(2), phi=45, z=np.sqrt(2)))
vector.set_component(x=3)
assert vector["x"] == 3
