"""Run every Python block of the documentation, page by page, top to bottom.

A page starts with an empty namespace in an empty folder of its own, so that it shows everything a reader needs. What
it leaves behind (open instruments, a running laboratory) is closed after its last block. A block that cannot run is
skipped by a comment with its reason above it: ``<!--- skip: next "why" -->``. Blocks with ``>>>`` must answer what the
page shows.
"""

from __future__ import annotations

import doctest
import os
import shutil
import sys
import tempfile
import traceback
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser


def whole_exception(*error: Any) -> list[str]:
    """Return an exception with its notes as one piece.

    Which piece doctest compares differs between versions of Python: the last one, which may be a note, or all.
    """
    return ["".join(traceback.format_exception_only(*error))]


doctest.traceback = SimpleNamespace(**{**vars(traceback), "format_exception_only": whole_exception})  # type: ignore[attr-defined]  # what doctest imports


def enter_page(namespace: dict[str, Any]) -> None:
    """Give a page a folder of its own, and tell it so by the working directory."""
    close_everything()
    namespace["__page__"] = (Path.cwd(), Path(tempfile.mkdtemp(prefix="measurand-docs-")))
    os.chdir(namespace["__page__"][1])


def leave_page(namespace: dict[str, Any]) -> None:
    """Close what the page left open and remove its folder."""
    before, folder = namespace["__page__"]
    os.chdir(before)
    close_everything()
    shutil.rmtree(folder, ignore_errors=True)  # Windows keeps what is still mapped; the system cleans that up


def close_everything() -> None:
    """Close all instruments and a running laboratory, and forget the data root: of a page, or of tests before it."""
    if "measurand.instrument" in sys.modules:
        sys.modules["measurand.instrument"].close_all()
    if "measurand.simulation" in sys.modules and (lab := sys.modules["measurand.simulation"].running_laboratory()):
        lab.close()
    if "measurand.compat" in sys.modules:
        sys.modules["measurand.compat"].uninstall_as_qcodes()
    if "measurand._session" in sys.modules:
        sys.modules["measurand._session"]._opened = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let no page fail for what a test before it left to the garbage collector; it is shown as a warning.

    Raised inside a page it would also end the whole test run, since Sybil expects failures to come from a block.
    """
    for item in items:
        if item.path.suffix == ".md":
            item.add_marker(pytest.mark.filterwarnings("default::pytest.PytestUnraisableExceptionWarning"))


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS | NORMALIZE_WHITESPACE), SkipParser()],
    patterns=["*.md", "**/*.md"],
    setup=enter_page,
    teardown=leave_page,
).pytest()
