"""Lock-ins of Stanford Research Systems keep errors as bits of the standard event register: each set asks for them.

The register is that of IEEE 488.2, 11.5; bit 1 is left free there, and the manuals say what it is.
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
    """
    problems = bits(instrument.ask_raw(f"{cmd};*ESR?"), errors)
    if problems:
        raise DeviceError(
            f"{instrument.name} ({instrument.address}): the device reported {'; '.join(problems)} after {cmd!r}."
        )
