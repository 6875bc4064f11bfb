"""How a measurement is written: `sweep` begins a plan, `Plan.each` says what to do at each point, `Plan.run` does it.

A plan may stand among the actions of another one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from measurand._core.defaults import supplied
from measurand._core.names import listing
from measurand._core.numbers import plain
from measurand.dataset import Store
from measurand.errors import DefinitionError
from measurand.measure._actions import BreakIf, EndIf, Read, Task, Wait
from measurand.measure._check import instruments_of, problems_of, room_problem, unreachable
from measurand.measure._estimate import Estimate, estimate
from measurand.measure._execute import run, start
from measurand.measure._level import Level, Once
from measurand.measure._run import Run
from measurand.measure._steps import limited, steps_of
from measurand.parameters import (
    Adaptive,
    Expression,
    Function,
    ManualParameter,
    Measurable,
    ParameterBase,
    Segment,
    Sweep,
    as_settable,
    combine,
    linear_sweep,
)
from measurand.validators import Ints


class Counter(ManualParameter[int]):
    """A number from 0 that is no quantity of the laboratory: which time something is done.

    Args:
        name: What the axis is called.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, label="Repetition", vals=Ints(min_value=0))


@dataclass(frozen=True, slots=True, eq=False)
class Plan(Level):
    """A measurement to be run, or a part of one.

    Begin one with `sweep`. Every method returns a new plan, so that parts can be kept and used again.
    """

    def each(self, *actions: Any) -> Plan:
        """Return the plan with these actions at each point of its innermost level.

        Args:
            *actions: Parameters and other measurables (neighbours are measured together), `Task`, `Wait`, `BreakIf`,
                other plans, and plain functions of no arguments.

        Raises:
            DefinitionError: Nothing is given, or something that is no action.
        """
        if not actions:
            raise DefinitionError("each() needs at least one action, e.g. a parameter to measure.")
        return self._at_innermost(tuple(map(_as_action, actions)))

    def loop(self, *args: Any, **kwargs: Any) -> Plan:
        """Return the plan with another sweep nested at its innermost level; arguments as for `sweep`."""
        return self._at_innermost((sweep(*args, **kwargs),))

    def first(self, *actions: Any) -> Plan:
        """Return the plan with tasks and waits that come when this level begins, before its first setpoint."""
        return replace(self, before=(*self.before, *map(_as_exit, actions)))

    def then(self, *actions: Any) -> Plan:
        """Return the plan with tasks and waits that follow when this level was completed."""
        return replace(self, after=(*self.after, *map(_as_exit, actions)))

    def finally_(self, *actions: Any) -> Plan:
        """Return the plan with tasks and waits that follow however this level ends; all of them are always done."""
        return replace(self, always=(*self.always, *map(_as_exit, actions)))

    def repeat(self, times: int, name: str = "repetition", delay: float = 0) -> Plan:
        """Return the plan done several times, with a number from 0 as outermost axis.

        Args:
            times: How often.
            name: What the axis is called.
            delay: Time in s to wait before each.
        """
        return sweep(Counter(name), list(range(times)), delay=delay).each(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the description as plain data, kept in the header of the run."""
        described = Level.to_dict(self)
        if self.swept and isinstance(self.moves.parameter, Counter):
            described["sweep"] = {**described["sweep"], "counts": True}
        return described

    def __add__(self, other: Level) -> Plan:
        """Return this plan and then another one, as one run."""
        return once(self, other) if isinstance(other, Level) else NotImplemented

    def run(self, name: str = "", **options: Any) -> Run:
        """Check the plan, run it here, and return the finished run; see `measurand.measure.run`.

        Args:
            name: What the run is called in lists and folders; default made of the swept parameters.
            **options: As for `measurand.measure.run`.
        """
        return run(self, name, **options)

    def start(self, name: str = "", **options: Any) -> Run:
        """Check the plan, have it run in the background, and return its handle at once; see `measurand.measure.start`.

        Args:
            name: What the run is called in lists and folders; default made of the swept parameters.
            **options: As for `measurand.measure.run`.
        """
        return start(self, name, **options)

    def check(self, *, data: Store | None = None, reach: bool = False) -> list[str]:
        """Return everything that is wrong with the plan, one sentence each; an empty list if nothing is. Sets nothing.

        `run` and `start` look at the same things, except for ``reach``, and refuse a plan that has problems.

        Args:
            data: Where it would be stored: there must be room; default the data root of this process.
            reach: Whether its instruments are asked who they are. Nothing else here touches an instrument.

        Example:
            >>> relay = Parameter("relay", get_cmd=False, set_cmd=print)
            >>> sweep(ManualParameter("gate"), 0, 1, num=3).each(relay).check(data=MemoryStore())
            ['relay cannot be measured: it has no get command.']
        """
        found = problems_of(self)
        root: Store = supplied("data_root") if data is None else data
        problem = room_problem(self, root)
        found += [] if problem is None else [problem]
        return [*found, *(unreachable(instruments_of(self)) if reach else ())]

    def estimate(self, reading: float = 0.0) -> Estimate:
        """Return how long the plan will take and how much it will store, as far as that is known beforehand.

        Delays, waits, and the steps of ramps are known; how long an instrument takes to answer is not.

        Args:
            reading: Time in s that reading what is measured together takes.
        """
        return estimate(self, reading)

    def steps(self, limit: int | None = None) -> Iterator[str]:
        """Yield what the plan will do, step by step in words, without doing it.

        Args:
            limit: How many steps; there is a last line ``…`` if there are more. None: all.

        Example:
            >>> gate, current = ManualParameter("gate", unit="V"), ManualParameter("current")
            >>> for step in sweep(gate, 0, 1, num=11, delay=0.1).each(current).steps(limit=4):
            ...     print(step)
            set gate to 0 V
            wait 0.1 s
            read current
            set gate to 0.1 V
            …
        """
        return limited(steps_of(self), limit)

    def __repr__(self) -> str:
        names = " × ".join(f"{p.moves.parameter.full_name} ({len(p.moves) or '?'})" for p in self.swept_levels())
        return f"<Plan {names or 'once'}: {self.points} points>"

    def _at_innermost(self, actions: tuple[Any, ...]) -> Plan:
        if not self.actions:
            return replace(self, actions=actions)
        last = self.actions[-1]
        if isinstance(last, Plan):
            return replace(self, actions=(*self.actions[:-1], last._at_innermost(actions)))
        return replace(self, actions=(*self.actions, *actions))


def once(*actions: Any) -> Plan:
    """Return a plan that does something once: measures a few quantities, or does one plan after another.

    Args:
        *actions: As for `Plan.each`.

    Example:
        >>> from measurand import ManualParameter
        >>> once(ManualParameter("current", initial_value=1.0))
        <Plan once: 1 points>
    """
    return Plan(Once()).each(*actions)


def together(*sweeps: Sweep, name: str | None = None) -> Sweep:
    """Return sweeps of several parameters as one axis: at each point all of them move.

    Args:
        *sweeps: Of equal length, e.g. ``gate[0:1:0.1]``.
        name: What the axis is called; default the names joined.

    Raises:
        DefinitionError: The lengths differ, or a parameter stands twice.

    Example:
        >>> from measurand import ManualParameter
        >>> left, right = ManualParameter("left"), ManualParameter("right")
        >>> len(together(left[0, 1, 2], right[5, 6, 7]))
        3
    """
    parameters: list[Any] = [one.parameter for one in sweeps]
    both = combine(*parameters, name=name or "_".join(p.full_name for p in parameters))
    return both.sweep(*(list(one) for one in sweeps))


def sweep(
    what: ParameterBase[Any] | Sweep | Adaptive | Any,
    start: float | Iterable[Any] | None = None,
    stop: float | None = None,
    *,
    num: int | None = None,
    step: float | None = None,
    delay: float = 0,
    snake: bool = False,
    readback: bool = False,
) -> Plan:
    """Begin a plan that moves one parameter.

    Args:
        what: A parameter, or an object of yours with a name and a ``set``, with ``start``, ``stop`` and ``num`` or
            ``step``; or ready values such as ``gate[0:1:0.1]``; or an `adaptive` sweep.
        start: First value, in the unit of the parameter; or all values, as a list or array.
        stop: Last value, included.
        num: Number of values.
        step: Distance of neighbours; must divide the span.
        delay: Time in s to wait after each setpoint; default none.
        snake: Whether every second pass of an inner sweep goes backwards; the data lie as if it did not.
        readback: Whether the setpoint is read back after it was set, and stored as it was read.

    Raises:
        DefinitionError: The arguments do not fit together, or the parameter cannot be set.
        RefusedValue, RefusedType: A value is not allowed.

    Example:
        >>> from measurand import ManualParameter, sweep
        >>> gate, current = ManualParameter("gate"), ManualParameter("current")
        >>> sweep(gate, 0, 1, num=11).each(current)
        <Plan gate (11): 11 points>
    """
    if isinstance(delay, bool) or not isinstance(delay, (int, float)) or not 0 <= delay < math.inf:
        raise DefinitionError(f"sweep: delay={delay!r} refused, allowed numbers from 0 s.")
    if isinstance(what, (Sweep, Adaptive)):
        if (start, stop, num, step) != (None, None, None, None):
            raise DefinitionError("sweep: ready values take no start, stop, num or step.")
        if snake and isinstance(what, Adaptive):
            raise DefinitionError("sweep: snake=True needs values that are known beforehand.")
        return Plan(what, delay, snake=snake, readback=readback)
    moved = as_settable(what)
    if isinstance(start, Iterable) and not isinstance(start, str) and stop is None and num is None and step is None:
        values = Sweep(moved, (Segment(tuple(map(plain, start))),))  # one element, one value
        return Plan(values, delay, snake=snake, readback=readback)
    if start is None or stop is None or isinstance(start, Iterable):
        raise DefinitionError(
            f"sweep: give start and stop for {moved.full_name}, and num= or step=; or a list of values."
        )
    return Plan(linear_sweep(moved, start, stop, num, step), delay, snake=snake, readback=readback)


def _as_action(thing: Any) -> Any:
    if isinstance(thing, (Read, Task, Wait, BreakIf, EndIf, Level)):
        return thing
    if isinstance(thing, Measurable):
        return Read(thing)
    if isinstance(thing, Expression):
        raise DefinitionError(f"{thing!r} has no name to be stored under: ({thing!r}).named('power', unit='W').")
    if isinstance(thing, Function):
        where = ".".join([*thing.instrument.name_parts, thing.name]) if thing.instrument else thing.name
        raise DefinitionError(f"{where}: a function cannot be measured. To call it at each point write Task({where}).")
    if callable(thing):
        return Task(thing)
    if thing is None or isinstance(thing, (int, float, str, complex)):
        raise DefinitionError(
            f"{thing!r} is a value, read or set now: hand over the parameter without parentheses, or Task(gate.set, 0)."
        )
    if hasattr(thing, "get") and not hasattr(thing, "name"):
        raise DefinitionError(f"{thing!r} has a get but no name, under which its values would be stored.")
    raise DefinitionError(_not_an_action(thing, ["parameters", "Task", "Wait", "BreakIf", "plans", "functions"]))


def _as_exit(thing: Any) -> Task | Wait:
    if isinstance(thing, (Task, Wait)):
        return thing
    if callable(thing) and not isinstance(thing, Measurable):
        return Task(thing)
    if thing is None:
        raise DefinitionError(
            "None is what a call returned, made now: write Task(gate.set, 0) to have it done at the end."
        )
    raise DefinitionError(_not_an_action(thing, ["Task", "Wait", "functions"]))


def _not_an_action(thing: object, allowed: list[str]) -> str:
    return f"{thing!r} ({type(thing).__name__}) cannot be done at a point; allowed are {listing(allowed)}."
