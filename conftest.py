"""Keep a test run to itself: nothing of it reaches the data, the caches or the running laboratory of whoever runs it.

Set here, before anything is imported, so that processes started by tests inherit it. Also: in what order and by how many
processes tests are run, and what is marked by itself.
"""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

_usual_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
_place = tempfile.TemporaryDirectory(prefix="measurand-tests-", ignore_cleanup_errors=True)  # one per worker process

os.environ["MEASURAND_DATA"] = str(Path(_place.name) / "data")
os.environ["MEASURAND_LOGS"] = str(Path(_place.name) / "logs")
for variable in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "LOCALAPPDATA"):  # where platformdirs looks
    os.environ[variable] = str(Path(_place.name) / variable.lower())
    Path(os.environ[variable]).mkdir(mode=0o700)
os.environ.setdefault("MPLCONFIGDIR", str(_usual_cache / "matplotlib"))  # its list of fonts takes seconds to make
os.environ["MPLBACKEND"] = "agg"  # nobody is there to close a window

# A shell starts what stands in the background with Ctrl-C ignored; tests and their processes press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests make no statement about time (machines are busy), and find the same examples each time they run.
settings.register_profile("measurand", deadline=None, derandomize=True)
settings.load_profile("measurand")


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: tests wait for disks, time-outs and processes of their own."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)  # before -m chooses by the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the real QCoDeS, and begin with the files that take long, so that all processes end together."""
    for item in items:
        if "real_qcodes" in getattr(item, "fixturenames", ()):
            item.add_marker("beside_qcodes")
    late = {item.path for item in items if any(map(item.get_closest_marker, ("long", "beside_qcodes")))}
    items.sort(key=lambda item: item.path not in late)
