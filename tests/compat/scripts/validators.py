"""Validators: what they let through, and what they say."""

import numpy as np
from qcodes import validators as vals

CASES = [
    (vals.Anything(), [1, "a", None], []),
    (vals.Numbers(0, 10), [0, 5.5, np.float64(10)], [-1, 11, "a"]),
    (vals.Ints(1, 5), [1, 5, np.int64(3)], [0, 6, 2.5]),
    (vals.PermissiveInts(0, 5), [2, 2.0], [2.5]),
    (vals.Strings(1, 3), ["a", "abc"], ["", "abcd", 1]),
    (vals.Bool(), [True, False], [1, "on"]),
    (vals.Enum(1, 2, "x"), [1, "x"], [3, "y"]),
    (vals.OnOff(), ["on", "off"], ["ON", 1]),
    (vals.Multiples(divisor=4), [4, 8], [3, 4.0]),
    (vals.ComplexNumbers(), [1j, 1 + 2j], [1, "a"]),
    (
        vals.Arrays(min_value=0, max_value=1, shape=(2,)),
        [np.array([0.0, 1.0])],
        [np.array([0.0, 2.0]), np.zeros(3), [0, 1]],
    ),
    (vals.Lists(vals.Ints()), [[1, 2]], [[1, "a"], (1, 2)]),
    (vals.Sequence(vals.Ints(), length=2), [[1, 2], (1, 2)], [[1], "ab"]),
    (vals.Dict(allowed_keys=["a"]), [{"a": 1}], [{"b": 1}, 3]),
    (vals.Callable(), [len], [3]),
    (vals.MultiType(vals.Numbers(), vals.Strings()), [1, "a"], [None]),
]
for validator, allowed, refused in CASES:
    for value in allowed:
        validator.validate(value)
    for value in refused:
        try:
            validator.validate(value)
        except (TypeError, ValueError, SyntaxError):
            continue
        raise AssertionError(f"{validator!r} let {value!r} through")
assert "0" in repr(vals.Numbers(0, 10))
