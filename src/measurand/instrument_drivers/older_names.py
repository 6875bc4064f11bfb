"""Spellings of modules and classes that older guides use, each with the one of today. Knows no driver before it is asked for.

Python asks `OlderModules` last, after everything that lies on the disk, so no other import becomes slower, and a folder
``weinschel`` beside ``Weinschel``, which Windows cannot have, is not needed. What it finds warns, and is the same module
and the same class under both spellings.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_HERE = "measurand.instrument_drivers"


@dataclass(frozen=True)
class Today:
    """Where an older module is today.

    Attributes:
        module: Its path below `measurand.instrument_drivers`.
        classes: Its classes, older spelling to that of today; others have the same name in both.
    """

    module: str
    classes: Mapping[str, str] = field(default_factory=dict)


OLDER: Mapping[str, Today] = {
    "AlazarTech.ATS9360": Today("AlazarTech.AlazarTech_ATS9360", {"AlazarTech_ATS9360": "AlazarTechATS9360"}),
    "AlazarTech.ATS9870": Today("AlazarTech.AlazarTech_ATS9870", {"AlazarTech_ATS9870": "AlazarTechATS9870"}),
    "ithaco.Ithaco_1211": Today("Ithaco.Ithaco_1211", {"Ithaco_1211": "Ithaco1211"}),
    "stanford_research.SR560": Today("Stanford.Stanford_SR560", {"SR560": "StanfordSR560"}),
    "tektronix.Keithley_2600": Today(
        "Keithley.Keithley_2600",
        {"Keithley_2600": "Keithley2600", "Keithley_2600_Channels": "Keithley2600"},
    ),
    "weinschel.Weinschel_8320": Today("Weinschel.Weinschel_8320", {"Weinschel_8320": "Weinschel8320"}),
}
"""Older module to that of today, below `measurand.instrument_drivers`."""


def older_names(module: str) -> Callable[[str], Any]:
    """Return a ``__getattr__`` for a driver's module that knows the older spellings of its classes.

    Args:
        module: Its name, ``__name__``.

    Example:
        >>> from measurand.instrument_drivers.Ithaco import Ithaco_1211
        >>> older_names(Ithaco_1211.__name__)("Ithaco1212")
        Traceback (most recent call last):
        AttributeError: module 'measurand.instrument_drivers.Ithaco.Ithaco_1211' has no attribute 'Ithaco1212'
    """
    mine = [today for today in OLDER.values() if f"{_HERE}.{today.module}" == module]
    classes = {older: name for today in mine for older, name in today.classes.items()}

    def find(name: str) -> Any:
        if name not in classes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        _warn(f"{module}.{name} is called {classes[name]} now.")
        return getattr(sys.modules[module], classes[name])

    return find


def find_older_modules() -> None:
    """Have Python find the modules of `OLDER` and their folders; once is enough, twice does no harm."""
    if not any(isinstance(finder, OlderModules) for finder in sys.meta_path):
        sys.meta_path.append(OlderModules())


class OlderModules(MetaPathFinder, Loader):
    """Finds the modules of `OLDER`, and nothing else."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for an older module, or for a folder of such; None for anything else."""
        del path, target
        name = fullname.removeprefix(f"{_HERE}.")
        is_folder = any(older.startswith(f"{name}.") for older in OLDER)
        if name == fullname or not (is_folder or name in OLDER):
            return None
        return ModuleSpec(fullname, self, is_package=is_folder)

    def create_module(self, spec: ModuleSpec) -> None:
        """Return None: Python makes an empty module."""
        del spec

    def exec_module(self, module: ModuleType) -> None:
        """Warn, and let the module give what that of today gives."""
        today = OLDER.get(module.__name__.removeprefix(f"{_HERE}."))
        if today is None:
            return
        name = f"{_HERE}.{today.module}"
        _warn(f"{module.__name__} is {name} now.")
        real = importlib.import_module(name)
        module.__doc__ = real.__doc__
        vars(module)["__getattr__"] = lambda attribute: getattr(real, today.classes.get(attribute, attribute))
        vars(module)["__dir__"] = lambda: dir(real)


def _warn(what: str) -> None:
    warnings.warn(f"{what} The older spelling goes with version 1.", DeprecationWarning, stacklevel=3)
