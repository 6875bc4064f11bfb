"""What temperature controllers of Lake Shore share: inputs with a curve, outputs that hold a temperature, how errors show.

Commands set several fields at once; one of them is set by reading the others first, which keep their text. Errors are bits of
the standard event register (IEEE 488.2). Where the facts come from, the modules of the models say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from measurand.errors import InstrumentError
from measurand.instrument import Clock, Declared, InstrumentModule, VisaInstrument, late, parameter, wait_until
from measurand.instrument_drivers.event_register import bits, confirm
from measurand.validators import Numbers, Strings

ON_OFF = {True: "1", False: "0"}
_ERRORS = {2: "query error", 4: "parameter refused (execution error)", 5: "illegal command"}
_HEATER = {"ok": "0", "open load": "1", "short": "2"}


def fields_of(part: Any, header: str) -> list[str]:
    """Ask for the fields behind a header, e.g. ``"PID"``, of an input or output, without spaces."""
    return [one.strip() for one in part.ask(f"{header}? {part.key}").split(",")]


def set_field(part: Any, header: str, index: int, raw: object) -> None:
    """Set one of the fields behind a header of an input or output; the others stay as they are."""
    with part.root_instrument.lock:
        texts = fields_of(part, header)
        texts[index] = str(raw)
        part.write(f"{header} {part.key},{','.join(texts)}")


def field(header: str, index: int, **options: Any) -> Declared[Any]:
    """Declare a parameter of an input or output that is one of the fields behind a header, counted from 0."""
    return parameter(
        lambda self: fields_of(self, header)[index], lambda self, raw: set_field(self, header, index, raw), **options
    )


def load_status() -> Declared[str]:
    """Declare what the controller knows of the load of an output."""
    return parameter("HTRST? {self.key}", get_parser=str.strip, val_mapping=_HEATER)


class LakeshoreInput(InstrumentModule):
    """An input with a thermometer.

    Args:
        parent: The controller.
        name: Identifier.
        key: What the device calls it, e.g. ``"A"``.
    """

    meanings: ClassVar[Mapping[int, str]]

    temperature = parameter("KRDG? {self.key}", unit="K", get_parser=float)
    """Temperature in K. Where it is not valid the device gives 0 or the last one: ``status`` tells."""

    status = parameter(lambda self: self.reading_status(), vals=Strings())
    """Whether the reading is valid: ``"ok"``, or what is wrong with it in words, e.g. ``"temperature overrange"``."""

    sensor_name = parameter(
        "INNAME? {self.key}",
        'INNAME {self.key},"{}"',
        get_parser=lambda text: text.strip().strip('"'),
        vals=Strings(0, 15),
    )
    """Name of the thermometer, up to 15 characters. Not checked against a manual."""

    def __init__(self, parent: Any, name: str, key: str, **kwargs: Any) -> None:
        self.key = key
        super().__init__(parent, name, **kwargs)

    def reading_status(self) -> str:
        """Ask whether the reading is valid; return ``"ok"``, or what is wrong with it."""
        return ", ".join(bits(self.ask(f"RDGST? {self.key}"), self.meanings)) or "ok"


class LakeshoreOutput(InstrumentModule):
    """An output that drives a heater, alone or in a loop with an input.

    Args:
        parent: The controller.
        name: Identifier.
        key: What the device calls it, e.g. ``"1"``.
    """

    modes: ClassVar[Mapping[str, str]]
    ranges: ClassVar[Mapping[str, str]]
    heater_query: ClassVar[str]
    highest_setpoint: ClassVar[float]
    limits: ClassVar[Mapping[str, tuple[float, float]]]

    mode = field("OUTMODE", 0, label="Mode", val_mapping=late(lambda self: self.modes))
    """What decides how much is heated; the modes are those of the model. Not checked against a manual."""

    input = field("OUTMODE", 1, label="Input", val_mapping=late(lambda self: self.controller.inputs_of_loops))
    """Input of the loop, ``"none"`` or as the controller calls it. Not checked against a manual."""

    on_at_power_up = field("OUTMODE", 2, val_mapping=ON_OFF)
    """Whether it stays on when the controller is switched off and on again. Not checked against a manual."""

    setpoint = parameter(
        "SETP? {self.key}",
        "SETP {self.key},{}",
        unit="K",
        get_parser=float,
        vals=late(lambda self: Numbers(0, self.highest_setpoint)),
    )
    """Temperature to be held, in K if the input is set to kelvin; while the controller ramps it is on its way.
    (The largest one: Not checked against a manual.)"""

    range = parameter(
        "RANGE? {self.key}",
        "RANGE {self.key},{}",
        get_parser=str.strip,
        val_mapping=late(lambda self: self.ranges),
        safe="off",
    )
    """Range of the heater; off is the safe value. An output in the mode monitor is on whatever its range."""

    p = field("PID", 0, get_parser=float, vals=late(lambda self: Numbers(*self.limits["p"])))
    """Proportional part of the loop. Not checked against a manual."""

    i = field("PID", 1, get_parser=float, vals=late(lambda self: Numbers(*self.limits["i"])))
    """Integral part of the loop. Not checked against a manual."""

    d = field("PID", 2, get_parser=float, vals=late(lambda self: Numbers(*self.limits["d"])))
    """Derivative part of the loop. Not checked against a manual."""

    ramp_enabled = field("RAMP", 0, val_mapping=ON_OFF)
    """Whether the setpoint moves to a new value at ``ramp_rate`` instead of jumping."""

    ramp_rate = field("RAMP", 1, unit="K/min", get_parser=float, vals=late(lambda self: Numbers(*self.limits["ramp"])))
    """Rate at which the setpoint moves in K/min, up and down; 0 jumps even if ``ramp_enabled``."""

    ramping = parameter("RAMPST? {self.key}", get_parser=str.strip, val_mapping=ON_OFF)
    """Whether the setpoint is on its way."""

    manual_output = parameter(
        "MOUT? {self.key}", "MOUT {self.key},{}", unit="%", get_parser=float, vals=Numbers(-100, 100)
    )
    """What is added to the loop, or the whole output in open loop, in percent of the range (as the device is set up)."""

    heater_output = parameter(lambda self: float(self.ask(self.heater_query.format(self.key))), unit="%")
    """What the output gives at present, in percent of its range."""

    def __init__(self, parent: Any, name: str, key: str, **kwargs: Any) -> None:
        self.key = key
        self.controller = parent  # a _LakeshoreController, which is made of these
        super().__init__(parent, name, **kwargs)

    def wait_until_stable(
        self, tolerance: float, lasting: float, *, every: float = 1.0, timeout: float | None = None
    ) -> None:
        """Wait until the temperature has been at the setpoint for a while; a stopped run ends the wait.

        Args:
            tolerance: How far the temperature may be from the setpoint in K.
            lasting: For how long it must have been no farther, in s.
            every: Time between two readings in s.
            timeout: After how long to give up, in s; None: never.

        Raises:
            InstrumentError: The output is off or has no input, a reading is not valid, or the time is over.
        """
        loop = self.input()
        if loop == "none" or self.range() == "off":
            raise InstrumentError(
                f"{self.full_name}: holds no temperature: input {loop}, range {self.range()}. Set input, mode, setpoint and "
                f"range before waiting."
            )
        thermometer: LakeshoreInput = self.controller.input_called(loop)
        last = 0.0

        def is_there() -> bool:
            nonlocal last
            status = thermometer.status()
            if status != "ok":
                raise InstrumentError(
                    f"{self.full_name}: cannot wait, the reading of {thermometer.full_name} is not valid: {status}."
                )
            last = thermometer.temperature()
            return abs(last - self.setpoint()) <= tolerance and not self.ramping()

        if not wait_until(is_there, lasting=lasting, every=every, timeout=timeout, clock=self.controller.clock):
            raise InstrumentError(
                f"{self.full_name}: not stable in {timeout:g} s: {thermometer.full_name} is at {last:g} K, the setpoint is "
                f"{self.setpoint():g} K, asked for were {tolerance:g} K for {lasting:g} s."
            )


class _LakeshoreController(VisaInstrument):
    """A temperature controller. Each set is confirmed by the device; what it refuses is raised as `DeviceError`.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA address, e.g. ``"TCPIP0::192.168.0.12::7777::SOCKET"`` or ``"GPIB0::12::INSTR"``.
        clock: Whose time counts while a temperature is waited for; None: the computer's.
        **kwargs: As for `VisaInstrument`.
    """

    default_terminator = "\r\n"
    inputs_of_loops: ClassVar[Mapping[str, str]]

    def __init__(self, name: str, address: str, *, clock: Clock | None = None, **kwargs: Any) -> None:
        self.clock = clock
        super().__init__(name, address, **kwargs)
        self.ask("*ESR?")  # errors of before are nobody's here
        self.connect_message()

    def write_raw(self, cmd: str) -> None:
        """Send a command and wait until the device has carried it out.

        Raises:
            DeviceError: The device does not know the command, or refuses its parameter.
        """
        confirm(self, cmd, _ERRORS)

    def input_called(self, name: str) -> LakeshoreInput:
        """Return the input that a loop calls ``name``."""
        raise NotImplementedError

    def reset(self) -> None:
        """Bring the device into the state it has after power-on; what was known of it is forgotten."""
        self.write("*RST")
        self.invalidate_cache()
