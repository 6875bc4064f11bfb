"""How far a run is: a counter that costs an addition, and a bar drawn by a thread of its own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

_PERIOD = 0.2  # s between two drawings
_PATIENCE = 1.0  # s


class Progress:
    """Points done and points planned.

    Attributes:
        done: Innermost points completed.
        total: Innermost points planned, if nothing breaks off.
        before: Of those done, how many were done before the run was resumed.
    """

    __slots__ = ("before", "done", "total")

    def __init__(self, total: int) -> None:
        self.done = 0
        self.total = total
        self.before = 0

    def __repr__(self) -> str:
        return f"{self.done} of {self.total} points"


class Counted(Progress):
    """Progress that is asked for when somebody looks, so that counting costs nothing.

    Args:
        count: Returns how much is done.
    """

    __slots__ = ("_count",)

    def __init__(self, count: Callable[[], int]) -> None:
        self._count = count
        self.before = 0
        self.total = 0  # nobody knows how much will come, unless it is said later

    @property
    def done(self) -> int:
        """How much is done."""
        return self._count()

    @done.setter
    def done(self, done: int) -> None:
        raise AttributeError(f"{done!r} cannot be set: it is counted elsewhere.")

    def __repr__(self) -> str:
        return f"{self.done} of {self.total} points" if self.total else f"{self.done} points"


class Bar:
    """Draws `Progress` with rate and remaining time on stderr while the block runs; never slows or breaks the run.

    Args:
        progress: What to draw.
        title: Text before the bar.
        show: True or False; None: only where somebody looks (a terminal or a notebook).
    """

    def __init__(self, progress: Progress, title: str, show: bool | None) -> None:
        self._progress = progress
        self._title = title
        self._show = _somebody_looks() if show is None else show
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self._show:
            self._thread = threading.Thread(target=self._draw, name="measurand-progress", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)  # a pipe that nobody reads must not keep a finished run

    def _draw(self) -> None:
        from tqdm import tqdm

        bar: Any = tqdm(
            total=self._progress.total or None, desc=self._title, unit=" pt", delay=_PERIOD, file=sys.stderr
        )
        while not self._end.wait(_PERIOD):
            bar.total = self._progress.total or None  # more may be planned on the way
            bar.initial = self._progress.before  # which no rate shall count
            bar.update(self._progress.done - bar.n)
        bar.update(self._progress.done - bar.n)
        bar.close()


def _somebody_looks() -> bool:
    is_terminal = getattr(sys.stderr, "isatty", None)  # pythonw has no stderr, some windows one of their own
    return bool(is_terminal and is_terminal()) or _in_a_notebook()


def _in_a_notebook() -> bool:
    """Return whether a kernel runs this process; who imports ``ipykernel`` for something else has none."""
    ipython = sys.modules.get("IPython")  # where there is a kernel, it is imported
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None
