"""``qcodes.utils.path_helpers``."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["QCODES_USER_PATH_ENV", "get_qcodes_path", "get_qcodes_user_path"]

QCODES_USER_PATH_ENV = "QCODES_USER_PATH"


def get_qcodes_path(*subfolder: str) -> str:
    """Return the folder of the modules that are QCoDeS here, or what is below it."""
    import measurand.compat.qcodes

    return os.path.join(Path(measurand.compat.qcodes.__file__).parent, *subfolder, "")  # noqa: PTH118 - ends with a separator


def get_qcodes_user_path(*file_parts: str) -> str:
    """Return the folder ``~/.qcodes``, or what is below it; ``QCODES_USER_PATH`` says where it is, if it is set."""
    top = os.environ.get(QCODES_USER_PATH_ENV)
    return (
        str(Path(top) if top else Path.home() / ".qcodes")
        if not file_parts
        else str((Path(top) if top else Path.home() / ".qcodes").joinpath(*file_parts))
    )
