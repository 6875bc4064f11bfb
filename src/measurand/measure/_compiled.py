"""A level of a plan as the engine compiled it: what does a whole pass, and its pieces, for who goes on in the middle of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from measurand.measure._actions import BreakIf
from measurand.measure._exits import Act
from measurand.measure._layout import Group
from measurand.measure._level import Level
from measurand.measure._points import Loop
from measurand.measure._step import Step


@dataclass(frozen=True)
class Piece:
    """One thing that is done at a point.

    Attributes:
        step: Does it.
        group: The reads that it stores a row of, if it is that.
        inner: The level that it goes through, if it is that.
        condition: Whether it is a condition that ends something.
    """

    step: Step
    group: Group | None = None
    inner: Compiled | None = None
    condition: bool = False


@dataclass(frozen=True, eq=False)
class Compiled:
    """One level at one place of a plan.

    Attributes:
        level: What it was made of.
        place: Its positions among the actions of the levels further out.
        depth: How many levels further out sweep something.
        pieces: What is done at each point.
        loop: Goes through those points that it is given, number and value of each; None: nothing is swept.
        passes: One number: how often it was gone through.
        before: What happens when it begins.
        after: What happens when it was completed.
        always: What happens when it ends.
        learned: For an adaptive level, where the next decision finds what was measured.
        act: Does all of that.
    """

    level: Level
    place: tuple[int, ...]
    depth: int
    pieces: Sequence[Piece]
    loop: Loop | None
    passes: list[int]
    before: Sequence[Act]
    after: Sequence[Act]
    always: Sequence[Act]
    act: Act
    learned: dict[str, Any] = field(default_factory=dict)

    @property
    def stores(self) -> bool:
        """Whether anything in it stores rows."""
        return any(piece.group is not None or (piece.inner and piece.inner.stores) for piece in self.pieces)

    @property
    def breakable(self) -> bool:
        """Whether a condition may end a pass early."""
        return any(isinstance(action, BreakIf) for action in self.level.actions)
