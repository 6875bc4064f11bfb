from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurand.simulation.kit._scpi import ERRORS, Header, OneOf, ScpiError, Within, Word, number, units, written
from measurand.simulation.kit._status import Status


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("SOUR1:VOLT 0.5;:SYST:ERR?", [("SOUR1:VOLT", ["0.5"]), ("SYST:ERR?", [])]),
        ("sour1:volt 1;limit 2", [("SOUR1:VOLT", ["1"]), ("SOUR1:LIMIT", ["2"])]),
        ("SENS:VOLT:NPLC 1;*OPC?;RANG 10", [("SENS:VOLT:NPLC", ["1"]), ("*OPC?", []), ("SENS:VOLT:RANG", ["10"])]),
        (" ;; A  1 , 2 ;", [("A", ["1", "2"])]),
        ("", []),
    ],
)
def test_messages_are_taken_apart(message: str, expected: list[tuple[str, list[str]]]) -> None:
    assert list(units(message)) == expected


@pytest.mark.parametrize("header", ["SOUR2:VOLT", "SOURCE2:VOLTAGE", "SOUR2:VOLTAGE"])
def test_short_and_long_forms_match(header: str) -> None:
    assert Header("SOURce#:VOLTage", range(1, 5)).match(header) == [2]


@pytest.mark.parametrize("header", ["SOUR2:VOL", "SOURC2:VOLT", "SOUR2:VOLT?", "SOUR2", "VOLT", "SOUR2:VOLT:VOLT"])
def test_nothing_else_matches(header: str) -> None:
    assert Header("SOURce#:VOLTage", range(1, 5)).match(header) is None


def test_an_omitted_suffix_is_the_first() -> None:
    assert Header("SOURce#:VOLTage?", range(1, 5)).match("SOUR:VOLT?") == [1]


@pytest.mark.parametrize("header", ["SOUR0:VOLT", "SOUR5:VOLT", "SOUR17:VOLT"])
def test_a_suffix_out_of_range_is_an_error_of_its_own(header: str) -> None:
    with pytest.raises(ScpiError) as caught:
        Header("SOURce#:VOLTage", range(1, 5)).match(header)
    assert caught.value.code == -114


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_what_is_written_can_be_read(value: float) -> None:
    assert number(written(float(value))) == pytest.approx(value, rel=1e-8)


@pytest.mark.parametrize("text", ["nan", "inf", "1_000", "0x10", "", "1.2.3", "one", "1 V"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ScpiError) as caught:
        number(text)
    assert caught.value.code == -104


def test_parameters_are_checked() -> None:
    assert Within(-1, 1).read("-1") == -1
    assert OneOf((0.1, 1.0)).read("1E-1") == 0.1
    assert Word(("OFF", "MEDium")).read("medium") == "MED"
    for accepts, text, code in [(Within(-1, 1), "1.1", -222), (OneOf((1.0,)), "2", -224), (Word(("OFF",)), "ON", -224)]:
        with pytest.raises(ScpiError) as caught:
            accepts.read(text)
        assert caught.value.code == code


def test_errors_are_told_oldest_first_and_once() -> None:
    status = Status()
    for code in (-222, -113):
        status.report(code)
    assert status.errors == 2
    assert [status.next_error() for _ in range(3)] == [
        '-222,"Data out of range"',
        '-113,"Undefined header"',
        '0,"No error"',
    ]


def test_a_full_queue_says_so() -> None:
    status = Status()
    for _ in range(30):
        status.report(-222)
    told = [status.next_error() for _ in range(21)]
    assert told[18:] == ['-222,"Data out of range"', '-350,"Queue overflow"', '0,"No error"']


def test_registers() -> None:
    status = Status()
    assert status.take_events() == 128  # power on
    status.event_enable, status.service_enable = 48, 32
    assert status.byte == 0
    status.report(-222)
    assert status.byte == 4 + 32 + 64
    assert status.take_events() == 16
    assert status.byte == 4
    status.report(-113)
    status.clear()
    assert (status.byte, status.take_events(), status.errors) == (0, 0, 0)


@pytest.mark.parametrize(("code", "bit"), [(-113, 32), (-222, 16), (-310, 8), (-350, 8)])
def test_each_error_sets_the_bit_of_its_class(code: int, bit: int) -> None:
    status = Status()
    status.take_events()
    status.report(code)
    assert code in ERRORS
    assert status.take_events() == bit
