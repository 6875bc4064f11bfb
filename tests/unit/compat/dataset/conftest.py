from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from measurand.compat import dataset as ds
from measurand.compat.configuration import settings
from measurand.compat.dataset import _current


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """The current database is a new one."""
    before = settings()["core"]["db_location"]
    path = tmp_path / "lab.db"
    ds.initialise_or_create_database_at(path)
    yield path
    settings()["core"]["db_location"] = before
    _current.forget()
