"""Import every driver module of QCoDeS and qcodes_contrib_drivers, and say which could be: run by path, in any process.

    python list_drivers.py [--alias FOLDER]

With ``--alias`` they are run on Measurand's core, and what they need is looked for in FOLDER too, last of all. Prints JSON:
``{module: "" or the first line of why not}``, with ``--alias`` under ``outcomes``.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import json
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("qcodes.instrument_drivers", "qcodes_contrib_drivers")


def modules(package: str) -> Iterator[str]:
    """Yield the names of the package's modules by its files, so that none is imported to find another."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            if "tests" not in parts and all(part.isidentifier() for part in parts):
                yield ".".join((package, *parts))


def outcome(name: str) -> str:
    try:
        importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return ""


def places(site_packages: str) -> None:
    """Run on Measurand's core, with the drivers and their libraries from ``site_packages``."""
    sys.path.append(site_packages)
    import measurand

    measurand.install_as_qcodes()


def real_core() -> list[str]:
    """Return the modules of the real QCoDeS that are imported, other than drivers and simulation files."""
    allowed = ("qcodes.instrument_drivers", "qcodes.instrument.sims")
    names = [name for name in sys.modules if name.partition(".")[0] == "qcodes" and not name.startswith(allowed)]
    return [name for name in names if not sys.modules[name].__name__.startswith("measurand.")]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    os.environ["MPLBACKEND"] = "Agg"
    if sys.argv[1:2] == ["--alias"]:
        places(sys.argv[2])
    names = [name for package in PACKAGES for name in modules(package)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        found = {name: outcome(name) for name in names}
    print(json.dumps({"outcomes": found, "of the real core": real_core()} if sys.argv[1:] else found))
