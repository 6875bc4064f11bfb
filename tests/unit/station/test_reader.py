"""The whole of the files is judged at once; every problem says where, what was given, what is allowed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurand.errors import ConfigurationError, StationFileError
from measurand.station import Station, check_station
from measurand.station._document import read_text
from measurand.station._judge import limits_of, vals_of
from measurand.station._reader import judge
from measurand.validators import Enum, Ints, Numbers


def problems(*files):
    return check_station(*files)[0]


def test_every_problem_of_a_file_is_told_at_once(write):
    file = write("""
        instrments: {}
        instruments:
          dac:
            type: RackDac
            adress: GPIB0::5
            init: [1, 2]
            parameters:
              ch1.voltage: {limits: 1, step: -1}
              ch2.voltage: {limts: [1, 2], scale: 0}
              ch1.voltage: {}
              ch2..x: {}
          2dac: {}
          meter: {address: here}
          other: {type: 7, server_name: rack}
    """)
    assert problems(file) == [
        "lab.yaml:1:1: the file: unknown key 'instrments'; did you mean 'instruments'?",
        "lab.yaml:5:5: instruments.dac: unknown key 'adress'; did you mean 'address'?",
        "lab.yaml:6:11: instruments.dac.init: [1, 2] refused, allowed a table.",
        (
            "lab.yaml:8:29: instruments.dac.parameters.ch1.voltage.limits: 1 refused, allowed lowest and highest value, "
            "e.g. [-1, 1] or -1, 1; leave one empty (null) for no limit."
        ),
        "lab.yaml:8:38: instruments.dac.parameters.ch1.voltage.step: -1 refused, allowed a number above 0.",
        "lab.yaml:9:21: instruments.dac.parameters.ch2.voltage: unknown key 'limts'; did you mean 'limits'?",
        "lab.yaml:9:43: instruments.dac.parameters.ch2.voltage.scale: 0 refused, allowed a number other than 0.",
        "lab.yaml:10:7: 'ch1.voltage' is given twice, first on line 8. Keep one of them.",
        "lab.yaml:11:7: instruments.dac.parameters: the name 'ch2..x' is refused, allowed a path such as ch1.voltage.",
        "lab.yaml:12:3: instruments: the name '2dac' is refused, allowed letters, digits and underscores.",
        "lab.yaml:13:3: instruments.meter: 'type' is missing.",
        (
            "lab.yaml:14:17: instruments.other.type: 7 refused, allowed a class such as MeasurandVS4 or "
            "package.module.Class."
        ),
        (
            "lab.yaml:14:33: instruments.other.server_name: 'rack' refused, allowed null: instruments live in this "
            "process, hosts for them do not exist yet."
        ),
    ]


def test_keys_that_are_no_text(write):
    assert problems(write("{1: 2, null: 3, instruments: {4: {}, d: {type: Instrument, 5: 6}}}")) == [
        "lab.yaml:1:2: the file: unknown key 1; known are instruments, restore_order, settings.",
        "lab.yaml:1:8: the file: unknown key None; known are instruments, restore_order, settings.",
        "lab.yaml:1:31: instruments: the name 4 is refused, allowed letters, digits and underscores.",
        (
            "lab.yaml:1:60: instruments.d: unknown key 5; known are type, address, enable_forced_reconnect, init, "
            "parameters, add_parameters, server_name, metadata."
        ),
    ]


def test_what_is_wrong_in_one_place_hides_nothing_in_another(write):
    """One reading of the file tells everything: spelling, limits, drivers, arguments."""
    file = write("""
        instruments:
          dac:
            type: RackDca
            adress: here
          strict:
            type: StrictDac
            init: {prt: 3}
            parameters:
              a: {limits: [2, 1], step: text}
              b: {limits: [1, 2, 3], vals: {kind: Nmbers}}
          other: {type: 3, init: {x: 1}}
    """)
    assert [text.partition(": ")[0] for text in problems(file)] == [
        "lab.yaml:3:11",
        "lab.yaml:4:5",
        "lab.yaml:7:12",
        "lab.yaml:9:19",
        "lab.yaml:9:33",
        "lab.yaml:10:19",
        "lab.yaml:10:36",
        "lab.yaml:11:17",
    ]


def test_a_key_that_is_near_to_nothing_lists_the_known_ones(write):
    file = write("{instruments: {dac: {type: RackDac, parameters: {output: {colour: red}}}}}")
    (problem,) = problems(file)
    assert problem.endswith("unknown key 'colour'; known are label, unit, scale, offset, limits, vals, step, "
                            "inter_delay, post_delay, initial_value, safe_value, alias, monitor, metadata.")  # fmt: skip


def test_what_no_shape_can_tell(write):
    file = write("""
        instruments:
          dac:
            type: RackDac
            address: here
            init: {address: there, name: rack}
            parameters:
              ch1.voltage: {limits: [3, 2], alias: gate}
              ch2.voltage: {vals: {kind: Nmbers}, alias: gate}
              output: {alias: out}
            add_parameters:
              ch1.voltage: {}
          strict: {type: StrictDac, init: {prt: 3}}
    """)
    found = problems(file)
    assert found[0] == "lab.yaml:5:12: dac: the address is given twice; keep instruments.dac.address."
    assert found[1] == "lab.yaml:5:28: dac: the name is the one above; leave it out here."
    assert found[2] == (
        "lab.yaml:7:29: instruments.dac.parameters.ch1.voltage.limits: Numbers(3, 2): max_value must be a number above "
        "min_value."
    )
    assert found[3].startswith("lab.yaml:8:27: instruments.dac.parameters.ch2.voltage.vals: Kind 'Nmbers' of validator")
    assert found[4] == "lab.yaml:8:50: dac.gate is taken already, lab.yaml:7:44. Choose another alias."
    assert found[5] == (
        "lab.yaml:11:7: dac.ch1.voltage is the name of another one already, lab.yaml:7:7. Choose another name."
    )
    assert found[6:] == ["lab.yaml:12:36: strict: StrictDac takes no argument 'prt'; did you mean 'port'?"]


def test_one_error_holds_all_problems(write):
    """It is a ConfigurationError and a ValueError, and its arguments are the problems, so that it can travel."""
    file = write("{instruments: {a: {type: 1}, b: {type: 2}}}")
    with pytest.raises(StationFileError) as caught:
        Station(config_file=file)
    assert isinstance(caught.value, ConfigurationError)
    assert isinstance(caught.value, ValueError)
    assert list(caught.value.args) == problems(file)
    assert str(caught.value).startswith("2 problems in the station's files:\nlab.yaml:1:26: instruments.a.type: 1 ref")


def test_old_spellings_work_and_say_so(write):
    file = write("""
        instruments:
          dac:
            driver: measurand.instrument
            type: Instrument
            auto_reconnect: true
            add_parameters:
              gain: {units: V/A, delay: 0.1}
    """)
    with pytest.warns(DeprecationWarning, match="is the old spelling of") as caught:
        station = Station(config_file=file)
    assert [str(warning.message) for warning in caught] == [
        "lab.yaml:3:5: 'driver' is the old spelling of 'type' and goes away in version 1.0.",
        "lab.yaml:5:5: 'auto_reconnect' is the old spelling of 'enable_forced_reconnect' and goes away in version 1.0.",
        "lab.yaml:7:14: 'units' is the old spelling of 'unit' and goes away in version 1.0.",
        "lab.yaml:7:26: 'delay' is the old spelling of 'inter_delay' and goes away in version 1.0.",
    ]
    assert (caught[0].filename, caught[0].lineno) == ("lab.yaml", 3)
    assert station.config == {
        "instruments": {
            "dac": {
                "type": "measurand.instrument.Instrument",
                "enable_forced_reconnect": True,
                "add_parameters": {"gain": {"unit": "V/A", "inter_delay": 0.1}},
            }
        }
    }
    gain = station.load_dac().gain
    assert (gain.unit, gain.inter_delay) == ("V/A", 0.1)


def test_old_and_new_spelling_together_are_refused(write):
    file = write("{instruments: {dac: {type: RackDac, parameters: {output: {unit: a, units: b}}}}}")
    assert problems(file) == [
        "lab.yaml:1:68: instruments.dac.parameters.output: 'units' is the old spelling of 'unit'; give only the latter."
    ]


def test_own_keys_are_left_alone(write):
    file = write("""
        x-gate: &gate {step: 0.01, x-who: Ana}
        instruments:
          dac:
            type: RackDac
            x-shelf: 3
            parameters:
              ch1.voltage: *gate
    """)
    assert Station(config_file=file).config == {
        "instruments": {"dac": {"type": "RackDac", "parameters": {"ch1.voltage": {"step": 0.01}}}}
    }


def test_a_problem_in_one_of_two_shapes_says_what_is_wrong_inside(write):
    file = write("""
        instruments:
          dac: {type: RackDac, parameters: {output: {safe_value: {valu: 0, step: 0}}}}
        settings: {dac: {ch1..voltage: 0}}
    """)
    assert problems(file) == [
        "lab.yaml:2:46: instruments.dac.parameters.output.safe_value: 'value' is missing.",
        "lab.yaml:2:59: instruments.dac.parameters.output.safe_value: unknown key 'valu'; did you mean 'value'?",
        "lab.yaml:2:74: instruments.dac.parameters.output.safe_value.step: 0 refused, allowed a number above 0.",
        "lab.yaml:3:18: settings.dac: the name 'ch1..voltage' is refused, allowed a path such as ch1.voltage.",
    ]


def test_limits_and_vals():
    assert limits_of("-1, 1") == limits_of([-1, 1]) == Numbers(-1, 1)
    assert limits_of(" -1e-3 ,") == limits_of([-1e-3, None]) == Numbers(min_value=-1e-3)
    assert limits_of(", 2.5") == Numbers(max_value=2.5)
    assert vals_of(["low", "high"]) == Enum("low", "high")
    assert vals_of({"kind": "Ints", "min_value": 1, "max_value": 4}) == Ints(1, 4)


def test_a_file_that_is_not_there(write):
    write("{}")
    assert problems("lba.yaml") == ["lba.yaml:1:1: cannot be read: No such file or directory."]
    with pytest.raises(StationFileError, match=r"lba\.yaml:1:1: cannot be read"):
        Station(config_file="lba.yaml")


def test_empty_tables_may_be_left_empty(write):
    file = write("""
        instruments:
          dac:
            type: RackDac
            init:
            parameters:
              ch1.voltage:
        settings:
    """)
    assert problems(file) == []
    assert Station(config_file=file).load_dac().ch1.voltage() == 0.0


def test_a_file_that_is_wrong_leaves_what_was_read_before(write):
    file = write("{instruments: {dac: {type: RackDac}}}")
    station = Station(config_file=file)
    write("{instruments: {dac: {typ: RackDac}}}")
    with pytest.raises(StationFileError):
        station.reload_config_file()
    assert station.load_dac().name == "dac"
    write("{instruments: {dac: {type: RackDac}, two: {type: RackDac}}}")
    station.reload_config_file()
    assert list(station.config["instruments"]) == ["dac", "two"]


@settings(max_examples=60)
@given(st.text(alphabet="ab:{}[],&*!|>-?# \n\t'\"<%@`~1.", max_size=40))
def test_whatever_stands_in_a_file_is_judged_and_never_fails(text):
    """A file saved half-way, or by an editor gone wild, gives problems with their places, no traceback of ours."""
    for whole in (text, f"instruments: {{d: {{type: Instrument, parameters: {{a: {{{text}}}}}}}}}"):
        _, found = judge([read_text(whole, "lab.yaml")])
        assert all(str(problem).startswith("lab.yaml:") for problem in found)
