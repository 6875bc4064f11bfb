"""Temperature controllers of Lake Shore at a small cryostat: what holds for all of them.

Each input has a stage of its own at 4.2 K. A loop that is closed, with its heater on, brings the stage to the setpoint with a
time constant of 5 s; an open one heats it by one kelvin for each percent of output; else it relaxes. A setpoint that ramps
moves by the clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand.simulation.kit import Reply, TextDevice

BASE = 4.2  # K
_TIME_CONSTANT = 5.0  # s
_EXECUTION, _COMMAND = 16, 32  # bits of the standard event register
NUMBER = r"([-+]?[\d.]+(?:E[-+]?\d+)?)"


@dataclass
class Output:
    """One output; times in s of the clock, rates in K/min."""

    outmode: list[str]
    setpoint: float = BASE
    begin: tuple[float, float] = (BASE, 0.0)  # where the ramp began, and when
    range: int = 0
    manual: float = 0.0
    pid: list[float] = field(default_factory=lambda: [50.0, 20.0, 0.0])
    ramp: list[float] = field(default_factory=lambda: [0, 1.0])

    def present(self, now: float) -> float:
        """Return the setpoint as it is now, in K."""
        start, since = self.begin
        if not self.ramp[0] or not self.ramp[1]:
            return self.setpoint
        way = (now - since) * self.ramp[1] / 60
        left = self.setpoint - start
        return self.setpoint if way >= abs(left) else start + math.copysign(way, left)


class LakeshoreSimulator(TextDevice):
    """What the controllers share.

    Args:
        identity: Answer to ``*IDN?``.
        inputs: Names of the inputs.
        outputs: Names of the outputs with the power-on fields of ``OUTMODE``, and how many ranges they have.
        closed: The number of the mode in which the loop is closed, and of the one in which it is open.
        clock: By which stages warm and setpoints move.

    Attributes:
        broken: Inputs whose thermometer is not there.
    """

    def __init__(
        self,
        identity: str,
        inputs: list[str],
        outputs: dict[str, tuple[list[str], int]],
        closed: tuple[str, str],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        super().__init__(terminator="\r\n")
        self.clock = clock
        self.identity = identity
        self.closed, self.open = closed
        self.broken: set[str] = set()
        self.names = dict.fromkeys(inputs, "")
        self.outputs = {name: Output(list(fields)) for name, (fields, _) in outputs.items()}
        self.ranges = {name: count for name, (_, count) in outputs.items()}
        self._temperatures = dict.fromkeys(inputs, BASE)
        self._at = clock.monotonic()
        self._events = 128  # power-on
        self._commands("|".join(inputs), "|".join(outputs))
        self.more(f"({'|'.join(inputs)})")
        self.on("(.*)", self._illegal)

    def handle(self, message: str) -> Reply:
        """Carry out the commands of a message; answers are joined by semicolons."""
        self._settle()
        obey = super().handle
        answers = [answer for one in message.split(";") if (answer := obey(one.strip())) is not None]
        return ";".join(map(str, answers)) if answers else None

    def more(self, inputs: str) -> None:
        """Add what only this model has; ``inputs`` is a group of a regular expression."""

    def input_of(self, fields: list[str]) -> str | None:
        """Return the input that the fields of ``OUTMODE`` name."""
        raise NotImplementedError

    def temperature(self, name: str) -> float:
        """Return the temperature of a stage now, in K."""
        return 0.0 if name in self.broken else self._temperatures[name]

    def refuse(self) -> None:
        """Note that a parameter was refused."""
        self._events |= _EXECUTION

    def _settle(self) -> None:
        """Let the time pass that has passed."""
        now = self.clock.monotonic()
        fraction = math.exp(-(now - self._at) / _TIME_CONSTANT)
        targets = dict.fromkeys(self._temperatures, BASE)
        for output in self.outputs.values():
            name = self.input_of(output.outmode)
            if name is not None and output.range:
                if output.outmode[0] == self.closed:
                    targets[name] = max(BASE, output.present(now))
                elif output.outmode[0] == self.open:
                    targets[name] = BASE + output.manual
        for name, target in targets.items():
            self._temperatures[name] = target + (self._temperatures[name] - target) * fraction
        self._at = now

    def _commands(self, inputs: str, outputs: str) -> None:
        i, o = f"({inputs})", f"({outputs})"
        self.on(rf"KRDG\? {i}", lambda name: f"{self.temperature(name.upper()):+.6g}")
        self.on(rf"RDGST\? {i}", lambda name: "001" if name.upper() in self.broken else "000")
        self.on(rf'INNAME {i},"(.*)"', lambda name, text: self.names.update({name.upper(): text}))
        self.on(rf"INNAME\? {i}", lambda name: f"{self.names[name.upper()]:<15}")
        self.on(rf"OUTMODE {o},(.*)", self._set_mode)
        self.on(rf"OUTMODE\? {o}", lambda name: ",".join(self.outputs[name].outmode))
        self.on(rf"SETP {o},{NUMBER}", self._set_setpoint)
        self.on(rf"SETP\? {o}", lambda name: f"{self.outputs[name].present(self._at):+.6g}")
        self.on(rf"RANGE {o},(\d)", self._set_range)
        self.on(rf"RANGE\? {o}", lambda name: self.outputs[name].range)
        self.on(rf"PID {o},{NUMBER},{NUMBER},{NUMBER}", lambda n, *v: self._keep(n, "pid", [float(x) for x in v]))
        self.on(rf"PID\? {o}", lambda name: ",".join(f"{v:+.6g}" for v in self.outputs[name].pid))
        self.on(rf"RAMP {o},([01]),{NUMBER}", self._set_ramp)
        self.on(rf"RAMP\? {o}", lambda name: f"{self.outputs[name].ramp[0]:.0f},{self.outputs[name].ramp[1]:+.6g}")
        self.on(rf"RAMPST\? {o}", self._is_ramping)
        self.on(rf"MOUT {o},{NUMBER}", lambda name, value: self._keep(name, "manual", float(value)))
        self.on(rf"MOUT\? {o}", lambda name: f"{self.outputs[name].manual:+.6g}")
        self.on(rf"HTRST\? {o}", lambda _: 0)
        self.on(rf"(?:HTR|AOUT)\?(?: {o})?", lambda name: self._heating(name or "0"))
        self.on(r"\*ESR\?", self._take_events)
        self.on(r"\*IDN\?", lambda: self.identity)
        self.on(r"\*RST", lambda: None)

    def _keep(self, name: str, what: str, value: object) -> None:
        setattr(self.outputs[name], what, value)

    def _set_mode(self, name: str, fields: str) -> None:
        texts = fields.split(",")
        if len(texts) == len(self.outputs[name].outmode):
            self.outputs[name].outmode = texts
        else:
            self.refuse()

    def _set_setpoint(self, name: str, value: str) -> None:
        output = self.outputs[name]
        output.begin = (output.present(self._at), self._at)
        output.setpoint = float(value)

    def _set_range(self, name: str, number: str) -> None:
        if int(number) < self.ranges[name]:
            self.outputs[name].range = int(number)
        else:
            self.refuse()

    def _set_ramp(self, name: str, enabled: str, rate: str) -> None:
        if 0 <= float(rate) <= 100:
            self.outputs[name].ramp = [int(enabled), float(rate)]
        else:
            self.refuse()

    def _is_ramping(self, name: str) -> bool:
        return self.outputs[name].present(self._at) != self.outputs[name].setpoint

    def _heating(self, name: str) -> str:
        output = self.outputs[name]
        target = output.present(self._at) - BASE if output.outmode[0] == self.closed else output.manual
        return f"{min(max(target, 0.0), 100.0) if output.range else 0.0:+.1f}"

    def _take_events(self) -> int:
        events, self._events = self._events, 0
        return events

    def _illegal(self, message: str) -> None:
        self._events |= _COMMAND
        self.unknown.append(message)
