"""What was typed into IPython or a notebook, and what came out, appended to a file. Knows no log.

The file is Python: outputs and errors are comments, so that a session can be run again. Each entry is written in one
piece and carries the process it comes from, because several may append to the same file.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from measurand._core.appending import append_line, open_appending
from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.logger._line import local_time

_log = logging.getLogger(__name__)
_LONGEST = 10_000  # characters of an output


class CommandHistory:
    """Appends each cell of an IPython shell, its output and its error to a file.

    A cell is written before it runs. Whatever goes wrong with the file, the cell runs; the first time is logged.

    Args:
        shell: IPython's `InteractiveShell`.
        path: The file; it and its folder are made if they are not there.
        clock: Stamps the cells.
    """

    def __init__(self, shell: Any, path: Path, clock: Clock = SYSTEM_CLOCK) -> None:
        self.path = path
        self._shell = shell
        self._clock = clock
        self._works = True

    def start(self) -> None:
        """Write what was typed so far, and from now on each cell."""
        earlier = [cell.rstrip() for cell in self._shell.user_ns.get("In", []) if cell]
        if earlier:
            self._add(self._headed("\n".join(earlier), ", typed before"))
        self._shell.events.register("pre_run_cell", self.on_cell)
        self._shell.events.register("post_run_cell", self.on_result)

    def stop(self) -> None:
        """Write no more."""
        for event, callback in (("pre_run_cell", self.on_cell), ("post_run_cell", self.on_result)):
            with suppress(ValueError):  # somebody unregistered it already
                self._shell.events.unregister(event, callback)

    def on_cell(self, info: Any) -> None:
        """Write a cell that is about to run."""
        if info.store_history:
            self._add(self._headed(info.raw_cell))

    def on_result(self, result: Any) -> None:
        """Write what a cell gave."""
        if result.info is None or not result.info.store_history:
            return
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            self._add(_commented("Error", f"{type(error).__name__}: {_text(error)}"))
        elif result.result is not None:
            self._add(_commented("Out", self._shown(result.result)))

    def _headed(self, cell: str, remark: str = "") -> str:
        now = local_time(self._clock.time()).isoformat(sep=" ", timespec="seconds")
        return f"\n# {now} pid {os.getpid()}{remark}\n{cell.rstrip()}"

    def _shown(self, value: object) -> str:
        with suppress(Exception):  # the same objects failed to show themselves to the user just before
            return str(self._shell.display_formatter.formatters["text/plain"](value))
        return f"<{type(value).__name__}>"

    def _add(self, text: str) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()
            descriptor = open_appending(self.path)
            try:
                append_line(descriptor, text.encode("utf-8", "backslashreplace"))
            finally:
                os.close(descriptor)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the file, the cell runs
            if self._works:
                _log.warning("The command history %s cannot be written: %s", self.path, error)
            self._works = False
        else:
            self._works = True


def present_shell() -> Any:
    """Return the shell of this IPython or notebook; None in plain Python."""
    ipython = sys.modules.get("IPython")  # where there is a shell, it is imported
    return None if ipython is None else ipython.get_ipython()


def present_history(shell: Any) -> CommandHistory | None:
    """Return the history that is being written of a shell, if there is one."""
    owners = (getattr(callback, "__self__", None) for callback in shell.events.callbacks["post_run_cell"])
    return next((owner for owner in owners if isinstance(owner, CommandHistory)), None)


def _commented(kind: str, text: str) -> str:
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
    return "\n".join(f"#[{kind}]# {line}" for line in shown.splitlines() or [""])


def _text(error: BaseException) -> str:
    with suppress(Exception):  # an exception whose text raises
        return str(error)
    return ""
