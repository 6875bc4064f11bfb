"""What a driver can do with its connection beyond text: share, record, move, and speak bytes."""

import threading

import numpy as np
import pytest

from measurand.errors import (
    CannotOpen,
    ConfigurationError,
    InstrumentClosed,
    InstrumentError,
    TransportBroken,
    TransportTimeout,
)
from measurand.instrument import VisaInstrument
from measurand.testing import LineServer
from measurand.transports import ReplayTransport, ScriptedTransport


def scripted(*script, **kwargs):
    return VisaInstrument("scope", "GPIB0::5::INSTR", transport=ScriptedTransport(script), **kwargs)


def test_bytes_and_arrays():
    scope = scripted(
        ("CURVE?", b"#14\x01\x00\x02\x00"),
        (b"DATA #12\x00\x07", None),
        (b"RAW", b"abcd\n"),
        ("TWO?", ["1", "2"]),
    )
    assert scope.query_binary_values("CURVE?", "h").tolist() == [1, 2]
    scope.write_binary_values("DATA ", [7], "h", is_big_endian=True)
    scope.write_bytes(b"RAW")
    assert scope.read_bytes(2) == b"ab"
    assert scope.read_raw() == b"cd\n"
    assert (scope.ask("TWO?"), scope.read()) == ("1", "2")


def test_after_close_nothing_is_said():
    """E09."""
    scope = scripted()
    scope.close()
    uses = [
        lambda: scope.query_binary_values("D?"),
        lambda: scope.write_binary_values("D ", [1]),
        lambda: scope.write_bytes(b""),
        lambda: scope.read_bytes(1),
        scope.read_raw,
        scope.read,
        scope.device_clear,
        lambda: scope.set_terminator(";"),
        lambda: scope.link,
        scope.timeout,
    ]
    for use in uses:
        with pytest.raises(InstrumentClosed, match="scope was closed"):
            use()


def test_the_terminator_can_belong_to_the_class():
    class Meter(VisaInstrument):
        default_terminator = ";"

    with LineServer(lambda line: "ok", terminator=";") as server:
        assert Meter("meter", server.address).ask("A?") == "ok"


def test_terminators_can_be_changed():
    """F01."""
    with LineServer(lambda line: b"yes\r\n" if line == "A?" else None) as server:
        meter = VisaInstrument("meter", server.address)
        assert meter.ask("A?") == "yes\r"
        meter.set_terminator("\r\n", write_terminator="\n")
        assert meter.ask("A?") == "yes"
        assert meter.snapshot()["terminator"] == "\r\n"
        meter.set_terminator(None)
        meter.device_clear()  # connects anew, and must not forget
        assert meter.ask("A?") == "yes"


def test_set_address_moves_the_instrument():
    with LineServer(lambda line: "one") as one, LineServer(lambda line: "two") as two:
        meter = VisaInstrument("meter", one.address, timeout=3)
        level = meter.add_parameter("level", get_cmd="LEVEL?")
        assert level() == "one"
        meter.set_address(two.address)
        assert level() == "two"
        assert (meter.address, meter.timeout(), meter.snapshot()["address"]) == (two.address, 3, two.address)
        assert one.hung_up.wait(5)


def test_set_address_revives_what_was_lost():
    """A lost connection stays lost until somebody says so; then it is there again."""
    one = LineServer(lambda line: "one")
    meter = VisaInstrument("meter", one.address)
    one.kill()
    with pytest.raises(TransportBroken):
        for _ in range(3):
            meter.ask("A?")
    with pytest.raises(CannotOpen):
        meter.set_address(one.address)
    with pytest.raises(TransportBroken, match="no connection. Connect again"):
        meter.ask("A?")
    with LineServer(lambda line: "two") as two:
        meter.set_address(two.address)
        assert meter.ask("A?") == "two"


def test_a_given_connection_cannot_be_moved():
    with pytest.raises(InstrumentError, match="scope: its address cannot be changed"):
        scripted().set_address("GPIB0::6::INSTR")


def test_record_and_replay(tmp_path):
    """What was said to a real socket runs again without it."""
    file = tmp_path / "scope.jsonl"
    data = np.arange(3, dtype="<f4")

    def use(scope):
        scope.set_terminator("\n")
        scope.write("RUN")
        return scope.ask("*IDN?"), scope.query_binary_values("D?").tolist()

    def respond(line):
        return {"*IDN?": "a,b,c,d", "D?": b"#212" + data.tobytes() + b"\n"}.get(line)

    with LineServer(respond) as server, VisaInstrument("scope", server.address, record=file) as scope:
        first = use(scope)
        assert scope.visa_handle is not None
        with pytest.raises(InstrumentError, match="recorded"):
            scope.set_address(server.address)
    with ReplayTransport(file) as replay, VisaInstrument("scope", server.address, transport=replay) as scope:
        assert use(scope) == first == ("a,b,c,d", [0.0, 1.0, 2.0])


def test_a_recording_that_cannot_begin_opens_nothing(tmp_path, registry):
    file = tmp_path / "scope.jsonl"
    file.touch()
    with LineServer(lambda line: None) as server:
        with pytest.raises(ConfigurationError, match="cannot record"):
            VisaInstrument("scope", server.address, record=file)
        assert server.hung_up.wait(5), "the connection was given back"
    assert "scope" not in registry


def test_two_instruments_on_one_connection():
    """They share lock, lane and history, and the connection lives until both are closed."""
    transport = ScriptedTransport([("A?", "1"), ("B?", "2"), ("C?", TransportTimeout("late"))])
    one = VisaInstrument("one", "GPIB0::5::INSTR", transport=transport)
    two = VisaInstrument("two", "GPIB0::5::INSTR", link=one.link)
    assert one.lane is two.lane
    assert one.lock is two.lock
    assert (one.ask("A?"), two.ask("B?")) == ("1", "2")
    one.close()
    one.close()
    with pytest.raises(InstrumentClosed):
        one.ask("A?")
    assert not transport.closed
    with pytest.raises(TransportTimeout) as caught:
        two.ask("C?")
    assert caught.value.__notes__[0].startswith("Last exchanges with two (SCRIPTED::INSTR):")
    two.close()
    assert transport.closed


def test_a_link_that_is_closed_is_not_shared():
    one = scripted()
    link = one.link
    one.close()
    with pytest.raises(InstrumentClosed):
        VisaInstrument("two", "GPIB0::5::INSTR", link=link)


def test_a_failed_second_instrument_leaves_the_first():
    class Wrong(VisaInstrument):
        def __init__(self, name, address, **kwargs):
            super().__init__(name, address, **kwargs)
            raise ValueError("wrong device")

    one = scripted(("A?", "1"))
    with pytest.raises(ValueError, match="wrong device"):
        Wrong("two", "GPIB0::5::INSTR", link=one.link)
    assert one.ask("A?") == "1"


@pytest.mark.parametrize("other", [{"record": "x.jsonl"}, {"transport": ScriptedTransport()}])
def test_a_link_leaves_nothing_else_to_say(other):
    with pytest.raises(ConfigurationError, match=r"two: link= is a connection that exists; \w+= belongs"):
        VisaInstrument("two", "GPIB0::5::INSTR", link=scripted().link, **other)


def test_a_device_that_serves_one_connection_only():
    """F06: held by another session, it hangs up; the message says that somebody may hold it."""
    taken = threading.Event()

    def respond(line):
        if len(server.connections) > 1:
            server.connections[-1].close()
            return None
        taken.set()
        return "mine"

    server = LineServer(respond)
    with server:
        first = VisaInstrument("first", server.address)
        assert first.ask("A?") == "mine"
        second = VisaInstrument("second", server.address)
        with pytest.raises(TransportBroken, match="no other program, notebook kernel or computer holds it"):
            second.ask("A?")
