"""Weinschel 8320 step attenuator.

The commands and the steps are those of the driver guide that this project follows, where the device has served as the
simplest example for years; no public manual of the 8320 could be found (that of the 8311, Aeroflex / Weinschel IM-303A,
describes a related unit). What was not checked says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measurand.instrument import VisaInstrument, parameter
from measurand.instrument_drivers.older_names import older_names
from measurand.validators import Enum

_STEP, _MOST = 2, 60  # dB


class Weinschel8320(VisaInstrument):
    """Step attenuator for 0 to 60 dB.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.7::inst0::INSTR"``.
        **kwargs: As for `VisaInstrument`.

    Example:
        >>> from measurand.transports import ScriptedTransport
        >>> device = ScriptedTransport([("*IDN?", "Weinschel,8320,1,1.0"), ("ATTN ALL 40", None), ("ATTN? 1", "40")])
        >>> attenuator = Weinschel8320("attenuator", "GPIB0::10::INSTR", transport=device)
        Connected to: Weinschel 8320 (serial:1, firmware:1.0) in ...s
        >>> attenuator.attenuation(40)
        >>> attenuator.attenuation()
        40.0
    """

    attenuation = parameter(
        "ATTN? 1",
        "ATTN ALL {:02.0f}",
        label="Attenuation",
        unit="dB",
        get_parser=float,
        vals=Enum(*(float(step) for step in range(0, _MOST + 1, _STEP))),
    )
    """Attenuation of all channels in dB, 0 to 60 in steps of 2; read from the first. Not checked against a manual."""

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, terminator="\r", **kwargs)
        self.connect_message()


if not TYPE_CHECKING:  # type checkers know the spelling of today only
    __getattr__ = older_names(__name__)
