"""Where a free loop stands, known from how its sweeps are nested. Knows no instrument, no row and no file.

An `Axis` is a loop as it is written: a parameter, inside another axis. It is the same one each time the program comes there
again, also with other values. Two sweeps of a parameter at one point are two axes if their values differ (up, then down);
with the same values they are the same axis gone through again, and so is a result that is recorded again at one point: it
gets one dim more, which counts. Nothing is ever put in place of something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from measurand.errors import MeasurementError

AGAIN = "again"
"""What the dim is called that counts what is done again at one point."""


class Axis:
    """One loop of the program, or the counting of what is done again.

    Attributes:
        outer: The axis around it; None: there is none, nothing is swept.
        parameter: What is moved; None: nothing, it counts.
        size: How many values, if that is known.
        values: The values, if they are known; for choosing how they are stored.
        own: Whatever those who store rows keep for it.
    """

    def __init__(self, outer: Axis | None, parameter: Any, values: tuple[Any, ...] | None) -> None:
        self.outer = outer
        self.parameter = parameter
        self.values = values
        self.size = None if values is None else len(values)
        self.own: dict[Any, Any] = {}
        self._inner: dict[Any, Axis] = {}

    def path(self) -> tuple[Axis, ...]:
        """Return the axes from the outermost to this one, without the outermost of all, which moves nothing."""
        return () if self.outer is None else (*self.outer.path(), self)

    def inner(self, parameter: Any, number: int, values: tuple[Any, ...] | None) -> Axis:
        """Return the axis inside this one that moves a parameter, the ``number``-th of those that do."""
        key = (None if parameter is None else parameter.full_name, number)
        found = self._inner.get(key)
        if found is None:
            found = self._inner[key] = Axis(self, parameter, values)
        return found

    def again(self) -> Axis:
        """Return the axis that counts what is done again at a point of this one."""
        return self.inner(None, 0, None)


@dataclass(eq=False, slots=True)
class Pass:
    """One way through an axis.

    Attributes:
        axis: Which.
        index: Number of the present value, from 0.
        value: The present value, as it is stored.
        outer_index: Index of the point at which it was begun; stays, as a pass ends when that point does.
        outer_setpoints: Setpoints of that point.
        marks: What was done at the present point, and how often.
    """

    axis: Axis
    index: int = 0
    value: Any = None
    outer_index: tuple[int, ...] = ()
    outer_setpoints: tuple[Any, ...] = ()
    marks: dict[Any, Any] = field(default_factory=dict)


class Loops:
    """The sweeps that are going on, outermost first.

    Attributes:
        top: The innermost pass; outside all sweeps one that moves nothing.
    """

    def __init__(self) -> None:
        self._bottom = Pass(Axis(None, None, None))
        self._stack = [self._bottom]
        self._left = ""
        self.top = self._bottom

    def enter(self, parameter: Any, kind: str, values: tuple[Any, ...] | None) -> Pass:
        """Begin a pass.

        Args:
            parameter: What will be moved.
            kind: What makes its values the same as those of another pass.
            values: All of them, if they are known.
        """
        passes = self.top.marks.setdefault(
            parameter.full_name, {}
        )  # of this parameter at this point: how often, by kind
        times = passes.setdefault(kind, 0)
        passes[kind] += 1
        if times:
            self._push(Pass(self.top.axis.again(), times - 1, times - 1))
        one = Pass(self.top.axis.inner(parameter, list(passes).index(kind), values))
        self._push(one)
        return one

    def check(self, one: Pass) -> None:
        """Raise `MeasurementError` if a pass has ended because the loop around it went on."""
        if one not in self._stack:
            name = "" if one.axis.parameter is None else one.axis.parameter.full_name
            raise MeasurementError(
                f"The sweep of {name} has ended, because the loop around it went on; nothing was set. Begin a new one."
            )

    def leave(self, one: Pass) -> None:
        """End a pass, and whatever was left open inside it."""
        if one not in self._stack:
            return
        del self._stack[self._stack.index(one) :]
        if self._stack[-1].axis.parameter is None and len(self._stack) > 1:
            self._stack.pop()  # the counting around it
        self.top = self._stack[-1]

    def abandon(self, one: Pass) -> None:
        """End a pass before its last value, and remember where that was."""
        if one in self._stack:
            self._left = self.text()
        self.leave(one)

    def advance(self, one: Pass, index: int, value: Any) -> None:
        """Come to the next point of a pass; what was left open inside it has ended."""
        if self.top is not one:
            del self._stack[self._stack.index(one) + 1 :]
            self.top = one
        one.index, one.value = index, value
        one.marks.clear()
        self._left = ""

    def index(self) -> tuple[int, ...]:
        """Return the index of the present point, outermost first."""
        top = self.top
        return () if top is self._bottom else (*top.outer_index, top.index)

    def setpoints(self) -> tuple[Any, ...]:
        """Return the value of every parameter that is swept, outermost first."""
        top = self.top
        return top.outer_setpoints if top.axis.parameter is None else (*top.outer_setpoints, top.value)

    def points(self) -> dict[str, Any]:
        """Return the name and the value of every parameter that is swept, outermost first."""
        return {one.axis.parameter.full_name: one.value for one in self._stack if one.axis.parameter is not None}

    def text(self) -> str:
        """Return e.g. ``gate = 0.5 V, bias = 0.001 V``: the present point, or the one where a sweep was left."""
        points = []
        for one in self._stack:
            if (parameter := one.axis.parameter) is not None:
                unit = getattr(parameter, "unit", "")
                points.append(f"{parameter.full_name} = {one.value!r}{f' {unit}' if unit else ''}")
        return self._left or ", ".join(points)

    def _push(self, one: Pass) -> None:
        one.outer_index, one.outer_setpoints = self.index(), self.setpoints()
        self._stack.append(one)
        self.top = one
