"""Instruments without devices: what is random or takes time; the rest is compared with QCoDeS's in tests/compat/apis."""

from __future__ import annotations

import importlib
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from measurand.compat import install_as_qcodes, instrument_drivers, uninstall_as_qcodes
from measurand.compat.instrument_drivers import mock_instruments
from measurand.compat.instrument_drivers.mock_instruments import (
    DummyInstrument,
    DummyInstrumentWithMeasurement,
    MockCustomChannel,
    MockDAC,
    MockField,
    MockMetaParabola,
    MockParabola,
    SnapShotTestInstrument,
)
from measurand.instrument import Instrument
from measurand.testing import FakeClock, fresh_registry


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    with fresh_registry():
        yield


def test_readings_follow_the_gates() -> None:
    dac = DummyInstrument("dac", gates=["ch1", "ch2"])
    dmm = DummyInstrumentWithMeasurement("dmm", setter_instr=dac)
    dac.ch1(5)
    assert statistics.mean(dmm.v1() for _ in range(200)) == pytest.approx(5 * 2.718281828**-1, abs=0.06)
    dac.ch1(0.1)
    dac.ch2(0.2)
    top = dmm.v2()
    dac.ch2(1)
    assert top > 1
    assert abs(dmm.v2()) < 0.01
    assert dmm.v1() != dmm.v1()


def test_a_field_takes_its_time() -> None:
    clock = FakeClock()
    magnet = MockField("magnet", clock=clock)
    magnet.ramp_rate(6)  # T/min
    before = clock.monotonic()
    magnet.field(0.5)
    assert clock.monotonic() - before == pytest.approx(5)
    assert magnet.field() == 0.5
    magnet.set_field(-0.5, block=False)
    clock.advance(4)
    assert magnet.field() == pytest.approx(0.1)
    magnet.set_field(0.2, block=False)  # turns on its way
    clock.advance(0.5)
    assert magnet.field() == pytest.approx(0.15)
    clock.advance(60)
    assert magnet.field() == 0.2
    with pytest.raises(ValueError, match="magnet.field: 2 T refused"):
        magnet.field(2)


def test_a_parabola_is_noisy_if_wanted_and_a_gain_multiplies_it() -> None:
    parabola = MockParabola("parabola")
    meta = MockMetaParabola("meta", parabola)
    parabola.x(2)
    meta.gain(3)
    assert (meta.parabola(), meta.skewed_parabola()) == (12, 36)
    parabola.noise(1)
    readings = [parabola.parabola() for _ in range(100)]
    assert 4 <= min(readings) < max(readings) <= 5
    assert "meta" not in Instrument.registry


def test_a_snapshot_skips_what_it_is_told_to() -> None:
    shown = SnapShotTestInstrument("shown")
    shown.snapshot(update=True)
    assert shown._get_calls == {"v1": 1, "v2": 0, "v3": 1}
    with pytest.raises(ValueError, match="must be a subset"):
        SnapShotTestInstrument("other", params_to_skip=["v9"])


def test_a_channel_stands_for_another() -> None:
    dac = MockDAC(num_channels=2)
    custom = MockCustomChannel(dac, "plunger", "mdac.ch02", current_valid_range=[-1, 0])
    assert custom._dac_channel is dac.ch02 is dac.channels[1]
    assert custom.current_valid_range() == [-1, 0]
    assert MockCustomChannel(dac, "barrier", dac.ch01).current_valid_range() == [-2, 2]
    with pytest.raises(ValueError):
        custom.current_valid_range([1])


def test_the_alias_finds_them_where_no_real_qcodes_is(alias: None) -> None:
    assert importlib.import_module("qcodes.instrument_drivers.mock_instruments") is mock_instruments
    assert importlib.import_module("qcodes.instrument_drivers") is instrument_drivers
    with pytest.raises(ModuleNotFoundError, match="There is no 'qcodes.instrument_drivers.Nobody'"):
        importlib.import_module("qcodes.instrument_drivers.Nobody")


def test_those_of_a_real_qcodes_come_first(tmp_path: Path) -> None:
    theirs = tmp_path / "qcodes" / "instrument_drivers" / "mock_instruments"
    theirs.mkdir(parents=True)
    for folder in (theirs, theirs.parent):
        (folder / "__init__.py").write_text("where = __file__\n", encoding="utf-8")
    install_as_qcodes(drivers=tmp_path)
    try:
        found = importlib.import_module("qcodes.instrument_drivers.mock_instruments")
        assert Path(found.where).parent == theirs
    finally:
        uninstall_as_qcodes()
    assert not any(name.startswith("qcodes") for name in sys.modules)


def test_they_are_one_module_whatever_was_imported_before(alias: None) -> None:
    names: dict[str, object] = {}
    exec("from qcodes import instrument_drivers", names)
    exec("from qcodes.instrument_drivers import mock_instruments", names)
    assert names["mock_instruments"] is mock_instruments
    assert importlib.import_module("qcodes.instrument_drivers.mock_instruments") is mock_instruments
