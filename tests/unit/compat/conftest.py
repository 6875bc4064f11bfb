from __future__ import annotations

from collections.abc import Iterator

import pytest

from measurand.compat import install_as_qcodes, uninstall_as_qcodes


@pytest.fixture
def alias() -> Iterator[None]:
    """`import qcodes` is Measurand inside the test."""
    install_as_qcodes()
    yield
    uninstall_as_qcodes()
