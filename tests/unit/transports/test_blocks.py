"""Arrays over a link: through a script, and over real sockets with and without VISA."""

import signal
import socket
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from measurand.errors import RefusedValue, TransportError, TransportTimeout
from measurand.testing import LineServer
from measurand.transports import Link, ScriptedTransport, SocketTransport, VisaTransport

VALUES = np.array([0.0, 1.5, -2.25, 1e20], np.float32)
ALL_BYTES = bytes(range(256))


def block(data):
    return b"#%d%d" % (len(str(len(data))), len(data)) + data


def scripted(*script):
    return Link(ScriptedTransport(script), name="scope")


@pytest.fixture(params=["visa", "socket"])
def connect(request):
    """Return a function that connects to a server."""
    links = []

    def connect(server, **kwargs):
        if request.param == "visa":
            transport = VisaTransport(server.address, name="scope", **kwargs)
        else:
            transport = SocketTransport("127.0.0.1", server.port, name="scope", **kwargs)
        links.append(Link(transport, name="scope"))
        return links[-1]

    yield connect
    for link in links:
        link.close()


def test_reads_a_block_and_goes_on(connect):
    answers = {"CURVE?": block(VALUES.tobytes()) + b"\n", "NAME?": "scope"}
    with LineServer(answers.get) as server:
        link = connect(server)
        for _ in range(3):
            array = link.query_binary_values("CURVE?")
            assert array.dtype == np.float32
            np.testing.assert_array_equal(array, VALUES)
            assert link.ask("NAME?") == "scope"
        array[0] = 7.0  # writable


@pytest.mark.parametrize(
    ("datatype", "big", "stored"),
    [
        ("h", False, "<i2"),
        ("h", True, ">i2"),
        ("B", False, "u1"),
        ("l", True, ">i4"),
        ("Q", False, "<u8"),
        ("d", True, ">f8"),
        (">i2", False, ">i2"),
        (np.complex64, False, np.complex64),
        (np.dtype(">f4"), False, ">f4"),
    ],
)
def test_types_and_byte_orders(datatype, big, stored):
    """Letters have the sizes of struct on every system; the array has the byte order of this computer."""
    values = np.array([1, 2, 100])
    data = block(values.astype(stored).tobytes())
    link = scripted(("D?", data), (b"D " + data, None))
    array = link.query_binary_values("D?", datatype, big)
    assert array.dtype == np.dtype(stored).newbyteorder("=")
    assert array.dtype.isnative
    assert array.tolist() == [1, 2, 100]
    link.write_binary_values("D ", values, datatype, big)


@pytest.mark.parametrize("datatype", ["s", "x", "U5", object, "nonsense"])
def test_what_is_no_number_is_refused(datatype):
    link = scripted()
    with pytest.raises(RefusedValue, match=r"datatype=.* refused, allowed are the letters bhilqBHILQefd of struct"):
        link.query_binary_values("D?", datatype)
    assert link.history == []


def test_contradicting_byte_orders_are_refused():
    with pytest.raises(RefusedValue, match="brings its own byte order"):
        scripted().query_binary_values("D?", ">i2", is_big_endian=True)


def test_other_wrong_arguments_are_refused():
    with pytest.raises(RefusedValue, match="header_fmt='hp' refused, allowed are 'ieee' and 'empty'"):
        scripted().query_binary_values("D?", header_fmt="hp")
    with pytest.raises(RefusedValue, match="data_points=-1 refused"):
        scripted().query_binary_values("D?", data_points=-1)


def test_every_byte_is_data(connect):
    with LineServer({"D?": block(ALL_BYTES * 100) + b"\n", "NAME?": "scope"}.get) as server:
        link = connect(server)
        assert link.query_binary_values("D?", "B").tobytes() == ALL_BYTES * 100
        assert link.ask("NAME?") == "scope"


def test_tens_of_megabytes(connect):
    data = ALL_BYTES * 4 * 30_000
    with LineServer({"D?": block(data) + b"\n", "NAME?": "scope"}.get) as server:
        link = connect(server)
        assert link.query_binary_values("D?", "B").tobytes() == data
        assert link.ask("NAME?") == "scope"


def test_a_header_before_the_block():
    assert scripted(("CURVE?", b"CURVE #13abc")).query_binary_values("CURVE?", "B").tolist() == [97, 98, 99]


def test_a_block_of_unknown_length():
    """Where the connection marks the end, a block may be indefinite; one newline at its end belongs to the message."""
    link = scripted(("D?", b"#0ab\nc\n"), ("E?", b"#0ab\n"), ("F?", b"ab\n"))
    assert link.query_binary_values("D?", "B").tobytes() == b"ab\nc"
    assert link.query_binary_values("E?", "B", expect_termination=False).tobytes() == b"ab\n"
    assert link.query_binary_values("F?", "B", header_fmt="empty").tobytes() == b"ab"


def test_a_block_of_unknown_length_over_a_socket_needs_the_number_of_values(connect):
    with LineServer({"D?": b"#0\x01\n\x03\x04\n", "NAME?": "scope"}.get) as server:
        link = connect(server)
        with pytest.raises(TransportError, match="does not say how long the block is.*Give data_points="):
            link.query_binary_values("D?", "B")
        assert link.ask("NAME?") == "scope"
        assert link.query_binary_values("D?", "h", data_points=2).tolist() == [0x0A01, 0x0403]
        assert link.ask("NAME?") == "scope"


def test_no_terminator_after_a_block(connect):
    with LineServer({"D?": block(b"ab"), "NAME?": "scope"}.get) as server:
        link = connect(server)
        assert link.query_binary_values("D?", "B", expect_termination=False).tobytes() == b"ab"
        assert link.ask("NAME?") == "scope"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b'-113,"Undefined header"\n', r"expected was a block of IEEE 488.2.*begins with b'-113"),
        (b"x" * 100, r"expected was a block of IEEE 488.2.*begins with b'xxxxx"),
        (b"#2ab1234\n", r"is no length of a block"),
        (b"#x1234\n", r"is no length of a block"),
        (b"#15abcde;1.5\n", r"after the 5 bytes of the block came b';1.5\\n', expected was the end"),
        (b"#13abc\n", r"holds 3 bytes, which is no whole number of values of 2 bytes \(int16\)"),
    ],
)
def test_what_is_no_block_is_shown(answer, message):
    link = scripted(("D?", answer), ("NAME?", "scope"))
    with pytest.raises(TransportError, match=message) as caught:
        link.query_binary_values("D?", "h")
    assert "Last exchanges with scope" in caught.value.__notes__[-1]
    assert link.ask("NAME?") == "scope"
    assert link.transport.cleared == 1


def test_a_timeout_in_the_middle_of_a_block(connect):
    """The link says how far it came, and what comes late belongs to nobody."""
    go, sent = threading.Event(), threading.Event()

    def respond(line):
        if line == "D?":
            connection = server.connections[-1]
            connection.sendall(b"#800002000" + b"a" * 500)
            go.wait()
            sent.set()
            return b"b" * 1500 + b"\n"
        return "scope"

    with LineServer(respond) as server:
        link = connect(server, timeout=0.05)
        with pytest.raises(TransportTimeout) as caught:
            link.query_binary_values("D?", "B")
        progress, note = caught.value.__notes__
        assert progress.startswith("Of the 2000 bytes of the block")
        assert [line.split(maxsplit=1)[1] for line in note.splitlines()[1:]] == ["> D?", "! TransportTimeout"]
        go.set()
        sent.wait()
        link.transport.timeout = 5
        assert [link.ask("NAME?") for _ in range(3)] == ["scope"] * 3


def test_history_shows_arrays_and_bytes_in_short():
    data = block(VALUES.tobytes())
    link = scripted(("D?", data), (b"SET " + data, None), (b"\x01" * 200, None), (b"E?", b"\xff" * 100))
    link.query_binary_values("D?")
    link.write_binary_values("SET ", VALUES)
    link.write_bytes(b"\x01" * 200)
    link.write_bytes(b"E?")
    link.read_bytes(100)
    lines = [(line.direction, line.text) for line in link.history]
    assert lines[:2] == [(">", "D?"), ("<", "4 values of float32: 0.0 1.5 -2.25 1.0000000200408773e+20")]
    assert lines[2] == (">", repr(b"SET " + data))
    assert lines[3][1].endswith("… (200 bytes)")
    assert lines[5][1].startswith(r"b'\xff\xff")
    assert all(len(text) < 120 for _, text in lines)


def test_ctrl_c_waits_for_the_whole_block(capfd):
    """F07, I05: also for a query and its array, which are one exchange."""

    class Interrupting(ScriptedTransport):
        def read_bytes(self, count):
            if count == 5:
                signal.raise_signal(signal.SIGINT)
            return super().read_bytes(count)

    transport = Interrupting([("D?", b"#15abcde\n"), ("NAME?", "scope")])
    link = Link(transport)
    with pytest.raises(KeyboardInterrupt):
        link.query_binary_values("D?", "B")
    assert link.history[-1].text.startswith("5 values of uint8")
    assert link.ask("NAME?") == "scope"
    assert transport.cleared == 0


def test_raw_reading():
    link = scripted(("D?", b"abcd\n"), ("E?", "text"))
    link.write("D?")
    assert link.read_bytes(2) == b"ab"
    assert link.read_raw() == b"cd\n"
    link.write("E?")
    assert link.read_raw() == b"text"


def test_reading_what_was_asked_for_before():
    link = scripted(("D?", block(b"ab")))
    link.write("D?")
    assert link.query_binary_values(None, "B").tolist() == [97, 98]


@pytest.mark.parametrize(
    ("values", "datatype", "message"),
    [
        ([300], "B", r"values from 300 to 300 refused.*fit into uint8"),
        ([1.5], "h", r"values from 1.5 to 1.5 refused"),
        ([float("nan")], "i", "refused"),
        ([1e300], "f", r"fit into float32"),
        ([1j], "f", "refused"),
        (["a"], "f", "refused"),
        ([[1, 2], [3, 4]], "h", "one row of numbers"),
    ],
)
def test_values_that_do_not_fit_are_refused_and_nothing_is_sent(values, datatype, message):
    link = scripted()
    with pytest.raises(RefusedValue, match=message):
        link.write_binary_values("D ", values, datatype)
    assert link.history == []


def test_writes_any_row_of_numbers():
    link = scripted((b"D #13\x01\x02\x03", None), (b"D #10", None), (b"D \x01", None), (b"D #14\x00\x00\xc0\x7f", None))
    link.write_binary_values("D ", (i for i in (1, 2, 3)), "B")
    link.write_binary_values("D ", [], "B")
    link.write_binary_values("D ", [1], "B", header_fmt="empty")
    link.write_binary_values("D ", [float("nan")], "f")


class Receiver(threading.Thread):
    """A device that takes ``count`` bytes, then answers."""

    def __init__(self, count):
        super().__init__(daemon=True)
        self.received = bytearray()
        self._count = count
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"TCPIP0::127.0.0.1::{self.port}::SOCKET"
        self.start()

    def run(self):
        with self._listener, self._listener.accept()[0] as connection:
            while len(self.received) < self._count:
                self.received += connection.recv(1 << 20)
            connection.sendall(b"done\n")
            connection.recv(1)


def test_writes_megabytes_as_one_message(connect):
    values = np.frombuffer(ALL_BYTES * 40_000, np.uint8)
    expected = b"DATA " + block(values.tobytes()) + b"\n"
    receiver = Receiver(len(expected))
    link = connect(receiver)
    link.write_binary_values("DATA ", values, "B")
    assert link.read() == "done"
    assert receiver.received == expected


@given(
    hnp.arrays(st.sampled_from([np.dtype(t) for t in ("<i2", ">i2", "u1", "<f4", ">f8", ">u4")]), st.integers(0, 50))
)
def test_what_is_written_is_read_back(array):
    """Writing and reading are inverse, for every type and byte order."""

    class Echo(ScriptedTransport):
        def write(self, said):
            self._answers.append(said[2:])

    link = Link(Echo())
    link.write_binary_values("D ", array, array.dtype)
    back = link.query_binary_values(None, array.dtype)
    np.testing.assert_array_equal(back, array)
