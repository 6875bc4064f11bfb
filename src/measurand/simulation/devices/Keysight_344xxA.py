"""Truevolt multimeters 34460A, 34461A, 34465A and 34470A, as their Operating and Service Guide describes them.

At the input lies 1 V with a ripple of 0.1 V amplitude and 50 Hz, through a resistor of 1 kOhm; time begins at each
trigger, so that what is measured is the same each time. `signal` and `values` may be replaced. Integration and noise are
left out: a sample is the voltage at its start.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass

from measurand.simulation.kit import Quoted, ScpiDevice, ScpiError, Served, Switch, Within, Word, block, serve

_NODES = Word(
    ("VOLTage", "CURRent", "RESistance", "FRESistance", "FREQuency", "PERiod", "TEMPerature", "CONTinuity", "DIODe",
     "CAPacitance", "AC", "DC")
)  # fmt: skip
_VOLTS = (0.1, 1.0, 10.0, 100.0, 1000.0)
_AMPERES = (1e-4, 1e-3, 1e-2, 0.1, 1.0, 3.0)
_OHMS = tuple(10.0**power for power in range(2, 9))
_FILTERS = (3.0, 20.0, 200.0)
_RANGED = {
    "VOLT": "VOLTage[:DC]", "VOLT:AC": "VOLTage:AC", "CURR": "CURRent[:DC]", "CURR:AC": "CURRent:AC",
    "RES": "RESistance", "FREQ": "FREQuency:VOLTage",
}  # fmt: skip
_OVERLOAD = 9.9e37
_LINE = 50.0  # Hz


@dataclass(frozen=True)
class UpTo:
    """A number that the instrument rounds up to the next of its own, or with ``down`` down to it.

    Args:
        values: Its own, in rising order.
        down: Whether it takes the next one below.
    """

    values: tuple[float, ...]
    down: bool = False

    def read(self, text: str) -> float:
        """Return the number that is taken.

        Raises:
            ScpiError: -104 no number, -222 beyond the last one.
        """
        number = Within(0.0 if not self.down else self.values[0], self.values[-1]).read(text)
        if self.down:
            return max(value for value in self.values if value <= number * (1 + 1e-9))
        return min(value for value in self.values if value >= number * (1 - 1e-9))


@dataclass(frozen=True)
class Function:
    """The name of a function in quotes, e.g. ``"VOLTage:DC"``."""

    known: tuple[str, ...]

    def read(self, text: str) -> str:
        """Return its short name.

        Raises:
            ScpiError: -104 no quotes, -224 the model has no such function.
        """
        nodes = [str(_NODES.read(node)) for node in Quoted().read(text).split(":")]
        short = ":".join(nodes[:-1] if nodes[-1] == "DC" else nodes)
        if short not in self.known:
            raise ScpiError(-224)
        return short


class Multimeter(ScpiDevice):
    """One multimeter.

    Args:
        model: ``"34460A"`` and so on.

    Attributes:
        signal: Voltage at the input in V by time since the trigger in s.
        values: What every other function than direct voltage measures, by short name.
    """

    def __init__(self, model: str) -> None:
        super().__init__(f"Keysight Technologies,{model},MY00000000,A.03.01-03.15-03.01-00.52-03-02")
        self.fast = model in ("34465A", "34470A")
        self.signal: Callable[[float], float] = lambda t: 1.0 + 0.1 * math.sin(2 * math.pi * 50 * t)
        self.values = {
            "VOLT:AC": 0.1 / math.sqrt(2), "CURR": 1e-3, "CURR:AC": 1e-4 / math.sqrt(2), "RES": 1e3, "FRES": 1e3,
            "FREQ": 50.0, "PER": 0.02, "TEMP": 293.15, "CONT": 1e3, "DIOD": 0.6, "CAP": 1e-9,
        }  # fmt: skip
        known = ("VOLT", *(code for code in self.values if self.fast or code != "CAP"))
        self._kept["FUNCtion"] = self.state["FUNCtion"] = "VOLT"
        self.setting(
            "[SENSe:]FUNCtion[:ON]", Function(known), self._set_function, lambda: f'"{self.state["FUNCtion"]}"'
        )
        self._add_functions(model)
        self._add_triggers()
        self.query("READ", self._read)
        self.query("FETCh", lambda: self._answer(self._fetched))
        self.order("INITiate[:IMMediate]", self._initiate)
        self.order("ABORt", lambda: None)
        self.order("*TRG", lambda: None)
        self._fetched: list[float] = []

    def _add_functions(self, model: str) -> None:
        small = (1e-6, 1e-5) if self.fast else ()
        large = (1e9,) if self.fast else ()
        for code, ranges in (("VOLT", _VOLTS), ("CURR", (*small, *_AMPERES)), ("RES", (*_OHMS, *large))):
            self._add_ranges(code, ranges)
            self._add_integration(_RANGED[code])
        for code, ranges in (("VOLT:AC", _VOLTS), ("CURR:AC", _AMPERES)):
            self._add_ranges(code, ranges)
            self.keep(f"[SENSe:]{_RANGED[code]}:BANDwidth", UpTo(_FILTERS, down=True), 20.0)
        if model != "34460A":
            self.keep("[SENSe:]CURRent[:DC]:TERMinals", UpTo((3.0, 10.0)), 3)
            self.keep("[SENSe:]CURRent:AC:TERMinals", UpTo((3.0, 10.0)), 3)
        self.keep("[SENSe:]VOLTage[:DC]:IMPedance:AUTO", Switch(), False)
        self.keep("[SENSe:]FREQuency:APERture", UpTo((0.01, 0.1, 1.0)), 0.1)
        self.keep("[SENSe:]FREQuency:RANGe:LOWer", UpTo(_FILTERS, down=True), 20.0)
        self._add_ranges("FREQ", _VOLTS)
        probes = ("FRTD", "RTD", "FTHermistor", "THERmistor", *(("TCouple",) if self.fast else ()))
        self.keep("[SENSe:]TEMPerature:TRANsducer:TYPE", Word(probes), "FRTD")
        self.keep("[SENSe:]TEMPerature:TRANsducer:RTD:RESistance[:REFerence]", Within(80, 120), 100.0)
        self.keep("[SENSe:]TEMPerature:TRANsducer:FRTD:RESistance[:REFerence]", Within(80, 120), 100.0)
        self.keep("[SENSe:]TEMPerature:NPLC", self._cycles(), 10.0)
        self.keep("UNIT:TEMPerature", Word(("C", "F", "K")), "C")

    def _add_ranges(self, code: str, ranges: tuple[float, ...]) -> None:
        pattern = f"[SENSe:]{_RANGED[code]}:RANGe"
        self._kept |= {("range", code): ranges[-1], ("auto", code): True}
        self.state.update(self._kept)

        def choose(value: float) -> None:
            self.state |= {("range", code): value, ("auto", code): False}

        def present() -> float:
            if self.state["auto", code]:
                size = abs(self._at("VOLT" if code == "FREQ" else code, 0.0))
                self.state["range", code] = next((one for one in ranges if size <= 1.2 * one), ranges[-1])
            return float(self.state["range", code])

        self.setting(pattern, UpTo(ranges), choose, present)
        self.setting(
            f"{pattern}:AUTO",
            Switch(),
            lambda is_on: self.state.__setitem__(("auto", code), is_on),
            lambda: self.state["auto", code],
        )
        if code != "FREQ":
            self.keep(f"[SENSe:]{_RANGED[code]}:NULL[:STATe]", Switch(), False)
            self.keep(f"[SENSe:]{_RANGED[code]}:NULL:VALue", Within(-1.2 * ranges[-1], 1.2 * ranges[-1]), 0.0)

    def _add_integration(self, name: str) -> None:
        self.keep(f"[SENSe:]{name}:ZERO:AUTO", Zero(), True)
        if not self.fast:
            self.keep(f"[SENSe:]{name}:NPLC", self._cycles(), 10.0)
            return
        cycles, aperture, by_time = (f"[SENSe:]{name}:{node}" for node in ("NPLC", "APERture", "APERture:ENABled"))
        self._kept |= {cycles: 10.0, aperture: 0.1, by_time: False}
        self.state.update(self._kept)

        def set_cycles(value: float) -> None:
            self.state |= {cycles: value, by_time: False}

        def set_aperture(value: float) -> None:
            self.state |= {aperture: value, by_time: True}

        self.setting(cycles, self._cycles(), set_cycles, lambda: self.state[cycles])
        self.setting(aperture, Within(2e-5, 1.0), set_aperture, lambda: self.state[aperture])
        self.keep(by_time, Switch(), False)

    def _cycles(self) -> UpTo:
        fast = (0.001, 0.002, 0.006, 0.02, 0.06, 0.2, 1.0, 10.0, 100.0)  # with the option DIG
        return UpTo(fast if self.fast else (0.02, 0.2, 1.0, 10.0, 100.0))

    def _add_triggers(self) -> None:
        self.keep(
            "TRIGger:SOURce", Word(("IMMediate", "EXTernal", "BUS", *(("INTernal",) if self.fast else ()))), "IMM"
        )
        self.keep("TRIGger:SLOPe", Word(("POSitive", "NEGative")), "NEG")
        self.keep("TRIGger:COUNt", Within(1, 1e6), 1)
        self._kept |= {"TRIGger:DELay": 0.0, "TRIGger:DELay:AUTO": True}
        self.state.update(self._kept)
        self.setting("TRIGger:DELay", Within(0, 3600), self._set_delay, lambda: self.state["TRIGger:DELay"])
        self.keep("TRIGger:DELay:AUTO", Switch(), True)
        self.keep("SAMPle:COUNt", Within(1, 1e9 if self.fast else 1e6), 1)
        if self.fast:
            self.keep("SAMPle:SOURce", Word(("IMMediate", "TIMer")), "IMM")
            self.keep("SAMPle:TIMer", Within(2e-5, 3600), 1.0)
        self.keep("FORMat:BORDer", Word(("NORMal", "SWAPped")), "NORM")
        self.command("FORMat[:DATA]", (Word(("ASCii", "REAL")), Within(0, 64)), self._set_format, required=1)
        self._kept["FORMat"] = "ASC"
        self.state["FORMat"] = "ASC"
        self.keep("DISPlay[:WINDow][:STATe]", Switch(), True)
        self.setting("DISPlay[:WINDow]:TEXT[:DATA]", Quoted(40), self._show, lambda: f'"{self.text}"')
        self.order("DISPlay[:WINDow]:TEXT:CLEar", lambda: self._show(""))
        self.query("ROUTe:TERMinals", lambda: "FRON")
        self.text = ""

    def _show(self, text: str) -> None:
        self.text = text

    def _set_format(self, code: str, _length: float = 0) -> None:
        self.state["FORMat"] = code

    def _set_delay(self, seconds: float) -> None:
        self.state |= {"TRIGger:DELay": seconds, "TRIGger:DELay:AUTO": False}

    def _set_function(self, code: str) -> None:
        self.state["FUNCtion"] = code
        self._fetched = []

    def _at(self, code: str, time: float) -> float:
        return self.signal(time) if code == "VOLT" else self.values.get(code, 0.0)

    def _measure(self) -> list[float]:
        code = self.state["FUNCtion"]
        timed = self.state.get("SAMPle:SOURce") == "TIM"
        step = self.state["SAMPle:TIMer"] if timed else 1 / _LINE
        count = round(self.state["SAMPle:COUNt"] * self.state["TRIGger:COUNt"])
        values = [self._at(code, number * step) for number in range(count)]
        if code == "TEMP" and self.state["UNIT:TEMPerature"] == "C":
            return [value - 273.15 for value in values]
        limit = self._limit(code)
        null = self._null(code)
        return [value - null if abs(value) <= limit else math.copysign(_OVERLOAD, value) for value in values]

    def _null(self, code: str) -> float:
        """Return what is subtracted from a reading."""
        header = f"[SENSe:]{_RANGED.get('RES' if code == 'FRES' else code)}:NULL"
        return float(self.state[f"{header}:VALue"]) if self.state.get(f"{header}[:STATe]") else 0.0

    def _limit(self, code: str) -> float:
        """Return the largest reading in the present range."""
        ranged = "RES" if code == "FRES" else code  # both kinds of resistance share their range
        return math.inf if self.state.get(("auto", ranged), True) else float(1.2 * self.state["range", ranged])

    def _initiate(self) -> None:
        self._fetched = self._measure()

    def _read(self) -> str | bytes | None:
        if self.state["TRIGger:SOURce"] != "IMM":
            return None  # nobody triggers
        self._fetched = self._measure()
        return self._answer(self._fetched)

    def _answer(self, values: list[float]) -> str | bytes:
        if not values:
            raise ScpiError(-230)
        if self.state["FORMat"] == "REAL":
            order = "<" if self.state["FORMat:BORDer"] == "SWAP" else ">"
            return block(struct.pack(f"{order}{len(values)}d", *values))
        return ",".join(f"{value:+.8E}" for value in values)


class Zero:
    """ON, OFF, or ONCE: now, and then off."""

    def read(self, text: str) -> bool:
        """Return whether it is on from now on."""
        return False if text.upper() == "ONCE" else Switch().read(text)


def simulate(model: str = "34465A") -> Served[Multimeter]:
    """Put a multimeter on a port of this computer.

    Args:
        model: ``"34460A"``, ``"34461A"``, ``"34465A"`` or ``"34470A"``.
    """
    return serve(Multimeter(model))
