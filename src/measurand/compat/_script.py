"""A script that is run as Python would run it, with `qcodes` as the alias has it."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from measurand.compat._alias import install_as_qcodes
from measurand.errors import ConfigurationError


def run_script(script: str | os.PathLike[str], arguments: Sequence[str] = (), *, as_qcodes: bool = True) -> None:
    """Run a script as ``python script …`` does.

    Args:
        script: Its path.
        arguments: What it finds in ``sys.argv`` after its own name.
        as_qcodes: Whether ``import qcodes`` means Measurand in it.

    Raises:
        ConfigurationError: There is no such file, or the real QCoDeS is imported already.
        BaseException: What the script raises.
    """
    path = Path(script)
    if not path.is_file():
        raise ConfigurationError(f"There is no script {os.fspath(script)!r}. Give the path of a Python file.")
    if as_qcodes:
        install_as_qcodes()
    before = sys.argv, sys.path[:]
    sys.argv = [os.fspath(script), *arguments]
    sys.path.insert(0, str(path.resolve().parent))
    try:
        runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv, sys.path[:] = before
