"""A Weinschel 8320 step attenuator: channels of 0 to 60 dB in steps of 2 that are set together or one by one.

From the driver guide's example of this device; what it does with a value that it cannot set is not known, here it stays
as it was.
"""

from __future__ import annotations

from measurand.simulation.kit import Served, TextDevice, serve

CHANNELS = 4
STEPS = range(0, 61, 2)  # dB


class Weinschel8320Simulator(TextDevice):
    """The attenuator; its state is the attenuation of each channel in dB."""

    def __init__(self) -> None:
        super().__init__(terminator="\r")
        self.state = {str(channel): 0 for channel in range(1, CHANNELS + 1)}
        self.on(r"\*IDN\?", lambda: "Weinschel,8320,0000,1.00")
        self.on(r"ATTN ALL (\d\d)", self.set_all)
        self.on(rf"ATTN ([1-{CHANNELS}]) (\d\d)", self.set_one)
        self.on(rf"ATTN\? ([1-{CHANNELS}])", lambda channel: f"{self.state[channel]:02d}")

    def set_all(self, decibels: str) -> None:
        """Set every channel."""
        for channel in self.state:
            self.set_one(channel, decibels)

    def set_one(self, channel: str, decibels: str) -> None:
        """Set one channel to one of its steps."""
        if int(decibels) in STEPS:
            self.state[channel] = int(decibels)


def simulate() -> Served[Weinschel8320Simulator]:
    """Put one on a port of this computer."""
    return serve(Weinschel8320Simulator())
