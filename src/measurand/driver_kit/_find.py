"""Drivers in a package, and the simulator that belongs to each. Imports what it looks at; connects to nothing."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from measurand.driver_kit._bench import Simulation, Unconnected
from measurand.errors import ConfigurationError
from measurand.instrument import Instrument, VisaInstrument

OURS = "measurand.instrument_drivers"
_SIMULATORS = "measurand.simulation.devices"


def find_drivers(where: str | ModuleType | Path) -> Iterator[type[Instrument]]:
    """Yield the public instrument classes that are defined in a module or in the modules of a package.

    Args:
        where: Dotted name, module, or path of a file.

    Raises:
        ConfigurationError: There is no such module or file, or importing it fails.
    """
    top = where if isinstance(where, ModuleType) else _imported(where)
    for module in _modules(top):
        for name, value in sorted(vars(module).items()):
            is_own = inspect.isclass(value) and value.__module__ == module.__name__ and not name.startswith("_")
            if is_own and issubclass(value, Instrument) and value.__name__ == name and not inspect.isabstract(value):
                yield value


def simulation_of(driver: type[Instrument]) -> Callable[[], Simulation]:
    """Return what makes a simulated device for a driver.

    A driver of Measurand has it in `measurand.simulation.devices`, in a module of the same name; any other beside its
    own module, ``<module>_sim``. There it is the function ``simulate``. The models of a family (a private base class) may
    share one, in a module named after the family, whose ``simulate`` takes the model. A driver without an address needs
    none.

    Raises:
        ConfigurationError: There is no simulator; the message says where it is looked for.
    """
    module = driver.__module__
    stem = module.rpartition(".")[2]
    names = [f"{_SIMULATORS}.{stem}"] if module.startswith(f"{OURS}.") else [f"{module}_sim"]
    for name in names:
        found = _maybe(name, driver)
        if found is not None:
            simulate: Callable[[], Simulation] = found.simulate
            return simulate
    family = _of_family(driver)
    if family is not None:
        return family
    if not issubclass(driver, VisaInstrument) and not _required(driver):
        return Unconnected
    raise ConfigurationError(
        f"{driver.__name__}: no simulator found. Write a module {names[0]} with a function simulate() that returns "
        f"what measurand.simulation.kit.serve returns."
    )


def _of_family(driver: type[Instrument]) -> Callable[[], Simulation] | None:
    """Return what makes a simulated device of this model, if its family has a simulator."""
    model = driver.__module__.rpartition(".")[2].partition("_")[2]
    for base in driver.__mro__[1:]:
        stem = base.__module__.rpartition(".")[2]
        if base.__module__.startswith(f"{OURS}.") and stem.startswith("_"):
            found = _maybe(f"{_SIMULATORS}.{stem.lstrip('_')}", driver)
            if found is not None:
                return partial(found.simulate, model)
    return None


def _required(driver: type[Instrument]) -> list[str]:
    """Return the arguments of the constructor, beside the name, that must be given."""
    kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    arguments = list(inspect.signature(driver.__init__).parameters.values())[2:]
    return [one.name for one in arguments if one.kind in kinds and one.default is one.empty]


def _modules(top: ModuleType) -> Iterator[ModuleType]:
    yield top
    for info in pkgutil.walk_packages(getattr(top, "__path__", []), f"{top.__name__}."):
        if not any(part.startswith("_") for part in info.name.split(".")):
            yield importlib.import_module(info.name)


def _imported(where: str | Path) -> ModuleType:
    path = Path(where)
    try:
        return _from_file(path) if path.suffix == ".py" else importlib.import_module(str(where))
    except Exception as error:  # importing runs code of others
        raise ConfigurationError(
            f"{where}: cannot be imported ({type(error).__name__}: {error}). Give the dotted name of a module, or the "
            f"path of a file."
        ) from error


def _from_file(path: Path) -> ModuleType:
    """Import a file under its own name, as a script in its folder would."""
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(path.stem)


def _maybe(name: str, driver: type[Instrument]) -> Any:
    """Return a module, or None if there is none of this name; what goes wrong inside it is told."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and name.startswith(error.name):
            return None
        raise ConfigurationError(f"{driver.__name__}: its simulator {name} cannot be imported: {error}") from error
