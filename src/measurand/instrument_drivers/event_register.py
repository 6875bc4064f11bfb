"""Errors that devices keep as bits of the standard event register: drivers that ask for it have every set confirmed.

The register behind ``*ESR?`` is that of IEEE 488.2, 11.5: reading it clears it. Knows no device; `scpi_errors` is for devices
that keep a queue of errors with texts.
"""

from __future__ import annotations

from collections.abc import Mapping

from measurand.errors import DeviceError
from measurand.instrument import VisaInstrument


def bits(answer: str, meanings: Mapping[int, str]) -> list[str]:
    """Return what the bits of a status register mean, lowest first.

    Raises:
        ValueError: The answer is no integer.

    Example:
        >>> bits("5", {0: "input overload", 1: "filter overload", 2: "output overload"})
        ['input overload', 'output overload']
    """
    return [text for bit, text in meanings.items() if int(answer) >> bit & 1]


def confirm(instrument: VisaInstrument, cmd: str, errors: Mapping[int, str]) -> None:
    """Send a command and wait until the device has carried it out; one round trip.

    Args:
        instrument: Whose device it is.
        cmd: The command, without a query in it.
        errors: What the bits of the register mean that are errors.

    Raises:
        DeviceError: The device reported an error.

    Example:
        >>> from measurand.transports import ScriptedTransport
        >>> script = ScriptedTransport([("FREQ -1;*ESR?", "16")])
        >>> lockin = VisaInstrument("lockin", "GPIB0::8::INSTR", transport=script)
        >>> confirm(lockin, "FREQ -1", {4: "execution error", 5: "illegal command"})
        Traceback (most recent call last):
        ...
        measurand.errors.DeviceError: lockin (GPIB0::8::INSTR): the device reported execution error after 'FREQ -1'.
        >>> lockin.close()
    """
    problems = bits(instrument.ask_raw(f"{cmd};*ESR?"), errors)
    if problems:
        raise DeviceError(
            f"{instrument.name} ({instrument.address}): the device reported {'; '.join(problems)} after {cmd!r}."
        )
