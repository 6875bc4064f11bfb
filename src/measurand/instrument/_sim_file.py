"""Where the files of simulated instruments are. Knows nothing about what is in them."""

from __future__ import annotations

import importlib
import importlib.resources
import os
from pathlib import Path

from measurand.errors import ConfigurationError

SIMS = Path(__file__).parent / "sims"


def simulation_library(file: str | os.PathLike[str]) -> str:
    """Return the VISA library, in pyvisa's words, that simulates what ``file`` describes.

    Args:
        file: A name of one of Measurand's own files, ``"some.module:file.yaml"`` for a file in a package, or a path.

    Raises:
        ConfigurationError: There is no such file; the message lists Measurand's own.
    """
    path = _found(file)
    if not path.is_file():
        own = ", ".join(sorted(each.name for each in SIMS.glob("*.yaml")))
        raise ConfigurationError(
            f"pyvisa_sim_file={os.fspath(file)!r} refused: there is no file {path}. Allowed are the names {own}, "
            f"'some.module:file.yaml' for a file in an installed package, and a path such as './{path.name}'."
        )
    return f"{path}@sim"


def _found(file: str | os.PathLike[str]) -> Path:
    path = Path(file)
    if path.is_absolute() or isinstance(file, os.PathLike):  # first: a drive of Windows has a colon too
        return path.absolute()
    module, colon, name = file.rpartition(":")
    if colon:
        try:
            return Path(str(importlib.resources.files(importlib.import_module(module)) / name))
        except ImportError as error:
            raise ConfigurationError(
                f"pyvisa_sim_file={file!r} refused: {module!r} cannot be imported ({error})."
            ) from error
    return SIMS / file if path.name == file else path.absolute()
