"""AlazarTech ATS9870: two channels, 8 bits, 1 GS/s. ATS-SDK user guide (docs.alazartech.com), as its family.

The board's own table of ranges and record lengths could not be read. Not checked against a manual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from measurand.instrument_drivers.AlazarTech._AlazarTech_ATS9xxx import Board, _AlazarTechATS9xxx
from measurand.instrument_drivers.older_names import older_names


class AlazarTechATS9870(_AlazarTechATS9xxx):
    """ATS9870 digitizer: 40 mV to 4 V, 50 Ohm or 1 MOhm, up to 1 GS/s, records of 256 samples or more.

    Args:
        name: Identifier, unique among all instruments.
        system_id: Number of the board system, from 1.
        board_id: Number of the board in its system, from 1.
        dll_path: Of the vendor's library; None: where the system finds it.
        **kwargs: As for `Instrument`.
    """

    board = Board(
        kind=13,
        bits=8,
        rates=(1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7, 1e8, 2.5e8, 5e8, 1e9),
        ranges=(0.04, 0.1, 0.2, 0.4, 1.0, 2.0, 4.0),
        impedances={1: 1e6, 2: 50.0},
        couplings={1: "AC", 2: "DC"},
        clocks=("INTERNAL_CLOCK", "SLOW_EXTERNAL_CLOCK", "EXTERNAL_CLOCK_AC", "EXTERNAL_CLOCK_10MHz_REF"),
        least_samples=256,
        sample_step=64,
    )


if not TYPE_CHECKING:  # type checkers know the spelling of today only
    __getattr__ = older_names(__name__)
