import pytest

from measurand.testing import fresh_registry


@pytest.fixture(autouse=True)
def registry():
    """Give every test a world without instruments."""
    with fresh_registry() as registry:
        yield registry
