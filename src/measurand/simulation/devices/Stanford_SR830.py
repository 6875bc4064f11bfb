"""An SR830 lock-in amplifier on a bench: its sine output drives a divider by ten, which turns the phase by 30 degrees.

From the SR830 manual, chapters 4 and 5: each message may hold several commands, each query is answered by itself, and errors
are bits of the standard event register. There is no noise, and time constants take no time; the stored points ripple by one
percent with a period of 20 points, so that one is told from another.
"""

from __future__ import annotations

import cmath
import math
import struct
from collections.abc import Callable

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.simulation.kit import Reply, Served, TextDevice, serve

_EXECUTION, _COMMAND = 16, 32  # bits of the standard event register
_MOST = 16383
_SIGNAL = 0.1 * cmath.exp(math.radians(30) * -1j)  # what comes back of the sine output
_FULL_SCALE = [float(f"{digit}e{decade}") for decade in range(-9, 1) for digit in (1, 2, 5)][1:-2]

Limits = tuple[float, float, float]  # least, most, at power-on
_WHOLE: dict[str, Limits] = {
    "FMOD": (0, 1, 1), "RSLP": (0, 2, 0), "HARM": (1, 19999, 1), "ISRC": (0, 3, 0), "IGND": (0, 1, 0),
    "ICPL": (0, 1, 0), "ILIN": (0, 3, 0), "SENS": (0, 26, 26), "RMOD": (0, 2, 1), "OFLT": (0, 19, 8),
    "OFSL": (0, 3, 1), "SYNC": (0, 1, 0), "SRAT": (0, 14, 4), "SEND": (0, 1, 1), "TSTR": (0, 1, 0), "OUTX": (0, 1, 1),
}  # fmt: skip
_REAL: dict[str, Limits] = {"PHAS": (-360, 729.99, 0), "FREQ": (1e-3, 102e3, 1000), "SLVL": (0.004, 5, 1)}
_NUMBERED: dict[str, tuple[int, list[Limits]]] = {  # how many there are, what each has
    "DDEF": (2, [(0, 4, 0), (0, 2, 0)]),
    "FPOP": (2, [(0, 1, 0)]),
    "OEXP": (3, [(-105, 105, 0), (0, 2, 0)]),
    "AUXV": (4, [(-10.5, 10.5, 0)]),
}
_OTHER = {"FREQ": "HARM", "HARM": "FREQ"}  # what it is multiplied with
_RATES = [2.0**power for power in range(-4, 10)]


class Buffer:
    """How many points are stored, as time passes.

    Args:
        clock: By which points are stored.
        setting: Gives the number behind a command, e.g. of ``"SRAT"``.
    """

    def __init__(self, clock: Clock, setting: Callable[[str], float]) -> None:
        self._clock = clock
        self._setting = setting
        self._before = 0
        self._since: float | None = None

    @property
    def stored(self) -> int:
        """How many points are stored."""
        rate = int(self._setting("SRAT"))
        if self._since is None or rate == len(_RATES):
            return self._before
        return min(self._before + int((self._clock.monotonic() - self._since) * _RATES[rate]) + 1, _MOST)

    def start(self) -> None:
        """Store points from now on."""
        if self._since is None:
            self._since = self._clock.monotonic()

    def pause(self) -> None:
        """Store no more."""
        self._before, self._since = self.stored, None

    def clear(self) -> None:
        """Forget the points and store no more."""
        self._before, self._since = 0, None

    def trigger(self) -> None:
        """Store a point, or start, as the settings say."""
        if self._setting("SRAT") == len(_RATES):
            self._before = min(self._before + (self._since is not None), _MOST)
        elif self._setting("TSTR"):
            self.start()


class StanfordSR830Simulator(TextDevice):
    """The lock-in; ``state`` has the numbers behind each command.

    Args:
        clock: By which points are stored.

    Attributes:
        aux: Voltages at the aux inputs in V.
        lost: Whether the external reference is missing.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__()
        self.aux = [0.1, 0.2, 0.3, 0.4]
        self.lost = False
        self._events = 128  # power-on
        self._happened = 0
        self.buffer = Buffer(clock, lambda name: self.state[name][0])
        self.saved: dict[int, dict[str, list[float]]] = {}
        self._commands()
        self.reset()

    def handle(self, message: str) -> Reply:
        """Carry out the commands of a message; the answers are sent one by one."""
        obey = super().handle
        answers = [answer for one in message.split(";") if (answer := obey(one.strip())) is not None]
        if any(isinstance(answer, bytes) for answer in answers):
            return b"".join(answer for answer in answers if isinstance(answer, bytes))
        return self.terminator.join(map(str, answers)) if answers else None

    def reset(self) -> None:
        """Go to the settings of the manual's page 4-4."""
        self.state = {name: [limits[2]] for name, limits in (_WHOLE | _REAL).items()}
        for name, (count, limits_of_each) in _NUMBERED.items():
            for i in range(1, count + 1):
                self.state[f"{name}{i}"] = [limits[2] for limits in limits_of_each]
        self.buffer.clear()

    def signal(self) -> complex:
        """Return what is detected, in V (or A), phase included."""
        amplitude = self.state["SLVL"][0] * (1e-6 if self.state["ISRC"][0] > 1 else 1.0)
        signal = amplitude * _SIGNAL * cmath.exp(-1j * math.radians(self.state["PHAS"][0]))
        return signal if self.state["HARM"][0] == 1 else 0j

    def quantity(self, number: int) -> float:
        """Return a reading by its number in ``SNAP?``."""
        signal = self.signal()
        if self._scale() * 1.09 < max(abs(signal.real), abs(signal.imag)):
            self._happened |= 4
        known = {1: signal.real, 2: signal.imag, 3: abs(signal), 4: math.degrees(cmath.phase(signal))}
        known |= {5 + k: voltage for k, voltage in enumerate(self.aux)} | {9: self.state["FREQ"][0]}
        return self.display(number - 9) if number > 9 else known[number]

    def display(self, channel: int) -> float:
        """Return what a display shows."""
        shown, ratio = self.state[f"DDEF{channel}"]
        first = 2 * channel - 2  # of the aux inputs beside this display
        value = [self.quantity(channel), self.quantity(channel + 2), 0.0, *self.aux[first : first + 2]][int(shown)]
        return value / self.aux[first + int(ratio) - 1] if ratio else value

    def points(self, channel: int, first: int, count: int) -> list[float] | None:
        """Return stored points; None, and an error, if there are not so many."""
        if first + count > self.buffer.stored:
            self._refuse()
            return None
        value = self.display(channel)
        return [value * (1 + 0.01 * math.sin(math.tau * k / 20)) for k in range(first, first + count)]

    def _commands(self) -> None:
        number = r"([-+]?[\d.]+(?:E[-+]?\d+)?)"
        for name, limits in (_WHOLE | _REAL).items():
            self.on(rf"{name} {number}", lambda text, n=name, lim=limits: self._set(n, [text], [lim]))
            self.on(rf"{name} ?\?", lambda n=name: self._shown(n))
        for name, (count, limits_of_each) in _NUMBERED.items():
            several = ",".join([number] * len(limits_of_each))
            self.on(
                rf"{name} ([1-{count}]),{several}",
                lambda i, *texts, n=name, lim=limits_of_each: self._set(f"{n}{i}", list(texts), lim),
            )
            self.on(rf"{name}\? ?([1-{count}])", lambda i, n=name: self._shown(f"{n}{i}"))
        self.on(r"OUTP\? ?([1-4])", lambda i: f"{self.quantity(int(i)):.6g}")
        self.on(r"OUTR\? ?([12])", lambda i: f"{self.display(int(i)):.6g}")
        self.on(r"OAUX\? ?([1-4])", lambda i: f"{self.aux[int(i) - 1]:.6g}")
        self.on(r"SNAP\? ?(\d+(?:,\d+){1,5})", self._snap)
        self.on(r"SPTS ?\?", lambda: self.buffer.stored)
        self.on(r"TRCA\? ?([12]),(\d+),(\d+)", lambda *which: _as_text(self.points(*map(int, which))))
        self.on(r"TRCB\? ?([12]),(\d+),(\d+)", lambda *which: _as_bytes(self.points(*map(int, which))))
        self.on(r"LIAS\? ?([0-7])?", self._take_status)
        self.on(r"\*ESR\?", self._take_events)
        self.on(r"ERRS\? ?", lambda: 0)
        self.on(r"\*IDN\?", lambda: "Stanford_Research_Systems,SR830,s/n00111,ver1.000")
        self.on(r"AOFF ([123])", self._auto_offset)
        self.on(r"SSET ([1-9])", lambda i: self.saved.update({int(i): {k: list(v) for k, v in self.state.items()}}))
        self.on(r"RSET ([1-9])", self._recall)
        orders: dict[str, Callable[[], object]] = {
            "STRT": self.buffer.start, "PAUS": self.buffer.pause, "REST": self.buffer.clear, "TRIG": self.buffer.trigger, r"\*RST": self.reset,
            "AGAN": self._auto_gain, "APHS": self._auto_phase, "ARSV": lambda: self.state.update(RMOD=[2]),
            r"\*CLS": self._take_events,
        }  # fmt: skip
        for pattern, action in orders.items():
            self.on(pattern, lambda act=action: (act(), None)[1])
        self.on("(.*)", self._illegal)

    def _illegal(self, message: str) -> None:
        self._events |= _COMMAND
        self.unknown.append(message)

    def _refuse(self) -> None:
        self._events |= _EXECUTION

    def _set(self, name: str, texts: list[str], limits: list[Limits]) -> None:
        values = [float(text) for text in texts]
        beyond = any(not least <= value <= most for value, (least, most, _) in zip(values, limits, strict=True))
        locked = name == "FREQ" and self.state["FMOD"][0] == 0
        if beyond or locked or (name in _OTHER and values[0] * self.state[_OTHER[name]][0] > 102e3):
            self._refuse()
            return
        if name == "PHAS":
            values = [(values[0] + 180) % 360 - 180]
        self.state[name] = values
        if name == "OFLT" and values[0] > 13 and self.state["FREQ"][0] * self.state["HARM"][0] > 200:
            self.state[name] = [13.0]

    def _shown(self, name: str) -> str:
        return ",".join(f"{value:.6g}" for value in self.state[name])

    def _scale(self) -> float:
        return _FULL_SCALE[int(self.state["SENS"][0])] * (1e-6 if self.state["ISRC"][0] > 1 else 1.0)

    def _snap(self, numbers: str) -> str | None:
        wanted = [int(number) for number in numbers.split(",")]
        if not all(1 <= number <= 11 for number in wanted):
            self._refuse()
            return None
        return ",".join(f"{self.quantity(number):.6g}" for number in wanted)

    def _take_status(self, bit: str | None) -> int:
        happened = self._happened | (8 if self.lost else 0)
        if bit is None:
            self._happened = 0
            return happened
        self._happened &= ~(1 << int(bit))
        return happened >> int(bit) & 1

    def _take_events(self) -> int:
        events, self._events = self._events, 0
        return events

    def _auto_offset(self, number: str) -> None:
        expand = self.state[f"OEXP{number}"][1]
        self.state[f"OEXP{number}"] = [round(100 * self.quantity(int(number)) / self._scale(), 2), expand]

    def _auto_gain(self) -> None:
        factor = 1e-6 if self.state["ISRC"][0] > 1 else 1.0
        fits = [i for i, scale in enumerate(_FULL_SCALE) if scale * factor >= abs(self.signal())]
        self.state["SENS"] = [float(min(fits, default=26))]

    def _auto_phase(self) -> None:
        theta = math.degrees(cmath.phase(self.signal()))
        self._set("PHAS", [str(round(self.state["PHAS"][0] + theta, 2))], [_REAL["PHAS"]])

    def _recall(self, number: str) -> None:
        if int(number) not in self.saved:
            self._refuse()
            return
        self.state = {name: list(values) for name, values in self.saved[int(number)].items()}


def _as_text(points: list[float] | None) -> str | None:
    return None if points is None else "".join(f"{point:+.6e}," for point in points)


def _as_bytes(points: list[float] | None) -> bytes | None:
    return None if points is None else struct.pack(f"<{len(points)}f", *points)


def simulate(clock: Clock = SYSTEM_CLOCK) -> Served[StanfordSR830Simulator]:
    """Put one on a port of this computer.

    Args:
        clock: By which points are stored.
    """
    return serve(StanfordSR830Simulator(clock))
