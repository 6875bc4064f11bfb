"""What is left of a plan of which a part was done before, from the rows that are stored. Does nothing, sets nothing.

The rows are the cursor. Where a condition may end a level early, or decisions do, a pass that something was stored after is
over, whatever it lacks: nobody wrote down that it ended, but what came after shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from measurand.measure._compiled import Compiled, Piece
from measurand.measure._past import Past, Point, Rows
from measurand.parameters import Adaptive, yield_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Decision(NamedTuple):
    """One point of an adaptive level.

    Attributes:
        setpoint: What is stored of it, by column.
        measured: What was measured there, by column.
    """

    setpoint: tuple[Any, ...]
    measured: dict[str, Any]


class Left:
    """What is left to do. In all of it, ``last`` says that nothing is stored that came later.

    Args:
        past: What is stored.
    """

    def __init__(self, past: Past) -> None:
        self._past = past

    def of_pass(self, level: Compiled, point: Point, *, last: bool) -> bool:
        """Whether something is left of the pass of a level at the point of those further out."""
        if not self.begun(level, point):
            return last or not _is_open(level)
        if _is_open(level) and not last:
            return False
        if last and (level.after or level.always or isinstance(level.level.sweep, Adaptive)):
            return True
        if level.loop is None:
            return self.of_point(level, point, last=last)
        done, newest = self.done(level, point), self.numbers(level, point)[-1]
        if last and newest != (0 if self.backwards(level, point) else len(done) - 1):
            return True
        done[newest] = False
        return any(
            self.of_point(level, (*point, number), last=last and number == newest)
            for number in (~done).nonzero()[0].tolist()
        )

    def of_point(self, level: Compiled, point: Point, *, last: bool) -> bool:
        """Whether something is left to do at a point of a level."""
        if self.lacks(level, point, last=last):
            return True
        newest = self.newest(level, point)
        return last and any(not _stores(piece) for piece in level.pieces[newest + 1 :])

    def lacks(self, level: Compiled, point: Point, *, last: bool) -> bool:
        """Whether a row is missing at a point, or below it."""
        newest = self.newest(level, point)
        return any(
            self.of_pass(piece.inner, point, last=last and number >= newest)
            if piece.inner is not None
            else not self.has(piece, point)
            for number, piece in enumerate(level.pieces)
            if _stores(piece)
        )

    def has(self, piece: Piece, point: Point) -> bool:
        """Whether a piece that reads has its row at a point."""
        return piece.group is not None and bool(self._past.of(piece.group).at(point))

    def begun(self, level: Compiled, point: Point) -> bool:
        """Whether anything of a pass is stored."""
        return self._past.touches(level.place, point)

    def newest(self, level: Compiled, point: Point) -> int:
        """Return the number of the last piece at a point that stored something; -1: none did."""
        stored = (any(rows.at(point) for rows in self._rows_of(piece)) for piece in level.pieces)
        return max((number for number, is_there in enumerate(stored) if is_there), default=-1)

    def numbers(self, level: Compiled, point: Point) -> list[int]:
        """Return the points of a pass at which something is stored, in the order in which they were done."""
        counts = self._counts(level, point)
        stored = [number for number, count in enumerate(counts.tolist()) if count]
        return stored[::-1] if self.backwards(level, point) else stored

    def backwards(self, level: Compiled, point: Point) -> bool:
        """Whether a pass went from the last value to the first: as the order of its rows shows, or the number of passes."""
        if not level.level.snake:
            return False
        numbers = next((found for rows in self._past.under(level.place) if (found := rows.order(point))), [])
        if len(numbers) == 2:
            return numbers[0] > numbers[1]
        if level.passes[0]:
            return not level.passes[0] % 2
        return bool(numbers) and numbers[0] == len(level.level.moves) - 1 > 0

    def count_passes(self, level: Compiled, passes: int) -> None:
        """Note at a level and all that are nested in it how often they were gone through.

        A level that goes there and back needs that. Where rows do not tell, they tell at least whether it is even or odd.
        """
        level.passes[0] = passes
        point = self.last_pass(level)
        for position, piece in enumerate(level.pieces):
            if piece.inner is None or point is None:
                continue
            here = point if level.loop is None else (*point, self.numbers(level, point)[-1])
            if _is_open(level):
                times = self._passes_stored(piece.inner)
            else:
                times = self._points_done(level, passes, here) - (position > self.newest(level, here))
            self.count_passes(piece.inner, times)

    def _passes_stored(self, level: Compiled) -> int:
        """Return the number of passes of which something is stored; one more if the last went the other way."""
        times = max((rows.passes(level.depth) for rows in self._past.under(level.place)), default=0)
        before = self.last_pass(level)
        return times if before is None else times + (level.level.snake and self.backwards(level, before) == times % 2)

    def _points_done(self, level: Compiled, passes: int, here: Point) -> int:
        """Return how many points of a level were begun, the one at ``here`` the last."""
        if level.loop is None:
            return passes
        size, number = len(level.level.moves), here[-1]
        rank = size - 1 - number if self.backwards(level, here[:-1]) else number
        return (passes - 1) * size + rank + 1

    def last_pass(self, level: Compiled) -> Point | None:
        """Return at which point of those further out the last pass of a level was; None: there was none."""
        return next((rows.last()[: level.depth] for rows in self._past.under(level.place) if rows.count), None)

    def done(self, level: Compiled, point: Point) -> npt.NDArray[np.bool_]:
        """Return for each point of a pass whether nothing can be left of it, if something is stored later."""
        import numpy as np

        size = len(self._counts(level, point))
        done = np.ones(size, bool)
        for piece in level.pieces:
            if not _stores(piece):
                continue
            expected = _expected(piece)
            for rows in self._rows_of(piece):
                done &= rows.along(point, size) >= expected.get(id(rows.group), np.iinfo(np.int64).max)
        return done

    def points_below(self, level: Compiled, point: Point) -> int:
        """Return how many innermost points are stored at a point of a level, or below it."""
        inner = [piece.inner for piece in level.pieces if piece.inner is not None]
        if inner:
            return sum(self.points_below(one, point) for one in inner)
        groups = [piece.group for piece in level.pieces if piece.group is not None]
        return max((self._past.of(group).at(point) for group in groups), default=0)

    def points_along(self, level: Compiled, point: Point, size: int) -> npt.NDArray[np.int64]:
        """Return the innermost points that are stored at each of the first ``size`` points of a pass, or below them."""
        import numpy as np

        found = np.zeros(size, np.int64)
        inner = [piece.inner for piece in level.pieces if piece.inner is not None]
        for one in inner:
            found += self.points_along(one, point, size)
        for piece in () if inner else level.pieces:
            for rows in self._rows_of(piece):
                found = np.maximum(found, rows.along(point, size))
        return found

    def decided(self, level: Compiled, point: Point) -> dict[int, Decision]:
        """Return, for each point of a pass of an adaptive level that has a row, what was decided and what was measured."""
        found: dict[int, Decision] = {}
        for rows in _learnt_from(self._past, level):
            for number, row in rows.last_rows(point).items():
                known = found.setdefault(number, Decision(rows.setpoint(row, level.depth), {}))
                known.measured.update(rows.results(row))
        return found

    def end_of(self, level: Compiled, point: Point) -> tuple[int, Any]:
        """Return number and value of the point at which a pass was left."""
        number = self.numbers(level, point)[-1]
        if level.level.fixed:
            return number, list(level.level.moves)[number]
        there = next(rows for rows in self._past.under(level.place) if rows.at((*point, number)))
        setpoint = there.setpoint(there.last_rows(point)[number], level.depth)
        return number, setpoint[0] if yield_of(level.level.moves.parameter).values is None else setpoint

    def _counts(self, level: Compiled, point: Point) -> npt.NDArray[np.int64]:
        import numpy as np

        under = list(self._past.under(level.place))
        size = len(level.level.moves) if level.level.fixed else max(rows.reach(level.depth) for rows in under)
        counts = np.zeros(size, np.int64)
        for rows in under:
            counts += rows.along(point, size)
        return counts

    def _rows_of(self, piece: Piece) -> Iterator[Rows]:
        if piece.group is not None:
            return iter((self._past.of(piece.group),))
        return self._past.under(piece.inner.place) if piece.inner is not None else iter(())


def _stores(piece: Piece) -> bool:
    return piece.group is not None or (piece.inner is not None and piece.inner.stores)


def _is_open(level: Compiled) -> bool:
    """Whether nobody knows beforehand where a pass of the level ends."""
    return level.breakable or isinstance(level.level.sweep, Adaptive)


def _expected(piece: Piece) -> dict[int, int]:
    """Return how many rows a piece stores at a point, by the id of each group in it; nothing for those that nobody knows."""
    if piece.group is not None:
        return {id(piece.group): 1}
    if piece.inner is None or _is_open(piece.inner):
        return {}
    times = len(piece.inner.level.moves) if piece.inner.level.swept else 1
    return {group: times * rows for inner in piece.inner.pieces for group, rows in _expected(inner).items()}


def _learnt_from(past: Past, level: Compiled) -> Iterator[Rows]:
    """Yield the rows from which the next decision of an adaptive level is made."""
    for piece in level.pieces:
        if piece.group is not None:
            yield past.of(piece.group)
        elif piece.inner is not None and not isinstance(piece.inner.level.sweep, Adaptive):
            yield from _learnt_from(past, piece.inner)
