"""What was read of a group that failed in the middle: an event of the run, as a row of it alone would be a wrong one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from measurand.errors import MeasurandError

_log = logging.getLogger(__name__)


def keep_partial(
    event: Callable[[Mapping[str, Any]], None],
    table: str,
    index: Sequence[int],
    setpoints: Mapping[str, Any],
    read: Mapping[str, Any],
) -> None:
    """Note what was read before, or at the same time as, the failure of another one of its group.

    Args:
        event: Notes an event in the record of the run. If it fails that is logged: what is raised at this point must be
            why the group could not be read.
        table: Where its row would have been stored.
        index: Where in its grid.
        setpoints: Name and value of what is swept.
        read: Name and value of what was read.
    """
    where = {"table": table, "index": list(index), "setpoints": dict(setpoints)}
    try:
        event({"event": "partial", **where, "read": dict(read)})
    except MeasurandError as error:
        _log.warning("What was read at %s is not kept with the run (%s): %r", where, error, dict(read))
