"""numpy arrays of given type, shape and range."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from measurand.errors import DefinitionError
from measurand.validators._validator import Refusal, Validator, with_unit

if TYPE_CHECKING:
    import numpy as np

Length = int | Callable[[], int]
_REAL = "real numbers"


class Arrays(Validator["np.ndarray[Any, Any]"]):
    """A numpy array of real numbers, optionally with shape and limits for every element.

    Args:
        min_value: Smallest allowed element; default no limit.
        max_value: Largest allowed element; default no limit.
        shape: Length of each dimension; a function of no arguments is asked at each check, so that it may be another
            parameter. Default: any shape.
        valid_types: numpy scalar types of the elements, e.g. ``(np.complexfloating,)``. Default: integers and floats.

    Raises:
        DefinitionError: ``max_value`` is not above ``min_value``, or limits are given for complex elements.
    """

    def __init__(
        self,
        min_value: float = -math.inf,
        max_value: float = math.inf,
        shape: Sequence[Length] | None = None,
        valid_types: Sequence[type] | None = None,
    ) -> None:
        if not max_value > min_value:
            raise DefinitionError(f"Arrays({min_value!r}, {max_value!r}): max_value must be above min_value.")
        self.min_value = min_value
        self.max_value = max_value
        self._shape = None if shape is None else tuple(shape)
        self.valid_types = None if valid_types is None else tuple(valid_types)
        if self._limited and self.valid_types and any("complex" in t.__name__ for t in self.valid_types):
            raise DefinitionError("Arrays: complex elements have no order, so min_value and max_value cannot apply.")

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The allowed shape at this moment; None means any."""
        if self._shape is None:
            return None
        return tuple(length() if callable(length) else length for length in self._shape)

    @property
    def _limited(self) -> bool:
        return math.isfinite(self.min_value) or math.isfinite(self.max_value)

    def refusal(self, value: Any) -> Refusal | None:
        """Return None for an array of allowed type, shape and elements."""
        dtype = getattr(value, "dtype", None)
        if dtype is None or not hasattr(value, "ndim") or not hasattr(value, "__array_function__"):
            return Refusal(wrong_type=True)
        if not self._type_allowed(dtype):
            return Refusal(wrong_type=True, detail=f"its elements are {dtype}")
        shape = self.shape
        if shape is not None and value.shape != shape:
            return Refusal(wrong_type=False, detail=f"its shape is {value.shape}")
        if self._limited and value.size:
            outside = ~((value >= self.min_value) & (value <= self.max_value))
            if outside.any():
                where = tuple(int(i[0]) for i in outside.nonzero())
                return Refusal(wrong_type=False, detail=f"element {list(where)} is {value[where]!s}")
        return None

    def _type_allowed(self, dtype: Any) -> bool:
        if self.valid_types is None:
            return dtype.kind in "fiu"
        return any(issubclass(dtype.type, allowed) for allowed in self.valid_types)

    def allowed(self, unit: str = "") -> str:
        """Return e.g. ``"arrays of shape (3,) of real numbers -1 to 1 V"``."""
        kinds = _REAL if self.valid_types is None else " or ".join(t.__name__ for t in self.valid_types)
        shape = "" if self._shape is None else f" of shape {self.shape}"
        limits = f" {with_unit(f'{self.min_value:.12g} to {self.max_value:.12g}', unit)}" if self._limited else ""
        return f"arrays{shape} of {kinds}{limits}"

    @property
    def valid_values(self) -> tuple[np.ndarray[Any, Any], ...]:
        """An array filled with an allowed number."""
        import numpy as np

        fill = self.min_value if math.isfinite(self.min_value) else min(self.max_value, 0.0)
        kind = float if self.valid_types is None else self.valid_types[0]
        dtype = {"floating": float, "integer": int, "complexfloating": complex}.get(kind.__name__, kind)
        return (np.full(self.shape or (1,), fill).astype(dtype),)
