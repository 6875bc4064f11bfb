"""The background thread of a writer: calls two functions at the right times. Knows not what they do.

It lives by the real clock, whatever clock the run has: disks do not follow a simulated one.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable

_SHARE = 5.0  # syncing may take one part in this many of the time, on a slow disk
_SHORTEST = 0.001  # s; a period of 0 means often, not without a pause
_BEAT = 10.0  # s between signs of life


class Flusher:
    """Call ``work`` soon after being woken, and ``sync`` every ``period`` s, less often where that is slow.

    Args:
        work: Writes what is ready.
        sync: Brings what is written through a power loss.
        beat: Gives a sign of life, every 10 s.
        on_failure: Called once with what any of them raised; the thread ends then.
        period: s between calls of ``sync``.
        name: What the thread is called in a debugger.
    """

    def __init__(
        self,
        work: Callable[[], None],
        sync: Callable[[], None],
        beat: Callable[[], None],
        on_failure: Callable[[Exception], None],
        period: float,
        name: str,
    ) -> None:
        # Not an event: `SimpleQueue.put` is one step that a Ctrl-C cannot leave half done, with a lock held.
        self._calls: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._work, self._sync, self._beat, self._on_failure = work, sync, beat, on_failure
        self._period = max(period, _SHORTEST)
        self._ending = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Have the thread look for work; cheap, and safe where a Ctrl-C may come at any moment."""
        self._calls.put(None)

    def end(self) -> None:
        """End the thread and wait for it. What is in progress is completed."""
        self._ending = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        next_sync = time.monotonic() + self._period
        next_beat = time.monotonic() + _BEAT
        try:
            while not self._ending:
                self._wait(until=min(next_sync, next_beat))
                self._work()
                begun = time.monotonic()
                if begun >= next_sync:
                    self._sync()
                    cost = time.monotonic() - begun
                    next_sync = begun + max(self._period, _SHARE * cost)
                if begun >= next_beat:
                    self._beat()
                    next_beat = begun + _BEAT
        except Exception as error:  # noqa: BLE001 - handed to the writer, which fails the run with it
            self._on_failure(error)

    def _wait(self, until: float) -> None:
        """Wait for a call."""
        left = until - time.monotonic()
        if left > 0 and not self._ending:
            with contextlib.suppress(queue.Empty):
                self._calls.get(timeout=left)
