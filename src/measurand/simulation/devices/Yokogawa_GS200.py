"""The source GS200 with the option /MON, as its user's manual (IM GS210-01EN) describes it, with 1 kOhm at its output.

Where the manual could not be looked up it does the careful thing: changing the function disconnects the output and brings
the level to 0; a range that does not hold the present level is refused.
"""

from __future__ import annotations

from measurand.simulation.kit import OneOf, ScpiDevice, ScpiError, Served, Switch, Within, Word, serve

_OHMS = 1e3
_LARGEST = {
    "VOLT": {0.01: 0.012, 0.1: 0.12, 1.0: 1.2, 10.0: 12.0, 30.0: 32.0},
    "CURR": {1e-3: 1.2e-3, 1e-2: 1.2e-2, 0.1: 0.12, 0.2: 0.2},
}


class Source(ScpiDevice):
    """One source."""

    def __init__(self) -> None:
        super().__init__("YOKOGAWA,GS210,91AB12345,2.02")
        self.keep("OUTPut[:STATe]", Switch(), False)
        self.keep("SOURce:PROTection:VOLTage", Within(1, 30), 30.0)
        self.keep("SOURce:PROTection:CURRent", Within(1e-3, 0.2), 0.2)
        for pattern in ("SENSe[:STATe]", "SENSe:REMote[:STATe]", "SENSe:GUARd[:STATe]"):
            self.keep(pattern, Switch(), False)
        self.keep("SENSe:NPLC", Within(1, 25), 1)
        self.keep("SENSe:DELay", Within(0, 999_999), 0)  # ms
        self._kept |= {"function": "VOLT", "level": 0.0, "VOLT": 1.0, "CURR": 1e-3}
        self.state.update(self._kept)
        self.setting(
            "SOURce:FUNCtion", Word(("VOLTage", "CURRent")), self._set_function, lambda: self.state["function"]
        )
        every = tuple(one for ranges in _LARGEST.values() for one in ranges)
        self.setting("SOURce:RANGe", OneOf(every), self._set_range, lambda: f"{self._range:+.1E}")
        level = Within(-32.0, 32.0)
        self.setting("SOURce:LEVel[:FIXed]", level, self._set_level, lambda: f"{self.state['level']:+.6E}")
        self.setting("SOURce:LEVel:AUTO", level, self._set_level_and_range, lambda: f"{self.state['level']:+.6E}")
        self.query("MEASure", self._measure)
        self.query("*OPT", lambda: "/MON")

    @property
    def _range(self) -> float:
        return float(self.state[self.state["function"]])

    def _set_function(self, code: str) -> None:
        if code != self.state["function"]:
            self.state |= {"function": code, "level": 0.0, "OUTPut[:STATe]": False}

    def _set_range(self, value: float) -> None:
        function = self.state["function"]
        if value not in _LARGEST[function] or abs(self.state["level"]) > _LARGEST[function][value]:
            raise ScpiError(-222)
        self.state[function] = value

    def _set_level(self, value: float) -> None:
        if abs(value) > _LARGEST[self.state["function"]][self._range]:
            raise ScpiError(-222)
        self.state["level"] = value

    def _set_level_and_range(self, value: float) -> None:
        function = self.state["function"]
        holding = [one for one, largest in _LARGEST[function].items() if abs(value) <= largest]
        if not holding:
            raise ScpiError(-222)
        self.state |= {function: holding[0], "level": value}

    def _measure(self) -> str:
        if not self.state["OUTPut[:STATe]"] or not self.state["SENSe[:STATe]"]:
            return "+9.91000E+37"  # no number
        level = self.state["level"]
        is_voltage = self.state["function"] == "VOLT"
        measured = level / _OHMS if is_voltage else level * _OHMS
        limit = self.state[f"SOURce:PROTection:{'CURRent' if is_voltage else 'VOLTage'}"]
        return f"{max(-limit, min(limit, measured)):+.6E}"


def simulate() -> Served[Source]:
    """Put one on a port of this computer."""
    return serve(Source())
