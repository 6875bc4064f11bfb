"""Where this process runs: what runs and annotations say about who made them. Asked once per process."""

from __future__ import annotations

import functools
import getpass
import socket


@functools.cache
def user() -> str:
    """Return the name of the user; empty if the system knows none, e.g. in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # ImportError: Windows without the variable USERNAME
        return ""


@functools.cache
def host() -> str:
    """Return the name of this computer."""
    return socket.gethostname()
