"""The source SGS100A with I/Q modulator and pulse modulation, 1 MHz to 12.75 GHz, -120 to 25 dBm.

From the manuals and standards that its driver names; an offset shifts what is shown and what can be set, not the output
(SMC100A Operating Manual, page 277). A pulse that does not fit into its period is a settings conflict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from measurand.simulation.kit import ScpiDevice, ScpiError, Served, Switch, Within, Word, serve

_CLOCKS = Word(("10MHZ", "100MHZ", "1000MHZ"))
_INT_EXT = Word(("INTernal", "EXTernal"))
_LIMIT, _OUTPUT = "[SOURce:]POWer:LIMit[:AMPLitude]", "OUTPut[:STATe]"
_SHORTEST, _LONGEST = 2e-8, 100.0  # s, of a pulse


@dataclass(frozen=True)
class _Shifted:
    """A number between limits that an offset shifts."""

    low: float
    high: float
    offset: Callable[[], float]

    def read(self, text: str) -> float:
        """Return the number, as it is shown."""
        return Within(self.low + self.offset(), self.high + self.offset()).read(text)


class SignalGenerator(ScpiDevice):
    """One source; `radiated` says what comes out."""

    def __init__(self) -> None:
        super().__init__("Rohde&Schwarz,SGS100A,1416.0505k02/100001,3.1.19.26-3.20.140.60")
        self._kept |= {"frequency": 1e9, "power": -30.0}  # at the output
        self._with_offset("frequency", "FREQuency[:CW]", "FREQuency:OFFSet", (1e6, 12.75e9), 67e9)
        level = "POWer[:LEVel][:IMMediate]"
        self._with_offset("power", f"{level}[:AMPLitude]", f"{level}:OFFSet", (-120.0, 25.0), 100)
        self.keep(_LIMIT, Within(-300, 30), 30.0)
        self.keep(_OUTPUT, Switch(), False)
        self.keep("[SOURce:]PHASe", Within(-360, 360), 0.0)
        self.order("[SOURce:]PHASe:REFerence", lambda: self.state.update({"[SOURce:]PHASe": 0.0}))
        self._add_pulses()
        self._add_modulator()
        self.keep("[SOURce:]OPMode", Word(("NORMal", "BBBYpass")), "NORM")
        self.keep("[SOURce:]ROSCillator:SOURce", _INT_EXT, "INT")
        self.keep("[SOURce:]ROSCillator:EXTernal:FREQuency", _CLOCKS, "10MHZ")
        self.keep("[SOURce:]ROSCillator:OUTPut:FREQuency", _CLOCKS, "10MHZ")
        self.keep("[SOURce:]LOSCillator:SOURce", _INT_EXT, "INT")
        self.keep("CONNector:REFLo:OUTPut", Word(("OFF", "REF", "LO")), "OFF")

    @property
    def radiated(self) -> tuple[float, float] | None:
        """Frequency in Hz and level in dBm at the connector; None while the output is off."""
        if not self.state[_OUTPUT]:
            return None
        return self.state["frequency"], min(self.state["power"], self.state[_LIMIT])

    def _with_offset(self, name: str, setting: str, offset: str, limits: tuple[float, float], farthest: float) -> None:
        """Have a setting of the output, and an offset that is added to what is shown of it."""
        state, shift = self.state, f"{name} offset"
        self._kept[shift] = 0.0
        state.update(self._kept)
        self.setting(
            f"[SOURce:]{setting}",
            _Shifted(*limits, lambda: state[shift]),
            lambda shown: state.update({name: shown - state[shift]}),
            lambda: f"{state[name] + state[shift]:.2f}",
        )
        self.setting(
            f"[SOURce:]{offset}",
            Within(-farthest, farthest),
            lambda value: state.update({shift: value}),
            lambda: f"{state[shift]:.2f}",
        )

    def _add_pulses(self) -> None:
        self.keep("[SOURce:]PULM:STATe", Switch(), False)
        self.keep("[SOURce:]PULM:SOURce", _INT_EXT, "INT")
        self.keep("[SOURce:]PULM:POLarity", Word(("NORMal", "INVerted")), "NORM")
        self._kept |= {"period": 1e-5, "width": 2e-6}
        for name, pattern, shortest in (("period", "PERiod", 1e-7), ("width", "WIDTh", _SHORTEST)):
            self.setting(
                f"[SOURce:]PULM:{pattern}",
                Within(shortest, _LONGEST),
                lambda seconds, name=name: self._set_time(name, seconds),
                lambda name=name: self.state[name],
            )

    def _set_time(self, name: str, seconds: float) -> None:
        times = {"period": self.state["period"], "width": self.state["width"], name: seconds}
        if times["width"] >= times["period"]:
            raise ScpiError(-221)
        self.state[name] = seconds

    def _add_modulator(self) -> None:
        self.keep("[SOURce:]IQ:STATe", Switch(), False)
        self.keep("[SOURce:]IQ:CREStfactor", Within(0, 80), 0.0)
        self.keep("[SOURce:]IQ:IMPairment:STATe", Switch(), False)
        self.keep("[SOURce:]IQ:IMPairment:LEAKage:I", Within(-10, 10), 0.0)
        self.keep("[SOURce:]IQ:IMPairment:LEAKage:Q", Within(-10, 10), 0.0)
        self.keep("[SOURce:]IQ:IMPairment:IQRatio[:MAGNitude]", Within(-1, 1), 0.0)
        self.keep("[SOURce:]IQ:IMPairment:QUADrature[:ANGLe]", Within(-8, 8), 0.0)


def simulate() -> Served[SignalGenerator]:
    """Put one on a port of this computer."""
    return serve(SignalGenerator())
