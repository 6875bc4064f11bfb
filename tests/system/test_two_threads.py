"""Two threads, one connection or two: no answer is ever swapped, and separate connections do not wait for each other."""

import subprocess
import sys
import threading

import pytest

from measurand.instrument import InstrumentChannel, VisaInstrument
from measurand.testing import LineServer, fresh_registry

EXCHANGES = 17_000  # of each of six threads: 10⁵ in all

# The device answers each question with the question, as fast as it can, in a process of its own.
_ECHO = """
import sys
from measurand.testing import LineServer
server = LineServer(lambda line: line)
print(server.port, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def registry():
    with fresh_registry() as registry:
        yield registry


@pytest.fixture(scope="module")
def address():
    """Return the address of a device that serves any number of connections."""
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{_ECHO}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield f"TCPIP0::127.0.0.1::{process.stdout.readline().strip()}::SOCKET"
        process.stdin.close()


def hammer(exchanges, asks):
    """Ask from one thread for each of ``asks``, all at the same time; return what was answered wrongly."""
    wrong = []
    start = threading.Barrier(len(asks))

    def talk(name, ask):
        start.wait()
        try:
            for number in range(exchanges):
                question = f"{name} {number}?"
                if (answer := ask(question)) != question:
                    wrong.append((question, answer))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=talk, args=it) for it in asks.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.long
def test_no_answer_is_swapped(address, caplog):
    """I06: two instruments on one connection, two channels of one instrument, two instruments on two connections."""
    caplog.set_level("INFO", logger="measurand.transports")  # 10⁵ exchanges would be logged, which takes longer
    one = VisaInstrument("one", address)
    two = VisaInstrument("two", address, link=one.link)
    root = VisaInstrument("root", address)
    channels = [InstrumentChannel(root, name) for name in ("a", "b")]
    alone = [VisaInstrument(name, address) for name in ("left", "right")]
    assert one.lane is two.lane
    assert len({one.lane, root.lane, alone[0].lane, alone[1].lane}) == 4
    speakers = [one, two, *channels, *alone]
    assert hammer(EXCHANGES, {speaker.name: speaker.ask for speaker in speakers}) == []


def test_parameters_of_two_instruments_on_one_connection(address):
    """The same by way of parameters, which hold the lock of their root."""
    one = VisaInstrument("one", address)
    two = VisaInstrument("two", address, link=one.link)
    question = {}

    def asking(instrument):
        level = instrument.add_parameter("level", get_cmd=lambda: instrument.ask(question[instrument]))

        def ask(text):
            question[instrument] = text
            return level()

        return ask

    assert hammer(1000, {"one": asking(one), "two": asking(two)}) == []


def test_separate_connections_run_in_parallel():
    """Neither device answers before both were asked: with one lock for all this would never end."""
    both_asked = threading.Barrier(2, timeout=30)

    def respond(line):
        both_asked.wait()
        return line

    with LineServer(respond) as first, LineServer(respond) as second:
        instruments = [VisaInstrument("one", first.address), VisaInstrument("two", second.address)]
        answers = {}

        def ask(instrument):
            answers[instrument.name] = instrument.ask(f"{instrument.name}?")

        threads = [threading.Thread(target=ask, args=(instrument,)) for instrument in instruments]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == {"one": "one?", "two": "two?"}
    assert not both_asked.broken


def test_one_connection_is_used_by_one_at_a_time():
    """While an answer is on its way, nothing else is said on its connection, not by another instrument either."""
    asked, answer = threading.Event(), threading.Event()

    def respond(line):
        if line == "SLOW?":
            asked.set()
            answer.wait()
        return line

    with LineServer(respond) as server:
        one = VisaInstrument("one", server.address)
        two = VisaInstrument("two", server.address, link=one.link)
        answers = []
        first = threading.Thread(target=lambda: answers.append(one.ask("SLOW?")))
        first.start()
        asked.wait()
        second = threading.Thread(target=lambda: answers.append(two.ask("FAST?")))
        second.start()
        assert not two.lock.acquire(blocking=False)
        assert server.received == ["SLOW?"]
        answer.set()
        first.join()
        second.join()
    assert answers == ["SLOW?", "FAST?"]
