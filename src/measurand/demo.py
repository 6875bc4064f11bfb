"""The main job, end to end: connect to a laboratory, sweep, map, store, list, draw.

The laboratory is simulated, the rest is what a user would write.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass

from measurand._session import data_root
from measurand.errors import MeasurandError
from measurand.instrument_drivers.Measurand.Measurand_DM7 import MeasurandDM7
from measurand.instrument_drivers.Measurand.Measurand_LA2 import MeasurandLA2
from measurand.instrument_drivers.Measurand.Measurand_TC1 import MeasurandTC1
from measurand.instrument_drivers.Measurand.Measurand_VS4 import MeasurandVS4
from measurand.measure import Plan, sweep
from measurand.parameters import DelegateParameter, Parameter
from measurand.simulation import SUGGESTION, running_laboratory, start_laboratory


@dataclass(frozen=True)
class Device:
    """The sample as its experimenter sees it: voltages at the dot, current through it."""

    gate: Parameter[float]
    bias: Parameter[float]
    current: Parameter[float]
    conductance: Parameter[float]


def demonstrate(*, keep_lab: bool = False) -> None:
    """Measure the simulated quantum dot and show what came of it.

    Args:
        keep_lab: Leave the laboratory running, for play from a notebook.

    Raises:
        KeyboardInterrupt: Ctrl-C; the runs begun are readable, with status ``interrupted``.
    """
    begun = time.monotonic()
    first = max((record.number for record in data_root().runs()), default=0)
    try:
        with ExitStack() as stack:
            device = _connect(stack, keep_lab)
            for name, plan in _plans(device).items():
                run = plan.run(name, sample="simulated quantum dot", experiment="demo")
                for picture in run.dataset.plot(save=True):
                    _say(f"{name}: picture in {picture.path}")
    finally:
        _say_runs(first, keep_lab)
    _say(f"Done in {time.monotonic() - begun:.0f} s.")


def _connect(stack: ExitStack, keep_lab: bool) -> Device:
    """Start the laboratory, connect to it and prepare it; ``stack`` undoes that."""
    laboratory = (running_laboratory() or start_laboratory(detached=True)) if keep_lab else start_laboratory()
    if not keep_lab:
        stack.callback(laboratory.close)
    _say(f"The simulated laboratory answers at {', '.join(laboratory.addresses.values())}")
    address = laboratory.addresses

    return _prepare(
        stack.enter_context(MeasurandVS4("source", address["source"])),
        stack.enter_context(MeasurandDM7("dmm", address["dmm"])),
        stack.enter_context(MeasurandLA2("lockin", address["lockin"])),
        stack.enter_context(MeasurandTC1("thermostat", address["thermostat"])),
    )


def _prepare(source: MeasurandVS4, dmm: MeasurandDM7, lockin: MeasurandLA2, thermostat: MeasurandTC1) -> Device:
    """Set what the sweeps do not, and name the quantities as they are at the dot."""
    s = SUGGESTION
    source.ch1.ramp_rate(1e4)
    source.ch2.ramp_rate(1e4)
    source.ch2.voltage(s.sweep_bias)
    dmm.nplc(s.nplc)
    dmm.range(s.dmm_range)
    lockin.frequency(s.frequency)
    lockin.amplitude(s.excitation)
    lockin.time_constant(s.time_constant)
    lockin.sensitivity(s.sensitivity)
    thermostat.temperature()  # so that the snapshot tells it
    excitation = s.excitation / s.excitation_divider
    return Device(
        gate=DelegateParameter("gate", source.ch1.voltage, label="Gate voltage"),
        bias=DelegateParameter("bias", source.ch2.voltage, label="Bias voltage", scale=s.bias_divider),
        current=DelegateParameter("current", dmm.voltage, label="Current", unit="A", scale=s.preamp_gain),
        conductance=DelegateParameter(
            "conductance", lockin.x, label="Differential conductance", unit="S", scale=s.preamp_gain * excitation
        ),
    )


def _plans(device: Device) -> dict[str, Plan]:
    s = SUGGESTION
    measured = (device.current, device.conductance)
    low, high = (voltage / s.bias_divider for voltage in s.bias)
    diamonds = sweep(device.gate, *s.gate, num=101, delay=s.settle).loop(device.bias, low, high, num=101)
    return {
        "gate sweep": sweep(device.gate, *s.gate, num=401, delay=s.settle).each(*measured),
        "diamonds": diamonds.each(*measured),
    }


def _say_runs(first: int, keep_lab: bool) -> None:
    """List the runs made since number ``first``, and how to go on from here."""
    try:
        made = data_root().runs(f"number > {first}")
    except MeasurandError as error:  # said after whatever ended the demonstration
        _say(str(error))
        return
    _say(f"\n{made!r}\n")
    for record in made:
        _say(f"run {record.number} is in {record.path}")
    if made:
        _say(f'\nOpen one:   python -c "import measurand as m; print(m.load({made[-1].number}).to_xarray())"')
    _say("List all:   measurand runs")
    if keep_lab:
        _say("The laboratory is still running; stop it with: measurand lab stop")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
