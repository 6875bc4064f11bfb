"""A run seen and steered from outside: writes how it is doing, reads what others ask of it. A thread of its own."""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from measurand.dataset import CONTROL, LIVE, Record, read_record
from measurand.measure._run import Run

_log = logging.getLogger(__name__)
_PERIOD = 0.2  # s


class Attendant:
    """Keeps the live record of a run, and carries out its control record, while the block runs.

    Args:
        run: Whom it attends.
        folder: Where its data are; None: nowhere, and nothing is done.
    """

    def __init__(self, run: Run, folder: Path | None) -> None:
        self._run = run
        self._folder = folder
        self._end = threading.Event()
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._attend, name="measurand-attendant", daemon=True)

    def __enter__(self) -> Self:
        if self._folder is not None:
            known = read_record(self._folder / CONTROL)
            self._seen = 0 if known is None else known[0]
            self._live = Record(self._folder / LIVE)
            self._look(self._folder)  # before the first point: who sees the run can steer it
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        if self._folder is not None:
            self._thread.join()

    def _attend(self) -> None:
        assert self._folder is not None  # noqa: S101 - the thread is started with a folder only
        while True:
            ended = self._end.wait(_PERIOD)
            self._look(self._folder)
            if ended:
                return

    def _look(self, folder: Path) -> None:
        """Say how the run is doing, and do what was asked for."""
        try:
            self._live.write(self._state())
            self._obey(folder / CONTROL)
        except Exception:  # noqa: BLE001 - whoever looks on must not end what is looked at
            _log.exception("The live record of run %s was not written", self._run)

    def _state(self) -> dict[str, Any]:
        run = self._run
        elapsed = time.monotonic() - self._began
        done, total = run.progress.done, run.progress.total
        rate = (done - run.progress.before) / elapsed if elapsed > 0 else 0.0
        left = (total - done) / rate if rate and total > done else None
        return {
            "state": run.state, "done": done, "total": total, "rate": round(rate, 3),
            "left": None if left is None else round(left, 1), "pid": os.getpid(), "time": time.time(),
            "why": run.token.reason,
        }  # fmt: skip

    def _obey(self, path: Path) -> None:
        """Carry out what somebody asked for since the last look."""
        asked = read_record(path) if path.exists() else None
        if asked is None or asked[0] == self._seen:
            return
        self._seen, order = asked
        reason = str(order.get("reason") or f"asked for by process {order.get('pid')}")
        if order.get("order") == "stop":
            self._run.stop(reason)
        elif order.get("order") == "pause":
            self._run.pause(reason)
        elif order.get("order") == "resume":
            self._run.resume()
