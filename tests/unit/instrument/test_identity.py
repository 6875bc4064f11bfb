import pytest

from measurand.instrument._identity import describe, parse_idn


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        ("Keysight,34465A,MY123,A.02", ("Keysight", "34465A", "MY123", "A.02")),
        (" Keithley Instruments Inc., Model 2614B, 4, 3.2.1 ", ("Keithley Instruments Inc.", "2614B", "4", "3.2.1")),
        ("A;B;C;D", ("A", "B", "C", "D")),
        ("A:B", ("A", "B", None, None)),
        ("A,B,,1", ("A", "B", None, "1")),
        ("A,B,C,1,2", ("A", "B", "C", "1,2")),
        ("Model,Model,1,2", ("Model", "Model", "1", "2")),
        ("whatever", ("whatever", None, None, None)),
        ("", (None, None, None, None)),
    ],
)
def test_parse(answer, parts):
    """E05."""
    assert tuple(parse_idn(answer).values()) == parts
    assert list(parse_idn(answer)) == ["vendor", "model", "serial", "firmware"]


@pytest.mark.parametrize(
    ("idn", "text"),
    [
        (parse_idn("A,B,C,D"), "Connected to: A B (serial:C, firmware:D) in 1.23s"),
        (parse_idn("A,B,,D"), "Connected to: A B (firmware:D) in 1.23s"),
        ({"model": "B"}, "Connected to: B in 1.23s"),
        ({}, "Connected to: unknown instrument in 1.23s"),
        (None, "Connected to: unknown instrument in 1.23s"),
    ],
)
def test_describe(idn, text):
    """E06."""
    assert describe(idn, 1.234) == text
