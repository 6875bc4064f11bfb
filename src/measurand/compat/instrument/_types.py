"""Types that annotations of drivers name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, Protocol, TypedDict, TypeVar, runtime_checkable

TParameter = TypeVar("TParameter")
TSubmodule = TypeVar("TSubmodule")
InstrumentModuleType = TypeVar("InstrumentModuleType")


class InstrumentBaseKWArgs(TypedDict):
    """Keywords that every instrument takes."""

    metadata: NotRequired[Mapping[Any, Any] | None]
    label: NotRequired[str | None]


class VisaInstrumentKWArgs(TypedDict):
    """Keywords that every instrument behind VISA takes."""

    metadata: NotRequired[Mapping[Any, Any] | None]
    label: NotRequired[str | None]
    terminator: NotRequired[str | None]
    timeout: NotRequired[float]
    device_clear: NotRequired[bool]
    visalib: NotRequired[str | None]
    pyvisa_sim_file: NotRequired[str | None]
    resource: NotRequired[Any]


@runtime_checkable
class InstrumentProtocol(Protocol):
    """What speaks to a device."""

    def ask(self, cmd: str) -> str:
        """Send a query and return the answer."""
        ...

    def write(self, cmd: str) -> None:
        """Send a command that has no answer."""
        ...
