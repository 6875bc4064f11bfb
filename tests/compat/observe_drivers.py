"""Say what drivers answer on simulated devices: run by path, in any process.

    python observe_drivers.py CASES [--alias FOLDER]

CASES is JSON: a list of ``[sim file, address, module, class, names of parameters that are not read]``. With ``--alias`` the drivers are run on
Measurand's core, as in `list_drivers`. Prints a line of JSON for each case: what was read, or why it was not made.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import list_drivers


def parameters_of(node: Any) -> Iterator[Any]:
    """Yield every parameter of a node and below, once, in the order in which they were added."""
    yield from list(node.parameters.values())
    for module in node.submodules.values():
        for part in [module] if hasattr(module, "parameters") else module:
            yield from parameters_of(part)


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it, numbers as numbers whatever their type."""
    import numpy as np

    if isinstance(value, np.ndarray | list | tuple):
        return [plain(element) for element in value]
    if isinstance(value, dict):
        return {str(key): plain(element) for key, element in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, complex):
        return [value.real, value.imag]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def read(parameter: Any) -> dict[str, Any]:
    seen = {"unit": plain(getattr(parameter, "units", None) or getattr(parameter, "unit", "")),
            "label": plain(getattr(parameter, "labels", None) or getattr(parameter, "label", ""))}  # fmt: skip
    if not parameter.gettable:
        return seen
    try:
        seen["value"] = plain(parameter.get())
    except Exception as error:
        seen["raised"] = f"{type(error).__name__}: {error}".splitlines()[0]
    return seen


def snapshot_of(state: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield name and what a snapshot says of each parameter."""
    for one in state.get("parameters", {}).values():
        yield one["full_name"], [plain(one.get(key)) for key in ("value", "unit", "label")]
    for module in state.get("submodules", {}).values():
        for part in module.get("channels", {"": module}).values():
            yield from snapshot_of(part)


def observe(sim: str, address: str, module: str, kind: str, unread: list[str]) -> dict[str, Any]:
    from qcodes.instrument import Instrument

    try:
        made = getattr(importlib.import_module(module), kind)("dev", address=address, pyvisa_sim_file=sim)
        made.timeout.set(0.1)  # s; what the simulation does not know is never answered
        try:
            read_out = {one.full_name: read(one) for one in parameters_of(made) if one.name not in unread}
            return {"read": read_out, "snapshot": dict(snapshot_of(made.snapshot()))}
        finally:
            made.close()
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}".splitlines()[0]}
    finally:
        with contextlib.suppress(Exception):
            Instrument.close_all()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    if sys.argv[2:3] == ["--alias"]:
        list_drivers.places(sys.argv[3])
    out = sys.stdout
    for case in json.loads(sys.argv[1]):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            seen = observe(*case)
        print(json.dumps(seen), file=out, flush=True)
