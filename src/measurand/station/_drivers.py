"""From the words of a file to the class of an instrument: by its path, or by the name of a class that is known.

Drivers stand on a floor above; they are imported by the names that files give, as a user would.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import logging
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from measurand._core.names import listing, nearest
from measurand.instrument import InstrumentBase, InstrumentModule

_log = logging.getLogger(__name__)
_PACKAGE = "measurand.instrument_drivers"
_OLD, _NEW = "qcodes.", "measurand."
_NAMESAKES = "measurand.compat."  # classes that code for QCoDeS uses, with the names of ours; files name them by path
LOOKUPS = ("station", "station_or_lookup", "lookup")  # what a driver calls the argument through which it finds others


class UnknownDriver(Exception):
    """The file names no class of an instrument; the message says what there is."""


def driver_named(kind: str) -> type[Any]:
    """Return the class that a file calls ``kind``.

    Args:
        kind: A path such as ``package.module.Class``, or the name of a class: of a driver of Measurand, or of one that
            this process has defined or imported. Paths that begin with ``qcodes.`` are looked up in Measurand first.

    Raises:
        UnknownDriver: There is none, or it cannot be imported.
    """
    if "." not in kind:
        return _by_name(kind)
    if not kind.startswith(_OLD):
        return _by_path(kind)
    try:
        return _by_path(_NEW + kind.removeprefix(_OLD))
    except UnknownDriver:
        name = kind.rpartition(".")[2]
        if name in drivers():
            return _by_name(name)
    return _by_path(kind)


def in_present_words(value: Any) -> Any:
    """Return nested data in which drivers are named by their path in Measurand instead of one that QCoDeS has.

    A driver that makes other drivers by their names, such as a group of devices, need not know the old ones.
    """
    if isinstance(value, Mapping):
        return {key: in_present_words(item) for key, item in value.items()}
    if isinstance(value, list):
        return [in_present_words(item) for item in value]
    if isinstance(value, str) and value.startswith(_OLD):
        with suppress(UnknownDriver):
            return _path(driver_named(value))
    return value


def drivers() -> dict[str, list[type[Any]]]:
    """Return the classes of instruments that are known, by name: Measurand's drivers and those this process has defined."""
    for module in _driver_modules():
        _imported(module)
    newest = {_path(cls): cls for cls in _below(InstrumentBase)}  # a cell that defines a class is run again and again
    found: dict[str, list[type[Any]]] = {}
    for cls in newest.values():
        if is_driver(cls) and not cls.__name__.startswith("_") and not cls.__module__.startswith(_NAMESAKES):
            found.setdefault(cls.__name__, []).append(cls)
    return found


def shipped() -> list[str]:
    """Return the drivers of Measurand as files may name them, sorted: ``Class`` and ``package.module.Class``."""
    classes = [cls for known in drivers().values() for cls in known if cls.__module__.startswith(f"{_PACKAGE}.")]
    return sorted({cls.__name__ for cls in classes} | {_path(cls) for cls in classes})


def is_driver(cls: object) -> bool:
    """Return whether a class can stand in a file: an instrument, and no part of one."""
    return isinstance(cls, type) and issubclass(cls, InstrumentBase) and not issubclass(cls, InstrumentModule)


def unknown_arguments(cls: type[Any], given: Mapping[str, Any]) -> dict[str, str]:
    """Return the arguments that the constructor certainly does not take, each with what it takes.

    A constructor that passes ``**kwargs`` on is not judged: what they reach is seen when it runs.
    """
    parameters = inspect.signature(cls.__init__).parameters
    if any(it.kind is it.VAR_KEYWORD for it in parameters.values()):
        return {}
    known = [name for name, it in list(parameters.items())[1:] if it.kind is not it.VAR_POSITIONAL and name != "name"]
    advice = {}
    for name in given:
        if name not in known:
            meant = nearest(str(name), known)
            takes = f"did you mean {meant!r}?" if meant else f"it takes {listing(known)}."
            advice[name] = f"{cls.__name__} takes no argument {name!r}; {takes}"
    return advice


def lookup_argument(cls: type[Any]) -> str | None:
    """Return what the constructor calls the station through which it finds other components; None if it wants none."""
    parameters = inspect.signature(cls.__init__).parameters
    return next((name for name in LOOKUPS if name in parameters), None)


def _path(cls: type[Any]) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _by_name(name: str) -> type[Any]:
    known = drivers()
    classes = known.get(name, [])
    if len(classes) == 1:
        return classes[0]
    if classes:
        paths = sorted(map(_path, classes))
        raise UnknownDriver(f"{name!r} is the name of several classes; write which: {listing(paths)}.")
    meant = nearest(name, known)
    advice = f"did you mean {meant!r}?" if meant else f"known are {', '.join(sorted(known))}."
    raise UnknownDriver(f"there is no class {name!r} of instruments; {advice} Others need their module in front.")


def _by_path(path: str) -> type[Any]:
    module_name, _, class_name = path.rpartition(".")
    module = _imported(module_name)
    if isinstance(module, Exception):
        raise UnknownDriver(_why_not(module_name, module))
    found = getattr(module, class_name, None)
    if is_driver(found):
        cls: type[Any] = found  # type: ignore[assignment]  # is_driver has looked
        return cls
    there = [name for name, value in vars(module).items() if is_driver(value) and not name.startswith("_")]
    if found is not None:
        raise UnknownDriver(
            f"{path} is {found!r}, no class of instruments; {module_name} has {listing(sorted(there))}."
        )
    meant = nearest(class_name, there)
    advice = f"did you mean {meant!r}?" if meant else f"it has {listing(sorted(there))}."
    raise UnknownDriver(f"the module {module_name} has no class {class_name!r}; {advice}")


def _why_not(name: str, error: Exception) -> str:
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if missing is None or not f"{name}.".startswith(f"{missing}."):
        return f"the module {name} cannot be imported ({type(error).__name__}: {error})."
    parent = missing.rpartition(".")[0]
    there = _submodules(parent) if parent else []
    meant = nearest(missing.rpartition(".")[2], there)
    advice = f"did you mean {parent}.{meant}?" if meant else f"{parent} has {listing(there)}." if there else ""
    return f"there is no module {missing}; {advice or 'is it installed here, and is its folder on the path?'}"


def _submodules(package: str) -> list[str]:
    module = _imported(package)
    return sorted(info.name for info in pkgutil.iter_modules(getattr(module, "__path__", ())))


@functools.cache  # what is installed does not change while this process runs
def _driver_modules() -> list[str]:
    package = importlib.import_module(_PACKAGE)
    found = pkgutil.walk_packages(package.__path__, f"{_PACKAGE}.", onerror=lambda _: None)
    return [info.name for info in found if "._" not in info.name]


def _imported(name: str) -> Any:
    """Return a module, or what went wrong when it was imported."""
    try:
        return importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - drivers are other people's code; whatever it is will be told
        _log.debug("%s cannot be imported: %s", name, error)
        return error


def _below(cls: type[Any]) -> Iterator[type[Any]]:
    for sub in type.__subclasses__(cls):
        yield sub
        yield from _below(sub)
