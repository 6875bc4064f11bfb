"""What a parameter may ask of the thing it belongs to. Parameters know nothing else about instruments."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any, Protocol


class Owner(Protocol):
    """An instrument, module or channel as its parameters see it."""

    @property
    def name(self) -> str:
        """Full name, e.g. ``"dac_ch3"``."""
        ...

    @property
    def name_parts(self) -> list[str]:
        """Names from the root down, e.g. ``["dac", "ch3"]``."""
        ...

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by name; a parameter enters itself while it is made."""
        ...

    @property
    def lock(self) -> threading.RLock:
        """The lock of the root instrument."""
        ...

    @property
    def lane(self) -> Hashable | None:
        """The physical connection; quantities that share one are read one after the other. None: no connection."""
        ...

    def ask(self, cmd: str) -> str:
        """Send a query and return the answer."""
        ...

    def write(self, cmd: str) -> None:
        """Send a command that has no answer."""
        ...
