"""The simulated laboratory as a process: start, find, unplug, end; and the drivers on its sockets."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import measurand
from measurand.errors import ConfigurationError, DeviceError, TransportBroken
from measurand.instrument import Instrument
from measurand.instrument_drivers.Measurand.Measurand_DM7 import MeasurandDM7
from measurand.instrument_drivers.Measurand.Measurand_LA2 import MeasurandLA2
from measurand.instrument_drivers.Measurand.Measurand_TC1 import MeasurandTC1
from measurand.instrument_drivers.Measurand.Measurand_VS4 import MeasurandVS4
from measurand.simulation import SUGGESTION, Laboratory, running_laboratory, start_laboratory
from measurand.testing import fresh_registry

SOURCES = str(Path(str(measurand.__file__)).parents[1])
OWNER = f"""
import sys
sys.path.append({SOURCES!r})
from measurand.simulation import start_laboratory
laboratory = start_laboratory()
print(laboratory.addresses["source"], laboratory.pid, flush=True)
sys.stdin.read()
"""


def connected(address: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(address.split("::")[2])), timeout=10)


def asked(connection: socket.socket, message: str) -> str:
    connection.sendall(message.encode() + b"\n")
    answer = b""
    while not answer.endswith(b"\n"):
        received = connection.recv(4096)
        if not received:
            raise ConnectionResetError
        answer += received
    return answer.decode().strip()


def ended(connection: socket.socket) -> bool:
    """Wait until the other side is gone."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with start_laboratory(seed=1) as laboratory:
        yield laboratory


@pytest.fixture
def instruments(laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    monkeypatch.setattr(Instrument, "quiet", True)
    drivers = {"source": MeasurandVS4, "dmm": MeasurandDM7, "lockin": MeasurandLA2, "thermostat": MeasurandTC1}
    with fresh_registry():
        made = {name: driver(name, laboratory.addresses[name]) for name, driver in drivers.items()}
        yield made
        for instrument in made.values():
            instrument.reset()


def test_every_instrument_answers_at_its_address(laboratory: Laboratory) -> None:
    models = {}
    for name, address in laboratory.addresses.items():
        assert address.startswith("TCPIP0::127.0.0.1::")
        with connected(address) as connection:
            models[name] = asked(connection, "*IDN?").split(",")[1]
    assert models == {"source": "VS4", "dmm": "DM7", "lockin": "LA2", "thermostat": "TC1"}


def test_several_clients_and_messages_in_pieces(laboratory: Laboratory) -> None:
    address = laboratory.addresses["source"]
    with connected(address) as one, connected(address) as two:
        one.sendall(b"SOUR4:VOLT 0.25\nSOUR4:VO")
        assert asked(one, "LT?") == "0.25"
        assert asked(two, "SOUR4:VOLT?\r") == "0.25"
        two.sendall(b"SOUR4:VOLT?\nSOUR4:LIM?\nSYST:ERR?\n")
        assert two.makefile().readline() == "0.25\n"


def test_a_client_that_never_ends_its_line_is_disconnected(laboratory: Laboratory) -> None:
    with connected(laboratory.addresses["dmm"]) as connection:
        connection.sendall(b"x" * 70_000)
        assert ended(connection)


def test_all_parameters_of_all_drivers(instruments: dict[str, Any]) -> None:
    """A21, the golden rule: whatever a settable parameter reads can be set, and reads the same again."""
    for instrument in instruments.values():
        for node in (instrument, *instrument.submodules.values()):
            for parameter in node.parameters.values():
                value = parameter()
                if parameter.settable:
                    parameter(value)
                    assert parameter() == value, parameter.full_name


def test_a_driver_tells_the_error_of_the_device(instruments: dict[str, Any]) -> None:
    source = instruments["source"]
    source.ch1.limit(0.5)
    with pytest.raises(DeviceError, match=r'^source .*-222,"Data out of range" after .SOUR1:VOLT 2'):
        source.ch1.voltage(2)
    assert source.ch1.voltage() == 0


def test_a_driver_waits_for_a_ramp(instruments: dict[str, Any]) -> None:
    source = instruments["source"]
    source.ch1.ramp_rate(10)
    source.ch1.voltage(1)
    assert source.ch1.busy()
    assert source.ch1.output_voltage() < 1
    source.wait()
    assert not source.ch1.busy()
    assert source.ch1.output_voltage() == 1


def test_the_suggested_sweep_shows_peaks(instruments: dict[str, Any]) -> None:
    source, dmm, lockin = instruments["source"], instruments["dmm"], instruments["lockin"]
    dmm.nplc(SUGGESTION.nplc)
    dmm.range(SUGGESTION.dmm_range)
    lockin.amplitude(SUGGESTION.excitation)
    lockin.frequency(SUGGESTION.frequency)
    lockin.time_constant(SUGGESTION.time_constant)
    lockin.sensitivity(SUGGESTION.sensitivity)
    source.ch2.voltage(SUGGESTION.sweep_bias)
    first, last = SUGGESTION.gate
    currents = []
    for point in range(101):
        source.ch1.voltage(first + (last - first) * point / 100)
        currents.append(dmm.voltage() / SUGGESTION.preamp_gain)
    high = [current > 0.2 * max(currents) for current in currents]
    peaks = sum(now and not before for before, now in itertools.pairwise(high))
    assert 1e-11 < max(currents) < 1e-9
    assert peaks == 5


def test_unplugging_breaks_one_instrument_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Instrument, "quiet", True)
    with start_laboratory() as laboratory, fresh_registry():
        source = MeasurandVS4("source", laboratory.addresses["source"])
        dmm = MeasurandDM7("dmm", laboratory.addresses["dmm"])
        laboratory.unplug("dmm")
        with pytest.raises(TransportBroken, match=f"dmm .*{laboratory.addresses['dmm']}"):
            dmm.voltage()
        assert source.ch1.voltage() == 0
        with pytest.raises(ConfigurationError, match="'wrench'"):
            laboratory.unplug("wrench")


def test_closing_ends_the_process() -> None:
    laboratory = start_laboratory()
    with connected(laboratory.addresses["source"]) as connection:
        laboratory.close()
        assert ended(connection)
    laboratory.close()  # again is harmless
    with pytest.raises(ConfigurationError, match="does not answer"):
        laboratory.unplug("dmm")


def test_an_owned_laboratory_ends_with_its_owner_however_that_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        address = owner.stdout.readline().decode().split()[0]
        with connected(address) as connection:
            assert asked(connection, "*IDN?").startswith("MEASURAND")
            owner.kill()
            assert ended(connection)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as a POSIX terminal sends them")
def test_ctrl_c_in_the_owners_terminal_does_not_reach_the_laboratory() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as owner:  # fmt: skip
        address, pid = owner.stdout.readline().decode().split()
        with connected(address) as connection:
            assert os.getpgid(int(pid)) != os.getpgid(owner.pid)
            os.kill(int(pid), signal.SIGINT)  # even to itself
            assert asked(connection, "*IDN?").startswith("MEASURAND")
            os.killpg(owner.pid, signal.SIGINT)
            assert ended(connection)  # because its owner, which does not handle Ctrl-C, has ended


def test_a_detached_laboratory_outlives_its_starter_and_is_found_and_stopped(tmp_path: Path) -> None:
    state = tmp_path / "state" / "laboratory.json"
    assert running_laboratory(state) is None
    starter = (
        f"import sys; sys.path.append({SOURCES!r})\n"
        "from measurand.simulation import start_laboratory\n"
        f"print(start_laboratory(detached=True, state_file={str(state)!r}).addresses['dmm'])"
    )
    done = subprocess.run([sys.executable, "-c", starter], capture_output=True, text=True, check=True)
    found = running_laboratory(state)
    assert found is not None
    try:
        assert found.addresses["dmm"] == done.stdout.strip()
        with pytest.raises(ConfigurationError, match="running already"):
            start_laboratory(detached=True, state_file=state)
        with connected(found.addresses["dmm"]) as connection:
            assert asked(connection, "*IDN?").startswith("MEASURAND,DM7")
            found.close()
            assert ended(connection)
    finally:
        found.close()
    assert running_laboratory(state) is None
    with start_laboratory(detached=True, state_file=state) as again:
        assert running_laboratory(state).pid == again.pid


def test_a_stale_state_file_is_not_believed(tmp_path: Path) -> None:
    """Somebody else may listen on the port by now, and even be a laboratory: without the token it is not ours."""
    with start_laboratory() as other:
        state = {"control": other._control, "token": "of another", "pid": 1, "ports": {}}
        (tmp_path / "laboratory.json").write_text(json.dumps(state))
        assert running_laboratory(tmp_path / "laboratory.json") is None
        with connected(other.addresses["dmm"]) as connection:
            assert asked(connection, "*IDN?").startswith("MEASURAND")


def test_ports_can_be_chosen_and_a_taken_one_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"did not start: port {port} .* for dmm"):
            start_laboratory({"dmm": port})
        with pytest.raises(ConfigurationError, match=rf"did not start: port {port} .* for dmm"):
            start_laboratory({"dmm": port}, detached=True, state_file=tmp_path / "laboratory.json")
    with pytest.raises(ConfigurationError, match="'oven=1' is no port"):
        start_laboratory({"oven": 1})
    with start_laboratory({"source": 0}) as laboratory:
        assert len(set(laboratory.addresses.values())) == 4


def test_a_detached_laboratory_takes_free_ports_where_the_fixed_ones_are_in_use(tmp_path: Path) -> None:
    with (
        start_laboratory(detached=True, state_file=tmp_path / "one.json") as one,
        start_laboratory(detached=True, state_file=tmp_path / "two.json") as two,
    ):
        assert set(one.addresses.values()).isdisjoint(two.addresses.values())
        for address in (one.addresses["lockin"], two.addresses["lockin"]):
            with connected(address) as connection:
                assert asked(connection, "*IDN?").startswith("MEASURAND,LA2")


def test_a_laboratory_in_the_foreground_says_where_it_is() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "measurand.simulation", "--port", "source=0"],
        stdout=subprocess.PIPE, cwd=SOURCES,
    ) as process:  # fmt: skip
        described = json.loads(process.stdout.readline())
        with connected(f"::::{described['ports']['source']}") as connection:
            assert asked(connection, "SYST:ERR?") == '0,"No error"'
            process.terminate()
            assert ended(connection)
