"""How a large change is cut into small steps, and how steps are spaced in time. Data and arithmetic; sends nothing."""

from __future__ import annotations

import math
from typing import NamedTuple

from measurand._core.numbers import is_real, plain
from measurand.errors import DefinitionError
from measurand.parameters._rules import Rules
from measurand.validators import Ints, MultiType, Validator


class Ramp(NamedTuple):
    """Step and delays of one parameter.

    Attributes:
        step: Largest change at once, in units of the value; None: the target is set at once.
        inter_delay: Least time in s between two sets of the parameter.
        post_delay: Time in s to wait after the start of each set.
    """

    step: float | None = None
    inter_delay: float = 0
    post_delay: float = 0

    @property
    def timed(self) -> bool:
        """Whether sets are spaced in time."""
        return self.inter_delay > 0 or self.post_delay > 0

    def steps(self, start: float, target: float) -> list[float]:
        """Return the values to set: none further than ``step`` from the one before, the last exactly ``target``."""
        if self.step is None:
            return [target]
        start, target = plain(start), plain(target)
        count = math.ceil(abs(target - start) / self.step - 1e-9)  # 0.3 / 0.1 is one step short of exact in binary
        signed = self.step if target > start else -self.step
        return [*(start + signed * i for i in range(1, count)), target]


_AT_ONCE = Ramp()  # most parameters share this one


def make_ramp(where: str, step: float | None, inter_delay: float, post_delay: float, rules: Rules) -> Ramp:
    """Return the ramp, checked.

    Raises:
        DefinitionError: A delay is negative or no number, or ``step`` is not positive, not whole for a whole-numbered
            parameter, or given for a parameter whose values are no numbers (A35).
    """
    if step is None and inter_delay == 0 == post_delay:
        return _AT_ONCE
    for keyword, delay in (("inter_delay", inter_delay), ("post_delay", post_delay)):
        if isinstance(delay, bool) or not isinstance(delay, (int, float)) or not 0 <= delay < math.inf:
            raise DefinitionError(f"{where}: {keyword}={delay!r} refused, allowed numbers from 0 s.")
    vals = rules.combined
    if step is not None:
        if isinstance(step, bool) or not is_real(step) or not 0 < step < math.inf:
            raise DefinitionError(f"{where}: step={step!r} refused, allowed numbers above 0.")
        if vals is not None and not vals.is_numeric:
            raise DefinitionError(
                f"{where}: step={step!r} refused: only numbers can be ramped, allowed {vals.allowed()}."
            )
        if _whole(vals) and step != int(step):
            raise DefinitionError(f"{where}: step={step!r} refused, allowed whole numbers, as the values are.")
        step = int(step) if _whole(vals) else plain(step)
    return Ramp(step, inter_delay, post_delay)


def _whole(vals: Validator[object] | None) -> bool:
    if isinstance(vals, MultiType):
        if vals.combiner == "AND":
            return any(map(_whole, vals.validators))
        return any(map(_whole, vals.validators)) and all(_whole(v) or not v.is_numeric for v in vals.validators)
    return isinstance(vals, Ints)
