import signal
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.errors import InstrumentClosed, TransportBroken, TransportError, TransportTimeout
from measurand.testing import FakeClock
from measurand.transports import Link, ScriptedTransport


def test_carries_text_and_bytes():
    with ScriptedTransport([("A?", "1"), ("B 2", None), (b"C", b"\x01\x02"), ("D?", "4")]) as transport:
        link = Link(transport)
        assert link.ask("A?") == "1"
        link.write("B 2")
        link.write_bytes(b"C")
        assert link.read_bytes(2) == b"\x01\x02"
        link.write("D?")
        assert link.read() == "4"


def test_remembers_the_last_exchanges_shortened():
    clock = FakeClock(now=1000.0)
    link = Link(ScriptedTransport([("A?", "x" * 500), ("B 2", None)]), remember=3, clock=clock)
    link.ask("A?")
    clock.advance(2)
    link.write("B 2")
    assert [(line.time, line.direction, line.text) for line in link.history] == [
        (1000.0, ">", "A?"),
        (1000.0, "<", "x" * 80 + "… (500 characters)"),
        (1002.0, ">", "B 2"),
    ]
    link.clear()
    assert [line.direction for line in link.history] == ["<", ">", "-"]


def test_a_failure_shows_the_last_exchanges():
    link = Link(ScriptedTransport([("A?", "1"), ("B?", TransportTimeout("no answer"))], address="X::1"), name="dac")
    link.ask("A?")
    with pytest.raises(TransportTimeout) as caught:
        link.ask("B?")
    (note,) = caught.value.__notes__
    first, *lines = note.splitlines()
    assert first == "Last exchanges with dac (X::1):"
    assert [line.split(maxsplit=1)[1] for line in lines] == ["> A?", "< 1", "> B?", "! TransportTimeout"]
    assert caught.value.args == ("no answer",)


def test_every_exchange_is_logged_at_level_debug(caplog):
    """Sent, received and the time it took, under a logger per connection, as coming from the instrument."""
    clock = FakeClock()
    script = [("A?", "1"), ("B 2", None), (b"C", b"\x01\x02"), ("D?", TransportTimeout("no answer"))]
    link = Link(ScriptedTransport(script, address="X::1"), name="dac", clock=clock)
    link.ask("A?")
    link.write("B 2")
    link.write_bytes(b"C")
    link.read_bytes(2)
    with pytest.raises(TransportTimeout):
        link.ask("D?")
    assert {record.name for record in caplog.records} == {"measurand.transports._link.dac"}
    assert [record.getMessage() for record in caplog.records] == [
        "[dac (X::1)] A? -> 1 (0.000 ms)",
        "[dac (X::1)] B 2 (0.000 ms)",
        "[dac (X::1)] b'C' (0.000 ms)",
        "[dac (X::1)] b'\\x01\\x02' (0.000 ms)",
        "[dac (X::1)] D? -> TransportTimeout (0.000 ms)",
    ]
    first = caplog.records[0]
    assert (first.instrument, first.sent, first.received, first.ms) == ("dac", "A?", "1", 0.0)


def test_the_time_of_an_exchange_is_that_of_the_clock(caplog):
    clock = FakeClock()

    class Slow(ScriptedTransport):
        def ask(self, text):
            clock.advance(0.25)
            return super().ask(text)

    Link(Slow([("A?", "1")]), clock=clock).ask("A?")
    assert caplog.records[0].ms == 250


def test_nothing_is_logged_above_level_debug(caplog):
    link = Link(ScriptedTransport([("A?", "1")]), name="quiet")
    link.log.setLevel("INFO")
    link.ask("A?")
    assert caplog.records == []


def test_after_a_timeout_the_device_is_cleared_before_the_next_exchange():
    transport = ScriptedTransport([("SLOW?", TransportTimeout("no answer")), ("FAST?", "2")])
    link = Link(transport)
    with pytest.raises(TransportTimeout):
        link.ask("SLOW?")
    assert transport.cleared == 0
    assert link.ask("FAST?") == "2"
    assert transport.cleared == 1


def test_after_an_interrupted_exchange_the_device_is_cleared():
    transport = ScriptedTransport([("A?", KeyboardInterrupt()), ("B?", "2")])
    link = Link(transport)
    with pytest.raises(KeyboardInterrupt):
        link.ask("A?")
    assert link.ask("B?") == "2"
    assert transport.cleared == 1


def test_a_clear_that_fails_is_tried_again():
    class Stubborn(ScriptedTransport):
        def clear(self):
            super().clear()
            if self.cleared == 1:
                raise TransportError("not now")

    link = Link(Stubborn([("A?", TransportTimeout("")), ("B?", "2")]))
    with pytest.raises(TransportTimeout):
        link.ask("A?")
    with pytest.raises(TransportError, match="not now"):
        link.ask("B?")
    assert link.ask("B?") == "2"


def test_a_lost_connection_stays_lost():
    transport = ScriptedTransport([("A?", TransportBroken("gone")), ("B?", "2")], address="X::1")
    link = Link(transport, name="dac")
    with pytest.raises(TransportBroken, match="gone"):
        link.ask("A?")
    with pytest.raises(TransportBroken, match=r"dac \(X::1\): the connection was lost at .* create it again"):
        link.ask("B?")
    assert transport.sent == ["A?"]


def test_a_closed_link_refuses():
    """E09."""
    transport = ScriptedTransport([("A?", "1")], address="X::1")
    link = Link(transport, name="dac")
    link.close()
    link.close()
    assert transport.closed
    with pytest.raises(InstrumentClosed, match=r"dac \(X::1\) was closed"):
        link.ask("A?")


def test_exchanges_of_threads_do_not_mix():
    """An answer always belongs to the question of its thread."""

    class Echo(ScriptedTransport):
        def write(self, text):
            assert not self._answers, "a second question before the first answer"
            self._answers.append(text)

    link = Link(Echo())
    failures = []

    def talk(name):
        try:
            for i in range(200):
                assert link.ask(f"{name}{i}") == f"{name}{i}"
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=talk, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_the_lock_keeps_exchanges_together():
    link = Link(ScriptedTransport([("A", None), ("B?", "1"), ("C?", "2")]))
    answers = []
    other = threading.Thread(target=lambda: answers.append(link.ask("C?")))
    with link.lock:
        other.start()
        link.write("A")
        answers.append(link.ask("B?"))
    other.join()
    assert answers == ["1", "2"]


def test_ctrl_c_waits_for_the_answer(capfd):
    """F07, I05, I06: the exchange completes, then the interrupt is raised, and nothing has to be cleared."""

    class Interrupting(ScriptedTransport):
        def read(self):
            if self.sent[-1] == "A?":
                signal.raise_signal(signal.SIGINT)
            return super().read()

    transport = Interrupting([("A?", "1"), ("B?", "2")])
    link = Link(transport)
    with pytest.raises(KeyboardInterrupt):
        link.ask("A?")
    assert link.history[-1].text == "1"
    assert link.ask("B?") == "2"
    assert transport.cleared == 0
    assert "Ctrl-C" in capfd.readouterr().err


def test_closing_does_not_wait_for_ever(monkeypatch):
    monkeypatch.setattr("measurand.transports._link._PATIENCE", 0.0)
    transport = ScriptedTransport()
    link = Link(transport)
    held, done = threading.Event(), threading.Event()

    def hang():
        with link.lock:
            held.set()
            done.wait()

    thread = threading.Thread(target=hang)
    thread.start()
    held.wait()
    link.close()
    assert transport.closed
    done.set()
    thread.join()


class Queue(ScriptedTransport):
    """A device whose answers arrive in order, some of them only after the reader has given up."""

    def __init__(self):
        super().__init__()
        self.slow = False

    def ask(self, text):
        self._answers.append(f"answer to {text}")
        if self.slow:
            raise TransportTimeout("too late")
        return self._answers.popleft()


@given(st.lists(st.booleans(), max_size=30))
def test_an_answer_never_belongs_to_another_question(slow):
    """Whatever is answered late, what is returned is the answer to what was asked."""
    transport = Queue()
    link = Link(transport)
    for number, transport.slow in enumerate(slow):
        if transport.slow:
            with pytest.raises(TransportTimeout):
                link.ask(f"{number}?")
        else:
            assert link.ask(f"{number}?") == f"answer to {number}?"
