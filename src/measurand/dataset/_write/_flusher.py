"""The background thread of a writer: calls two functions at the right times. Knows not what they do.

It lives by the real clock, whatever clock the run has: disks do not follow a simulated one.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable

_PERIOD = 0.05  # s between looks for work: the age of an array before it is in the file
_SHARE = 5.0  # syncing may take one part in this many of the time, on a slow disk


class Flusher:
    """Call ``work`` every 50 ms or when woken, and ``sync`` every ``period`` s, less often where that is slow.

    Args:
        work: Writes what is ready.
        sync: Brings what is written through a power loss.
        on_failure: Called once with what either raised; the thread ends then.
        period: s between calls of ``sync``.
        name: What the thread is called in a debugger.
    """

    def __init__(
        self,
        work: Callable[[], None],
        sync: Callable[[], None],
        on_failure: Callable[[Exception], None],
        period: float,
        name: str,
    ) -> None:
        # Not an event: `SimpleQueue.put` is one step that a Ctrl-C cannot leave half done, with a lock held.
        self._woken: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._work, self._sync, self._on_failure, self._period = work, sync, on_failure, period
        self._ending = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Have the thread look for work now; cheap, and safe where a Ctrl-C may come at any moment."""
        self._woken.put(None)

    def end(self) -> None:
        """End the thread and wait for it. What is in progress is completed."""
        self._ending = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        due = time.monotonic() + self._period
        try:
            while not self._ending:
                with contextlib.suppress(queue.Empty):
                    self._woken.get(timeout=_PERIOD)
                self._work()
                begun = time.monotonic()
                if begun >= due:
                    self._sync()
                    cost = time.monotonic() - begun
                    due = begun + max(self._period, _SHARE * cost)
        except Exception as error:  # noqa: BLE001 - handed to the writer, which fails the run with it
            self._on_failure(error)
