"""The oscilloscope DSOX1204G with signals at its inputs, from the programmer's guides that its driver names.

At input 1 a sine of 1 kHz and 0.5 V, at input 2 its cosine of 0.25 V on 0.1 V, at the others nothing. A record begins where
the trigger level is crossed upwards or downwards; where it is never crossed, only an automatic sweep acquires one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from measurand.simulation.kit import Quoted, ScpiDevice, ScpiError, Served, Switch, Within, Word, block, serve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHANNELS = range(1, 5)
FREQUENCY = 1e3  # Hz
_SIGNALS = {1: (0.5, 0.0, 0.0), 2: (0.25, math.pi / 2, 0.1), 3: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)}  # V, rad, V
_TYPES = {"NORM": 0, "PEAK": 1, "AVER": 2, "HRES": 3}
_RUNNING = 8
_LEVELS = 256  # of the converter
_NOT_MEASURED = 9.9e37
_DISPLAY, _COUPLING, _OFFSET = "CHANnel#:DISPlay", "CHANnel#:COUPling", "CHANnel#:OFFSet"
_INVERT = "CHANnel#:INVert"


class Oscilloscope(ScpiDevice):
    """One oscilloscope; `records` has what was acquired last."""

    def __init__(self) -> None:
        super().__init__("KEYSIGHT TECHNOLOGIES,DSO-X 1204G,CN12345678,02.12.2020040800")
        self.records: dict[int, NDArray[np.float64]] = {}
        self._mode = "RUN"
        self._polls = 0
        self._add_channels()
        self._add_time_and_trigger()
        self._add_measurements()
        self.keep("ACQuire:TYPE", Word(("NORMal", "AVERage", "HRESolution", "PEAK")), "NORM")
        self.keep("ACQuire:COUNt", Within(2, 65536), 8)
        self.query("ACQuire:SRATe", lambda: self.state["WAVeform:POINts"] / self.state["window"])
        self.keep("WAVeform:FORMat", Word(("WORD", "BYTE", "ASCii")), "BYTE")
        self.keep("WAVeform:BYTeorder", Word(("LSBFirst", "MSBFirst")), "MSBF")
        self.keep("WAVeform:UNSigned", Switch(), True)
        self.keep("WAVeform:SOURce", Word(tuple(f"CHANnel{number}" for number in CHANNELS)), "CHAN1")
        self.keep("WAVeform:POINts:MODE", Word(("NORMal", "MAXimum", "RAW")), "NORM")
        self.keep("WAVeform:POINts", Within(100, 2_000_000), 1000)
        self.query("WAVeform:PREamble", self._preamble)
        self.query("WAVeform:DATA", self._data)
        self.order("SINGle", self._single)
        self.order("RUN", lambda: self._go("RUN"))
        self.order("STOP", lambda: self._go("STOP"))
        self.order("AUToscale", self.reset)
        self.order("*TRG", self._acquire)
        self.query("OPERegister:CONDition", self._condition)

    def reset(self) -> None:
        """Bring it into the state after power-on."""
        super().reset()
        self.records.clear()
        self._go("RUN")

    def _add_channels(self) -> None:
        self.keep(_DISPLAY, Switch(), False, CHANNELS)
        self.state[_DISPLAY, 1] = self._kept[_DISPLAY, 1] = True
        self.keep(_COUPLING, Word(("AC", "DC")), "DC", CHANNELS)
        self.keep("CHANnel#:BWLimit", Switch(), False, CHANNELS)
        self.keep(_INVERT, Switch(), False, CHANNELS)
        self.keep(_OFFSET, Within(-1000, 1000), 0.0, CHANNELS)
        self.keep("CHANnel#:LABel", Quoted(32), "", CHANNELS)
        for number in CHANNELS:
            self._kept |= {("probe", number): 1.0, ("screen", number): 8.0}
        self.state.update(self._kept)
        state = self.state

        def set_screen(number: int, value: float) -> None:
            if not 4e-3 * state["probe", number] <= value * (1 + 1e-9) <= 80 * state["probe", number] * (1 + 2e-9):
                raise ScpiError(-222)
            state["screen", number] = value

        def set_probe(number: int, value: float) -> None:
            state["screen", number] *= value / state["probe", number]
            state["probe", number] = value

        any_number = Within(-1e6, 1e6)
        self.setting("CHANnel#:RANGe", any_number, set_screen, lambda n: state["screen", n], CHANNELS)
        self.setting(
            "CHANnel#:SCALe", any_number, lambda n, v: set_screen(n, 8 * v), lambda n: state["screen", n] / 8, CHANNELS
        )
        self.setting("CHANnel#:PROBe", Within(1e-3, 1e4), set_probe, lambda n: state["probe", n], CHANNELS)

    def _add_time_and_trigger(self) -> None:
        self._kept["window"] = 1e-3
        state = self.state
        self.setting("TIMebase:RANGe", Within(5e-8, 500), self._set_window, lambda: state["window"])
        self.setting(
            "TIMebase:SCALe", Within(5e-9, 50), lambda v: self._set_window(10 * v), lambda: state["window"] / 10
        )
        self.keep("TIMebase:POSition", Within(-500, 500), 0.0)
        self.keep("TIMebase:REFerence", Word(("LEFT", "CENTer", "RIGHt")), "CENT")
        self.keep("TRIGger:SWEep", Word(("AUTO", "NORMal")), "AUTO")
        sources = (*(f"CHANnel{number}" for number in CHANNELS), "EXTernal", "LINE")
        self.keep("TRIGger[:EDGE]:SOURce", Word(sources), "CHAN1")
        self.keep("TRIGger[:EDGE]:LEVel", Within(-1000, 1000), 0.0)
        self.keep("TRIGger[:EDGE]:SLOPe", Word(("POSitive", "NEGative", "EITHer", "ALTernate")), "POS")
        self.keep("TRIGger[:EDGE]:COUPling", Word(("AC", "DC", "LFReject")), "DC")
        self.keep("TRIGger:HOLDoff", Within(6e-8, 10), 6e-8)
        self.keep("TRIGger:NREJect", Switch(), False)

    def _set_window(self, seconds: float) -> None:
        self.state["window"] = seconds

    def _add_measurements(self) -> None:
        source = Word(tuple(f"CHANnel{number}" for number in CHANNELS))
        display, direct = Word(("DISPlay", "CYCLe")), Word(("AC", "DC"))

        def of_record(reduce: str) -> Callable[..., float]:
            return lambda *words: self._reduced(reduce, int(words[-1][-1]))

        for name, reduce in (
            ("VPP", "ptp"),
            ("VMAX", "max"),
            ("VMIN", "min"),
            ("FREQuency", "f"),
            ("RISetime", "rise"),
        ):
            self.query(f"MEASure:{name}", of_record(reduce), accepts=(source,))
        self.query("MEASure:VAVerage", of_record("mean"), accepts=(display, source))
        self.query("MEASure:VRMS", of_record("rms"), accepts=(display, direct, source))

    def _reduced(self, reduce: str, number: int) -> float:
        import numpy as np

        if self._mode == "RUN":
            self._acquire()
        record = self.records.get(number)
        amplitude = _SIGNALS[number][0]
        if record is None or (reduce in ("f", "rise") and (not amplitude or self.state["window"] < 1 / FREQUENCY)):
            return _NOT_MEASURED
        return {
            "ptp": lambda: float(np.ptp(record)),
            "max": lambda: float(record.max()),
            "min": lambda: float(record.min()),
            "mean": lambda: float(record.mean()),
            "rms": lambda: float(np.sqrt((record**2).mean())),
            "f": lambda: FREQUENCY,
            "rise": lambda: 2 * math.asin(0.8) / (2 * math.pi * FREQUENCY),  # from 10 % to 90 % of a sine
        }[reduce]()

    def _go(self, mode: str) -> None:
        self._mode = mode

    def _single(self) -> None:
        self.records.clear()
        self._mode, self._polls = "SINGLE", 1

    def _condition(self) -> int:
        """Answer whether it runs; a single record takes until the second question."""
        if self._mode == "SINGLE" and self._phase() is not None:
            if not self._polls:
                self._acquire()
            self._polls -= 1
        return 0 if self._mode == "STOP" else _RUNNING

    def _phase(self) -> float | None:
        """Return the phase at which records begin in rad; None if nothing triggers."""
        source = self.state["TRIGger[:EDGE]:SOURce"]
        if source[-1].isdigit():
            number = int(source[-1])
            amplitude, phase, direct = self._signal(number)
            above = self.state["TRIGger[:EDGE]:LEVel"] - direct
            if amplitude and abs(above) <= abs(amplitude):
                rising = math.asin(above / amplitude)
                falls = (self.state["TRIGger[:EDGE]:SLOPe"] == "NEG") != (amplitude < 0)
                return (math.pi - rising if falls else rising) - phase
        return 0.0 if self.state["TRIGger:SWEep"] == "AUTO" else None

    def _signal(self, number: int) -> tuple[float, float, float]:
        """Return amplitude in V, phase in rad and direct voltage in V, as the input lets them through."""
        amplitude, phase, direct = _SIGNALS[number]
        sign = -1 if self.state[_INVERT, number] else 1
        return sign * amplitude, phase, sign * direct if self.state[_COUPLING, number] == "DC" else 0.0

    def _acquire(self) -> None:
        import numpy as np

        if self._mode == "SINGLE":
            self._mode = "STOP"
        count, start = int(self.state["WAVeform:POINts"]), self._phase() or 0.0
        self.window, self.origin = self.state["window"], self._origin()
        self.kind = _TYPES[self.state["ACQuire:TYPE"]]
        numbers = np.arange(count) // 2 * 2 if self.kind == _TYPES["PEAK"] else np.arange(count)
        times = self.origin + numbers * self.window / count
        for number in CHANNELS:
            self.records.pop(number, None)
            if self.state[_DISPLAY, number]:
                amplitude, phase, direct = self._signal(number)
                self.records[number] = direct + amplitude * np.sin(2 * np.pi * FREQUENCY * times + phase + start)

    def _origin(self) -> float:
        before = {"LEFT": 0.1, "CENT": 0.5, "RIGH": 0.9}[self.state["TIMebase:REFerence"]]
        return float(self.state["TIMebase:POSition"] - before * self.state["window"])

    def _source(self) -> int:
        return int(self.state["WAVeform:SOURce"][-1])

    def _preamble(self) -> str:
        number = self._source()
        if self._mode == "RUN" and self._phase() is not None:
            self._acquire()
        record = self.records.get(number)
        is_word = self.state["WAVeform:FORMat"] == "WORD"
        if record is None:
            return f"{int(is_word)},0,0,1,0,0,0,0,0,0"
        fine = 256 if is_word else 1
        step, offset = self.state["screen", number] / _LEVELS / fine, self.state[_OFFSET, number]
        time = f"{self.window / len(record):+.8E},{self.origin:+.8E},0"
        return f"{int(is_word)},{self.kind},{len(record)},1,{time},{step:+.8E},{offset:+.8E},{128 * fine}"

    def _data(self) -> bytes:
        import numpy as np

        record = self.records.get(self._source())
        if record is None:
            raise ScpiError(-230)
        number = self._source()
        step = self.state["screen", number] / _LEVELS
        levels = np.rint((record - self.state[_OFFSET, number]) / step).astype(int) + 128
        if self.state["WAVeform:FORMat"] == "BYTE":
            return block(np.clip(levels, 1, 255).astype(np.uint8).tobytes())
        words = np.where(levels < 1, 1, np.where(levels >= _LEVELS, 0xFFFF, levels << 8))
        order = "<u2" if self.state["WAVeform:BYTeorder"] == "LSBF" else ">u2"
        return block(words.astype(order).tobytes())


def simulate() -> Served[Oscilloscope]:
    """Put one on a port of this computer, as somebody has left it: with all channels shown."""
    oscilloscope = Oscilloscope()
    oscilloscope.state.update({(_DISPLAY, number): True for number in CHANNELS})
    return serve(oscilloscope)
