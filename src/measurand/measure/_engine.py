"""A plan compiled into nested functions, so that nothing is looked up while it runs: set, settle, read, store, count.

Knows nothing about files, progress bars or Ctrl-C: it is handed functions that store rows and look whether to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from measurand._core.stop import sleep
from measurand.measure._actions import BreakIf, EndIf, Read, Task, Wait
from measurand.measure._around import Surroundings
from measurand.measure._catch_up import CatchUp
from measurand.measure._compiled import Compiled, Piece
from measurand.measure._exits import Act, entered, with_exits
from measurand.measure._layout import Group
from measurand.measure._level import Level, Once
from measurand.measure._past import Past
from measurand.measure._place import Place
from measurand.measure._points import Break, End, adaptive_points, fixed_points, loop_of, single_point
from measurand.measure._reading import compile_reading, spread
from measurand.measure._step import Step, naming, reading_step, storing, task_step
from measurand.parameters import Adaptive, yield_of


class Engine:
    """Executes one plan once.

    Args:
        plan: What to do.
        groups: Its groups of reads, as `groups_of` gives them.
        around: What it is handed.
        past: What is stored already, if the run is resumed.
    """

    def __init__(self, plan: Level, groups: Sequence[Group], around: Surroundings, past: Past | None = None) -> None:
        self._around = around
        self._past = past
        self._groups = {group.place: group for group in groups}
        self._place = Place()
        self._closes: list[Callable[[], None]] = []
        self._level = self._compile((plan,), (), measured=None)

    def run(self) -> None:
        """Do it; add to an exception at which point it happened."""
        try:
            if self._past is None:
                self._level.act()
            else:
                CatchUp(self._past, self._place, self._around).run(self._level)
        except End:
            self._place.leave(0)
        except BaseException as error:  # whatever ended the run: say where it stood
            if self._place.setpoints:
                error.add_note(f"at {self._place.text()}")
            raise

    def close(self) -> None:
        """End the threads of the lanes."""
        for close in self._closes:
            close()

    def _compile(self, path: tuple[Level, ...], place: tuple[int, ...], measured: dict[str, Any] | None) -> Compiled:
        """Return what runs one level.

        Args:
            path: Its levels from the outermost on.
            place: Its positions among the actions.
            measured: Where what is read is left for an adaptive sweep further out.
        """
        level, where = path[-1], self._place
        sweep = level.sweep
        depth = sum(one.swept for one in path[:-1])
        learned: dict[str, Any] = {}
        pieces = self._pieces(path, place, learned if isinstance(sweep, Adaptive) else measured)
        steps = [piece.step for piece in pieces]
        loop = None if isinstance(sweep, Once) else loop_of(level, steps, depth, where, self._around)
        passes = [0]
        if isinstance(sweep, Adaptive):
            assert loop is not None  # noqa: S101 - for the type checker
            points = adaptive_points(sweep, loop, depth, where, self._around, learned)
        elif loop is not None:
            points = fixed_points(level, loop, depth, where, passes)
        else:
            points = single_point(level, steps, self._around)
        before, after, always = (
            [self._exit(action) for action in actions] for actions in (level.before, level.after, level.always)
        )
        act = with_exits(entered(before, points), after, always)
        return Compiled(level, place, depth, pieces, loop, passes, before, after, always, act, learned)

    def _pieces(self, path: tuple[Level, ...], place: tuple[int, ...], measured: dict[str, Any] | None) -> list[Piece]:
        pieces: list[Piece] = []
        for position, action in enumerate(path[-1].actions):
            if isinstance(action, Read):
                group = self._groups.get((*place, position))
                if group is not None:  # a read that is not first belongs to the group before
                    pieces.append(Piece(self._reading(group, measured), group=group))
            elif isinstance(action, Level):
                inner = self._compile((*path, action), (*place, position), measured)
                pieces.append(Piece(Step(inner.act), inner=inner))
            elif isinstance(action, BreakIf):
                pieces.append(Piece(Step(_breaking(action.condition, Break)), condition=True))
            elif isinstance(action, EndIf):
                pieces.append(Piece(Step(_breaking(action.condition, End)), condition=True))
            else:
                pieces.append(Piece(task_step(self._exit(action), action, self._around.account)))
        return pieces

    def _exit(self, action: Task | Wait) -> Act:
        if isinstance(action, Task):
            return action
        return lambda: sleep(self._around.clock, action.seconds)

    def _reading(self, group: Group, measured: dict[str, Any] | None) -> Step:
        """Return what reads a group and stores its row."""
        place, count, account = self._place, len(group.path), self._around.account

        def keep(read: dict[str, Any]) -> None:
            swept = (level.moves.parameter.full_name for level in group.path)
            points = dict(zip(swept, place.setpoints, strict=False))
            self._around.partial(group.table.name, place.index[:count], points, read)

        read, close = compile_reading(group.reads, group.yields, account, keep, lanes=self._around.lanes)
        self._closes.append(close)
        moved = [yield_of(level.moves.parameter) for level in group.path]
        store = self._around.adder(group.table.name)
        several = any(one.values is not None for one in moved)

        def add(values: Sequence[Any]) -> None:
            setpoints = place.setpoints[:count]
            store(tuple(place.index[:count]), (*(spread(setpoints, moved) if several else setpoints), *values))
            if measured is not None:
                measured.update(zip(names, values[-len(names) :], strict=True))

        names = [column.name for column in group.table.columns if not column.setpoint]
        if measured is None and not several:
            return reading_step(read, storing(read.plain, store, place, count), add, account)

        def act() -> None:
            values = read.plain()
            with naming("while storing the row"):
                add(values)

        return reading_step(read, act, add, account)


def _breaking(condition: Callable[[], Any], leave: type[Exception]) -> Act:
    def act() -> None:
        if condition():
            raise leave

    return act
