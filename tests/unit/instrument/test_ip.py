"""F08: `IPInstrument` exists, works over real sockets, and warns that VISA is preferred."""

import threading
import warnings

import pytest

from measurand.errors import CannotOpen, InstrumentClosed, RefusedValue, TransportTimeout
from measurand.instrument import IPInstrument
from measurand.testing import LineServer


class Device:
    """Confirms commands if told so; ``SLOW?`` is never answered."""

    def __init__(self, *, confirms):
        self.confirms = confirms
        self.level = "0"
        self.took = threading.Event()  # a command

    def __call__(self, line):
        match line.split():
            case ["LEVEL", value]:
                self.level = value
                self.took.set()
                return "OK" if self.confirms else None
            case ["LEVEL?"]:
                return self.level
        return None


class Source(IPInstrument):
    def __init__(self, name, address, port, **kwargs):
        super().__init__(name, address, port, **kwargs)
        self.add_parameter("level", get_cmd="LEVEL?", set_cmd="LEVEL {}", get_parser=float, unit="V")


def source(server, **kwargs):
    with pytest.warns(
        DeprecationWarning, match="source: IPInstrument is deprecated since 0.1. Use VisaInstrument with"
    ):
        return Source("source", "127.0.0.1", server.port, **kwargs)


@pytest.mark.parametrize("persistent", [True, False])
@pytest.mark.parametrize("confirms", [True, False])
def test_sets_and_reads(confirms, persistent):
    device = Device(confirms=confirms)
    with LineServer(device) as server:
        ins = source(server, write_confirmation=confirms, persistent=persistent)
        for value in (1.5, 2.5):
            ins.level(value)
            assert device.took.wait(10)  # a question on another connection could be quicker than it
            device.took.clear()
            assert ins.level() == value
        assert server.received == ["LEVEL 1.5", "LEVEL?", "LEVEL 2.5", "LEVEL?"]
        assert len(server.connections) == (1 if persistent else 4)
        ins.close()
        with pytest.raises(InstrumentClosed):
            ins.level()


def test_the_warning_points_at_whoever_creates_it():
    with LineServer(Device(confirms=True)) as server, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Source("one", "127.0.0.1", server.port)
        IPInstrument("two", "127.0.0.1", server.port)
    assert [warning.filename for warning in caught] == [__file__, __file__]


@pytest.mark.parametrize("persistent", [True, False])
def test_a_timeout_does_not_shift_answers(persistent):
    with LineServer(Device(confirms=False)) as server:
        ins = source(server, write_confirmation=False, persistent=persistent, timeout=0.05)
        with pytest.raises(TransportTimeout, match=r"source \(TCPIP0::127.0.0.1::\d+::SOCKET\): no complete answer"):
            ins.ask("SLOW?")
        ins.timeout(None)
        assert ins.level() == 0.0
        with pytest.raises(RefusedValue):
            ins.timeout(-1)


def test_terminator_persistence_and_place_can_be_changed():
    with LineServer(Device(confirms=True), terminator=";") as one, LineServer(Device(confirms=True)) as two:
        ins = source(one, terminator=";")
        ins.level(1)
        ins.set_persistent(False)
        ins.level()
        ins.level()
        assert len(one.connections) == 3
        ins.set_address(port=two.port)
        ins.set_terminator("\n")
        ins.set_persistent(True)
        ins.set_timeout(2)
        ins.level(5)
        assert two.received == ["LEVEL 5"]
        ins.flush_connection()
        state = ins.snapshot()
        assert (state["address"], state["port"], state["terminator"]) == ("127.0.0.1", two.port, "\n")
        assert (state["persistent"], state["write_confirmation"]) == (True, True)
        assert ins.timeout() == 2


def test_nobody_listens(registry):
    """F06."""
    server = LineServer(Device(confirms=True))
    server.close()
    with (
        pytest.warns(DeprecationWarning, match="VisaInstrument"),
        pytest.raises(CannotOpen, match=r"source \(TCPIP0.*Check .*port number"),
    ):
        Source("source", "127.0.0.1", server.port)
    assert "source" not in registry
    ins = source(server, persistent=False)  # not before something is said
    with pytest.raises(CannotOpen):
        ins.level()
