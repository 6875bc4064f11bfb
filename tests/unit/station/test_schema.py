"""Editors and we agree, because both are told by the same shapes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurand.station import Station, station_schema, update_schema
from measurand.station._document import read_text
from measurand.station._language import STATION
from measurand.station._problems import Tell
from measurand.station._schema import as_text, static_schema

VALID = [
    "{}",
    "instruments:",
    "{instruments: {dac: {type: MeasurandVS4}}}",
    "{instruments: {dac: {type: my.own.Dac, address: 'GPIB0::5::INSTR', init: {a: [1, {b: null}]}}}}",
    "{instruments: {dac: {driver: my.own, type: Dac, auto_reconnect: false, server_name: null}}}",
    "{instruments: {dac: {driver: my.own.Dac, enable_forced_reconnect: true, metadata: {shelf: 3}}}}",
    "{instruments: {d: {type: D, parameters: {a.b.c: {limits: '-1, 1', scale: -2, offset: 0, unit: V}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {limits: [null, 1e3], vals: [1, 2], label: A, units: V}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {vals: {kind: Ints, max_value: 3}, step: 0.5, alias: b}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {monitor: true, initial_value: [1, 2], safe_value: 0}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {safe_value: {value: off, step: 0.1, inter_delay: 0}}}}}}",
    "{instruments: {d: {type: D, parameters: {a: , b: {delay: 0, post_delay: 1e-3}}, add_parameters: }}}",
    "{instruments: {d: {type: D, add_parameters: {x: {source: dac.ch1.voltage, metadata: {}}}}}}",
    "{x-mine: 1, instruments: {d: {type: D, x-shelf: [1]}}}",
    "{restore_order: [magnet.*, '*'], settings: {dac: {ch1.voltage: 0.5, wave: [1, 2]}, bias: 1}}",
]
INVALID = [
    "{instrument: {}}",
    "{instruments: []}",
    "{instruments: {dac: }}",
    "{instruments: {dac: {}}}",
    "{instruments: {dac: {type: 3}}}",
    "{instruments: {dac: {type: 'a b'}}}",
    "{instruments: {dac: {type: D, adress: here}}}",
    "{instruments: {dac: {type: D, address: 3}}}",
    "{instruments: {dac: {type: D, init: 3}}}",
    "{instruments: {dac: {type: D, server_name: ''}}}",
    "{instruments: {dac: {type: D, auto_reconnect: true, enable_forced_reconnect: true}}}",
    "{instruments: {dac: {type: D, enable_forced_reconnect: 1}}}",
    "{instruments: {'2dac': {type: D}}}",
    "{instruments: {d: {type: D, parameters: {a..b: {}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {limits: 1}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {limits: '1'}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {limits: [1, 2, 3]}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {limits: [1, true]}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {vals: []}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {vals: {min_value: 3}}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {scale: 0}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {step: 0}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {inter_delay: -1}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {monitor: 1}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {alias: a.b}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {unit: a, units: a}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {source: a.b}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {safe_value: [1]}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {safe_value: {step: 0.1}}}}}}",
    "{instruments: {d: {type: D, parameters: {a: {safe_value: }}}}}",
    "{instruments: {d: {type: D, add_parameters: {a: {source: 3}}}}}",
    "{restore_order: dac}",
    "{settings: {dac: {a..b: 3}}}",
]


def ours(data):
    tell = Tell(read_text("", "lab.yaml").spot)
    STATION.check(data, (), tell)
    return not tell.problems


def editors(data, **options):
    return jsonschema.Draft7Validator(station_schema(**options)).is_valid(data)


@pytest.mark.parametrize("drivers", [True, False])
@pytest.mark.parametrize(("text", "expected"), [*((t, True) for t in VALID), *((t, False) for t in INVALID)])
def test_an_editor_judges_as_we_do(text, expected, drivers):
    data = read_text(text, "lab.yaml").data
    assert ours(data) is expected
    assert editors(data, drivers=drivers) is expected


KEYS = [
    "type",
    "driver",
    "address",
    "init",
    "parameters",
    "units",
    "unit",
    "limits",
    "vals",
    "step",
    "x-own",
    "a.b",
    "2",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.5, "D", "a.b.C", "1, 2", "a b", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)
TABLES = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4)


@given(options=TABLES, rest=TABLES)
def test_an_editor_judges_anything_as_we_do(options, rest):
    parameters = {"parameters": {"ch1": options}}
    data = {"instruments": {"dac": {"type": "D", **rest, **parameters}}, "settings": rest}
    validator = jsonschema.Draft7Validator(_SCHEMA)
    for part in (data, {"instruments": data["instruments"]}, {"settings": rest}):
        assert ours(part) is validator.is_valid(part)


_SCHEMA = station_schema(drivers=False)


def test_the_schema_is_a_schema():
    jsonschema.Draft7Validator.check_schema(station_schema())
    jsonschema.Draft7Validator.check_schema(station_schema(drivers=False))


def test_the_schema_that_ships_is_that_of_the_language():
    """After a change of the language: write it anew with `as_text(station_schema(drivers=False))`."""
    assert static_schema() == json.loads(as_text(station_schema(drivers=False)))


def test_it_is_written_beside_the_file_with_the_drivers_that_are_known(write):
    path = Station.update_schema(write("{}"))
    assert path == Path("lab.schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema == station_schema() == Station.schema()
    assert "MeasurandVS4" in path.read_text(encoding="utf-8")
    (instrument,) = schema["properties"]["instruments"]["patternProperties"].values()
    assert "MeasurandVS4" in instrument["properties"]["type"]["anyOf"][0]["enum"]
    assert update_schema("lab.yaml") == path


def test_every_key_is_explained():
    def walk(schema):
        for name, described in schema.get("properties", {}).items():
            if name != "kind":
                assert described["description"].endswith("."), name
            walk(described)
        for described in schema.get("patternProperties", {}).values():
            walk(described)

    walk(_SCHEMA)
