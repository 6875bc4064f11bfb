"""What the instruments of this vendor share: each command is confirmed, and an error of the device is raised."""

from __future__ import annotations

import math

from measurand.instrument import VisaInstrument
from measurand.instrument_drivers.scpi_errors import confirm

_BEYOND = 9e37  # SCPI writes infinity as 9.9E+37


class _MeasurandInstrument(VisaInstrument):
    """An instrument that is asked after each command whether it has carried it out.

    The question is sent in the same message, so a set takes one round trip, is complete on the device when it returns,
    and raises `DeviceError` if the device refused it.
    """

    def write_raw(self, cmd: str) -> None:
        """Send a command and wait until the device has carried it out.

        Raises:
            DeviceError: The device reported an error; its whole queue is in the message.
        """
        confirm(self, cmd)

    def reset(self) -> None:
        """Bring the device into the state it has after power-on; what was known of it is forgotten."""
        self.write("*RST")
        for node in (self, *self.submodules.values()):
            for parameter in node.parameters.values():
                parameter.cache.invalidate()


def reading(answer: str) -> float:
    """Return a reading as a float; an overload is infinite, with its sign, and what is no number is none."""
    value = float(answer)
    return math.copysign(math.inf, value) if abs(value) >= _BEYOND else value
