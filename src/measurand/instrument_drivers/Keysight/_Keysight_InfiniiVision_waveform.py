"""What InfiniiVision oscilloscopes send of a record: the preamble, and numbers that become times and voltages with it.

From the InfiniiVision 2000 X-Series Programmer's Guide, page 644 (preamble), the DSOX1204A/G Programmer's Guide, page 638
(times, also of pairs) and the 4000 X-Series Programmer's Guide, page 1243 (holes and clipping). Knows no instrument.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PEAK = 1
_FIELDS = 10
_HOLE, _LOW, _HIGH = 0, 1, 0xFFFF


@dataclass(frozen=True)
class Preamble:
    """How the numbers of a record become times and voltages.

    Attributes:
        kind: 0 normal, 1 peak, 2 average, 3 high resolution.
        points: How many there are.
        x_increment: Time between two points in s.
        x_origin: Time of the point `x_reference` in s.
        x_reference: Number of a point, from 0.
        y_increment: Voltage between two numbers in V.
        y_origin: Voltage of the number `y_reference` in V.
        y_reference: Number in the middle of the screen.
    """

    kind: int
    points: int
    x_increment: float
    x_origin: float
    x_reference: int
    y_increment: float
    y_origin: float
    y_reference: int

    @classmethod
    def read(cls, answer: str) -> Self:
        """Return the preamble that the oscilloscope has answered.

        Raises:
            ValueError: It is none.
        """
        fields = answer.split(",")
        if len(fields) != _FIELDS:
            raise ValueError(f"a preamble has {_FIELDS} numbers, {answer!r} has {len(fields)}")
        kind, points, x_reference, y_reference = (int(float(fields[at])) for at in (1, 2, 6, 9))
        x_increment, x_origin, y_increment, y_origin = (float(fields[at]) for at in (4, 5, 7, 8))
        return cls(kind, points, x_increment, x_origin, x_reference, y_increment, y_origin, y_reference)

    def times(self) -> NDArray[np.float64]:
        """Return the time of each point in s, shape ``(points,)``; lowest and highest of a pair have the same."""
        import numpy as np

        numbers, step = np.arange(self.points, dtype=np.float64), self.x_increment
        if self.kind == _PEAK:
            numbers, step = np.floor(numbers / 2), 2 * step
        times: NDArray[np.float64] = (numbers - self.x_reference) * step + self.x_origin
        return times


def volts(codes: NDArray[Any], preamble: Preamble) -> NDArray[np.float64]:
    """Return the voltages of 16-bit numbers in V: NaN for holes, infinite, with its sign, beyond the screen."""
    import numpy as np

    values = (codes.astype(np.float64) - preamble.y_reference) * preamble.y_increment + preamble.y_origin
    values[codes == _HOLE] = np.nan
    values[codes == _LOW] = -np.inf
    values[codes == _HIGH] = np.inf
    return values
