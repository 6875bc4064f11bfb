"""A line in the log for each exported dataset."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)


def log_dataset_export_info(path: Path | None, **kwargs: Any) -> None:
    """Log where a dataset was exported to, and whether somebody asked for it.

    Args:
        path: The file; None: nothing was exported.
        **kwargs: ``automatic_export=True`` for an export that a setting asked for; others are not used.
    """
    how = "automatically" if kwargs.get("automatic_export") else "manually"
    _log.info("Dataset has been exported to: %s this was triggered %s.", path, how)
