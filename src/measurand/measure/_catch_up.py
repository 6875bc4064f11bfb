"""Going through a plan of which a part was done before: what is stored is passed over, what is missing is done.

A point that lacks a row is done again: set, settled, its tasks and waits done, and read what is not stored. The point of the
last row, if nothing is missing there, goes on with what stands behind that row. What a sweep that is over left at its last
value is brought back there, if something will be done before it is swept anew. As soon as nothing more is stored in a pass,
the engine's own loop takes over. Knows no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

from measurand._core.stop import sleep
from measurand.errors import PlanError
from measurand.measure._around import Surroundings
from measurand.measure._compiled import Compiled
from measurand.measure._exits import entered, with_exits
from measurand.measure._left import Decision, Left
from measurand.measure._past import Past, Point
from measurand.measure._place import Place
from measurand.measure._points import Break, decided_values, setting_of
from measurand.parameters import Adaptive, Yield, yield_of

Numbered = tuple[int, Any]


class CatchUp:
    """Goes through a compiled plan.

    Args:
        past: What is stored.
        place: Where the run stands, kept up to date.
        around: What the engine was handed.
    """

    def __init__(self, past: Past, place: Place, around: Surroundings) -> None:
        self._left = Left(past)
        self._place, self._around = place, around
        self._seen: set[int] = set()  # ids of levels of which something sees where they were left
        self._decisions: dict[int, tuple[list[Numbered], Iterator[Numbered], dict[int, Decision]]] = {}

    def run(self, plan: Compiled) -> None:
        """Do what is missing of the plan, and what follows it.

        Raises:
            PlanError: What decides where to measure does not decide the same again; nothing was set.
        """
        for level in _levels(plan):
            inner = [piece.inner for piece in level.pieces if piece.inner is not None]
            self._seen |= {id(one) for one in inner if self._is_seen(one, level)}
        if not self._left.begun(plan, ()):
            plan.act()
            return
        self._left.count_passes(plan, 1)
        self._decide_again(plan, ())
        if self._left.of_pass(plan, (), last=True):
            self._go_on(plan, (), last=True)
        else:
            self._pass_over(plan, ())

    def _go_on(self, level: Compiled, point: Point, *, last: bool) -> None:
        """Do what is left of a pass of which something is stored; ``last``: nothing is stored that came after it."""

        def points() -> None:
            if level.loop is None:
                with suppress(Break):
                    self._point(level, point, last=last)
                return
            self._place.enter(level.depth, level.level.moves.parameter)
            with suppress(Break):
                self._points(level, point, last=last)
            self._place.leave(level.depth)

        with_exits(entered(level.before, points), level.after, level.always)()

    def _points(self, level: Compiled, point: Point, *, last: bool) -> None:
        assert level.loop is not None  # noqa: S101 - for the type checker
        numbers = self._left.numbers(level, point)
        done = self._left.done(level, point).tolist()
        below = self._left.points_along(level, point, len(done)).tolist()
        stored, newest, passed = set(numbers), numbers[-1], False
        values = self._values(level, point)
        for number, value in values:
            if last and passed:
                level.loop(chain(((number, value),), values))
                return
            here, is_newest = (*point, number), number == newest
            passed = passed or is_newest
            if (done[number] and not is_newest) or not self._left.of_point(level, here, last=last and is_newest):
                self._count(below[number])
                if last and is_newest:
                    self._bring_back(level, here, value)
            elif number not in stored:
                level.loop([(number, value)])
            else:
                self._set(level, number, value)
                self._point(level, here, last=last and is_newest)

    def _values(self, level: Compiled, point: Point) -> Iterator[Numbered]:
        """Yield number and value of each point of a pass."""
        if not isinstance(level.level.sweep, Adaptive):
            values = list(enumerate(level.level.moves))
            yield from reversed(values) if self._left.backwards(level, point) else values
            return
        again, further, stored = self._decisions[id(level)]
        for number, value in again:
            level.learned.clear()
            level.learned.update(stored[number].measured if number in stored else {})
            yield number, value
        yield from further

    def _set(self, level: Compiled, number: int, value: Any) -> None:
        """Set a point as the engine's loop does."""
        place, depth = self._place, level.depth
        self._around.check()
        put, readback, settle = setting_of(level.level, place, self._around)
        wait, place.owed = max(level.level.delay, place.owed), 0.0
        place.index[depth], place.setpoints[depth] = number, value
        put(value)
        if readback is not None:
            place.setpoints[depth] = readback()
        if wait:
            settle(wait)

    def _point(self, level: Compiled, point: Point, *, last: bool) -> None:
        """Do what is left at a point that is set."""
        around, left = self._around, self._left
        innermost = not any(piece.inner for piece in level.pieces)
        around.check()
        if innermost and around.guard is not None:
            around.guard()
        newest, lacks = left.newest(level, point), left.lacks(level, point, last=last)
        for piece in level.pieces[newest + 1 :] if last else ():
            if piece.inner is not None and self._sees(piece.inner):
                self._bring_back_pass(piece.inner, point)
        for number, piece in enumerate(level.pieces):
            behind = last and number > newest
            if piece.inner is not None and piece.inner.stores:
                inner_last = last and number >= newest
                if not left.of_pass(piece.inner, point, last=inner_last):
                    self._pass_over(piece.inner, point)
                    self._bring_back_pass(piece.inner, point)
                elif left.begun(piece.inner, point):
                    self._go_on(piece.inner, point, last=inner_last)
                else:
                    piece.step.act()
                continue
            wanted = behind if piece.condition else not left.has(piece, point) if piece.group else behind or lacks
            if wanted:
                if piece.inner is None:
                    self._settle_first()
                piece.step.do_timed(1)
        around.progress.done += innermost

    def _bring_back(self, level: Compiled, point: Point, value: Any) -> None:
        """Set a point that is done, and what is nested in it, if something sees where that was left. Nothing settles."""
        inner = [piece.inner for piece in level.pieces if piece.inner is not None and self._sees(piece.inner)]
        at_its_end = not level.level.fixed or len(self._left.numbers(level, point[:-1])) == len(level.level.moves)
        if not inner and not (at_its_end and (level.after or id(level) in self._seen)):
            return  # the next point of this level is set anyway, or nothing sees where it was left
        self._put(level, value)
        for one in inner:
            self._bring_back_pass(one, point)

    def _bring_back_pass(self, level: Compiled, point: Point) -> None:
        """Set what a pass that is over swept to where it was left; if there was none at this point, that of the one before."""
        if not self._left.begun(level, point):
            before = self._left.last_pass(level)
            if before is None:
                return
            point = before
        if level.loop is not None:
            number, value = self._left.end_of(level, point)
            self._put(level, value)
            point = (*point, number)
        for piece in level.pieces:
            if piece.inner is not None:
                self._bring_back_pass(piece.inner, point)

    def _put(self, level: Compiled, value: Any) -> None:
        self._around.check()
        setting_of(level.level, self._place, self._around)[0](value)

    def _sees(self, level: Compiled) -> bool:
        """Whether something sees where a level was left, or one nested in it."""
        return any(id(one) in self._seen for one in _levels(level))

    def _is_seen(self, inner: Compiled, outer: Compiled) -> bool:
        """Whether anything is done before a nested level that is over is swept anew."""
        return len(outer.pieces) > 1 or bool(outer.after or inner.before) or id(outer) in self._seen

    def _settle_first(self) -> None:
        """Wait for what a level further out still owes, as the first setpoint of an inner level would have."""
        owed, self._place.owed = self._place.owed, 0.0
        if owed:
            sleep(self._around.clock, owed)

    def _pass_over(self, level: Compiled, point: Point) -> None:
        self._count(self._left.points_below(level, point))

    def _count(self, count: int) -> None:
        progress = self._around.progress
        progress.before += count
        progress.done += count

    def _decide_again(self, level: Compiled, point: Point) -> None:
        """Have those that decide decide again what is stored of the pass that was not completed, before anything is set."""
        if isinstance(level.level.sweep, Adaptive):
            self._recall(level, level.level.sweep, point)
        if level.loop is not None:
            point = (*point, self._left.numbers(level, point)[-1])
        newest = self._left.newest(level, point)
        inner = level.pieces[newest].inner if newest >= 0 else None
        if inner is not None:
            self._decide_again(inner, point)

    def _recall(self, level: Compiled, sweep: Adaptive, point: Point) -> None:
        stored = self._left.decided(level, point)
        count = self._left.numbers(level, point)[-1] + 1
        one = yield_of(sweep.parameter)
        readback = level.level.readback
        known: list[Any] = []
        while one.values is None and not readback and len(known) in stored:
            known.append(stored[len(known)].setpoint[0])
        further = iter(decided_values(sweep, self._around, level.learned, known))
        again: list[Numbered] = []
        for number in range(count):
            found = next(further, None)
            there = stored.get(number)  # a point at which something broke off may have none
            if found is None or (there is not None and not readback and _columns(one, found[1]) != there.setpoint):
                said = "to end" if found is None else repr(found[1])
                raise PlanError(
                    f"{sweep!r} does not decide the same again: at point {number} it decided {said}, stored is "
                    f"{there.setpoint if there is not None else 'a later one'}. Nothing was set. A generator can be resumed "
                    f"if the same measurements lead it to the same values (give random numbers a seed), a learner always."
                )
            again.append(found)
            if number + 1 < count and there is not None:  # what is missing of the last point is measured first
                level.learned.update(there.measured)
        self._decisions[id(level)] = (again, further, stored)


def _columns(one: Yield, value: Any) -> tuple[Any, ...]:
    return (value,) if one.values is None else tuple(one.values(value))


def _levels(level: Compiled) -> Iterator[Compiled]:
    yield level
    for piece in level.pieces:
        if piece.inner is not None:
            yield from _levels(piece.inner)
