"""The instrument that all of these are: it has no device, and says so when asked who it is."""

from __future__ import annotations

from typing import Any

from measurand.compat.instrument import Instrument


class DummyBase(Instrument):
    """An instrument without a device.

    Args:
        name: Its name.
        **kwargs: Of `Instrument`.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)

    def get_idn(self) -> dict[str, str | None]:
        """Return who it is; no device is asked."""
        return {"vendor": "QCoDeS", "model": str(type(self)), "serial": "NA", "firmware": "NA"}
