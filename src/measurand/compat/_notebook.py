"""What ``%load_ext measurand.compat`` and ``%unload_ext measurand.compat`` do in a notebook."""

from __future__ import annotations

from typing import Any

from measurand.compat._alias import install_as_qcodes, uninstall_as_qcodes


def load_ipython_extension(ipython: Any) -> None:
    """Have ``import qcodes`` mean Measurand in this notebook; see `install_as_qcodes`."""
    del ipython  # nothing is added to it
    install_as_qcodes()


def unload_ipython_extension(ipython: Any) -> None:
    """Have ``import qcodes`` find the real QCoDeS again."""
    del ipython
    uninstall_as_qcodes()
