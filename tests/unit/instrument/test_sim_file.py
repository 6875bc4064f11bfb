"""The guide's drivers against pyvisa-sim, by the files that come with Measurand and by a user's own (F04, F05, G01, G03)."""

import shutil
import sys

import numpy as np
import pytest

from measurand.errors import CannotOpen, ConfigurationError, RefusedValue
from measurand.instrument import Instrument, InstrumentChannel, VisaInstrument
from measurand.instrument._sim_file import SIMS, simulation_library
from measurand.parameters import Parameter
from measurand.validators import Enum, Numbers, Strings

pytest.importorskip("pyvisa_sim")


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr(Instrument, "quiet", True)


class Weinschel8320(VisaInstrument):
    """As in the guide."""

    def __init__(self, name, address, **kwargs):
        super().__init__(name, address, terminator="\r", **kwargs)
        self.attenuation = Parameter(
            "attenuation",
            unit="dB",
            set_cmd="ATTN ALL {:02.0f}",
            get_cmd="ATTN? 1",
            vals=Enum(*np.arange(0, 60.1, 2).tolist()),
            get_parser=float,
            instrument=self,
        )
        self.connect_message()


class KeithleyChannel(InstrumentChannel):
    """As in the guide."""

    def __init__(self, parent, name, channel):
        super().__init__(parent, name)

        def add(name, get, put, **kwargs):
            command = {"get_cmd": f"{channel}.{get}", "set_cmd": f"{channel}.{put}", "get_parser": float}
            setattr(self, name, Parameter(name, instrument=self, **command, **kwargs))

        add("volt", "measure.v()", "source.levelv={:.12f}", unit="V")
        add("curr", "measure.i()", "source.leveli={:.12f}", unit="A")
        add("mode", "source.func", "source.func={:d}", val_mapping={"current": 0, "voltage": 1})
        add("output", "source.output", "source.output={:d}", val_mapping={"on": 1, "off": 0})
        add("nplc", "measure.nplc", "measure.nplc={:.4f}", vals=Numbers(0.001, 25))


class Keithley2600(VisaInstrument):
    """As in the guide."""

    def __init__(self, name, address, **kwargs):
        super().__init__(name, address, terminator="\n", **kwargs)
        self.model = self.ask("localnode.model")
        for channel in ("smua", "smub"):
            self.add_submodule(channel, KeithleyChannel(self, channel, channel))
        self.display_settext = Parameter(
            "display_settext", set_cmd=self._display_settext, vals=Strings(), get_cmd=False, instrument=self
        )
        self.connect_message()

    def _display_settext(self, text):
        self.write(f'display.settext("{text}")')


@pytest.mark.parametrize("address", ["GPIB::1::INSTR", "TCPIP0::172.20.2.212::inst0::INSTR", "ASRL1::INSTR"])
def test_weinschel(address):
    """F05, G01, F02."""
    attenuator = Weinschel8320("attenuator", address, pyvisa_sim_file="Weinschel_8320.yaml")
    assert attenuator.IDN.cache()["model"] == "8320"
    for value in (40, 0, 60, np.int64(4), 2.0):
        attenuator.attenuation(value)
        assert attenuator.attenuation() == float(value)
    for refused in (-1, 1, 1.5):
        with pytest.raises(RefusedValue, match="attenuator.attenuation"):
            attenuator.attenuation(refused)
    assert attenuator.attenuation() == 2.0


def test_keithley():
    """G03, G04, G05, A16."""
    smu = Keithley2600("smu", "TCPIP0::10.0.0.3::inst0::INSTR", pyvisa_sim_file="Keithley_2600.yaml")
    assert smu.model == "2614B"
    for channel in (smu.smua, smu.smub):
        channel.volt(1e-6)
        channel.curr(2e-3)
        channel.mode("voltage")
        channel.output("on")
        channel.nplc(0.5)
    smu.smub.volt(-3)
    smu.smub.output("off")
    assert (smu.smua.volt(), smu.smub.volt()) == (1e-6, -3.0)
    assert (smu.smua.curr(), smu.smua.nplc()) == (2e-3, 0.5)
    assert (smu.smua.mode(), smu.smub.mode()) == ("voltage", "voltage")
    assert (smu.smua.output(), smu.smub.output()) == ("on", "off")
    smu.display_settext("hi")
    assert smu.ask("display.gettext()") == "hi"


@pytest.mark.parametrize("file", sorted(path.name for path in SIMS.glob("*.yaml")))
def test_every_resource_of_every_file_answers(file):
    """F02: one of each kind of resource that the file names."""
    import pyvisa

    for number, address in enumerate(pyvisa.ResourceManager(simulation_library(file)).list_resources("?*")):
        terminator = "\r" if file.startswith("Weinschel") else "\n"
        with VisaInstrument(f"ins{number}", address, terminator=terminator, pyvisa_sim_file=file) as instrument:
            assert instrument.get_idn()["firmware"] == "1.0"


def test_a_file_of_ones_own(tmp_path, monkeypatch):
    """F04: by an absolute path, by a relative one, by visalib, and from a package."""
    own = tmp_path / "own_lab" / "attenuator.yaml"
    own.parent.mkdir()
    (own.parent / "__init__.py").touch()
    shutil.copy(SIMS / "Weinschel_8320.yaml", own)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    given = [
        {"pyvisa_sim_file": str(own)},
        {"pyvisa_sim_file": own},
        {"pyvisa_sim_file": "./own_lab/attenuator.yaml"},
        {"pyvisa_sim_file": "own_lab:attenuator.yaml"},
        {"visalib": f"{own}@sim"},
    ]
    for kwargs in given:
        with Weinschel8320("attenuator", "GPIB::1::INSTR", **kwargs) as attenuator:
            attenuator.attenuation(40)
            assert attenuator.attenuation() == 40.0
    sys.modules.pop("own_lab", None)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (
            "nothing.yaml",
            r"there is no file .*nothing.yaml. Allowed are the names Keithley_2600.yaml, Weinschel_8320.yaml",
        ),
        ("./nothing.yaml", r"there is no file .*nothing.yaml"),
        ("json:nothing.yaml", r"there is no file .*json.nothing.yaml"),
        ("no_such_module:nothing.yaml", r"'no_such_module' cannot be imported"),
    ],
)
def test_a_file_that_is_not_there(file, message, registry):
    with pytest.raises(ConfigurationError, match=message):
        VisaInstrument("attenuator", "GPIB::1::INSTR", pyvisa_sim_file=file)
    assert "attenuator" not in registry


def test_two_ways_to_say_it_contradict():
    with pytest.raises(ConfigurationError, match="attenuator: visalib='@py' and pyvisa_sim_file='x.yaml' both say"):
        VisaInstrument("attenuator", "GPIB::1::INSTR", visalib="@py", pyvisa_sim_file="x.yaml")


def test_no_such_resource_in_the_file(registry):
    """F06."""
    with pytest.raises(CannotOpen, match=r"attenuator \(GPIB::2::INSTR\): cannot be opened: VI_ERROR_RSRC_NFOUND"):
        Weinschel8320("attenuator", "GPIB::2::INSTR", pyvisa_sim_file="Weinschel_8320.yaml")
    assert "attenuator" not in registry
