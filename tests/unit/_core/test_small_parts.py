"""json, names, hook, clock, stop, file lock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand._core import filelock
from measurand._core.clock import SYSTEM_CLOCK
from measurand._core.hook import Hook
from measurand._core.json import dumps, to_plain
from measurand._core.names import check_identifier, listing, nearest, slug
from measurand._core.stop import Stopped, StopToken, check_stop, sleep
from measurand.errors import DefinitionError
from measurand.testing import FakeClock


def test_json_of_what_a_laboratory_holds() -> None:
    """E03."""
    value = {
        "array": np.arange(3), "number": np.float64(1.5), "int": np.int8(3), "flag": np.bool_(True), "z": 1 + 2j,
        "nan": float("nan"), 5: "key", "nested": [(1, np.float32(2))], "when": datetime(2026, 1, 2, tzinfo=UTC),
        "path": Path("a"), "bytes": b"\x01", "set": {2, 1}, "zs": np.array([1j]), "inf": np.array([np.inf]),
    }  # fmt: skip
    assert json.loads(dumps(value)) == {
        "array": [0, 1, 2], "number": 1.5, "int": 3, "flag": True, "z": {"__dtype__": "complex", "re": 1.0, "im": 2.0},
        "nan": "NaN", "5": "key", "nested": [[1, 2.0]], "when": "2026-01-02T00:00:00+00:00", "path": "a", "bytes": "01",
        "set": [1, 2], "zs": [{"__dtype__": "complex", "re": 0.0, "im": 1.0}], "inf": ["Infinity"],
    }  # fmt: skip


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_json_is_standard(value: object) -> None:
    def refuse(name: str) -> float:
        raise AssertionError(name)

    text = dumps(value)
    assert json.loads(text, parse_constant=refuse) == json.loads(dumps(to_plain(value)))


@given(st.text())
def test_slug_is_a_safe_file_name(text: str) -> None:
    name = slug(text)
    assert 0 < len(name) <= 40
    assert name.isascii()
    assert all(c.isalnum() or c == "-" for c in name)


def test_names() -> None:
    assert check_identifier("gate_1", "parameter") == "gate_1"
    with pytest.raises(DefinitionError, match="'_2nd'"):
        check_identifier("2nd", "parameter")
    assert nearest("frequenccy", ["frequency", "power"]) == "frequency"
    assert nearest("xyz", ["frequency"]) is None
    assert [listing(x) for x in ([], ["a"], ["a", "b"], "abc")] == ["nothing", "a", "a and b", "a, b and c"]


def test_hook_drops_a_listener_that_keeps_failing(caplog: pytest.LogCaptureFixture) -> None:
    """K23."""
    hook: Hook[int] = Hook()
    heard: list[int] = []
    assert not hook
    hook.add(lambda event: 1 / 0)  # type: ignore[arg-type,return-value]  # fails on purpose
    hook.add(heard.append)
    for event in range(5):
        hook.tell(event)
    assert heard == [0, 1, 2, 3, 4]
    assert sum("failed (" in r.getMessage() for r in caplog.records) == 3
    assert "called no more" in caplog.records[-1].getMessage()


def test_system_clock_wakes_up() -> None:
    wake = threading.Event()
    wake.set()
    SYSTEM_CLOCK.sleep(3600, wake)
    SYSTEM_CLOCK.sleep(-1)
    assert SYSTEM_CLOCK.monotonic() > 0


def test_stop_reaches_what_runs_below() -> None:
    token, clock = StopToken(), FakeClock()
    check_stop()  # outside a run: nothing
    with token.active():
        sleep(clock, 5)
        check_stop()
        token.request("first")
        token.request("second")
        with pytest.raises(Stopped, match="first"):
            check_stop()
        with pytest.raises(Stopped):
            sleep(clock, 5)
    check_stop()
    assert clock.slept == [5]


def test_a_lock_is_free_when_its_owner_dies(tmp_path: Path) -> None:
    """L09: how a lost run is told from a running one; the owner is a real process that is killed."""
    path = tmp_path / "file"
    path.touch()
    code = (
        "import os, sys; from measurand._core import filelock\n"
        "fd = os.open(sys.argv[1], os.O_RDWR); print(filelock.try_lock(fd), flush=True); sys.stdin.read()"
    )
    source = Path(__file__).parents[3] / "src"
    owner = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(source)},
    )  # fmt: skip
    with owner:
        assert owner.stdout is not None
        assert owner.stdout.readline().strip() == "True"
        assert filelock.is_locked(path)
        path.chmod(0o444)
        assert filelock.is_locked(path)
        owner.kill()
        owner.wait()
    assert not filelock.is_locked(path)
