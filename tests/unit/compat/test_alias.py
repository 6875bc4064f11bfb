"""`import qcodes` gives Measurand: where it is put in place, what it finds, what it says of what it does not have."""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

import pytest

import measurand
from measurand.compat import install_as_qcodes, uninstall_as_qcodes
from measurand.errors import ConfigurationError


def test_every_spelling_of_an_import_gives_one_object(alias: None) -> None:
    import qcodes  # type: ignore[import-not-found]  # under the alias
    import qcodes as qc
    import qcodes.parameters
    from qcodes import Parameter, parameters, validators
    from qcodes.parameters import Parameter as Same

    assert qcodes is qc is sys.modules["measurand.compat.qcodes"]
    assert qcodes.parameters is parameters is sys.modules["measurand.compat.qcodes.parameters"]
    assert qc.Parameter is Parameter is Same
    assert validators is qc.validators


def test_modules_are_attributes_without_being_imported(alias: None) -> None:
    qc = importlib.import_module("qcodes")
    assert qc.validators.Numbers is importlib.import_module("qcodes.validators").Numbers


def test_a_star_imports_what_is_there(alias: None) -> None:
    names: dict[str, object] = {}
    exec("from qcodes import *", names)
    assert {"Parameter", "Instrument", "VisaInstrument", "validators"} <= set(names)


def test_the_version_is_that_of_the_interface(alias: None) -> None:
    qc = importlib.import_module("qcodes")
    assert qc.__version__ == "0.58.0"


def test_a_module_keeps_its_own_identity(alias: None) -> None:
    parameters = importlib.import_module("qcodes.parameters")
    assert parameters.__name__ == parameters.__spec__.name == "measurand.compat.qcodes.parameters"


@pytest.mark.parametrize(
    ("code", "kind", "what"),
    [
        ("import qcodes.nowhere", ModuleNotFoundError, "qcodes.nowhere"),
        ("import qcodes.parameters.nowhere", ModuleNotFoundError, "qcodes.parameters.nowhere"),
        ("from qcodes.nowhere import thing", ModuleNotFoundError, "qcodes.nowhere"),
        ("from qcodes import nothing", ImportError, "qcodes.nothing"),
        ("from qcodes.validators import nothing", ImportError, "qcodes.validators.nothing"),
        ("import qcodes; qcodes.nothing", AttributeError, "'nothing'"),
        ("import qcodes.validators as v; v.nothing", AttributeError, "'nothing'"),
        ("import qcodes.instrument_drivers.Nobody", ModuleNotFoundError, "qcodes.instrument_drivers"),
    ],
)
def test_what_the_alias_does_not_have_is_said(alias: None, code: str, kind: type[Exception], what: str) -> None:
    with pytest.raises(kind) as caught:
        exec(code, {})
    message = str(caught.value)
    assert what in message
    assert "Measurand's alias" in message
    assert "to run this with the real QCoDeS, leave out measurand.install_as_qcodes()" in message


def test_python_itself_may_ask_for_what_is_not_there(alias: None) -> None:
    qc = importlib.import_module("qcodes")
    assert not hasattr(qc, "__wrapped__")
    assert not hasattr(qc, "_repr_html_")


def test_it_can_be_put_in_place_twice_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sys.meta_path[:]
    install_as_qcodes()
    install_as_qcodes()
    assert len(sys.meta_path) == len(before) + 1
    importlib.import_module("qcodes")
    uninstall_as_qcodes()
    uninstall_as_qcodes()
    assert sys.meta_path == before
    assert not [name for name in sys.modules if name.split(".")[0] == "qcodes"]


def test_it_is_on_the_face() -> None:
    assert measurand.install_as_qcodes is install_as_qcodes


def test_a_real_qcodes_that_was_imported_is_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    real = types.ModuleType("qcodes")
    real.__file__ = "site-packages/qcodes/__init__.py"
    monkeypatch.setitem(sys.modules, "qcodes", real)
    with pytest.raises(ConfigurationError, match="imported already, from site-packages.*after restarting the kernel"):
        install_as_qcodes()
    assert sys.modules["qcodes"] is real


def test_a_folder_of_drivers_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"there is no such folder\. Give one that holds qcodes"):
        install_as_qcodes(drivers=tmp_path / "nowhere")
    assert "qcodes" not in sys.modules
