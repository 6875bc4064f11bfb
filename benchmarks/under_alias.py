"""The cases of `theirs`, line for line, where ``import qcodes`` is Measurand. ``python -m benchmarks.under_alias CASE``."""

from __future__ import annotations

import runpy

from measurand.compat import install_as_qcodes

if __name__ == "__main__":
    install_as_qcodes()
    runpy.run_module("benchmarks.theirs", run_name="__main__")
