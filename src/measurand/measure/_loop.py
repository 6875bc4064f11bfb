"""Loops in the words of 2016: `Loop`, ``.loop``, ``.each``, ``.then``, ``.run``, and `Measure`. Thin: each makes a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from measurand._core.defaults import supplied
from measurand.dataset import Store
from measurand.errors import DefinitionError, MeasurementError
from measurand.measure._actions import Read
from measurand.measure._background_task import BackgroundTask
from measurand.measure._declared import DeclaredArray, declared_arrays
from measurand.measure._loop_data import LoopData
from measurand.measure._loop_run import Location, Setting, asked, perform, place_of
from measurand.measure._plan import Plan, once, sweep
from measurand.measure._positions import positioned
from measurand.parameters import Adaptive, Sweep


class Loop:
    """A sweep whose points have no actions yet; `each` gives it some. Every method returns a new loop.

    Args:
        sweep_values: What is set, e.g. ``gate[0:1:0.1]`` or ``gate.sweep(0, 1, num=11)``.
        delay: Time in s to wait after each setpoint. If the first action is a nested loop, it is waited after that
            loop's first setpoint, if it is longer than the nested loop's own.
        station: Whose state is kept with the run, and whose default measurement is taken; default that of this process.
        progress_interval: None: progress is drawn where somebody looks; a number: everywhere; 0: nowhere.

    Raises:
        DefinitionError: These are no values, or the delay is no number from 0.

    Example:
        >>> gate, current = ManualParameter("gate"), ManualParameter("current", initial_value=2.0)
        >>> data = Loop(gate[0, 1, 2]).each(current).run(location=False, quiet=True)
        >>> data.current.tolist(), data.gate_set.tolist()
        ([2.0, 2.0, 2.0], [0.0, 1.0, 2.0])
    """

    def __init__(
        self,
        sweep_values: Sweep | Adaptive,
        delay: float = 0,
        station: Any = None,
        progress_interval: float | bool | None = None,
    ) -> None:
        self._levels = (_level(sweep_values, delay),)
        self._after: tuple[Any, ...] = ()
        self._setting = Setting(station, progress_interval)

    def loop(self, sweep_values: Sweep | Adaptive, delay: float = 0) -> Loop:
        """Return the loop with another one inside its innermost: ``Loop(a).loop(b).each(x)`` is ``Loop(a).each(Loop(b).each(x))``.

        Args:
            sweep_values: What is set there.
            delay: Time in s to wait after each of its setpoints.
        """
        return self._with(_levels=(*self._levels, _level(sweep_values, delay)))

    def each(self, *actions: Any) -> ActiveLoop:
        """Return the loop with these actions at each point of its innermost sweep.

        Args:
            *actions: Parameters and other measurables (neighbours are measured together), `Task`, `Wait`, `BreakIf`,
                other loops (one without actions measures what the station measures by default), plans and functions.

        Raises:
            DefinitionError: Nothing is given, or something that is no action; the message lists what is allowed.
        """
        own = [_action(one, self._setting.station) for one in actions]
        plan = reduce(lambda inner, outer: outer.each(inner), reversed(self._levels[:-1]), self._levels[-1].each(*own))
        return ActiveLoop(plan.then(*self._after), self._setting)

    def then(self, *actions: Any, overwrite: bool = False) -> Loop:
        """Return the loop with tasks and waits that follow when its outermost sweep was completed.

        They follow after `BreakIf` too, not after a failure or a stop; see `ActiveLoop.plan` for what always follows.

        Args:
            *actions: `Task`, `Wait` and functions.
            overwrite: Whether they take the place of those that there are, rather than following them.
        """
        self._levels[0].then(*actions)  # which refuses what cannot follow
        return self._with(_after=actions if overwrite else (*self._after, *actions))

    def with_bg_task(
        self, task: Callable[[], Any], bg_final_task: Callable[[], Any] | None = None, min_delay: float = 0.01
    ) -> Loop:
        """Return the loop with a function that looks on; see `ActiveLoop.with_bg_task`."""
        return self._with(_setting=_with_task(self._setting, task, bg_final_task, min_delay))

    def run(self, *, station: Any = None, **arguments: Any) -> LoopData:
        """Measure at each point what the station measures by default; arguments as for `ActiveLoop.run`."""
        return self._active(station).run(station=station, **arguments)

    def run_temp(self, **arguments: Any) -> LoopData:
        """Measure what the station measures by default, and keep nothing on disk; see `ActiveLoop.run_temp`."""
        return self._active(None).run_temp(**arguments)

    def get_data_set(self, *, station: Any = None, **arguments: Any) -> LoopData:
        """Refuse: data belong to a loop with actions.

        Raises:
            MeasurementError: Always; the message says what to write.
        """
        del station, arguments
        raise MeasurementError(f"{self!r} has no actions yet, and so no arrays: loop.each(...).get_data_set().")

    def snapshot(self) -> dict[str, Any]:
        """Return the description as plain data."""
        return {"class": "Loop", "levels": [level.to_dict() for level in self._levels]}

    def __repr__(self) -> str:
        return f"<Loop {' × '.join(_swept(level) for level in self._levels)}, no actions yet: .each(...)>"

    def _with(self, **changes: Any) -> Loop:
        changed = object.__new__(Loop)
        vars(changed).update(vars(self) | changes)
        return changed

    def _active(self, station: Any) -> ActiveLoop:
        return self.each(*_default_measurement(self._setting.station if station is None else station))


@dataclass(frozen=True, eq=False, repr=False)
class ActiveLoop:
    """A loop with actions, ready to be run as often as you like. Every method but ``run`` returns a new loop.

    Attributes:
        plan: The plan behind it, with everything a `Plan` has: ``loop.plan.finally_(...)``, ``loop.plan.check()``.
    """

    plan: Plan
    setting: Setting = field(default_factory=Setting)
    _prepared: list[tuple[LoopData, Store | None]] = field(default_factory=list)

    def then(self, *actions: Any, overwrite: bool = False) -> ActiveLoop:
        """Return the loop with tasks and waits that follow when it was completed, at each completion if it is nested.

        They follow after `BreakIf` too, not after a failure or a stop: what must always follow, ``plan.finally_`` does.

        Args:
            *actions: `Task`, `Wait` and functions.
            overwrite: Whether they take the place of those that there are, rather than following them.
        """
        plan = replace(self.plan, after=()) if overwrite else self.plan
        return ActiveLoop(plan.then(*actions), self.setting)

    def with_bg_task(
        self, task: Callable[[], Any], bg_final_task: Callable[[], Any] | None = None, min_delay: float = 0.01
    ) -> ActiveLoop:
        """Return the loop with a function that looks on while it runs, in a thread of its own: a plot, a monitor.

        What it raises is logged; after three failures in a row it is not called any more. It cannot disturb the run.

        Args:
            task: A function of no arguments, called again and again, and once more at the end.
            bg_final_task: Called once, after that.
            min_delay: Least time in s between two calls, above 0.

        Raises:
            MeasurementError: The loop has one already.
        """
        return ActiveLoop(self.plan, _with_task(self.setting, task, bg_final_task, min_delay))

    def run(
        self,
        background: bool = False,
        use_threads: bool = True,
        quiet: bool = False,
        station: Any = None,
        progress_interval: float | bool | None = None,
        name: str | None = None,
        location: Location = None,
        **options: Any,
    ) -> LoopData:
        """Check the loop, run it, and return its data.

        In the foreground it first waits until no background run goes on.

        Args:
            background: False: return when it has ended. True: return at once; it begins when those before it have ended,
                and the data grow.
            use_threads: Whether instruments of different connections are read at the same time; the order of what is
                stored stays.
            quiet: Whether no progress is drawn.
            station: Whose state is kept with the run; default the loop's, else all instruments.
            progress_interval: As for `Loop`; None: as there.
            name: What the run is called; default made of the swept parameters.
            location: A folder to store in, in which every run gets a folder of its own; False: memory, as long as the
                object that is returned lasts; None: the data root of this process.
            **options: As for `measurand.measure.run`. Of 2016, ``data_manager`` and ``write_period`` are accepted.

        Raises:
            DefinitionError: An argument is unknown (the nearest one is named), or means nothing.
            PlanError: The loop has problems; all are listed, nothing was set.
            MeasurementError: The data were prepared by `get_data_set`, and are described again.
            Exception: As `measurand.measure.run`.
        """
        wish = asked(
            "Loop.run", self.setting, background=background, use_threads=use_threads, quiet=quiet, station=station,
            progress_interval=progress_interval, name=name, options=options,
        )  # fmt: skip
        data = options.pop("data", None)
        if self._prepared:
            if location is not None or data is not None:
                raise MeasurementError(
                    "The data of this loop were prepared by get_data_set(), which said where they are: run() without "
                    "location and data."
                )
            return perform(self._compiled(), *self._prepared.pop(), wish)
        return perform(self._compiled(), *self._data(location, data), wish)

    def run_temp(self, **options: Any) -> LoopData:
        """Run here, silently, and keep nothing on disk: for loops inside the ``get`` of a parameter.

        Args:
            **options: As for `run`.
        """
        given = {"snapshot": dict, "quiet": True, "location": False, **options}
        return self._unprepared().run(**given)

    def get_data_set(self, location: Location = None, data: Store | None = None) -> LoopData:
        """Return the data of the next `run` before it begins, to draw them while they grow.

        Args:
            location: As for `run`, which then must not say it again.
            data: As for `run`.
        """
        prepared = self._data(location, data)
        self._prepared[:] = [prepared]
        return prepared[0]

    def containers(self) -> dict[str, DeclaredArray]:
        """Return the arrays that the loop will fill, by name: their shapes, labels, units and setpoints.

        Raises:
            DefinitionError: A measured quantity contradicts itself, e.g. in its numbers of names and units.

        Example:
            >>> gate, bias = ManualParameter("gate"), ManualParameter("bias")
            >>> loop = Loop(gate[0, 1, 2]).loop(bias[5, 6]).each(ManualParameter("current"))
            >>> {name: array.shape for name, array in loop.containers().items()}
            {'gate': (3,), 'bias': (3, 2), 'current': (3, 2)}
        """
        return declared_arrays(self._compiled())

    def snapshot(self) -> dict[str, Any]:
        """Return the description as plain data, as the run keeps it."""
        return {"class": "ActiveLoop", **self.to_dict()}

    def to_dict(self) -> dict[str, Any]:
        """Return the description of the plan as plain data."""
        return self.plan.to_dict()

    def __getitem__(self, position: int) -> Any:
        """Return an action of the outermost level: a parameter, a task, a nested loop."""
        return _shown(self.plan.actions[position])

    def __len__(self) -> int:
        return len(self.plan.actions)

    def __iter__(self) -> Iterator[Any]:
        return map(_shown, self.plan.actions)

    def __repr__(self) -> str:
        return f"<ActiveLoop of {self.plan!r}>"

    def _compiled(self) -> Plan:
        return positioned(self.plan)

    def _unprepared(self) -> ActiveLoop:
        return ActiveLoop(self.plan, self.setting)

    def _data(self, location: Location, data: Store | None) -> tuple[LoopData, Store | None]:
        place = place_of(location, data, "Loop.run")
        return LoopData(self.containers(), in_memory=location is False), place


class Measure:
    """Actions that are done once, without a sweep.

    Args:
        *actions: As for `Loop.each`.

    Raises:
        DefinitionError: Nothing is given, or something that is no action.

    Example:
        >>> current = ManualParameter("current", initial_value=2.0)
        >>> Measure(current).run(location=False, quiet=True).current.tolist()
        [2.0]
    """

    def __init__(self, *actions: Any) -> None:
        self._loop = ActiveLoop(once(*(_action(one, None) for one in actions)))

    def run(self, **arguments: Any) -> LoopData:
        """Measure, and return the data: one record.

        A single value is an array of length 1, an array is as it was measured.

        Args:
            **arguments: As for `ActiveLoop.run`, without ``background``.

        Raises:
            DefinitionError: An argument is unknown.
        """
        if "background" in arguments:
            raise DefinitionError("Measure.run: background refused: what is done once is done here.")
        return self._loop.run(**arguments)

    def run_temp(self, **arguments: Any) -> LoopData:
        """Measure, and keep nothing on disk; arguments as for `run`."""
        return self._loop.run_temp(**arguments)

    def snapshot(self) -> dict[str, Any]:
        """Return the description as plain data."""
        return {"class": "Measure", **self._loop.to_dict()}

    def __repr__(self) -> str:
        return f"<Measure {', '.join(repr(one) for one in self._loop)}>"


def _level(values: Any, delay: float) -> Plan:
    if not isinstance(values, (Sweep, Adaptive)):
        raise DefinitionError(
            f"Loop({values!r}) refused: give the values, e.g. gate[0:1:0.1], gate.sweep(0, 1, num=11) or an adaptive sweep."
        )
    return sweep(values, delay=delay)


def _action(thing: Any, station: Any) -> Any:
    """Return an action as plans know it; a loop without actions gets those of the station."""
    if isinstance(thing, Loop):
        thing = thing._active(station)
    if not isinstance(thing, ActiveLoop):
        return thing
    if thing.setting.task is not None:
        raise DefinitionError(f"{thing!r} is nested and has a background task: give that to the outermost loop.")
    return thing.plan


def _shown(action: Any) -> Any:
    """Return an action as the user gave it."""
    if isinstance(action, Read):
        return action if action.judged else action.measurable
    return ActiveLoop(action) if isinstance(action, Plan) else action


def _default_measurement(station: Any) -> tuple[Any, ...]:
    chosen = supplied("station") if station is None else station
    actions = tuple(getattr(chosen, "default_measurement", ()))
    if not actions:
        which = "there is no station" if chosen is None else "the station has no default measurement"
        raise DefinitionError(
            f"This loop has no actions, and {which}: give it some, loop.each(current), or station.set_measurement(current)."
        )
    return actions


def _with_task(setting: Setting, *arguments: Any) -> Setting:
    if setting.task is not None:
        raise MeasurementError("The loop has a background task already; let that one call the other.")
    return replace(setting, task=BackgroundTask(*arguments))


def _swept(level: Plan) -> str:
    return f"{level.moves.parameter.full_name} ({len(level.moves) or '?'})"
