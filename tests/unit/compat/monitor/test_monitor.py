"""A monitor tells pages of this computer the last known values; it asks no instrument and breaks nothing."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from measurand.compat.monitor import Monitor
from measurand.instrument import Instrument, InstrumentChannel
from measurand.parameters import ManualParameter
from measurand.testing import fresh_registry


class Dac(Instrument):
    """Counts how often its hardware is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked = 0
        channel = self.add_submodule("ch1", InstrumentChannel(self, "ch1"))
        self.voltage = channel.add_parameter("voltage", label="Plunger", unit="V", get_cmd=self._ask, max_val_age=0)

    def _ask(self) -> float:
        self.asked += 1
        return 0.25


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with fresh_registry():
        yield
    if Monitor.running is not None:
        Monitor.running.stop()


def until(monitor: Monitor, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the first message that is as wanted; the test's time limit ends a wait in vain."""
    with connect(monitor.url.replace("http", "ws")) as page:
        while not wanted(found := json.loads(page.recv())):
            pass
    result: dict[str, Any] = found
    return result


def test_pages_are_told_values_by_instrument_without_asking_it() -> None:
    dac, free = Dac("dac"), ManualParameter("free", unit="s", initial_value=3)
    dac.voltage.get()
    monitor = Monitor(dac.voltage, free, interval=0.01, port=0)
    found = until(monitor, lambda message: True)
    bound, unbound = found["parameters"]
    assert "dac" in bound["instrument"]
    assert "ch1" not in bound["instrument"]
    assert unbound["instrument"] == "Unbound Parameter"
    (state,) = bound["parameters"]
    assert state == {"value": "0.25", "ts": dac.voltage.cache.timestamp.timestamp(), "name": "Plunger", "unit": "V"}
    assert unbound["parameters"][0]["value"] == "3"
    free(4)
    until(monitor, lambda message: message["parameters"][1]["parameters"][0]["value"] == "4")
    assert dac.asked == 1
    monitor.update_all()
    assert dac.asked == 2


def test_parameters_may_stand_under_their_channel() -> None:
    monitor = Monitor(Dac("dac").voltage, use_root_instrument=False, port=0)
    (group,) = until(monitor, lambda message: True)["parameters"]
    assert "ch1" in group["instrument"]
    assert group["parameters"][0]["value"] == "None"  # never read


def test_one_that_cannot_be_shown_does_not_keep_the_others_from_it() -> None:
    class Sulky:
        def __str__(self) -> str:
            raise RuntimeError("no words")

    bad, long = ManualParameter("bad", initial_value=Sulky()), ManualParameter("long", initial_value="x" * 10_000)
    (group,) = until(Monitor(bad, long, port=0), lambda message: True)["parameters"]
    first, second = (state["value"] for state in group["parameters"])
    assert first == "cannot be shown: no words"
    assert len(second) == 501


def test_the_next_monitor_ends_the_one_before() -> None:
    one, other = Monitor(port=0), Monitor(port=0)
    assert not one.is_alive()
    assert Monitor.running is other
    other.stop()
    other.stop()
    assert Monitor.running is None
    assert not other.is_alive()


def test_its_page_is_at_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = Monitor(port=0)
    with urllib.request.urlopen(monitor.url) as page:
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "<title>Monitor</title>" in page.read().decode()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{monitor.url}/other")
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open_new", opened.append)
    Monitor.show()
    assert opened == [monitor.url]


@pytest.mark.parametrize(("origin", "may"), [("http://localhost:3000", True), ("http://evil.example", False)])
def test_pages_from_elsewhere_read_nothing(origin: str, may: bool) -> None:
    address = Monitor(port=0).url.replace("http", "ws")
    if may:
        with connect(address, origin=origin) as page:
            assert "parameters" in page.recv()
    else:
        with pytest.raises(InvalidStatus, match="403"), connect(address, origin=origin):
            pass


def test_a_port_that_is_taken_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monitor = Monitor(ManualParameter("free"), port=port)
    assert f"Port {port} is taken" in caplog.text
    assert monitor.url in caplog.text
    assert until(monitor, lambda message: True)["parameters"]


def test_it_listens_on_this_computer_only() -> None:
    assert Monitor(port=0)._socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("wrong", [3, "dac.voltage", None])
def test_what_is_no_parameter_is_refused_before_anything_starts(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"A monitor shows parameters \(Parameter\), not a"):
        Monitor(wrong, port=0)
    assert Monitor.running is None
