"""How long a fresh process takes until ``import qcodes`` is done. Standard library only, for both environments."""

from __future__ import annotations

import subprocess
import sys

_CODE = "import time; begun = time.perf_counter(); {}; print(time.perf_counter() - begun)"
ALIAS = "import measurand; measurand.install_as_qcodes(); "  # before it, and counted
IMPORT = "import qcodes"
PARAMETER = "import qcodes; qcodes.Parameter('p', set_cmd=None, get_cmd=None)(1)"


def fresh(code: str) -> float:
    """Return the time of ``code`` in a process of its own, in s, without that of starting Python."""
    done = subprocess.run([sys.executable, "-c", _CODE.format(code)], capture_output=True, text=True, check=True)
    return float(done.stdout)
