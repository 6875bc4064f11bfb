"""A driver at its simulated device: connected, watched, taken apart again. Knows no check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self

from measurand.instrument import ChannelTuple, Instrument, InstrumentBase
from measurand.parameters import ParameterBase


class Simulation(Protocol):
    """What `simulate` returns: a device that is there, until the block ends. `measurand.simulation.kit.serve` makes one."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What the driver's constructor needs beside a name."""
        ...

    def __enter__(self) -> Self:
        """Return itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Take the device away."""
        ...


class Unconnected:
    """The simulation of an instrument that has no connection.

    Args:
        **arguments: What the driver's constructor needs beside a name, e.g. a library that is not the real one.
    """

    def __init__(self, **arguments: Any) -> None:
        self.arguments: Mapping[str, Any] = arguments

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do nothing."""


class Bench:
    """One driver and what makes its simulated device.

    Args:
        driver: Class of the instrument.
        simulate: Makes the simulated device.
    """

    def __init__(self, driver: type[Instrument], simulate: Callable[[], Simulation]) -> None:
        self.driver = driver
        self.simulate = simulate

    @contextmanager
    def connected(self, **options: Any) -> Iterator[tuple[Any, Any]]:
        """Give the block an instrument and its simulated device; both are gone after it.

        Args:
            **options: Further arguments of the driver.
        """
        quiet, self.driver.quiet = self.driver.quiet, True
        try:
            with self.simulate() as simulation:
                instrument = self.driver("under_test", **simulation.arguments, **options)
                try:
                    yield instrument, simulation
                finally:
                    instrument.close()
        finally:
            self.driver.quiet = quiet


def parameters_of(node: InstrumentBase, path: str = "") -> Iterator[tuple[str, ParameterBase[Any]]]:
    """Yield every parameter of an instrument and its parts, with its path within the instrument."""
    for name, parameter in node.parameters.items():
        yield f"{path}{name}", parameter
    for name, module in node.submodules.items():
        if isinstance(module, InstrumentBase):
            yield from parameters_of(module, f"{path}{name}.")
        elif isinstance(module, ChannelTuple) and module.snapshotable:  # else they are submodules by themselves
            for channel in module:
                yield from parameters_of(channel, f"{path}{name}.{channel.short_name}.")


def received_by(simulation: Any) -> list[str]:
    """Return the messages that a simulated device has received; empty if it does not tell."""
    received: list[str] = getattr(simulation, "received", [])
    return received
