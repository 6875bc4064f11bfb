from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from measurand.simulation.kit._framing import take_messages


def taken(data: bytes, terminator: bytes = b"\n") -> tuple[list[str], bytes]:
    pending = bytearray(data)
    return list(take_messages(pending, terminator)), bytes(pending)


def test_messages_end_at_the_terminator() -> None:
    assert taken(b"VOLT 1\r\nVOLT?\nCUR") == (["VOLT 1", "VOLT?"], b"CUR")
    assert taken(b"ATTN? 1\rATTN", b"\r") == (["ATTN? 1"], b"ATTN")


def test_a_block_may_hold_terminators() -> None:
    assert taken(b"DATA #213a\nb\nc\nd\ne\nf\ng\nVOLT?\n") == (["DATA #213a\nb\nc\nd\ne\nf\ng", "VOLT?"], b"")


def test_a_block_that_is_not_complete_is_waited_for() -> None:
    assert taken(b"DATA #210\n\n\n") == ([], b"DATA #210\n\n\n")
    assert taken(b"DATA #2") == ([], b"DATA #2")


def test_a_hash_that_begins_no_block_is_text() -> None:
    assert taken(b"DISP #5x\nA\n") == (["DISP #5x", "A"], b"")
    assert taken(b"CHAN#12 ON\n") == (["CHAN#12 ON"], b"")


@given(
    st.lists(
        st.one_of(st.binary(max_size=30).map(lambda data: ("block", data)), st.just(("text", b"VOLT 1"))), max_size=6
    ),
    st.integers(1, 7),
)
def test_however_it_arrives_it_is_the_same(messages: list[tuple[str, bytes]], chunk: int) -> None:
    """Messages do not depend on how TCP cuts the stream."""
    sent, expected = b"", []
    for kind, data in messages:
        length = str(len(data)).encode()
        message = b"DATA #" + str(len(length)).encode() + length + data if kind == "block" else data
        expected.append(message.decode("latin-1"))
        sent += message + b"\n"
    pending, found = bytearray(), []
    for at in range(0, len(sent), chunk):
        pending += sent[at : at + chunk]
        found += list(take_messages(pending, b"\n"))
    assert found == expected
    assert not pending
