"""A `VisaInstrument` over pyvisa-py and a real TCP socket."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from measurand.errors import CannotOpen, InstrumentClosed, RefusedValue, TransportBroken, TransportTimeout
from measurand.instrument import VisaInstrument
from measurand.parameters import Parameter
from measurand.testing import LineServer, fresh_registry
from measurand.validators import Numbers


class Device:
    """A voltage source; ``SLOW?`` is answered when `late` is set."""

    def __init__(self):
        self.volt = "0"
        self.asked = threading.Event()
        self.late = threading.Event()
        self.answered_late = threading.Event()

    def __call__(self, line):
        match line.split():
            case ["*IDN?"]:
                return "Measurand,Test,1,2"
            case ["VOLT", value]:
                self.volt = value
            case ["VOLT?"]:
                return self.volt
            case ["SLOW?"]:
                self.asked.set()
                self.late.wait()
                self.answered_late.set()
                return "late"
        return None


class Source(VisaInstrument):
    def __init__(self, name, address, *, fail=False, **kwargs):
        super().__init__(name, address, **kwargs)
        self.voltage = Parameter(
            "voltage",
            unit="V",
            get_cmd="VOLT?",
            set_cmd="VOLT {}",
            get_parser=float,
            vals=Numbers(-10, 10),
            instrument=self,
        )
        if fail:
            raise ValueError("this driver does not like its device")
        self.connect_message()


@pytest.fixture(autouse=True)
def registry():
    with fresh_registry() as registry:
        yield registry


@pytest.fixture
def device():
    return Device()


@pytest.fixture
def server(device):
    with LineServer(device) as server:
        yield server
        device.late.set()


@pytest.fixture
def source(server):
    return Source("source", server.address)


def test_ask_and_write(source, server, capsys):
    """F01, F02, F04."""
    source.voltage(1.5)
    assert source.voltage() == 1.5
    assert server.received == ["*IDN?", "VOLT 1.5", "VOLT?"]
    assert source.IDN.cache()["vendor"] == "Measurand"


def test_a_refused_value_sends_no_byte(source, server):
    """A10."""
    before = list(server.received)
    with pytest.raises(RefusedValue, match=r"^source.voltage: 12 V refused, allowed -10 to 10 V\.$"):
        source.voltage(12)
    source.voltage(1)
    source.voltage()
    assert server.received == [*before, "VOLT 1", "VOLT?"]


def test_a_late_answer_is_never_taken_for_the_next(source, device):
    """J10 for a device: after a time-out every answer still belongs to its question."""
    source.voltage(1.5)
    source.timeout(0.05)
    with pytest.raises(TransportTimeout, match=r"source \(TCPIP0.*no complete answer to 'SLOW\?' within 0.05 s"):
        source.ask("SLOW?")
    device.late.set()
    device.answered_late.wait()
    source.timeout(5)
    for value in (2.5, 3.5, 4.5):
        source.voltage(value)
        assert source.voltage() == value
    assert source.ask("*IDN?").startswith("Measurand")


def test_an_answer_that_comes_while_the_next_question_is_asked_does_not_shift(source, device):
    source.timeout(0.05)
    for _ in range(3):
        device.late.clear()
        device.answered_late.clear()
        with pytest.raises(TransportTimeout):
            source.ask("SLOW?")
        threading.Thread(target=device.late.set).start()
        assert source.ask("*IDN?") == "Measurand,Test,1,2"
        device.answered_late.wait()
        assert source.ask("*IDN?") == "Measurand,Test,1,2"


@pytest.mark.parametrize("how", ["close", "kill"])
@pytest.mark.parametrize("timeout", [5, None])
def test_a_device_that_vanishes(source, server, how, timeout):
    """The error names instrument and address at once, whatever the time-out; the instrument stays lost."""
    source.timeout(timeout)
    getattr(server, how)()
    with pytest.raises(TransportBroken) as caught:
        for _ in range(3):  # the first command may still seem to be sent
            source.voltage()
    text = str(caught.value)
    assert text.startswith(f"source ({server.address})")
    assert "connection was lost" in text
    assert "> VOLT?" in caught.value.__notes__[0]
    with pytest.raises(TransportBroken, match=r"source \(TCPIP0.*close the instrument and create it again"):
        source.voltage(1)
    source.close()
    with pytest.raises(InstrumentClosed):
        source.voltage()


def test_recreate_after_the_device_came_back(source, server, device):
    server.kill()
    with pytest.raises(TransportBroken):
        for _ in range(3):
            source.voltage()
    with LineServer(device) as again:
        back = Source.recreate("source", again.address)
        back.voltage(0.5)
        assert back.voltage() == 0.5


def test_no_device(server, registry):
    """F06: said when opening, with what to check, and the name stays free."""
    server.close()
    with pytest.raises(CannotOpen, match=r"^source \(TCPIP0::127.0.0.1::\d+::SOCKET\): cannot be opened: .*Check"):
        Source("source", server.address)
    assert "source" not in registry


def test_a_constructor_that_fails_closes_the_socket(server, registry):
    """E08."""
    with pytest.raises(ValueError, match="does not like its device"):
        Source("source", server.address, fail=True)
    assert server.hung_up.wait(5), "the server sees the end of the connection"
    assert "source" not in registry
    Source("source", server.address)


def test_a_duplicate_opens_no_connection(source, server):
    """E08."""
    with pytest.raises(KeyError, match="exists already"):
        Source("source", server.address)
    assert len(server.connections) == 1


def test_threads_do_not_mix_answers(source, server):
    failures = []

    def talk(question, answer):
        try:
            for _ in range(100):
                assert source.ask(question) == answer
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=talk, args=it) for it in [("*IDN?", "Measurand,Test,1,2"), ("VOLT?", "0")]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_the_handle_of_pyvisa_is_there_for_drivers(source):
    with source.lock:
        source.visa_handle.write_raw(b"VOLT?\n")
        assert source.visa_handle.read() == "0"
    assert source.ask("VOLT?") == "0"


_ASK_FOR_EVER = """
import sys
from measurand.instrument import VisaInstrument
source = VisaInstrument("source", sys.argv[1], timeout=None)
try:
    source.ask("SLOW?")
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(source.ask("*IDN?"), source.ask("VOLT?"), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent a Ctrl-C of its own there")
def test_ctrl_c(server, device):
    """F07, I01, I02: the first waits for the answer, the second does not, and nothing shifts afterwards."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", _ASK_FOR_EVER, server.address],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        assert device.asked.wait(20)
        child.send_signal(signal.SIGINT)
        assert child.stderr.readline() == "\n"
        assert child.stderr.readline().startswith("Ctrl-C received")
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "interrupted\n"
        device.late.set()
        assert child.stdout.readline() == "Measurand,Test,1,2 0\n"
