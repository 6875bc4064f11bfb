"""Every test begins without an open data root; what one leaves open is forgotten."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_data_root_of_the_test_before() -> Iterator[None]:
    yield
    session = sys.modules.get("measurand._session")
    if session is not None:
        session._opened = None
