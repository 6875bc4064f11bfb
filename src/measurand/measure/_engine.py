"""A plan compiled into nested functions, so that nothing is looked up while it runs: set, settle, read, store, count.

Knows nothing about files, progress bars or Ctrl-C: it is handed a function that stores rows, and a stop token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from measurand._core.clock import Clock
from measurand._core.stop import StopToken, sleep
from measurand.measure._actions import BreakIf, Read, Task, Wait
from measurand.measure._layout import Group
from measurand.measure._level import Level
from measurand.measure._progress import Progress
from measurand.measure._reading import compile_reading, gathered, spread
from measurand.parameters import yield_of

Act = Callable[[], None]
Add = Callable[[tuple[int, ...], tuple[Any, ...]], None]


class _Break(Exception):
    """Raised by `BreakIf`, caught by the level it stands in."""


class Engine:
    """Executes one plan once.

    Args:
        plan: What to do.
        groups: Its groups of reads, as `groups_of` gives them.
        adder: Returns the function that stores a row of a table, given the table's name.
        clock: Waits.
        stop: Looked at before every setpoint.
        progress: Counts the innermost points.
    """

    def __init__(
        self,
        plan: Level,
        groups: list[Group],
        adder: Callable[[str], Add],
        clock: Clock,
        stop: StopToken,
        progress: Progress,
    ) -> None:
        self._adder = adder
        self._clock = clock
        self._stop = stop
        self._progress = progress
        self._groups = {group.place: group for group in groups}
        self._index: list[int] = []
        self._setpoints: list[Any] = []
        self._swept: list[Any] = []
        self._closes: list[Callable[[], None]] = []
        self._level = self._compile((plan,), ())

    def run(self) -> None:
        """Do it; add to an exception at which point it happened."""
        try:
            self._level()
        except BaseException as error:  # whatever ended the run: say where it stood
            if self._setpoints:
                error.add_note(f"at {self._position()}")
            raise

    def close(self) -> None:
        """End the threads of the lanes."""
        for close in self._closes:
            close()

    def _position(self) -> str:
        levels = []
        for parameter, value in zip(self._swept, self._setpoints, strict=True):
            unit = getattr(parameter, "unit", "")
            levels.append(f"{parameter.full_name} = {value!r}{f' {unit}' if unit else ''}")
        return ", ".join(levels)

    def _compile(self, path: tuple[Level, ...], place: tuple[int, ...]) -> Act:
        """Return the function that runs one level."""
        plan, depth = path[-1], len(path) - 1
        parameter, values, delay, clock = plan.sweep.parameter, tuple(plan.sweep), plan.delay, self._clock
        put, acts = parameter.set, self._acts(path, place)
        index, setpoints, swept = self._index, self._setpoints, self._swept
        stop, progress = self._stop, self._progress
        innermost = not any(isinstance(action, Level) for action in plan.actions)

        def points() -> None:
            index[depth:], setpoints[depth:], swept[depth:] = [0], [values[0]], [parameter]
            for i, value in enumerate(values):
                stop.check()
                index[depth] = i
                setpoints[depth] = value
                put(value)
                if delay:
                    sleep(clock, delay)
                for act in acts:
                    act()
                if innermost:
                    progress.done += 1
            forget()

        def forget() -> None:  # the level is left in good order: later notes shall not name its last point
            del index[depth:], setpoints[depth:], swept[depth:]

        exits = [[self._simple(action) for action in actions] for actions in (plan.after, plan.always)]
        return _with_exits(points, forget, *exits)

    def _acts(self, path: tuple[Level, ...], place: tuple[int, ...]) -> list[Act]:
        acts: list[Act] = []
        for position, action in enumerate(path[-1].actions):
            if isinstance(action, Read):
                group = self._groups.get((*place, position))
                if group is not None:  # a read that is not first belongs to the group before
                    acts.append(self._reading(group))
            elif isinstance(action, Level):
                acts.append(self._compile((*path, action), (*place, position)))
            elif isinstance(action, BreakIf):
                acts.append(_breaking(action.condition))
            else:
                acts.append(self._simple(action))
        return acts

    def _simple(self, action: Task | Wait) -> Act:
        if isinstance(action, Task):
            return action
        return lambda: sleep(self._clock, action.seconds)

    def _reading(self, group: Group) -> Act:
        """Return the function that reads a group and stores its row."""
        add, index, setpoints, count = self._adder(group.table.name), self._index, self._setpoints, len(group.path)
        read, close = compile_reading(group.measurables, group.yields)
        self._closes.append(close)
        moved = [yield_of(level.sweep.parameter) for level in group.path]
        if any(one.values is not None for one in moved):
            return lambda: add(tuple(index[:count]), (*spread(setpoints[:count], moved), *read()))
        return lambda: add(tuple(index[:count]), (*setpoints[:count], *read()))


def _breaking(condition: Callable[[], Any]) -> Act:
    def act() -> None:
        if condition():
            raise _Break

    return act


def _with_exits(points: Act, broken: Act, after: list[Act], always: list[Act]) -> Act:
    """Return the level with what follows it. ``always`` runs completely, except after a second Ctrl-C."""

    def level() -> None:
        try:
            try:
                points()
            except _Break:
                broken()
            for act in after:
                act()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also a stop: what must always be done is done
            errors = _do_all(always)
            if errors:
                raise BaseExceptionGroup(
                    "a level failed, and so did what should follow it", [error, *errors]
                ) from error
            raise
        errors = _do_all(always)
        if errors:
            raise gathered(errors, "several exit actions failed")

    return level


def _do_all(acts: list[Act]) -> list[BaseException]:
    """Do every act, whatever the others raise, free of the request to stop that may have led here."""
    errors: list[BaseException] = []
    with StopToken().active():
        for act in acts:
            try:
                act()
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - gathered, raised by the caller
                errors.append(error)
    return errors
