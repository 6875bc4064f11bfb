"""Modules and classes are found under the spellings of older guides, with a warning (G07)."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import Any

import pytest

import measurand.instrument_drivers
from measurand.instrument_drivers.older_names import OLDER, OlderModules, find_older_modules

HERE = "measurand.instrument_drivers"


def imported(name: str) -> Any:
    """Import a module as if for the first time."""
    sys.modules.pop(name, None)
    return importlib.import_module(name)


@pytest.mark.parametrize("older", OLDER)
def test_an_older_module_gives_what_that_of_today_gives(older: str) -> None:
    """G07: both spellings of modules import, the older one warns and names the other."""
    today = OLDER[older]
    with pytest.warns(DeprecationWarning, match=f"{HERE}.{today.module} now") as warned:
        module = imported(f"{HERE}.{older}")
    assert len(warned) == 1
    real = importlib.import_module(f"{HERE}.{today.module}")
    assert module.__doc__ == real.__doc__
    assert dir(module) == dir(real)
    for older_class, name in today.classes.items():
        assert getattr(module, older_class) is getattr(module, name) is getattr(real, name)


@pytest.mark.parametrize("older", OLDER)
def test_an_older_class_is_found_in_the_module_of_today(older: str) -> None:
    """G07: both spellings of classes import, the older one warns where it is imported and names the other."""
    today = OLDER[older]
    module = importlib.import_module(f"{HERE}.{today.module}")
    for older_class, name in today.classes.items():
        with pytest.warns(DeprecationWarning, match=f"is called {name} now") as warned:
            assert getattr(module, older_class) is getattr(module, name)
        assert warned[0].filename == __file__


def test_the_warning_points_at_the_import() -> None:
    """G07: whoever reads it knows which line to change."""
    sys.modules.pop(f"{HERE}.weinschel.Weinschel_8320", None)
    line = f"from {HERE}.weinschel.Weinschel_8320 import Weinschel_8320"
    with pytest.warns(DeprecationWarning, match=r"Weinschel.Weinschel_8320 now") as warned:
        exec(compile(line, "lab.py", "exec"))
    assert [warning.filename for warning in warned] == ["lab.py"]


@pytest.mark.parametrize(
    "name", ["weinschel.Weinschel_8321", "weinschels", "Weinschel.weinschel_8320", "weinschel.x.y"]
)
def test_nothing_else_is_found(name: str) -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named"):
        importlib.import_module(f"{HERE}.{name}")
    with pytest.raises(ImportError, match="cannot import name"):
        exec("from measurand.instrument_drivers.Weinschel.Weinschel_8320 import Weinschel", {})


def test_older_folders_lie_on_no_disk() -> None:
    """Windows cannot have ``weinschel`` beside ``Weinschel``; and a package that is walked shows each driver once."""
    folders = [info.name for info in pkgutil.iter_modules(measurand.instrument_drivers.__path__)]
    assert len({name.lower() for name in folders}) == len(folders)


def test_python_is_told_once() -> None:
    find_older_modules()
    assert sum(isinstance(finder, OlderModules) for finder in sys.meta_path) == 1
