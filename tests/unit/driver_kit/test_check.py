"""The conformance suite finds what it is there to find: each check is shown a driver that breaks it."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from measurand.cli import main
from measurand.driver_kit import CHECKS, Bench, Unconnected, check_driver, find_drivers, new_driver, simulation_of
from measurand.driver_kit._units import is_allowed
from measurand.errors import ConfigurationError, InstrumentError
from measurand.instrument import ChannelTuple, Instrument, InstrumentChannel, VisaInstrument, parameter
from measurand.parameters import Parameter, ParameterWithSetpoints
from measurand.simulation.kit import ScpiDevice, Served, Within, serve
from measurand.testing import fresh_registry
from measurand.validators import Arrays, Numbers


@pytest.fixture(autouse=True)
def _no_other_instruments() -> Iterator[None]:
    with fresh_registry():
        yield


class Good(VisaInstrument):
    """A source."""

    voltage = parameter("VOLT?", "VOLT {}", unit="V", get_parser=float, vals=Numbers(-10, 10), docstring="Output.")


class Device(ScpiDevice):
    def __init__(self) -> None:
        super().__init__("ACME,V10,1,1.0")
        self.keep("VOLTage", Within(-10, 10), 0.0)
        self.keep("TEXT", Within(-10, 10), 0.0)


def simulate() -> Served[Device]:
    return serve(Device())


def problems(check: str, driver: type[Instrument], simulation: Callable[[], Any] = simulate) -> list[str]:
    return list(CHECKS[check](Bench(driver, simulation)))


@pytest.mark.parametrize("check", [name for name in CHECKS if name != "names_follow_the_guide"])
def test_a_good_driver_passes(check: str) -> None:
    assert problems(check, Good) == []


def test_names() -> None:
    assert problems("names_follow_the_guide", Good) == [
        "the module is called test_check, the guide asks for <Vendor>_<Model>"
    ]
    for module, name, found in (
        ("Acme_V10", "AcmeV10", []),
        ("Acme_V10", "V10", ["the class is called V10, the guide asks for AcmeV10"]),
        (
            "measurand.instrument_drivers.Other.Acme_V10",
            "AcmeV10",
            [
                "the module is in measurand.instrument_drivers.Other, the guide asks for measurand.instrument_drivers.Acme"
            ],
        ),
    ):
        sys.modules[module] = types.ModuleType(module)
        try:
            assert problems("names_follow_the_guide", type(name, (Good,), {"__module__": module})) == found
        finally:
            del sys.modules[module]


def test_constructor() -> None:
    class Odd(VisaInstrument):
        def __init__(self, address: str, name: str) -> None:
            super().__init__(name, address)

    assert problems("constructor_is_usual", Odd) == [
        "the first argument of the constructor is not name",
        "the constructor takes no **kwargs to pass on to super().__init__",
    ]


def test_documentation_and_units() -> None:
    class Silent(Good):
        current = parameter("VOLT?", unit="amps", get_parser=float)

        def act(self) -> None: ...

    assert sorted(problems("everything_is_documented", Silent)) == [
        "the class Silent has no docstring",
        "the method Silent.act has no docstring",
        "the parameter current has no docstring",
    ]
    assert problems("units_are_si", Silent) == ["the unit 'amps' of current is neither SI nor one of the exceptions"]


@pytest.mark.parametrize(
    "unit", ["V", "mV", "µA", "V/s", "nV/√Hz", "V/Hz^0.5", "kΩ", "dBm", "%", "", "1/s", "m²", "V*s", "W/K"]
)
def test_units_that_are_allowed(unit: str) -> None:
    assert is_allowed(unit)


@pytest.mark.parametrize("unit", ["volts", "Torr", "inch", "sec", "V/sec", "G", "psi", "mbar", "a.u."])
def test_units_that_are_not(unit: str) -> None:
    assert not is_allowed(unit)


def test_a_device_that_is_not_understood() -> None:
    class Guessing(Good):
        """Asks what the manual does not have."""

        current = parameter("CURR?", unit="A", get_parser=float, docstring="Not there.")

        def __init__(self, name: str, address: str, **kwargs: Any) -> None:
            super().__init__(name, address, timeout=0.1, **kwargs)

    found = problems("everything_can_be_read", Guessing)
    assert found[0].startswith("current: reading raised TransportTimeout")
    assert found[1] == 'the device reports -113,"Undefined header"'


def test_the_golden_rule() -> None:
    class Lying(Good):
        """Gives what it does not accept."""

        odd = parameter("VOLT?", "VOLT {}", get_parser=lambda text: float(text) + 20, vals=Numbers(-10, 10))
        drifting = parameter("VOLT?", "VOLT {}", get_parser=lambda text: float(text) + 1, vals=Numbers(-10, 10))

    found = problems("golden_rule_holds", Lying)
    assert found[0].startswith("odd: p(p()) raised RefusedValue: under_test.odd: 20")
    assert found[1] == "drifting: gave 1.0, was set to it, and then gave 2.0"


def test_limits() -> None:
    class Careless(Good):
        """Accepts anything."""

        free = parameter("VOLT?", "VOLT {}")

    assert problems("limits_stop_bad_values", Careless) == ["free: can be set and has no validator"]

    class Hasty(Good):
        """Speaks to the device before it looks at the value."""

        class Asking(Parameter[float]):
            def validate(self, value: Any) -> None:
                self.instrument.write("TEXT 1")
                super().validate(value)

            def set_raw(self, value: Any) -> None:
                self.instrument.write("TEXT 1")

        eager = parameter(parameter_class=Asking, vals=Numbers(0, 1), step=0.1, docstring="Asks first.")

    assert problems("limits_stop_bad_values", Hasty) == ["refused values sent ['TEXT 1']"]


def test_describing_itself() -> None:
    class Chatty(Good):
        """Asks the device for its snapshot."""

        def snapshot_base(self, update: bool | None = False, params_to_skip_update: list[str] | None = None) -> Any:
            self.ask("VOLT?")
            return super().snapshot_base(update, params_to_skip_update)

    assert problems("describes_itself", Chatty) == ["snapshot() sent ['VOLT?']"]


def test_closing() -> None:
    class Clinging(Good):
        """Keeps its name until it is told twice."""

        def close(self) -> None:
            self._told = getattr(self, "_told", 0) + 1
            if self._told > 1:
                super().close()

    assert problems("closing_lets_go", Clinging) == ["closing leaves the name taken"]


def test_trouble() -> None:
    class Hiding(Good):
        """Turns every failure into a number."""

        voltage = Parameter  # type: ignore[assignment]

        def __init__(self, name: str, address: str, **kwargs: Any) -> None:
            super().__init__(name, address, **kwargs)
            self.add_parameter("reading", get_cmd=self.guess, unit="V")

        def guess(self) -> float:
            try:
                return float(self.ask("VOLT?"))
            except (OSError, ValueError):
                return 0.0

    found = problems("recovers_from_trouble", Hiding)
    assert "reading, the answer never arrives: gave 0.0" in found
    assert "reading, after the connection was lost it gave 0.0" in found or any("hangs up" in text for text in found)


def test_a_check_that_raises_is_a_problem() -> None:
    class Broken(Good):
        """Cannot be made."""

        def __init__(self, name: str, address: str, **kwargs: Any) -> None:
            super().__init__(name, address, **kwargs)
            raise ValueError("not this model")

    found = check_driver(Broken, simulate)
    assert "Broken: raised ValueError: not this model (identity_is_known)" in map(str, found)


def test_drivers_are_found_and_so_are_their_simulators() -> None:
    drivers = {driver.__name__ for driver in find_drivers("measurand.instrument_drivers.Measurand")}
    assert drivers == {"MeasurandDM7", "MeasurandLA2", "MeasurandTC1", "MeasurandVS4"}
    with pytest.raises(ConfigurationError, match="Good: no simulator found. Write a module .*test_check_sim"):
        simulation_of(Good)

    class Manual(Instrument):
        """No connection."""

    assert simulation_of(Manual) is Unconnected
    with pytest.raises(ConfigurationError, match="no_such_module: cannot be imported"):
        list(find_drivers("no_such_module"))


def test_a_new_driver_passes_its_own_tests(tmp_path: Path, pytester_like: Callable[[Path], tuple[int, str]]) -> None:
    """What the template writes works untouched: its tests, and the conformance suite."""
    names = [path.name for path in new_driver("Acme", "V10", tmp_path)]
    assert names == ["Acme_V10.py", "Acme_V10_sim.py", "test_Acme_V10.py", "Acme_V10.md", "README.md"]
    code, output = pytester_like(tmp_path / "Acme")
    assert code == 0, output
    assert "15 passed" in output


@pytest.fixture
def pytester_like() -> Callable[[Path], tuple[int, str]]:
    """Run the tests of a folder in a process of their own, as their author would."""
    import os
    import subprocess

    def run(folder: Path) -> tuple[int, str]:
        source = str(Path(__file__).parents[3] / "src")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:zarr",
                "-c",
                os.devnull,
                "--rootdir",
                str(folder),
                str(folder),
            ],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": source},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_new_driver_overwrites_nothing(tmp_path: Path) -> None:
    new_driver("Acme", "V10", tmp_path)
    with pytest.raises(ConfigurationError, match=r"Acme_V10\.py exists already; nothing was written"):
        new_driver("Acme", "V10", tmp_path)
    assert [path.name for path in new_driver("Acme", "V20", tmp_path)][-1] == "Acme_V20.md"


@pytest.mark.parametrize(
    ("vendor", "model"), [("acme", "V10"), ("A cme", "V10"), ("", "V10"), ("Acme", "V-10"), ("Acme", "")]
)
def test_names_that_cannot_be_used(tmp_path: Path, vendor: str, model: str) -> None:
    with pytest.raises(ConfigurationError, match="refused"):
        new_driver(vendor, model, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["new-driver", "Zeta", "W1", "--folder", str(tmp_path)]) == 0
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert main(["check-driver", str(tmp_path / "Zeta" / "Zeta_W1.py")]) == 0
    assert "ZetaW1: 11 checks, 0 problem(s)" in capsys.readouterr().out
    assert main(["check-driver", "no_such_module"]) == 1
    assert "cannot be imported" in capsys.readouterr().err


def test_channels_of_a_list_are_looked_at_too() -> None:
    class Output(InstrumentChannel):
        """An output."""

        level = parameter("VOLT?", "VOLT {}", unit="furlong", get_parser=float, vals=Numbers(-10, 10), docstring="It.")

        def undocumented(self) -> None: ...

    class Many(Good):
        """A source with outputs."""

        def __init__(self, name: str, address: str, **kwargs: Any) -> None:
            super().__init__(name, address, **kwargs)
            outputs = [Output(self, "out1"), Output(self, "out2")]
            self.add_submodule("outputs", ChannelTuple(self, "outputs", Output, outputs))

    assert problems("units_are_si", Many) == [
        f"the unit 'furlong' of outputs.out{number}.level is neither SI nor one of the exceptions" for number in (1, 2)
    ]
    assert "the method Output.undocumented has no docstring" in problems("everything_is_documented", Many)


def test_the_models_of_a_family_share_a_simulator() -> None:
    """Each gets a device of its own model, or the driver would refuse it."""
    from measurand.instrument_drivers.Keithley.Keithley_2611B import Keithley2611B

    with simulation_of(Keithley2611B)() as simulation:
        device: Any = simulation
        assert device.device.model == "2611B"


class Remembering(VisaInstrument):
    """A device that only listens."""

    gain = parameter(None, "GAIN {}", vals=Numbers(1, 10), docstring="Gain.")


def test_what_is_only_remembered_may_be_unknown() -> None:
    """None that came from nowhere is no value to be set again; None that the device gave is a problem."""
    assert list(CHECKS["golden_rule_holds"](Bench(Remembering, lambda: serve(Device())))) == []


class Refusing(ParameterWithSetpoints):
    def get_raw(self) -> object:
        raise InstrumentError("under_test: the output is off; switch it on.")


@pytest.mark.parametrize(("setpoints", "found"), [(True, 0), (False, 1)])
def test_an_acquisition_may_ask_for_the_output_first(setpoints: bool, found: int) -> None:
    """It would have to switch the output on itself, and nobody wants that from a check; a plain reading has no excuse."""

    class Sweeping(Good):
        """A source that sweeps."""

        def __init__(self, name: str, address: str, **kwargs: Any) -> None:
            super().__init__(name, address, **kwargs)
            if setpoints:
                axis = Parameter(
                    "axis", self, get_cmd=lambda: np.zeros(1), vals=Arrays(shape=(1,)), docstring="Levels."
                )
                Refusing("trace", self, vals=Arrays(shape=(1,)), setpoints=[axis], docstring="Readings.")
            else:
                Parameter("trace", self, get_cmd=self._refuse, docstring="Readings.")

        def _refuse(self) -> float:
            raise InstrumentError("under_test: the output is off; switch it on.")

    assert len(problems("everything_can_be_read", Sweeping)) == found
