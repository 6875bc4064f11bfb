"""Logging is the process's: every test here finds and leaves it as it was."""

import logging

import pytest

from measurand.logger import stop_logging


@pytest.fixture(autouse=True)
def _logging_as_it_was():
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    stop_logging()
    root.setLevel(level)
    assert root.handlers == handlers
