"""A Keithley of the 2600 series with a resistor of 1 kOhm at each channel.

From the Series 2600B reference manual (2600BS-901-01 Rev. C, August 2016: 2, General operation; 3, Reading buffers; 7, TSP
command reference; 8, Troubleshooting; Rev. F, August 2021). Time stands still but for what measuring takes. Left out: triggers, saved setups, scripts
that stay, TSP-Link, power limits, filters.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from measurand.simulation.devices._tsp import TspSyntaxError, run
from measurand.simulation.kit import Served, serve

RESISTANCE = 1e3  # Ohm
LINE = 50.0  # Hz
OVERFLOW = 9.91e37
_BEYOND = 1.01

_LOW = (0.1, 1.0, 6.0, 40.0)
_HIGH = (0.2, 2.0, 20.0, 200.0)
_CURRENTS = tuple(10.0**exponent for exponent in range(-7, 1))


class TspError(Exception):
    """The device refuses; goes into its error queue.

    Args:
        code: Number of the error.
        text: Its text.
    """

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.entry = (float(code), text, 20.0, 1.0)


@dataclass
class Buffer:
    """A dedicated reading buffer."""

    readings: list[float] = field(default_factory=list)
    timestamps: list[float] = field(default_factory=list)  # s after the first
    first: float = 0.0  # s, when the first was taken
    settings: dict[str, float] = field(default_factory=lambda: {"appendmode": 0.0, "collecttimestamps": 1.0})

    def add(self, value: float, time: float) -> None:
        """Store a reading with its time, which counts from the first."""
        if not self.readings:
            self.first = time
        self.readings.append(value)
        self.timestamps.append(time - self.first)

    def clear(self) -> None:
        """Throw all readings away."""
        self.readings.clear()
        self.timestamps.clear()


class Smu:
    """One source-measure unit: settings with what they accept, and a resistor between its terminals."""

    def __init__(self, volts: tuple[float, ...], source: tuple[float, ...], measure: tuple[float, ...]) -> None:
        self.buffer = Buffer()
        self.time = 0.0
        self._source = {"v": volts, "i": source}
        self._measure = {"v": volts, "i": measure}
        self.accepts: dict[str, Callable[[Any], float]] = self._accepted()
        self.settings: dict[str, Any] = {}
        self.reset()

    def reset(self) -> None:
        """Restore the default settings."""
        is_high = self._source["v"] is _HIGH
        self.settings = {
            **{f"source.{word}": 0.0 for word in ("levelv", "leveli", "limitp", "output", "offmode", "delay")},
            **{f"measure.{word}": 0.0 for word in ("delay", "interval", "filter.enable")},
            **{f"{part}.autorange{letter}": 1.0 for part in ("source", "measure") for letter in "vi"},
            **{f"source.range{letter}": ranges[0] for letter, ranges in self._source.items()},
            **{f"measure.range{letter}": ranges[0] for letter, ranges in self._measure.items()},
            **{f"measure.{word}": 1.0 for word in ("nplc", "count", "filter.type", "filter.count")},
            "measure.autozero": 2.0,
            "sense": 0.0,
            "source.func": 1.0,
            "source.limitv": 20.0 if is_high else 40.0,
            "source.limiti": 0.1 if is_high else 1.0,
        }

    def _accepted(self) -> dict[str, Callable[[Any], float]]:
        volts, source = self._source["v"], self._source["i"]
        whole = partial(_among, allowed=(0.0, 1.0))
        three = partial(_among, allowed=(0.0, 1.0, 2.0))
        return {
            "source.levelv": partial(self._level, letter="v"),
            "source.leveli": partial(self._level, letter="i"),
            "source.limitv": partial(_between, low=volts[0] / 10, high=volts[-1]),
            "source.limiti": partial(_between, low=1e-10 if source[0] < 1e-8 else 1e-8, high=3.0 if volts is _LOW else 1.5),
            "source.limitp": partial(_between, low=0.0, high=math.inf),
            "source.func": whole,
            "source.output": three,
            "source.offmode": three,
            "source.delay": partial(_between, low=-1.0, high=math.inf),
            "measure.delay": partial(_between, low=-1.0, high=math.inf),
            "measure.nplc": partial(_between, low=0.001, high=25.0),
            "measure.count": partial(_between, low=1.0, high=1e6),
            "measure.interval": partial(_between, low=0.0, high=1.0),
            "measure.autozero": three,
            "measure.filter.enable": whole,
            "measure.filter.type": three,
            "measure.filter.count": partial(_between, low=1.0, high=100.0),
            "sense": partial(_among, allowed=(0.0, 1.0, 3.0)),
            **{f"source.autorange{letter}": whole for letter in "vi"},
            **{f"measure.autorange{letter}": three for letter in "vi"},
            **{f"source.range{letter}": partial(self._range, part="source", letter=letter) for letter in "vi"},
            **{f"measure.range{letter}": partial(self._range, part="measure", letter=letter) for letter in "vi"},
        }  # fmt: skip

    def _level(self, value: float, letter: str) -> float:
        ranges = self._source[letter]
        if self.settings[f"source.autorange{letter}"]:
            top = ranges[-1]
            self.settings[f"source.range{letter}"] = next((r for r in ranges if abs(value) <= _BEYOND * r), top)
        else:
            top = self.settings[f"source.range{letter}"]
        return _between(value, low=-_BEYOND * top, high=_BEYOND * top)

    def _range(self, value: float, part: str, letter: str) -> float:
        ranges = (self._source if part == "source" else self._measure)[letter]
        found = next((one for one in ranges if abs(value) <= _BEYOND * one), None)
        if found is None:
            raise TspError(1102, "Parameter too big")
        self.settings[f"{part}.autorange{letter}"] = 0.0
        return found

    def terminals(self) -> tuple[float, float, bool]:
        """Return voltage, current, and whether a limit holds them back."""
        if self.settings["source.output"] != 1.0:
            return 0.0, 0.0, False
        if self.settings["source.func"] == 1.0:
            volts, limit = self.settings["source.levelv"], self.settings["source.limiti"] * RESISTANCE
        else:
            volts, limit = self.settings["source.leveli"] * RESISTANCE, self.settings["source.limitv"]
        held = abs(volts) > limit
        volts = math.copysign(limit, volts) if held else volts
        return volts, volts / RESISTANCE, held

    def measure(self, what: str, arguments: list[Any]) -> tuple[float, ...]:
        """Take as many readings as ``measure.count`` says, put them into a buffer if one is given, return the last."""
        buffer = arguments[0] if arguments else None
        if buffer is not None and not buffer.settings["appendmode"]:
            buffer.clear()
        values: tuple[float, ...] = ()
        for _ in range(int(self.settings["measure.count"])):
            values = self._reading(what)
            if buffer is not None:
                buffer.add(values[0], self.time)
            self.time += max(self.settings["measure.nplc"] / LINE, self.settings["measure.interval"])
        return values

    def _reading(self, what: str) -> tuple[float, ...]:
        volts, amperes, _ = self.terminals()
        shown = {"v": self._shown(volts, "v"), "i": self._shown(amperes, "i")}
        if what == "r":
            return (volts / amperes if amperes else OVERFLOW,)
        if what == "p":
            return (volts * amperes,)
        return tuple(shown[letter] for letter in what)

    def _shown(self, value: float, letter: str) -> float:
        own = "v" if self.settings["source.func"] else "i"
        fixed = letter != own and not self.settings[f"measure.autorange{letter}"]
        return OVERFLOW if fixed and abs(value) > _BEYOND * self.settings[f"measure.range{letter}"] else value


class Keithley26xxSimulator:
    """One instrument of the series.

    Args:
        model: Its model, e.g. ``"2602B"``.
    """

    terminator = "\n"

    def __init__(self, model: str = "2602B") -> None:
        self.model = model
        self.unknown: list[str] = []
        self.errors: list[tuple[float, str, float, float]] = []
        self.display = ""
        self._precision = 6
        self._printed: list[str] = []
        self._lock = threading.Lock()
        low_currents = {"4": (1e-9, 1e-8), "5": (1e-9, 1e-8), "6": (1e-9, 1e-8)}.get(
            model[3] if model[2] == "3" else "", ()
        )
        volts = _LOW if model.startswith("260") else _HIGH
        source = (*low_currents, *_CURRENTS, 3.0 if volts is _LOW else 1.5)
        measure = (1e-10, *source) if model[:4] in ("2635", "2636") else source
        names = ("smua",) if model[3] in "15" else ("smua", "smub")
        self.smus = {name: Smu(volts, source, measure) for name in names}

    def handle(self, message: str) -> str | None:
        """Carry out a program in one line, and return what it printed."""
        with self._lock:
            if message.startswith("*"):
                return self._common(message)
            self._printed = []
            try:
                run(message, self)
            except TspSyntaxError as error:
                self._report(TspError(-285, f"TSP Syntax error at line 1: {error}"), message)
            except TspError as error:
                self._report(error, message)
            except (TypeError, ArithmeticError) as error:
                self._report(TspError(-286, f"TSP Runtime error at line 1: {error}"), message)
            return "\n".join(self._printed) or None

    def _common(self, message: str) -> str | None:
        if message == "*IDN?":
            return f"Keithley Instruments Inc., Model {self.model}, 0000001, 3.3.5"
        self.unknown.append(message)
        return None

    def _report(self, error: TspError, message: str) -> None:
        self.errors.append(error.entry)
        if error.entry[0] in (-285, -286):
            self.unknown.append(message)

    def get(self, name: str) -> Any:
        """Return the value of an attribute; nil for what is not there."""
        smu, _, rest = name.partition(".")
        if smu in self.smus:
            return self._of_smu(self.smus[smu], rest)
        known = {
            "localnode.model": self.model,
            "localnode.linefreq": LINE,
            "errorqueue.count": float(len(self.errors)),
            "display.SMUA": 0.0,
            "format.asciiprecision": float(self._precision),
        }
        if name not in known:
            self.unknown.append(name)
        return known.get(name)

    def _of_smu(self, smu: Smu, name: str) -> Any:
        if name.startswith("nvbuffer1"):
            part = name.removeprefix("nvbuffer1").removeprefix(".")
            buffer = smu.buffer
            of_buffer = {"": buffer, "readings": buffer.readings, "timestamps": buffer.timestamps, "n": float(len(buffer.readings))}  # fmt: skip
            return of_buffer[part] if part in of_buffer else buffer.settings.get(part)
        if name == "source.compliance":
            return smu.terminals()[2]
        if name not in smu.settings:
            self.unknown.append(name)
        return smu.settings.get(name)

    def set(self, name: str, value: Any) -> None:
        """Give an attribute a value."""
        smu, _, rest = name.partition(".")
        if name == "format.asciiprecision":
            self._precision = int(_between(value, low=1.0, high=16.0))
        elif name == "display.screen":
            self.display = ""
        elif smu in self.smus and rest in self.smus[smu].accepts:
            unit = self.smus[smu]
            unit.settings[rest] = unit.accepts[rest](value)
        elif smu in self.smus and rest.startswith("nvbuffer1."):
            self.smus[smu].buffer.settings[rest.removeprefix("nvbuffer1.")] = value
        else:
            raise TspError(-286, f"TSP Runtime error at line 1: attempt to set {name}")

    def call(self, name: str, arguments: list[Any]) -> tuple[Any, ...]:
        """Call a function."""
        smu, _, rest = name.partition(".")
        if smu in self.smus:
            return self._call_smu(self.smus[smu], rest, arguments)
        functions: dict[str, Callable[..., Any]] = {
            "print": self._print,
            "printbuffer": self._print_buffer,
            "delay": lambda _: None,
            "reset": self._reset,
            "display.clear": lambda: setattr(self, "display", ""),
            "display.settext": lambda text: setattr(self, "display", text),
            "errorqueue.next": lambda: self.errors.pop(0) if self.errors else (0.0, "Queue Is Empty", 0.0, 1.0),
        }
        if name not in functions:
            raise TspError(-286, f"TSP Runtime error at line 1: attempt to call {name}")
        returned = functions[name](*arguments)
        return returned if isinstance(returned, tuple) else ()

    def _call_smu(self, smu: Smu, name: str, arguments: list[Any]) -> tuple[Any, ...]:
        part, _, what = name.partition(".")
        if part == "measure" and what in ("v", "i", "iv", "r", "p"):
            return smu.measure(what, arguments)
        if name == "nvbuffer1.clear":
            smu.buffer.clear()
        elif name == "reset":
            smu.reset()
        else:
            raise TspError(-286, f"TSP Runtime error at line 1: attempt to call {name}")
        return ()

    def _reset(self) -> None:
        for smu in self.smus.values():
            smu.reset()
        self._precision = 6

    def _print(self, *values: Any) -> None:
        self._printed.append("\t".join(self._written(value) for value in values))

    def _print_buffer(self, first: float, last: float, *tables: Any) -> None:
        if first > last:
            raise TspError(-286, "TSP Runtime error at line 1: no readings")
        lists = [table.readings if isinstance(table, Buffer) else table for table in tables]
        rows = range(int(first) - 1, int(last))
        self._printed.append(", ".join(self._written(table[row] if row < len(table) else OVERFLOW) for row in rows for table in lists))  # fmt: skip

    def _written(self, value: Any) -> str:
        if value is None or isinstance(value, bool):
            return {None: "nil", True: "true", False: "false"}[value]
        return value if isinstance(value, str) else f"{value:.{self._precision - 1}e}"


def _between(value: Any, low: float, high: float) -> float:
    if not isinstance(value, (int, float)):
        raise TspError(-286, "TSP Runtime error at line 1: number expected")
    if value < low:
        raise TspError(1101, "Parameter too small")
    if value > high:
        raise TspError(1102, "Parameter too big")
    return float(value)


def _among(value: Any, allowed: tuple[float, ...]) -> float:
    if value not in allowed:
        raise TspError(1103, "Parameter invalid value")
    return float(value)


def simulate(model: str = "2602B") -> Served[Keithley26xxSimulator]:
    """Put one on a port of this computer.

    Args:
        model: Its model.
    """
    return serve(Keithley26xxSimulator(model))
