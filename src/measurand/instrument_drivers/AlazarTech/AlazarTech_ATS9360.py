"""AlazarTech ATS9360: two channels, 12 bits, 1.8 GS/s. ATS-SDK user guide (docs.alazartech.com), as its family.

The board's own table of ranges and record lengths could not be read. Not checked against a manual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from measurand.instrument_drivers.AlazarTech._AlazarTech_ATS9xxx import Board, _AlazarTechATS9xxx
from measurand.instrument_drivers.older_names import older_names


class AlazarTechATS9360(_AlazarTechATS9xxx):
    """ATS9360 digitizer: 400 mV into 50 Ohm, up to 1.8 GS/s, records of 256 samples or more.

    Args:
        name: Identifier, unique among all instruments.
        system_id: Number of the board system, from 1.
        board_id: Number of the board in its system, from 1.
        dll_path: Of the vendor's library; None: where the system finds it.
        **kwargs: As for `Instrument`.
    """

    board = Board(
        kind=25,
        bits=12,
        rates=(1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2e8, 5e8, 8e8, 1e9, 1.2e9,
               1.5e9, 1.8e9),
        ranges=(0.4,),
        impedances={2: 50.0},
        couplings={2: "DC"},
        clocks=("INTERNAL_CLOCK", "FAST_EXTERNAL_CLOCK", "EXTERNAL_CLOCK_10MHz_REF"),
        least_samples=256,
        sample_step=128,
    )  # fmt: skip


if not TYPE_CHECKING:  # type checkers know the spelling of today only
    __getattr__ = older_names(__name__)
