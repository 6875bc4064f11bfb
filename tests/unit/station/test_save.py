"""What is saved is what was read, with its comments, and the settings as they are."""

from __future__ import annotations

import math
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.station.conftest import RackDac

from measurand import ManualParameter, Parameter
from measurand.station import Station, check_station
from measurand.station._document import read_text
from measurand.station._save import dumped
from measurand.station._settings import wanted, written

LAB = """
    # Our dilution refrigerator. Ask before you change limits!
    instruments:
      dac:             # the blue box
        type: RackDac
        init: {channels: 1}
        parameters:
          # burnt a sample on 12 March
          ch1.voltage: {limits: '-1, 1', alias: gate}

    restore_order: ["dac.*"]   # sources first
"""


def test_comments_and_order_stay_and_settings_are_added(write):
    station = Station(config_file=write(LAB))
    station.load_dac()
    station.dac.gate(0.25)
    station.save("saved.yaml")
    read = Path("lab.yaml").read_text(encoding="utf-8")
    assert Path("saved.yaml").read_text(encoding="utf-8") == (
        read
        + "# As they were when this was saved. Loading ignores them; station.restore(file) previews and sets them.\n"
        "settings:\n"
        "  dac:\n"
        "    output: false\n"
        "    ch1.voltage: 0.25  # V\n"
    )


def test_loading_a_saved_file_sets_nothing_and_restoring_it_does(write):
    station = Station(config_file=write(LAB))
    station.load_dac().gate(0.25)
    station.save("saved.yaml")
    station.close_all_registered_instruments()
    again = Station(config_file="saved.yaml")
    assert again.load_dac().sent == []
    assert [change.then for change in again.restore("saved.yaml").apply()] == [0.25]
    assert again.dac.sent == [(1, 0.25)]
    again.dac.gate(-0.5)
    again.save("saved.yaml")
    text = Path("saved.yaml").read_text(encoding="utf-8")
    assert text.count("settings:") == text.count("As they were") == 1
    assert "ch1.voltage: -0.5" in text
    assert "0.25" not in text


def test_settings_only(write):
    station = Station(RackDac("dac"), ManualParameter("bias", unit="V", initial_value=2), config_file=write(LAB))
    station.save("settings.yaml", settings_only=True)
    text = Path("settings.yaml").read_text(encoding="utf-8")
    assert "instruments" not in text
    assert "  ch1.voltage: 0.0  # V\n" in text
    assert "  bias: 2  # V\n" in text
    assert check_station("settings.yaml") == ([], [])
    station.bias(3)
    assert [change.path for change in station.restore("settings.yaml").apply()] == ["bias"]


def test_settings_of_what_is_not_loaded_are_kept(write):
    write("""
        settings:
          magnet: {field: 0.5}   # T
          bias: 1
    """)
    station = Station(ManualParameter("bias", initial_value=2), config_file="lab.yaml")
    station.save("lab.yaml")
    assert wanted("lab.yaml") == {"magnet.field": 0.5, "bias": 2}


def test_several_files_become_one_with_the_comments_of_all(write):
    rack = write("# the rack\ninstruments:\n  dac: {type: RackDac}  # blue\n", "rack.yaml")
    sample = write("# the sample\ninstruments:\n  two: {type: RackDac}  # green\nrestore_order: ['*']\n", "sample.yaml")
    station = Station(config_file=[rack, sample])
    station.save("both.yaml")
    text = Path("both.yaml").read_text(encoding="utf-8")
    assert Station(config_file="both.yaml").config == station.config
    assert "# the rack" in text
    assert "# blue" in text
    assert "# green" in text


def test_old_spellings_are_saved_as_they_were(write):
    text = "{instruments: {dac: {type: RackDac, parameters: {output: {units: a}}}}}\n"
    assert dumped([read_text(text, "lab.yaml")], {}) == text


def test_numbers_are_saved_as_they_were_written():
    """A parser's own round trip may lose a digit, and a file is the user's."""
    text = "instruments:\n  d: {type: RackDac, init: {a: 8.409953163760115e+86, b: 1e6, c: .5, d: 0x1F, e: -.inf, f: 1.50}}\n"
    assert dumped([read_text(text, "lab.yaml")], {}) == text


def test_what_is_not_known_is_left_out_or_read(write):
    station = Station(RackDac("dac", channels=1), update_snapshot=False, config_file=write("{}"))
    station.dac.device[1] = 4.0
    station.save("saved.yaml")
    assert wanted("saved.yaml") == {"dac.output": False}
    station.save("saved.yaml", update=True)
    assert wanted("saved.yaml") == {"dac.output": False, "dac.ch1.voltage": 4.0}


def test_what_cannot_be_read_or_is_not_for_snapshots_is_left_out(write, caplog):
    station = Station(
        Parameter("broken", get_cmd=lambda: 1 / 0, set_cmd=None),
        ManualParameter("secret", initial_value=1, snapshot_exclude=True),
        ManualParameter("hidden", initial_value=1, snapshot_value=False),
        ManualParameter("bias", initial_value=1),
        update_snapshot=False,
        config_file=write("{}"),
    )
    station.save("saved.yaml", update=True)
    assert wanted("saved.yaml") == {"bias": 1}
    assert "broken cannot be read and is not saved: division by zero" in caplog.text


def test_a_failing_save_leaves_the_old_file(write, monkeypatch):
    station = Station(ManualParameter("bias", initial_value=1), config_file=write("{}"))
    station.save("saved.yaml")
    before = Path("saved.yaml").read_text(encoding="utf-8")
    monkeypatch.setattr(Path, "replace", _disk_full)
    try:
        station.save("saved.yaml")
    except OSError as error:
        assert "disk full" in str(error)  # noqa: PT017 - the file is looked at after it
    assert Path("saved.yaml").read_text(encoding="utf-8") == before
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["lab.yaml", "saved.yaml"]


def _disk_full(self, target):
    raise OSError("disk full")


def test_what_can_be_written():
    assert math.isnan(written(math.nan))
    assert written(1 + 2j) == {"__dtype__": "complex", "re": 1.0, "im": 2.0}
    assert written(object()) is None
    assert written("on") == "on"


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\u2028\u2029\x85")
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "label": WORDS,
        "unit": WORDS,
        "step": st.floats(1e-6, 1e6),
        "offset": NUMBERS,
        "limits": st.tuples(st.floats(-10, 0), st.floats(0.5, 10)).map(list),
        "initial_value": NUMBERS | st.booleans() | WORDS,
        "monitor": st.booleans(),
        "metadata": st.dictionaries(NAMES, NUMBERS | WORDS | st.none() | st.lists(NUMBERS, max_size=3), max_size=2),
    },
)
INSTRUMENTS = st.fixed_dictionaries(
    {"type": st.just("RackDac")},
    optional={
        "address": WORDS,
        "init": st.dictionaries(
            NAMES.filter(lambda name: name not in ("name", "address")), NUMBERS | WORDS, max_size=2
        ),
        "enable_forced_reconnect": st.booleans(),
        "parameters": st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map(".".join), OPTIONS, max_size=3),
    },
)
CONFIGS = st.fixed_dictionaries(
    {"instruments": st.dictionaries(NAMES, INSTRUMENTS, max_size=3)},
    optional={"restore_order": st.lists(WORDS, max_size=3)},
)
SETTINGS = st.dictionaries(NAMES, NUMBERS | st.booleans() | WORDS | st.lists(NUMBERS, max_size=3), max_size=4)


@settings(max_examples=50)  # each writes and reads two files
@given(config=CONFIGS, values=SETTINGS)
def test_saving_and_loading_is_the_identity(config, values, tmp_path_factory):
    """Configuration → station → save → load gives the configuration, and the settings that the parameters had."""
    import json

    folder = tmp_path_factory.getbasetemp()
    components = [ManualParameter(name, initial_value=value) for name, value in values.items()]
    station = Station(*components, default=False)
    station.load_config(json.dumps(config, ensure_ascii=False))
    assert station.config == config
    station.save(folder / "saved.yaml")
    again = Station(config_file=folder / "saved.yaml", default=False)
    assert {key: value for key, value in again.config.items() if key != "settings"} == config
    assert (wanted(folder / "saved.yaml") if values else {}) == values
