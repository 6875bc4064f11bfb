"""The real QCoDeS in an environment of its own, made once: what Measurand is compared with, run as a black box."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

from measurand._core.filelock import lock

HERE = Path(__file__).parent.parent
VERSION = "0.58.0"
_FOLDER = HERE / ".venv-qcodes"
_PACKAGES = (
    f"qcodes=={VERSION}",
    "qcodes_contrib_drivers==0.24.1",  # drivers of others
    "pyvisa-py",  # no vendor's VISA has to be there
    "pyvisa-sim",  # its drivers have simulated instruments
)


def installed() -> Path:
    """Return the Python of the environment, which is made if it is not there.

    Several processes may ask at once.

    Raises:
        subprocess.CalledProcessError: No package index was reached, for example.
        TimeoutError: Another process is installing it and does not come to an end.
    """
    ready = _FOLDER / "ready-2"
    with (HERE / ".venv-qcodes.lock").open("a") as waiting:
        if not lock(waiting.fileno(), timeout=900):
            raise TimeoutError(f"Another process has been installing qcodes into {_FOLDER} for 15 minutes.")
        if not ready.exists():
            sys.stderr.write(f"Installing qcodes {VERSION} into {_FOLDER.name} …\n")
            venv.create(_FOLDER, with_pip=True, clear=True)
            subprocess.run(  # noqa: S603 - the packages named above
                [python(), "-m", "pip", "install", "--quiet", *_PACKAGES], check=True
            )
            ready.touch()
    return python()


def python() -> Path:
    """Return where the Python of the environment is, or will be."""
    return _FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def packages() -> Path:
    """Return the folder that holds its packages."""
    return next(_FOLDER.glob("Lib/site-packages" if os.name == "nt" else "lib/python3*/site-packages"))
