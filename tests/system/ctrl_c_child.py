"""A measuring process for `test_ctrl_c_places`: it speaks to a device, and tells at its end how it came out.

``python ctrl_c_child.py MODE``, with MODE foreground, thread or ipython, and a line for each case on stdin:
``[PLACE, TIMES, ADDRESS, FOLDER]``. Each exchange waits for the device's answer, so that whoever plays the device decides at
which one a Ctrl-C comes.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from typing import Any


def measure(plan: Any, left: dict[str, str]) -> None:
    """Measure here."""
    plan.run(name="stopped")


def measure_in_a_thread(plan: Any, left: dict[str, str]) -> None:
    """Measure in the background, wait for the end as one does at a prompt, and end the run when that was interrupted."""
    run = plan.start(name="stopped")
    try:
        run.result()
    finally:
        left["went_on"] = run.state
        run.stop()
        run.wait()


class ArrayWithSignal:
    """An array that takes a Ctrl-C while it is stored."""

    def __init__(self, value: float, times: int) -> None:
        self._value, self._times = value, times

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy as np

        while self._times:
            self._times -= 1
            signal.raise_signal(signal.SIGINT)
        return np.array([self._value], dtype)


def plan_of(place: str, times: int, address: str) -> Any:
    """Return a plan of three points in which ``place`` is the one that the parent knows."""
    from measurand import Parameter, Task, VisaInstrument, Wait, sweep
    from measurand.validators import Arrays

    class Device(VisaInstrument):
        def __init__(self, name: str, address: str) -> None:
            super().__init__(name, address, timeout=60)
            ramped = {"step": 0.5} if place == "ramp" else {}
            self.gate: Parameter[float] = self.add_parameter(
                "gate", set_cmd=lambda volts: self.ask(f"GATE {volts:.3f}"), initial_cache_value=0.0, unit="V", **ramped
            )
            self.current: Parameter[float] = self.add_parameter("current", get_cmd="READ?", get_parser=float)

        def park(self) -> None:
            self.ask("PARK")

    device = Device("device", address)
    stored = iter([[1.0], ArrayWithSignal(2.0, times) if place == "store" else [2.0], [3.0]])
    extra = Parameter("extra", get_cmd=lambda: next(stored), vals=Arrays(shape=(1,)))
    say = Task(lambda: os.write(1, b"waiting\n") if place == "wait" else None)
    waits = [say, Wait(3600)] if place == "wait" else []
    steps = sweep(device.gate, 1, 3, num=3).each(device.current, extra, *waits)
    return steps.finally_(device.park, lambda: os.write(1, b"last\n"))


def in_a_terminal(measuring: Any, plan: Any, left: dict[str, str]) -> str:
    """Measure, and return what was raised."""
    try:
        measuring(plan, left)
    except KeyboardInterrupt as error:
        return type(error).__name__
    return ""


def in_ipython(plan: Any, left: dict[str, str]) -> str:
    """Measure in a cell, and return what was raised there."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance(colors="NoColor", history_length=0)
    shell.push({"measure": measure, "plan": plan, "left": left})
    error = shell.run_cell("measure(plan, left)").error_in_exec
    return type(error).__name__ if error is not None else ""


def run_case(mode: str, place: str, times: int, address: str, folder: str) -> dict[str, Any]:
    """Measure until something ends it, and return what is left."""
    from measurand import close_all, load, open_data

    open_data(folder)
    plan = plan_of(place, times, address)
    left: dict[str, str] = {}
    before = signal.getsignal(signal.SIGINT)
    if mode == "ipython":
        raised = in_ipython(plan, left)
    else:
        raised = in_a_terminal(measure_in_a_thread if mode == "thread" else measure, plan, left)
    dataset = load("last")
    close_all()
    return {
        "raised": raised,
        "status": dataset.status,
        "gates": dataset.numpy("device_gate").tolist(),
        "extras": dataset.numpy("extra").ravel().tolist(),
        "handler": signal.getsignal(signal.SIGINT) is before,
        "went_on": left.get("went_on"),
    }


def main(mode: str) -> None:
    """Run case after case, each until something ends it, and print what is left."""
    faulthandler.register(signal.SIGUSR1)  # the parent asks where it hangs
    for line in sys.stdin:
        out = run_case(mode, *json.loads(line))
        os.write(2, b"over\n")
        os.write(1, b"out " + json.dumps(out).encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
