"""Work in lanes: one thread per connection, serial inside a lane, results in the order the work was declared.

Two quantities that share a connection can never mix up their answers, two that do not are read at the same time.
Knows nothing about what the work is.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Hashable, Sequence
from queue import SimpleQueue
from typing import Any

Job = Callable[[], Any]


class _Worker:
    """One thread that executes batches of jobs as they come."""

    def __init__(self, name: str) -> None:
        self._orders: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._done: SimpleQueue[None] = SimpleQueue()
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=lambda: context.run(self._work), name=name, daemon=True)
        self._thread.start()

    def begin(self, batch: Callable[[], None]) -> None:
        self._orders.put(batch)

    def finish(self) -> None:
        self._done.get()

    def end(self) -> None:
        self._orders.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (batch := self._orders.get()) is not None:
            batch()
            self._done.put(None)


class Lanes:
    """A fixed list of jobs, each in the lane of its connection.

    Args:
        jobs: ``(lane, job)`` in the order in which results are wanted. Lane None means: in the caller's thread.
        name: What the threads are called in a debugger.

    The first lane runs in the thread that calls `read`, and so does the lane None, after all others have finished: such
    a job may need several connections. A list with a single lane makes no thread.
    """

    def __init__(self, jobs: Sequence[tuple[Hashable | None, Job]], name: str = "lane") -> None:
        self._count = len(jobs)
        grouped: dict[Hashable | None, list[tuple[int, Job]]] = {}
        for position, (lane, job) in enumerate(jobs):
            grouped.setdefault(lane, []).append((position, job))
        here = grouped.pop(None, [])
        self._here = grouped.pop(next(iter(grouped))) if grouped else []
        self._last = here  # without a connection of its own a job may use any, so it runs when no other does
        self._others = [(_Worker(f"{name}-{i}"), work) for i, work in enumerate(grouped.values())]

    def read(self) -> tuple[list[Any], list[int], list[tuple[int, BaseException]]]:
        """Do every job once.

        Returns:
            The results in declared order, None where a job failed or a failure before it in its lane kept it from
            being done; the positions of those that were done; and the failures as ``(position, exception)``.
        """
        results: list[Any] = [None] * self._count
        done: list[int] = []
        failures: list[tuple[int, BaseException]] = []
        begun: list[_Worker] = []
        try:
            for worker, work in self._others:
                worker.begin(lambda work=work: _do(work, results, done, failures))  # type: ignore[misc]  # default binds now
                begun.append(worker)
            _do(self._here, results, done, failures)
        finally:
            for worker in begun:
                worker.finish()
        _do(self._last, results, done, failures)
        failures.sort(key=lambda failure: failure[0])
        return results, done, failures

    def close(self) -> None:
        """End the threads."""
        for worker, _ in self._others:
            worker.end()
        self._others = []


def _do(
    work: list[tuple[int, Job]], results: list[Any], done: list[int], failures: list[tuple[int, BaseException]]
) -> None:
    for position, job in work:
        try:
            results[position] = job()
            done.append(position)
        except BaseException as error:  # noqa: BLE001 - handed to the caller of `read`, who raises it
            failures.append((position, error))
            return
