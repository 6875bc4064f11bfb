import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.errors import ConfigurationError, FormatTooNew, TransportBroken, TransportError, TransportTimeout
from measurand.testing import CONFORMANCE_SCRIPT, FakeClock, LineServer, check_transport, conformance_answer
from measurand.transports import (
    Link,
    RecordingTransport,
    ReplayTransport,
    ScriptedTransport,
    SocketTransport,
    Transport,
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "session.jsonl"


def lines(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_both_keep_the_promises_of_a_transport(file):
    """What was recorded over a real socket is a transport that says the same."""
    with LineServer(conformance_answer) as server:
        recording = RecordingTransport(SocketTransport("127.0.0.1", server.port), file)
        assert isinstance(recording, Transport)
        check_transport(recording)
    replay = ReplayTransport(file)
    assert isinstance(replay, Transport)
    assert replay.address == server.address
    check_transport(replay)
    replay.finish()


def test_the_file_is_readable(file):
    clock = FakeClock(now=1_763_640_000.0)
    script = [
        ("A?", "1 °C"),
        ("B 2", None),
        (b"D #13abc", None),
        ("E?", b"\x00\xff"),
        ("F?", TransportTimeout("no answer")),
    ]
    recording = RecordingTransport(ScriptedTransport(script, address="GPIB0::5::INSTR"), file, clock=clock)
    clock.advance(0.5)
    recording.ask("A?")
    recording.write("B 2")
    recording.write(b"D #13abc")
    recording.write("E?")
    recording.read_bytes(1)
    recording.read_rest()
    with pytest.raises(TransportTimeout):
        recording.ask("F?")
    recording.clear()
    assert lines(file) == [
        {
            "format": "measurand exchanges",
            "version": 1,
            "address": "GPIB0::5::INSTR",
            "began": "2025-11-20T12:00:00+00:00",
        },
        {"t": 0.5, "sent": "A?"},
        {"t": 0.5, "received": "1 °C"},
        {"t": 0.5, "sent": "B 2"},
        {"t": 0.5, "sent": {"bytes": "D #13abc"}},
        {"t": 0.5, "sent": "E?"},
        {"t": 0.5, "received": {"base64": "AA=="}},
        {"t": 0.5, "rest": {"base64": "/w=="}},
        {"t": 0.5, "sent": "F?"},
        {"t": 0.5, "failed": "TransportTimeout", "message": "no answer"},
        {"t": 0.5, "cleared": True},
    ]
    recording.close()


def test_what_is_about_to_be_sent_is_in_the_file_already(file):
    """A crash in the middle of an exchange loses nothing of what led to it."""

    class Looking(ScriptedTransport):
        def write(self, said):
            assert lines(file)[-1]["sent"] == said
            super().write(said)

    recording = RecordingTransport(Looking([("A 1", None), ("B?", "2")]), file)
    recording.write("A 1")
    assert recording.ask("B?") == "2"
    recording.close()


def test_a_recording_is_never_overwritten(file):
    file.write_text("precious")
    with pytest.raises(
        ConfigurationError, match=r"X::1: cannot record to .*session.jsonl: File exists. .* another name"
    ):
        RecordingTransport(ScriptedTransport(address="X::1"), file)
    assert file.read_text() == "precious"


def test_failures_are_replayed_where_they_came(file):
    class Breaking(ScriptedTransport):
        def write(self, said):
            super().write(said)
            if said == "C 3":
                raise TransportBroken("plug pulled")

    script = [("A?", TransportTimeout("late")), ("B?", KeyboardInterrupt()), ("C 3", None)]
    recording = RecordingTransport(Breaking(script), file)
    for said, kind in (("A?", TransportTimeout), ("B?", KeyboardInterrupt)):
        with pytest.raises(kind):
            recording.ask(said)
    with pytest.raises(TransportBroken):
        recording.write("C 3")
    recording.close()
    with ReplayTransport(file) as replay:
        with pytest.raises(TransportTimeout, match="late"):
            replay.ask("A?")
        with pytest.raises(TransportError, match="KeyboardInterrupt in the recorded session"):
            replay.ask("B?")
        with pytest.raises(TransportBroken, match="plug pulled"):
            replay.write("C 3")


def recorded(file, *script):
    recording = RecordingTransport(ScriptedTransport(script), file)
    for said, answer in script:
        recording.write(said)
        if answer is not None:
            recording.read()
    recording.close()


def test_what_differs_is_told_with_its_line(file):
    recorded(file, ("A 1", None), ("B?", "2"), ("C?", "3"))
    replay = ReplayTransport(file)
    replay.write("A 1")
    with pytest.raises(
        AssertionError, match=r"'C\?' was sent after 'A 1', but the recording session.jsonl, line 3, expects 'B\?'"
    ):
        replay.ask("C?")
    with pytest.raises(AssertionError, match=r"2 line\(s\) of the recording session.jsonl, line 3, were never sent"):
        replay.finish()
    replay.ask("B?")
    replay.ask("C?")
    with pytest.raises(AssertionError, match="the recording session.jsonl has no more lines"):
        replay.write("D")


def test_arrays_may_be_read_in_other_pieces_than_then(file):
    """What counts is what the device said, not how our reading was cut at the time."""
    data = np.arange(4, dtype="<f4")
    block = b"#216" + data.tobytes() + b"\n"
    link = Link(RecordingTransport(ScriptedTransport([("D?", block), ("D?", block)]), file))
    for _ in range(2):
        link.query_binary_values("D?")
    link.close()
    replay = ReplayTransport(file)
    np.testing.assert_array_equal(Link(replay).query_binary_values("D?"), data)
    replay.write("D?")
    assert replay.read_bytes(10) + replay.read_rest() == block
    replay.finish()


def test_a_torn_last_line_is_left_out(file):
    """A killed process leaves a recording that replays up to there."""
    recorded(file, ("A?", "1"), ("B?", "2"))
    file.write_bytes(file.read_bytes()[:-5])
    replay = ReplayTransport(file)
    assert replay.ask("A?") == "1"
    replay.write("B?")
    with pytest.raises(AssertionError, match="answer to 'B\\?' was read, the recording session.jsonl has none"):
        replay.read()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1 is no line of a recording"),
        ("hello\n", "line 1 is no line of a recording: 'hello'"),
        ('{"a": 1}\n', "no recording made by RecordingTransport"),
        ('{"format": "measurand exchanges", "version": 1, "address": "X"}\n[1]\n', "line 2 is no line"),
    ],
)
def test_what_is_no_recording_is_refused(file, text, message):
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        ReplayTransport(file)


def test_other_files_that_cannot_be_read(file):
    with pytest.raises(ConfigurationError, match="session.jsonl cannot be replayed: No such file"):
        ReplayTransport(file)
    file.write_text('{"format": "measurand exchanges", "version": 2, "address": "X"}\n')
    with pytest.raises(FormatTooNew, match="has version 2"):
        ReplayTransport(file)


def test_closing_twice(file):
    inner = ScriptedTransport(CONFORMANCE_SCRIPT)
    recording = RecordingTransport(inner, file)
    recording.close()
    recording.close()
    assert inner.closed


said = st.text(max_size=20) | st.binary(max_size=20)


@given(st.lists(st.tuples(said, st.none() | st.text(max_size=20) | st.binary(min_size=1, max_size=20))))
def test_a_replay_says_what_was_recorded(tmp_path_factory, script):
    """Whatever text and bytes are: writing to the file and reading from it are inverse."""
    file = tmp_path_factory.mktemp("recording") / "session.jsonl"

    def play(transport):
        heard = []
        for said, answer in script:
            transport.write(said)
            if answer is not None:
                heard.append(transport.read() if isinstance(answer, str) else transport.read_bytes(len(answer)))
        transport.close()
        return heard

    expected = [answer for _, answer in script if answer is not None]
    assert play(RecordingTransport(ScriptedTransport(script), file)) == expected
    replay = ReplayTransport(file)
    assert play(replay) == expected
    replay.finish()
