"""The source-meter 2450 in SCPI, as its reference manual (2450-901-01 Rev. B) describes it, with 1 kOhm at its output.

With its limit reached (compliance) it gives no more than the limit, and says so. A sweep switches the output on, is run in no
time, and leaves the output off, at the last level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from measurand.simulation.kit import Quoted, ScpiDevice, ScpiError, Served, Switch, Within, Word, serve

_OHMS = 1e3
_VOLTS = (0.02, 0.2, 2.0, 20.0, 200.0)
_AMPERES = tuple(10.0**power for power in range(-8, 1))
_RESISTANCES = tuple(2 * 10.0**power for power in range(1, 9))
_STATES = ("NORMal", "HIMPedance", "ZERO", "GUARd")
_PROTECTIONS = ("NONE", *(f"PROT{volts}" for volts in (2, 5, 10, *range(20, 181, 20))))


@dataclass(frozen=True)
class Range:
    """A range, chosen by a number that it shall hold."""

    ranges: tuple[float, ...]

    def read(self, text: str) -> float:
        """Return the smallest range that holds the number.

        Raises:
            ScpiError: -104 no number, -222 beyond the last one.
        """
        number = abs(float(Within(-self.ranges[-1], self.ranges[-1]).read(text)))
        return next(one for one in self.ranges if number <= one * (1 + 1e-9))


@dataclass(frozen=True)
class Quantity:
    """What is measured, in quotes."""

    def read(self, text: str) -> str:
        """Return its short name.

        Raises:
            ScpiError: -104 no quotes, -224 no such quantity.
        """
        name = Quoted().read(text).upper().removesuffix(":DC")
        return str(Word(("VOLTage", "CURRent", "RESistance")).read(name))


class SourceMeter(ScpiDevice):
    """One source-meter."""

    def __init__(self) -> None:
        super().__init__("KEITHLEY INSTRUMENTS,MODEL 2450,04000000,1.6.0d")
        self._buffer: list[float] = []
        self._planned: list[float] = []
        self.lines = ["", ""]
        self.language = "SCPI"  # kept over a reset
        self.query("*LANG", lambda: self.language)
        self.keep("OUTPut[1][:STATe]", Switch(), False)
        self.keep("SOURce[1]:FUNCtion[:MODE]", Word(("VOLTage", "CURRent")), "VOLT")
        self._kept["sensed"] = self.state["sensed"] = "CURR"
        self.setting(
            "[SENSe[1]:]FUNCtion[:ON]",
            Quantity(),
            lambda code: self.state.__setitem__("sensed", code),
            lambda: f'"{self.state["sensed"]}{"" if self.state["sensed"] == "RES" else ":DC"}"',
        )
        self._add_source("VOLTage", "VOLT", _VOLTS, 210.0)
        self._add_source("CURRent", "CURR", _AMPERES, 1.05)
        self.keep("SOURce[1]:VOLTage:ILIMit[:LEVel]", Within(-1.05, 1.05), 105e-6)
        self.keep("SOURce[1]:CURRent:VLIMit[:LEVel]", Within(-210, 210), 21.0)
        self.query("SOURce[1]:VOLTage:ILIMit[:LEVel]:TRIPped", lambda: self._drive("VOLT")[2])
        self.query("SOURce[1]:CURRent:VLIMit[:LEVel]:TRIPped", lambda: self._drive("CURR")[2])
        self.keep("SOURce[1]:VOLTage:PROTection[:LEVel]", Word(_PROTECTIONS), "NONE")
        for name, ranges in (("VOLTage[:DC]", _VOLTS), ("CURRent[:DC]", _AMPERES), ("RESistance", _RESISTANCES)):
            self._add_sense(name, ranges)
        self.keep("ROUTe:TERMinals", Word(("FRONt", "REAR")), "FRON")
        for number, longest in ((1, 20), (2, 32)):
            self.command(f"DISPlay:USER{number}:TEXT[:DATA]", (Quoted(longest),), self._show_in(number - 1))
        self.query("READ", lambda: f"{self._measure():.6E}")
        self._add_sweeps()

    def _add_source(self, name: str, code: str, ranges: tuple[float, ...], largest: float) -> None:
        self._kept |= {("level", code): 0.0, ("range", code): ranges[2], ("auto", code): True}
        self.state.update(self._kept)

        def set_level(value: float) -> None:
            fixed = not self.state["auto", code]
            if fixed and abs(value) > 1.05 * self.state["range", code]:
                raise ScpiError(-222)
            self.state["level", code] = value
            if not fixed:
                self.state["range", code] = next(one for one in ranges if abs(value) <= 1.05 * one)

        def set_range(value: float) -> None:
            self.state |= {("range", code): value, ("auto", code): False}

        header = f"SOURce[1]:{name}"
        self.setting(f"{header}[:LEVel][:IMMediate][:AMPLitude]", Within(-largest, largest), set_level,
                     lambda: self.state["level", code])  # fmt: skip
        self.setting(f"{header}:RANGe", Range(ranges), set_range, lambda: self.state["range", code])
        self.setting(f"{header}:RANGe:AUTO", Switch(), self._setter(("auto", code)), lambda: self.state["auto", code])
        self.keep(f"{header}:READ:BACK", Switch(), True)
        self.keep(f"OUTPut[1]:{name}:SMODe", Word(_STATES), "NORM")
        self._kept |= {("delay", code): 0.0, ("auto delay", code): True}
        self.state.update(self._kept)

        def set_delay(value: float) -> None:
            self.state |= {("delay", code): value, ("auto delay", code): False}

        self.setting(f"{header}:DELay", Within(0, 1e4), set_delay, lambda: self.state["delay", code])
        self.setting(f"{header}:DELay:AUTO", Switch(), self._setter(("auto delay", code)),
                     lambda: self.state["auto delay", code])  # fmt: skip

    def _add_sense(self, name: str, ranges: tuple[float, ...]) -> None:
        header = f"[SENSe[1]:]{name}"
        self._kept |= {("sense", name): ranges[4], ("sense auto", name): True}
        self.state.update(self._kept)

        def set_range(value: float) -> None:
            self.state |= {("sense", name): value, ("sense auto", name): False}

        self.setting(f"{header}:RANGe[:UPPer]", Range(ranges), set_range, lambda: self.state["sense", name])
        self.setting(f"{header}:RANGe:AUTO", Switch(), self._setter(("sense auto", name)),
                     lambda: self.state["sense auto", name])  # fmt: skip
        self.keep(f"{header}:NPLCycles", Within(0.01, 10), 1.0)
        self.keep(f"{header}:RSENse", Switch(), False)
        self.keep(f"{header}:AZERo[:STATe]", Switch(), True)

    def _add_sweeps(self) -> None:
        delay = Within(-1, 1e4)
        tail = (delay, Within(0, 268435455), Word(("AUTO", "BEST", "FIXed")), Switch(), Switch(), Quoted())
        for name, code, largest in (("VOLTage", "VOLT", 210.0), ("CURRent", "CURR", 1.05)):
            level = Within(-largest, largest)
            self.command(
                f"SOURce[1]:SWEep:{name}:LINear",
                (level, level, Within(2, 1e6), *tail),
                self._planner(code),
                required=3,
            )
        self.order("INITiate[:IMMediate]", self._run)
        self.query("TRACe:DATA", self._stored, accepts=(Within(1, 1e6), Within(1, 1e6), Quoted(), Word(("READing",))))

    def _setter(self, key: Any) -> Any:
        return lambda value: self.state.__setitem__(key, value)

    def _show_in(self, line: int) -> Any:
        return lambda text: self.lines.__setitem__(line, text)

    def _planner(self, code: str) -> Any:
        def plan(start: float, stop: float, points: float, *_rest: object) -> None:
            if code != self.state["SOURce[1]:FUNCtion[:MODE]"]:
                raise ScpiError(-221)
            count = round(points)
            self._planned = [start + (stop - start) * index / (count - 1) for index in range(count)]

        return plan

    def _run(self) -> None:
        if not self._planned:
            raise ScpiError(-221)
        code = self.state["SOURce[1]:FUNCtion[:MODE]"]
        self._buffer = []
        self.state["OUTPut[1][:STATe]"] = True
        for level in self._planned:
            self.state["level", code] = level
            self._buffer.append(self._measure())
        self.state["OUTPut[1][:STATe]"] = False

    def _stored(self, first: float, last: float, *_where: object) -> str:
        if last > len(self._buffer) or first > last:
            raise ScpiError(-222)
        return ",".join(f"{value:.6E}" for value in self._buffer[round(first) - 1 : round(last)])

    def _drive(self, code: str) -> tuple[float, float, bool]:
        """Return voltage and current at the output, and whether the limit holds them back."""
        if not self.state["OUTPut[1][:STATe]"] or code != self.state["SOURce[1]:FUNCtion[:MODE]"]:
            return 0.0, 0.0, False
        level = self.state["level", code]
        if code == "VOLT":
            limit = abs(self.state["SOURce[1]:VOLTage:ILIMit[:LEVel]"])
            current = max(-limit, min(limit, level / _OHMS))
            return current * _OHMS, current, abs(level / _OHMS) > limit
        limit = abs(self.state["SOURce[1]:CURRent:VLIMit[:LEVel]"])
        voltage = max(-limit, min(limit, level * _OHMS))
        return voltage, voltage / _OHMS, abs(level * _OHMS) > limit

    def _measure(self) -> float:
        voltage, current, _ = self._drive(self.state["SOURce[1]:FUNCtion[:MODE]"])
        sensed = self.state["sensed"]
        name = {"VOLT": "VOLTage[:DC]", "CURR": "CURRent[:DC]", "RES": "RESistance"}[sensed]
        ohms = voltage / current if current else 9.9e37
        value = {"VOLT": voltage, "CURR": current, "RES": ohms}[sensed]
        if sensed != self.state["SOURce[1]:FUNCtion[:MODE]"] and not self.state["sense auto", name]:
            return value if abs(value) <= 1.05 * self.state["sense", name] else math.copysign(9.9e37, value)
        return value


def simulate() -> Served[SourceMeter]:
    """Put one on a port of this computer."""
    return serve(SourceMeter())
