"""Errors that SCPI devices keep in a queue: drivers that ask for them in the same message have every set confirmed.

The queue behind ``SYSTem:ERRor?`` is that of SCPI-99, volume 2, 21.8. Knows no device.
"""

from __future__ import annotations

import re

from measurand.errors import DeviceError
from measurand.instrument import VisaInstrument

_NO_ERROR = re.compile(r"[+-]?0+\s*,")
_MOST_ERRORS = 20  # asked for in a row; a device that reports more without end is not waited for


def confirm(instrument: VisaInstrument, cmd: str) -> None:
    """Send a command and wait until the device has carried it out; one round trip.

    Args:
        instrument: Whose device it is.
        cmd: The command, without a query in it.

    Raises:
        DeviceError: The device reported an error; its whole queue is in the message.

    Example:
        >>> from measurand.transports import ScriptedTransport
        >>> script = ScriptedTransport(
        ...     [("VOLT 99;:SYST:ERR?", '-222,"Data out of range"'), ("SYST:ERR?", '0,"No error"')]
        ... )
        >>> source = VisaInstrument("source", "GPIB0::5::INSTR", transport=script)
        >>> confirm(source, "VOLT 99")
        Traceback (most recent call last):
        ...
        measurand.errors.DeviceError: source (GPIB0::5::INSTR): the device reported -222,"Data out of range" after 'VOLT 99'.
        >>> source.close()
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
    """Empty the error queue of the device and return what was in it, oldest first.

    Example:
        >>> from measurand.transports import ScriptedTransport
        >>> script = ScriptedTransport([("SYST:ERR?", '-113,"Undefined header"'), ("SYST:ERR?", '+0,"No error"')])
        >>> next_errors(VisaInstrument("source", "GPIB0::5::INSTR", transport=script))
        ['-113,"Undefined header"']
    """
    errors: list[str] = []
    with instrument.lock:
        while len(errors) < _MOST_ERRORS and not _NO_ERROR.match(answer := instrument.ask_raw("SYST:ERR?")):
            errors.append(answer)
    return errors
