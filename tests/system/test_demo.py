"""The command line as a newcomer uses it: the demonstration, Ctrl-C during it, the laboratory, the list of runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Everything the command writes goes below the test's folder."""
    homes = {
        name: str(tmp_path / "home")
        for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "LOCALAPPDATA")
    }
    (tmp_path / "home").mkdir()
    return {**os.environ, **homes, "PYTHONPATH": str(SOURCE), "MEASURAND_DATA": str(tmp_path / "data")}


def command(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "measurand", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,  # a machine that does other things too may be slow
        check=False,
    )


def python(environment: dict[str, str], code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=100, check=True
    ).stdout


@pytest.mark.long
@pytest.mark.timeout(600)
def test_demo_from_start_to_pictures(environment: dict[str, str], tmp_path: Path) -> None:
    """Measures, stores, lists and draws; the stored map opens with dims, coords, units and labels."""
    done = command(environment, "demo")
    assert done.returncode == 0, done.stderr
    for part in ("gate sweep", "diamonds", "completed", "m.load(2)", "measurand runs"):
        assert part in done.stdout
    pictures = sorted((tmp_path / "data").rglob("files/*.png"))
    assert len(pictures) == 4  # current and conductance of either run
    assert all(picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 20_000 for picture in pictures)
    listed = command(environment, "runs").stdout
    assert "diamonds" in listed
    assert "10201" in listed
    shown = python(
        environment, "import measurand as m; d = m.load('last').to_xarray(); print(d); print(d.current.attrs)"
    )
    assert "(gate: 101, bias: 101)" in shown
    assert "'units': 'A'" in shown
    assert "'long_name': 'Current'" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="a console's Ctrl-C cannot be sent to one process on Windows")
@pytest.mark.timeout(300)
@pytest.mark.long
def test_ctrl_c_leaves_readable_runs(environment: dict[str, str], tmp_path: Path) -> None:
    """I07: interrupted in the map, which began when its folder appeared."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "measurand", "demo"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with demo:
        assert demo.stdout is not None
        while "gate sweep: picture" not in demo.stdout.readline():
            pass
        while not list((tmp_path / "data").rglob("*diamonds*/*.rec")):
            assert demo.poll() is None
        demo.send_signal(signal.SIGINT)
        rest, complaint = demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert "interrupted" in rest
    assert "stopped by Ctrl-C" in complaint
    assert "Traceback" not in complaint
    shown = python(environment, "import measurand as m; d = m.load('last'); print(d.status, d.to_xarray().sizes)")
    assert shown.startswith("interrupted")
    assert "'gate': 101" in shown


def test_laboratory_by_command(environment: dict[str, str]) -> None:
    """Start, show, stop; the README's session finds it in between."""
    assert "No simulated laboratory" in command(environment, "lab", "show").stdout
    try:
        started = command(environment, "lab", "start")
        assert started.returncode == 0, started.stderr
        assert started.stdout.count("TCPIP0::127.0.0.1::") == 4
        assert command(environment, "lab", "show").stdout == started.stdout
        read = (
            "from measurand.instrument_drivers.Measurand.Measurand_DM7 import MeasurandDM7\n"
            "from measurand.simulation import running_laboratory\n"
            "print(MeasurandDM7('dmm', running_laboratory().addresses['dmm']).voltage())"
        )
        assert abs(float(python(environment, read).splitlines()[-1])) < 10
    finally:
        stopped = command(environment, "lab", "stop")
    assert "is stopped" in stopped.stdout
    assert command(environment, "lab", "show").returncode == 1


def test_errors_are_explained_without_traceback(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    failed = command(environment, "runs", "--data", str(tmp_path / "file"))
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert str(tmp_path / "file") in failed.stderr
    assert command(environment, "nonsense").returncode == 2
    assert command(environment, "--version").stdout.startswith("measurand ")
