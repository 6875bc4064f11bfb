"""Driver of the voltage source VS4."""

from __future__ import annotations

from typing import Any

from measurand.instrument import InstrumentChannel
from measurand.instrument_drivers.Measurand._MeasurandInstrument import _MeasurandInstrument
from measurand.parameters import Parameter
from measurand.validators import Numbers


class MeasurandVS4Channel(InstrumentChannel):
    """One output of a `MeasurandVS4`.

    Args:
        parent: The source.
        name: Identifier of the channel, e.g. ``"ch1"``.
        output: Number of the output on the device, 1 to 4.
    """

    def __init__(self, parent: MeasurandVS4, name: str, output: int, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self._add_voltages(output)
        self._add_manners(output)

    def _add_voltages(self, output: int) -> None:
        self.voltage: Parameter[float] = Parameter(
            "voltage",
            label=f"Output {output} voltage",
            unit="V",
            get_cmd=f"SOUR{output}:VOLT?",
            set_cmd=f"SOUR{output}:VOLT {{}}",
            get_parser=float,
            vals=Numbers(-10, 10),
            docstring="Where the output goes, or is, in V; it moves there with ramp_rate.",
            instrument=self,
        )
        """Where the output goes, or is, in V; -10 to 10, and within ``limit``."""

        self.output_voltage: Parameter[float] = Parameter(
            "output_voltage",
            label=f"Output {output} momentary voltage",
            unit="V",
            get_cmd=f"SOUR{output}:VOLT:ACT?",
            get_parser=float,
            docstring="Where the output is at this moment, in V.",
            instrument=self,
        )
        """Where the output is at this moment, in V; differs from ``voltage`` while it moves."""

    def _add_manners(self, output: int) -> None:
        self.ramp_rate: Parameter[float] = Parameter(
            "ramp_rate",
            label=f"Output {output} ramp rate",
            unit="V/s",
            get_cmd=f"SOUR{output}:VOLT:RAMP?",
            set_cmd=f"SOUR{output}:VOLT:RAMP {{}}",
            get_parser=float,
            vals=Numbers(1e-3, 1e4),
            docstring="Speed of the next movements in V/s.",
            instrument=self,
        )
        """Speed of the next movements in V/s; 0.001 to 10000."""

        self.limit: Parameter[float] = Parameter(
            "limit",
            label=f"Output {output} limit",
            unit="V",
            get_cmd=f"SOUR{output}:VOLT:LIM?",
            set_cmd=f"SOUR{output}:VOLT:LIM {{}}",
            get_parser=float,
            vals=Numbers(0, 10),
            docstring="Largest magnitude of the voltage that the device accepts, in V; guards the sample.",
            instrument=self,
        )
        """Largest magnitude of ``voltage`` that the device accepts, in V; 0 to 10."""

        self.busy: Parameter[bool] = Parameter(
            "busy",
            label=f"Output {output} busy",
            get_cmd=f"SOUR{output}:VOLT:BUSY?",
            val_mapping={True: 1, False: 0},
            docstring="Whether the output still moves.",
            instrument=self,
        )
        """Whether the output still moves."""


class MeasurandVS4(_MeasurandInstrument):
    """Voltage source with four outputs of +-10 V that move at programmable speed.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::127.0.0.1::17421::SOCKET"``.
        **kwargs: As for `VisaInstrument`.

    Example:
        >>> source = MeasurandVS4("source", laboratory.addresses["source"])  # doctest: +SKIP
        >>> source.ch1.voltage(-0.5)  # doctest: +SKIP
    """

    def __init__(self, name: str, address: str, **kwargs: Any) -> None:
        super().__init__(name, address, terminator="\n", **kwargs)
        self.ch1 = self.add_submodule("ch1", MeasurandVS4Channel(self, "ch1", 1))
        """Output 1."""
        self.ch2 = self.add_submodule("ch2", MeasurandVS4Channel(self, "ch2", 2))
        """Output 2."""
        self.ch3 = self.add_submodule("ch3", MeasurandVS4Channel(self, "ch3", 3))
        """Output 3."""
        self.ch4 = self.add_submodule("ch4", MeasurandVS4Channel(self, "ch4", 4))
        """Output 4."""
        self.connect_message()

    def safe_state(self) -> None:
        """Move all outputs to 0 V, each with its ramp rate."""
        for channel in (self.ch1, self.ch2, self.ch3, self.ch4):
            channel.voltage(0.0)

    def wait(self) -> None:
        """Wait until all outputs rest; the device answers only then, so ``timeout`` must be longer than the ramp."""
        self.ask("*OPC?")
