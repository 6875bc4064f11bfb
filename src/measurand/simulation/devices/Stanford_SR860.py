"""An SR860 lock-in amplifier on a bench: its sine output drives a divider by ten, which turns the phase by 30 degrees.

From the SR860 and SR865A operation manuals, chapter 4. There is no noise, and time constants take no time; captured points
ripple by one percent with a period of 20 points. The greatest capture rate is 1.25 MHz over a power of two that grows with
the time constant; which one the real device has at which time constant is not simulated.
"""

from __future__ import annotations

import cmath
import math
import struct
from collections.abc import Callable

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.simulation.kit import Reply, Served, TextDevice, block, serve

_EXECUTION, _COMMAND = 16, 32  # bits of the standard event register
_SIGNAL = 0.1 * cmath.exp(math.radians(30) * -1j)  # what comes back of the sine output
_SCALES = [float(f"{digit}e{decade}") for decade in range(0, -10, -1) for digit in (5, 2, 1)][2:]
_RANGES = [1.0, 0.3, 0.1, 0.03, 0.01]
_COLUMNS = {"X": (0,), "XY": (0, 1), "RT": (2, 3), "XYRT": (0, 1, 2, 3)}

_SETTINGS: dict[str, tuple[float, float, float]] = {  # least, most, at power-on
    "RSRC": (0, 3, 0), "RTRG": (0, 2, 0), "REFZ": (0, 1, 1), "FREQ": (1e-3, 5e5, 1e5), "PHAS": (-360000, 360000, 0),
    "HARM": (1, 99, 1), "SLVL": (1e-9, 2, 1e-9), "SOFF": (-5, 5, 0), "REFM": (0, 1, 1), "IVMD": (0, 1, 0),
    "ISRC": (0, 1, 0), "ICPL": (0, 1, 0), "IGND": (0, 1, 1), "IRNG": (0, 4, 0), "ICUR": (0, 1, 0), "SCAL": (0, 27, 0),
    "OFLT": (0, 21, 10), "OFSL": (0, 3, 1), "SYNC": (0, 1, 0), "ADVFILT": (0, 1, 0), "CAPTURELEN": (2, 4096, 256),
    "CAPTURERATE": (0, 20, 0), **{f"AUXV{i}": (-10.5, 10.5, 0) for i in range(4)},
}  # fmt: skip


class Capture:
    """The capture buffer, as time passes.

    Args:
        clock: By which points are stored.
        setting: Gives the number behind a command.
        sample: Gives x, y, r and theta of the point with this number.
    """

    def __init__(
        self, clock: Clock, setting: Callable[[str], float], sample: Callable[[int], tuple[float, ...]]
    ) -> None:
        self._clock, self._setting, self._sample = clock, setting, sample
        self.config = "X"
        self._since: float | None = None
        self._bytes = 0
        self._each = False

    @property
    def max_rate(self) -> float:
        """The greatest rate in Hz."""
        return 1.25e6 / 2.0 ** min(20, int(self._setting("OFLT") * 1.5))

    @property
    def running(self) -> bool:
        """Whether points are being stored."""
        return self._since is not None and self.captured < 1024 * self._setting("CAPTURELEN")

    @property
    def captured(self) -> int:
        """How many bytes are stored."""
        if self._since is None or self._each:
            return self._bytes
        rate = self.max_rate / 2 ** self._setting("CAPTURERATE")
        points = int((self._clock.monotonic() - self._since) * rate) + 1
        return int(min(4 * points * len(_COLUMNS[self.config]), 1024 * self._setting("CAPTURELEN")))

    def start(self, mode: str) -> None:
        """Store from now on: IMM, TRIG (the trigger comes at once) or SAMP."""
        self._bytes, self._each, self._since = 0, mode == "SAMP", self._clock.monotonic()

    def stop(self) -> None:
        """Store no more."""
        self._bytes, self._since = self.captured, None

    def trigger(self) -> None:
        """Store one point, if each is triggered."""
        if self._since is not None and self._each:
            self._bytes += 4 * len(_COLUMNS[self.config])

    def get(self, first: int, kbytes: int) -> bytes:
        """Return a part of the buffer; what was not stored is zero."""
        columns = _COLUMNS[self.config]
        begin, end = 256 * first, 256 * (first + kbytes)  # values
        values = [self._sample(i // len(columns))[columns[i % len(columns)]] for i in range(begin, end)]
        stored = self._bytes // 4
        return struct.pack(f"<{end - begin}f", *(v if begin + k < stored else 0.0 for k, v in enumerate(values)))


class StanfordSR860Simulator(TextDevice):
    """The lock-in; ``state`` has the number behind each command.

    Args:
        clock: By which points are stored.

    Attributes:
        capture: The capture buffer.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__()
        self._events = 128  # power-on
        self.capture = Capture(clock, lambda name: self.state[name], self.sample)
        self._commands()
        self.reset()

    def handle(self, message: str) -> Reply:
        """Carry out the commands of a message; answers are joined by semicolons."""
        obey = super().handle
        answers = [answer for one in message.split(";") if (answer := obey(one.strip())) is not None]
        if len(answers) == 1:
            return answers[0]
        return ";".join(map(str, answers)) if answers else None

    def reset(self) -> None:
        """Go to the default settings."""
        self.state = {name: limits[2] for name, limits in _SETTINGS.items()}

    def quantity(self, number: int) -> float:
        """Return a reading by its number in ``SNAP?``."""
        amplitude = self.state["SLVL"] * (1e-6 if self.state["IVMD"] else 1.0)
        signal = amplitude * _SIGNAL * cmath.exp(-1j * math.radians(self.state["PHAS"]))
        signal = signal if self.state["HARM"] == 1 else 0j
        aux_in = (0.1, 0.2, 0.3, 0.4)
        rest = (self.state["AUXV0"], self.state["AUXV1"], self.state["PHAS"], self.state["SLVL"], self.state["SOFF"])
        known = (signal.real, signal.imag, abs(signal), math.degrees(cmath.phase(signal)), *aux_in, 0.0, 0.0, *rest)
        return (*known, self.state["FREQ"], 0.0)[number]

    def sample(self, number: int) -> tuple[float, ...]:
        """Return x, y, r and theta of a captured point."""
        ripple = 1 + 0.01 * math.sin(math.tau * number / 20)
        return (*(self.quantity(i) * ripple for i in range(3)), self.quantity(3))

    def overloads(self) -> int:
        """Return what is overloaded at present."""
        beyond_input = self.quantity(2) > _RANGES[int(self.state["IRNG"])] and not self.state["IVMD"]
        beyond_scale = self.quantity(2) > _SCALES[int(self.state["SCAL"])] * (1e-6 if self.state["IVMD"] else 1.0)
        return 16 * beyond_input + 1 * beyond_scale

    def _commands(self) -> None:
        number = r"([-+]?[\d.]+(?:E[-+]?\d+)?)"
        for name, limits in _SETTINGS.items():
            if name.startswith("AUXV"):
                continue
            self.on(rf"{name} +{number}", lambda text, n=name, lim=limits: self._set(n, float(text), lim))
            self.on(rf"{name}\?", lambda n=name: f"{self.state[n]:.10g}")
        self.on(rf"AUXV +([0-3]), *{number}", lambda i, text: self._set(f"AUXV{i}", float(text), (-10.5, 10.5, 0)))
        self.on(r"AUXV\? +([0-3])", lambda i: f"{self.state[f'AUXV{i}']:.10g}")
        self.on(r"OAUX\? +([0-3])", lambda i: f"{self.quantity(4 + int(i)):.10g}")
        self.on(r"OUTP\? +(\d+)", lambda i: f"{self.quantity(int(i)):.10g}")
        self.on(r"SNAP\? +(\d+), *(\d+)(?:, *(\d+))?", self._snap)
        self.on(r"SNAPD\?", lambda: self._snap("0", "1", "2", "3"))
        self.on(r"FREQDET\?", lambda: f"{self.state['FREQ'] * self.state['HARM']:.10g}")
        self.on(r"ILVL\?", lambda: min(4, int(4 * self.quantity(2) / _RANGES[int(self.state["IRNG"])])))
        self.on(r"ENBW\?", lambda: 1.25 / 10 ** ((self.state["OFLT"] - 10) / 2))
        self.on(r"CUROVLDSTAT\?", self.overloads)
        self.on(r"CAPTURECFG +(X|XY|RT|XYRT)", lambda config: setattr(self.capture, "config", config.upper()))
        self.on(r"CAPTURERATEMAX\?", lambda: f"{self.capture.max_rate:.10g}")
        self.on(r"CAPTURESTART +ONE, *(IMM|TRIG|SAMP)", lambda mode: self.capture.start(mode.upper()))
        self.on("CAPTURESTOP", self.capture.stop)
        self.on(r"CAPTURESTAT\?", lambda: int(self.capture.running))
        self.on(r"CAPTUREBYTES\?", lambda: self.capture.captured)
        self.on(r"CAPTUREGET\? +(\d+), *(\d+)", self._get)
        self.on(r"\*ESR\?", self._take_events)
        self.on(r"\*IDN\?", lambda: "Stanford_Research_Systems,SR860,000111,v1.47")
        self.on(r"\*RST", self.reset)
        self.on("APHS", self._auto_phase)
        self.on("ARNG", lambda: self._fit("IRNG", _RANGES))
        self.on("ASCL", lambda: self._fit("SCAL", _SCALES))
        self.on("(.*)", self._illegal)

    def _illegal(self, message: str) -> None:
        self._events |= _COMMAND
        self.unknown.append(message)

    def _set(self, name: str, value: float, limits: tuple[float, float, float]) -> None:
        harmonics = {"FREQ": "HARM", "HARM": "FREQ"}
        too_high = name in harmonics and value * self.state[harmonics[name]] > 5e5
        if too_high or not limits[0] <= value <= limits[1] or (name == "CAPTURELEN" and value % 2):
            self._events |= _EXECUTION
            return
        self.state[name] = (value + 180) % 360 - 180 if name == "PHAS" else value

    def _snap(self, *numbers: str | None) -> str:
        return ",".join(f"{self.quantity(int(number)):.10g}" for number in numbers if number is not None)

    def _get(self, first: str, kbytes: str) -> bytes | None:
        if self.capture.running or not 1 <= int(kbytes) <= 64:
            self._events |= _EXECUTION
            return None
        return block(self.capture.get(int(first), int(kbytes))) + b"\n"

    def _take_events(self) -> int:
        events, self._events = self._events, 0
        return events

    def _auto_phase(self) -> None:
        self.state["PHAS"] = (self.state["PHAS"] + self.quantity(3) + 180) % 360 - 180

    def _fit(self, name: str, scales: list[float]) -> None:
        self.state[name] = max(i for i, scale in enumerate(scales) if scale >= self.quantity(2))


def simulate(clock: Clock = SYSTEM_CLOCK) -> Served[StanfordSR860Simulator]:
    """Put one on a port of this computer.

    Args:
        clock: By which points are stored.
    """
    return serve(StanfordSR860Simulator(clock))
