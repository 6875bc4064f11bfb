"""How one operation is timed inside a process. Standard library only, so that both environments can use it."""

from __future__ import annotations

import atexit
import gc
import os
import platform
import shutil
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path


def per_call(function: Callable[[], object], calls: int = 20_000, repeats: int = 7) -> float:
    """Return the time of one call in s: the least of several repeats, the loop itself subtracted."""

    def once(f: Callable[[], object]) -> float:
        begun = time.perf_counter()
        for _ in range(calls):
            f()
        return time.perf_counter() - begun

    gc.disable()
    try:
        empty = min(_empty(calls) for _ in range(repeats))
        return max(min(once(function) for _ in range(repeats)) - empty, 0.0) / calls
    finally:
        gc.enable()


def _empty(calls: int) -> float:
    begun = time.perf_counter()
    for _ in range(calls):
        pass
    return time.perf_counter() - begun


def scratch() -> Path:
    """Return a new folder, which is gone when the process ends."""
    folder = tempfile.mkdtemp(prefix="measurand-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def once(function: Callable[[], object]) -> float:
    """Return how long ``function`` takes, in s."""
    begun = time.perf_counter()
    function()
    return time.perf_counter() - begun


def typical(measure: Callable[[], float], repeats: int = 5) -> float:
    """Return the median of what ``measure`` finds, after a first time that loads what it needs and does not count."""
    measure()
    return statistics.median(measure() for _ in range(repeats))


def bytes_each(make: Callable[[int], object], count: int = 1000) -> float:
    """Return the memory of one object of ``make(i)`` in bytes, as a mean over many, after a few to warm up."""
    kept = [make(count + i) for i in range(20)]
    gc.collect()
    tracemalloc.start(1)
    before = tracemalloc.get_traced_memory()[0]
    kept += [make(i) for i in range(count)]
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return taken / count


def conditions() -> str:
    """Return on what this is measured: Python, cores, and how busy the computer is where it tells."""
    load = getattr(os, "getloadavg", lambda: None)()
    busy = "" if load is None else f", load {load[0]:.1f}"
    return f"Python {platform.python_version()}, {os.cpu_count()} cores{busy}"
