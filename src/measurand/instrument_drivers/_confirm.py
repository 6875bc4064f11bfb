"""Sets that SCPI devices confirm: the error queue is asked in the same message, so a set takes one round trip.

The queue behind ``SYSTem:ERRor?`` is that of SCPI-99, volume 2, 21.8. Knows no device.
"""

from __future__ import annotations

import re

from measurand.errors import DeviceError
from measurand.instrument import VisaInstrument

_NO_ERROR = re.compile(r"[+-]?0+\s*,")
_MOST_ERRORS = 20  # asked for in a row; a device that reports more without end is not waited for


def confirm(instrument: VisaInstrument, cmd: str) -> None:
    """Send a command and wait until the device has carried it out.

    Args:
        instrument: Whose device it is.
        cmd: The command, without a query in it.

    Raises:
        DeviceError: The device reported an error; its whole queue is in the message.
    """
    with instrument.lock:
        answer = instrument.ask_raw(f"{cmd};:SYST:ERR?")
        if _NO_ERROR.match(answer):
            return
        errors = [answer]
        while len(errors) < _MOST_ERRORS and not _NO_ERROR.match(answer := instrument.ask_raw("SYST:ERR?")):
            errors.append(answer)
    raise DeviceError(
        f"{instrument.name} ({instrument.address}): the device reported {'; '.join(errors)} after {cmd!r}."
    )


def next_errors(instrument: VisaInstrument) -> list[str]:
    """Empty the error queue of the device and return what was in it, oldest first, e.g. ``-222,"Data out of range"``."""
    errors: list[str] = []
    with instrument.lock:
        while len(errors) < _MOST_ERRORS and not _NO_ERROR.match(answer := instrument.ask_raw("SYST:ERR?")):
            errors.append(answer)
    return errors
