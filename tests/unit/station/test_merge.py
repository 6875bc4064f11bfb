"""Several files as one."""

from __future__ import annotations

from measurand.station import Station, check_station


def test_tables_are_joined_in_the_order_of_the_files(write):
    rack = write("""
        instruments:
          dac: {type: RackDac, parameters: {ch1.voltage: {step: 0.1}}}
    """, "rack.yaml")  # fmt: skip
    sample = write("""
        instruments:
          meter: {type: RackDac}
          dac: {type: RackDac, parameters: {ch1.voltage: {limits: [-1, 1]}}}
        restore_order: [dac.*]
    """, "sample.yaml")  # fmt: skip
    config = Station(config_file=[rack, sample]).config
    assert list(config["instruments"]) == ["dac", "meter"]
    assert config["instruments"]["dac"]["parameters"]["ch1.voltage"] == {"step": 0.1, "limits": [-1, 1]}
    assert config["restore_order"] == ["dac.*"]
    again = Station()
    again.load_config_files(rack, sample)
    assert again.config == config


def test_what_two_files_say_differently_names_both_places(write):
    rack = write("{instruments: {dac: {type: RackDac, init: {channels: 2}}}, restore_order: [a]}", "rack.yaml")
    sample = write("""
        instruments:
          dac:
            type: StrictDac
            init: {channels: 2.0}
            parameters: {ch1.voltage: {monitor: true}}
        restore_order: [b]
    """, "sample.yaml")  # fmt: skip
    assert check_station(rack, sample)[0] == [
        "sample.yaml:3:11: instruments.dac.type: 'StrictDac' contradicts 'RackDac' of rack.yaml:1:28. Keep one of them.",
        "sample.yaml:6:16: restore_order: ['b'] contradicts ['a'] of rack.yaml:1:75. Keep one of them.",
    ]


def test_one_and_true_are_not_the_same(write):
    first = write("{instruments: {d: {type: RackDac, init: {x: 1}}}}", "a.yaml")
    second = write("{instruments: {d: {type: RackDac, init: {x: true}}}}", "b.yaml")
    assert check_station(first, second)[0] == [
        "b.yaml:1:45: instruments.d.init.x: True contradicts 1 of a.yaml:1:45. Keep one of them."
    ]


def test_an_empty_table_joins_with_a_full_one(write):
    first = write("{instruments: }", "a.yaml")
    second = write("{instruments: {d: {type: RackDac, init: {x: .nan}}}}", "b.yaml")
    assert list(Station(config_file=[first, second, first, second]).config["instruments"]) == ["d"]


def test_problems_of_all_files_are_told(write):
    first = write("{instruments: {d: {tpe: RackDac}}}", "a.yaml")
    second = write("{intruments: }", "b.yaml")
    found = check_station(second, first)[0]
    assert [text.partition(": ")[0] for text in found] == ["b.yaml:1:2", "a.yaml:1:16", "a.yaml:1:20"]
