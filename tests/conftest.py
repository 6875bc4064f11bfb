"""Every test begins without an open data root; what one leaves open is forgotten."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripts import real_qcodes as _real_qcodes


@pytest.fixture(autouse=True)
def _no_data_root_of_the_test_before() -> Iterator[None]:
    yield
    session = sys.modules.get("measurand._session")
    if session is not None:
        session._opened = None


@pytest.fixture(scope="session")
def real_qcodes() -> Path:
    """The Python of an environment with the real QCoDeS, and with drivers of others; made on first use."""
    try:
        return _real_qcodes.installed()
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"QCoDeS cannot be installed here: {error}")
