"""The waveform generator 33522B, from the guides that its driver names; `Generator.played` is what comes out.

A load scales what is shown of amplitude and offset and not what comes out; the output reaches 10 V in front of its 50 Ohm;
what leaves it, or the limits, is a settings conflict and changes nothing. So is a load while limits are on, and more than
62.5 MSa/s without filter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from measurand.simulation.kit import Block, Quoted, ScpiDevice, ScpiError, Served, Switch, Within, Word, serve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHANNELS = range(1, 3)
_INSIDE, _HIGHEST = 50.0, 10.0  # Ohm; V without load
_OPEN = 9.9e37
_BUILT_IN = "INT:\\BUILTIN\\EXP_RISE.ARB"
_FUNCTION = "[SOURce#:]FUNCtion"
_FILTER = "[SOURce#:]FUNCtion:ARBitrary:FILTer"
_BORDER = "FORMat:BORDer"


class _Name:
    """The name of a waveform, without quotes."""

    def read(self, text: str) -> str:
        """Return it in capitals, as the device keeps it."""
        if not re.fullmatch(r"[A-Za-z]\w{0,11}", text):
            raise ScpiError(-224)
        return text.upper()


class _Load:
    """Ohms, or INFinity."""

    def read(self, text: str) -> float:
        """Return the resistance."""
        return _OPEN if text.upper() in ("INF", "INFINITY") else Within(1, 1e4, 50).read(text)


class Generator(ScpiDevice):
    """One generator; `memory` has the waveforms of each channel."""

    def __init__(self) -> None:
        super().__init__("Agilent Technologies,33522B,MY52800000,4.00-1.19-2.00-52-00")
        self.memory: dict[int, dict[str, NDArray[np.int16]]] = {number: {} for number in CHANNELS}
        for number in CHANNELS:
            self._kept |= {("load", number): 50.0, ("pp", number): 0.2, ("offset", number): 0.0}  # V without load
            self._kept |= {("high", number): 10.0, ("low", number): -10.0, ("limits", number): False}
            self._kept |= {("rate", number): 4e4, ("waveform", number): _BUILT_IN, ("triggers", number): 0}
        self.state.update(self._kept)
        self._add_outputs()
        self._add_functions()
        self._add_bursts()
        self.command("[SOURce#:]DATA:ARBitrary:DAC", (_Name(), Block()), self._receive, CHANNELS)
        self.query("[SOURce#:]DATA:VOLatile:CATalog", self._catalog, CHANNELS)
        self.command("[SOURce#:]DATA:VOLatile:CLEar", (), self._clear, CHANNELS)
        self.keep(_BORDER, Word(("NORMal", "SWAPped")), "NORM")
        self.keep("ROSCillator:SOURce", Word(("INTernal", "EXTernal")), "INT")
        self.order("PHASe:SYNChronize", lambda: None)
        self.order("FUNCtion:ARBitrary:SYNChronize", lambda: None)
        self.order("*TRG", self._trigger)

    def played(self, number: int) -> NDArray[np.float64] | None:
        """Return the points of the arbitrary waveform at the load of a channel in V; None while its output is off."""
        points = self.memory[number].get(self.state["waveform", number])
        if not self.state["OUTPut#[:STATe]", number] or self.state[_FUNCTION, number] != "ARB" or points is None:
            return None
        half = self.state["pp", number] / 2
        volts: NDArray[np.float64] = (points / 32767 * half + self.state["offset", number]) * self._divided(number)
        return volts

    def _divided(self, number: int) -> float:
        """Return which part of the voltage is at the load."""
        load = self.state["load", number]
        return float(load / (load + _INSIDE)) if load < _OPEN else 1.0

    def _held(self, key: str, number: int, volts: float) -> None:
        """Change one of the voltages, if all of them go together."""
        state = {name: self.state[name, number] for name in ("pp", "offset", "high", "low", "limits")}
        state[key] = volts
        high, low = state["offset"] + state["pp"] / 2, state["offset"] - state["pp"] / 2
        fits = max(high, -low) <= _HIGHEST * (1 + 1e-9)
        if not fits or (state["limits"] and not state["low"] <= low <= high <= state["high"]):
            raise ScpiError(-221)
        self.state[key, number] = volts

    def _voltage(self, pattern: str, key: str) -> None:
        self.setting(
            pattern,
            Within(-20, 20),
            lambda number, volts: self._held(key, number, volts / self._divided(number)),
            lambda number: f"{self.state[key, number] * self._divided(number):+.15E}",
            CHANNELS,
        )

    def _add_outputs(self) -> None:
        self.keep("OUTPut#[:STATe]", Switch(), False, CHANNELS)
        self.keep("OUTPut#:POLarity", Word(("NORMal", "INVerted")), "NORM", CHANNELS)
        self.setting("OUTPut#:LOAD", _Load(), self._set_load, lambda number: self.state["load", number], CHANNELS)
        level = "[SOURce#:]VOLTage"
        self.keep(f"{level}:UNIT", Word(("VPP", "VRMS", "DBM")), "VPP", CHANNELS)
        self._voltage(f"{level}[:LEVel][:IMMediate][:AMPLitude]", "pp")
        self._voltage(f"{level}:OFFSet", "offset")
        self._voltage(f"{level}:LIMit:HIGH", "high")
        self._voltage(f"{level}:LIMit:LOW", "low")
        limits: Callable[..., Any] = lambda number, on: self._held("limits", number, on)  # noqa: E731 - beside its reader
        self.setting(f"{level}:LIMit:STATe", Switch(), limits, lambda number: self.state["limits", number], CHANNELS)
        self.keep("OUTPut:SYNC[:STATe]", Switch(), True)
        self.keep("OUTPut:SYNC:SOURce", Word(("CH1", "CH2")), "CH1")
        self.keep("OUTPut:TRIGger[:STATe]", Switch(), False)
        self.keep("OUTPut:TRIGger:SOURce", Word(("CH1", "CH2")), "CH1")
        self.keep("OUTPut:TRIGger:SLOPe", Word(("POSitive", "NEGative")), "POS")

    def _set_load(self, number: int, ohms: float) -> None:
        if self.state["limits", number]:
            raise ScpiError(-221)
        self.state["load", number] = ohms

    def _add_functions(self) -> None:
        shapes = ("SINusoid", "SQUare", "TRIangle", "RAMP", "PULSe", "PRBS", "NOISe", "ARB", "DC")
        self.keep(_FUNCTION, Word(shapes), "SIN", CHANNELS)
        self.keep("[SOURce#:]FREQuency", Within(1e-6, 30e6, 1e3), 1e3, CHANNELS)
        self.keep("[SOURce#:]PHASe", Within(-360, 360, 0), 0.0, CHANNELS)
        self.keep("[SOURce#:]FUNCtion:SQUare:DCYCle", Within(0.01, 99.99), 50.0, CHANNELS)
        self.keep("[SOURce#:]FUNCtion:RAMP:SYMMetry", Within(0, 100), 100.0, CHANNELS)
        self.keep("[SOURce#:]FUNCtion:PULSe:WIDTh", Within(1.6e-8, 1e6), 1e-4, CHANNELS)
        self.keep(_FILTER, Word(("NORMal", "STEP", "OFF")), "STEP", CHANNELS)
        rate = Within(1e-6, 250e6)
        arb = "[SOURce#:]FUNCtion:ARBitrary"
        self.setting(f"{arb}:SRATe", rate, self._set_rate, lambda number: self.state["rate", number], CHANNELS)
        self.setting(arb, Quoted(), self._select, lambda number: f'"{self.state["waveform", number]}"', CHANNELS)
        self.keep("RATE:COUPle[:STATe]", Switch(), False)

    def _set_rate(self, number: int, rate: float) -> None:
        if self.state[_FILTER, number] == "OFF" and rate > 62.5e6:
            raise ScpiError(-221)
        for one in CHANNELS if self.state["RATE:COUPle[:STATe]"] else (number,):
            self.state["rate", one] = rate

    def _select(self, number: int, name: str) -> None:
        if name.upper() not in (*self.memory[number], _BUILT_IN):
            raise ScpiError(-224)
        self.state["waveform", number] = name.upper()

    def _add_bursts(self) -> None:
        self.keep("[SOURce#:]BURSt:STATe", Switch(), False, CHANNELS)
        self.keep("[SOURce#:]BURSt:MODE", Word(("TRIGgered", "GATed")), "TRIG", CHANNELS)
        self.keep("[SOURce#:]BURSt:NCYCles", Within(1, 1e8), 1.0, CHANNELS)
        self.keep("[SOURce#:]BURSt:INTernal:PERiod", Within(1e-6, 8000), 0.01, CHANNELS)
        self.keep("[SOURce#:]BURSt:GATE:POLarity", Word(("NORMal", "INVerted")), "NORM", CHANNELS)
        self.keep("TRIGger#:SOURce", Word(("IMMediate", "EXTernal", "TIMer", "BUS")), "IMM", CHANNELS)
        self.keep("TRIGger#:SLOPe", Word(("POSitive", "NEGative")), "POS", CHANNELS)
        self.keep("TRIGger#:DELay", Within(0, 1000), 0.0, CHANNELS)

    def _trigger(self) -> None:
        for number in CHANNELS:
            if self.state["TRIGger#:SOURce", number] == "BUS" and self.state["[SOURce#:]BURSt:STATe", number]:
                self.state["triggers", number] += 1

    def _receive(self, number: int, name: str, data: bytes) -> None:
        import numpy as np

        points = np.frombuffer(data, "<i2" if self.state[_BORDER] == "SWAP" else ">i2")
        if not 8 <= len(points) <= 1_000_000 or name in self.memory[number]:
            raise ScpiError(-224)
        self.memory[number][name] = points

    def _catalog(self, number: int) -> str:
        return ",".join(f'"{name}"' for name in (_BUILT_IN, *self.memory[number]))

    def _clear(self, number: int) -> None:
        self.memory[number].clear()
        self.state["waveform", number] = _BUILT_IN


def simulate() -> Served[Generator]:
    """Put one on a port of this computer."""
    return serve(Generator())
