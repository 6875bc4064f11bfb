"""Sums, multiples and norms of vectors that know their Cartesian coordinates. Knows no other coordinates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from measurand.errors import DefinitionError

NormOrder = float | Literal["fro", "nuc"] | None


class Arithmetic(ABC):
    """A vector that is made of x, y and z, its first three arguments."""

    @abstractmethod
    def _cartesian(self) -> tuple[float, float, float]:
        """Return x, y and z."""

    def as_homogeneous(self) -> npt.NDArray[np.float64]:
        """Return ``[x, y, z, 1]``."""
        return np.array([*self._cartesian(), 1.0])

    @classmethod
    def from_homogeneous(cls, hvec: npt.ArrayLike) -> Self:
        """Return the vector of four homogeneous coordinates; the last one divides the others.

        Raises:
            DefinitionError: They are not four, or the last one is 0.
        """
        values = np.asarray(hvec, dtype=float)
        if values.shape != (4,) or values[3] == 0:
            raise DefinitionError(f"from_homogeneous: {hvec!r} refused, allowed [x, y, z, w] with w not 0.")
        x, y, z = values[:3] / values[3]
        return cls._of((x, y, z))

    def norm(self, ord: NormOrder = 2) -> float:  # noqa: A002 - numpy's name
        """Return the length, or another norm: see `numpy.linalg.norm` for ``ord``."""
        return float(np.linalg.norm(self._cartesian(), ord=ord))

    def distance(self, other: Self, ord: NormOrder = 2) -> float:  # noqa: A002 - numpy's name
        """Return the norm of the difference."""
        return (self - other).norm(ord)

    def is_equal(self, other: Self) -> bool:
        """Return whether both are the same vector up to rounding (1e-5 of each of its coordinates)."""
        return bool(np.allclose(self._cartesian(), other._cartesian()))

    def __add__(self, other: Self) -> Self:
        if not isinstance(other, Arithmetic):
            return NotImplemented
        return self._of(a + b for a, b in zip(self._cartesian(), other._cartesian(), strict=True))

    def __sub__(self, other: Self) -> Self:
        if not isinstance(other, Arithmetic):
            return NotImplemented
        return self._of(a - b for a, b in zip(self._cartesian(), other._cartesian(), strict=True))

    def __neg__(self) -> Self:
        return self._of(-a for a in self._cartesian())

    def __mul__(self, factor: float) -> Self:
        if not isinstance(factor, (int, float, np.integer, np.floating)):
            return NotImplemented
        return self._of(a * factor for a in self._cartesian())

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> Self:
        if not isinstance(divisor, (int, float, np.integer, np.floating)):
            return NotImplemented
        return self._of(a / divisor for a in self._cartesian())

    @classmethod
    def _of(cls, cartesian: Iterable[float]) -> Self:
        make: Any = cls
        vector: Self = make(*cartesian)
        return vector
