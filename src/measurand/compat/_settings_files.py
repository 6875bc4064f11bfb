"""Where files of settings may be. Reads none of them."""

from __future__ import annotations

import os
from collections.abc import Callable

FILE, SCHEMA = "qcodesrc.json", "qcodesrc_schema.json"
VARIABLE = "QCODES_CONFIG"


def at_home(name: str) -> str:
    """Return the path of a file in the home folder."""
    return os.path.join(os.path.expanduser("~"), name)  # noqa: PTH111, PTH118 - Path.home raises where there is none


def named_by_environment(name: str) -> str:
    """Return the path of a file where the variable points, at a folder or at the file of settings; empty: it is not set."""
    given = os.path.expanduser(os.environ.get(VARIABLE, ""))  # noqa: PTH111 - as above
    if not given:
        return ""
    return os.path.join(given, name) if os.path.isdir(given) else given.replace(FILE, name)  # noqa: PTH112, PTH118 - as above


def in_working_directory(name: str) -> str:
    """Return the path of a file in the working directory."""
    return os.path.abspath(name)  # noqa: PTH100 - as above


def any_is_there() -> bool:
    """Return whether there is a file of settings at one of these places."""
    places: tuple[Callable[[str], str], ...] = (at_home, named_by_environment, in_working_directory)
    return any(os.path.isfile(place(FILE)) for place in places)  # noqa: PTH113 - as above
