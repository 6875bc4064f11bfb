"""QCoDeS as the interpreter sees it, by its documented interface.

Run in QCoDeS's own environment, where Measurand is not installed: cases come in as JSON, observations go out.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import qcodes
import qcodes.parameters
import qcodes.validators
from qcodes.instrument import Instrument
from tests.differential.device import Device
from tests.differential.interpreter import missing, observe


class _Instrument(Instrument):
    def __init__(self, name: str, device: Device) -> None:
        super().__init__(name)
        self._device = device

    def ask_raw(self, cmd: str) -> Any:
        return self._device.ask(cmd)

    def write_raw(self, cmd: str) -> None:
        self._device.write(cmd)


class Theirs:
    """See `interpreter.Library`."""

    def __init__(self) -> None:
        self._opened: Instrument | None = None

    def find(self, name: str) -> Any:
        return getattr(qcodes.parameters, name, None) or getattr(qcodes.validators, name, None)

    def instrument(self, device: Device) -> Any:
        self._opened = _Instrument("ins", device)
        return self._opened

    def options(self, kind: str) -> dict[str, Any]:
        return {}

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()


def main() -> None:
    """Read cases from standard input, write the version and the observations to standard output."""
    library = Theirs()
    cases = json.load(sys.stdin)
    if absent := {case["id"]: what for case in cases if (what := missing(case, library))}:
        raise SystemExit(f"QCoDeS does not have what these cases need: {absent}")
    observations = {case["id"]: observe(case, library) for case in cases}
    json.dump({"qcodes": qcodes.__version__, "observations": observations}, sys.stdout)


if __name__ == "__main__":
    main()
