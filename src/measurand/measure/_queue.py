"""Runs that wait for each other: started one after another, in one thread, while the prompt is free.

A process has one queue. Runs of other processes do not wait here: that is what hosts and a shared queue are for, which
will offer the same verbs behind the same names.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator

from measurand.errors import MeasurementError
from measurand.measure._run import Run

Perform = Callable[[], None]


class Queue:
    """Runs in the order in which they will be done; the first one is being done.

    Args:
        name: What its thread is called.
    """

    def __init__(self, name: str = "measurand-queue") -> None:
        self._name = name
        self._waiting: list[tuple[Run, Perform]] = []
        self._running: Run | None = None
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None

    def __iter__(self) -> Iterator[Run]:
        with self._lock:
            running = [] if self._running is None else [self._running]
            return iter(running + [run for run, _ in self._waiting])

    def __len__(self) -> int:
        with self._lock:
            return len(self._waiting) + (self._running is not None)

    def __repr__(self) -> str:
        return "\n".join(repr(run) for run in self) or "no run is waiting or running"

    @property
    def running(self) -> Run | None:
        """The run that is being done; None if there is none."""
        return self._running

    def add(self, run: Run, perform: Perform) -> None:
        """Have a run done when those before it have ended.

        Args:
            run: Its handle.
            perform: Does it; whatever it raises is kept by the handle.
        """
        run.becomes("queued")
        with self._lock:
            self._waiting.append((run, perform))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=contextvars.Context().run, args=(self._work,), name=self._name, daemon=True
                )
                self._thread.start()

    def cancel(self, run: Run) -> None:
        """Take a waiting run out of the queue; a running one is asked to stop."""
        with self._lock:
            if run is self._running:
                run.stop("cancelled")
                return
            self._waiting.remove(self._entry(run))
        run.becomes("interrupted", "cancelled in the queue")
        run.over()

    def move(self, run: Run, place: int = 0) -> None:
        """Let a waiting run be done earlier or later.

        Args:
            run: One that waits.
            place: Its new place among those that wait, from 0: the next.
        """
        with self._lock:
            entry = self._entry(run)
            self._waiting.remove(entry)
            self._waiting.insert(place, entry)

    def _entry(self, run: Run) -> tuple[Run, Perform]:
        for entry in self._waiting:
            if entry[0] is run:
                return entry
        raise MeasurementError(f"{run!r} does not wait in the queue: it is {run.state}.")

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                run, perform = self._waiting.pop(0)
                self._running = run
            try:
                perform()
            finally:
                with self._lock:
                    self._running = None
                run.over()
