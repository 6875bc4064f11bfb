"""A device made of a table of commands does what IEEE 488.2 and SCPI-99 ask of it."""

from __future__ import annotations

import pytest

from measurand.simulation.kit import Block, OneOf, Quoted, ScpiDevice, ScpiError, Switch, Within, Word, block


@pytest.fixture
def device() -> ScpiDevice:
    device = ScpiDevice("ACME,X,1,1.0")
    device.keep("[SOURce#:]VOLTage[:LEVel][:IMMediate]", Within(-10, 10, 0), 0.0, range(1, 3))
    device.keep("OUTPut[:STATe]", Switch(), False)
    device.keep("SENSe:FUNCtion", Quoted(20), "VOLT")
    device.keep("SENSe:RANGe", OneOf((0.1, 1.0, 10.0)), 1.0)
    device.keep("TRIGger:SOURce", Word(("IMMediate", "EXTernal", "BUS")), "IMM")
    device.keep("DATA", Block(), b"")
    return device


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("VOLT 1.5;VOLT?", "1.5"),
        ("SOUR2:VOLT:LEV:IMM 2;:SOURCE2:VOLTAGE?;:VOLT?", "2;0"),
        ("VOLT MAX;VOLT?", "10"),
        ("VOLT 3;VOLT DEF;VOLT?", "0"),
        ("VOLT? MIN", "-10"),
        ("OUTP ON;OUTP?", "1"),
        ("OUTP 1;OUTP OFF;OUTP:STAT?", "0"),
        ("SENS:FUNC 'CURR';FUNC?", "CURR"),
        ('SENS:FUNC "a;b,c""d";FUNC?', 'a;b,c"d'),
        ("SENS:RANG 1E1;RANG?", "10"),
        ("TRIG:SOUR EXTERNAL;SOUR?", "EXT"),
        ("*IDN?;*OPC?", "ACME,X,1,1.0;1"),
    ],
)
def test_settings_are_remembered(device: ScpiDevice, message: str, answer: str) -> None:
    assert device.handle(message) == answer
    assert device.status.errors == 0


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("VOLT 11", -222),
        ("VOLT? 1", -108),
        ("VOLT", -109),
        ("VOLT 1,2", -108),
        ("SOUR3:VOLT 1", -114),
        ("OUTP PERHAPS", -104),
        ("SENS:FUNC CURR", -104),
        ("SENS:FUNC 'far too long for this device'", -223),
        ("SENS:RANG 3", -224),
        ("TRIG:SOUR SOMETIMES", -224),
        ("DATA 5", -161),
        ("DATA #15xy", -161),
        ("NOSUCH:THING", -113),
    ],
)
def test_what_it_refuses_goes_into_the_queue_and_changes_nothing(device: ScpiDevice, message: str, code: int) -> None:
    before = dict(device.state)
    assert device.handle(message) is None
    assert str(device.handle("SYST:ERR?")).startswith(f"{code},")
    assert device.state == before


def test_reset_restores_what_is_kept(device: ScpiDevice) -> None:
    device.handle("VOLT 1;:OUTP ON;:SENS:RANG 10")
    assert device.handle("*RST;:VOLT?;:OUTP?;:SENS:RANG?") == "0;0;1"


@pytest.mark.parametrize("data", [b"ab ", b" \t\x85", b"; ,", b"\xa0\x1f"])
def test_data_that_looks_like_space_is_data(device: ScpiDevice, data: bytes) -> None:
    """At the end of a message, too; space before a block is none of it."""
    device.handle("DATA  " + block(data).decode("latin-1"))
    assert device.state["DATA"] == data
    assert device.status.errors == 0


def test_blocks_go_in_and_out_as_they_are(device: ScpiDevice) -> None:
    data = bytes(range(256))
    device.handle("DATA " + block(data).decode("latin-1"))
    device.query("CURVe", lambda: block(device.state["DATA"]))
    assert device.handle("CURV?") == b"#3256" + data + b"\n"


def test_queries_with_parameters_and_commands_with_several() -> None:
    device = ScpiDevice("ACME,X,1,1.0")
    seen: list[tuple[object, ...]] = []
    device.query("MEASure:VOLTage", lambda *given: (*given, "read"), accepts=(Within(0, 10), Within(0, 1)))
    device.command(
        "TRACe:POINts", (Within(1, 100), Word(("FIRSt", "LAST"))), lambda *given: seen.append(given), required=1
    )
    assert device.handle("MEAS:VOLT?") == "read"
    assert device.handle("MEAS:VOLT? 5,0.5") == "5,0.5,read"
    assert device.handle("TRAC:POIN 7;POIN 8,LAST;:SYST:ERR?") == '0,"No error"'
    assert seen == [(7.0,), (8.0, "LAST")]
    assert device.handle("TRAC:POIN;:SYST:ERR?") == '-109,"Missing parameter"'


def test_a_fault_of_the_simulation_looks_like_one_of_the_device() -> None:
    device = ScpiDevice("ACME,X,1,1.0")
    device.query("BROKen", lambda: 1 / 0)
    assert device.handle("BROK?;:SYST:ERR?") == '-310,"System error"'


def test_an_action_may_refuse() -> None:
    device = ScpiDevice("ACME,X,1,1.0")

    def refuse() -> None:
        raise ScpiError(-221)

    device.order("INITiate", refuse)
    assert device.handle("INIT;:SYST:ERR?") == '-221,"Settings conflict"'
