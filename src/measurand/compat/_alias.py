"""``import qcodes`` gives Measurand's modules: a finder in front of all others, put in place and taken back.

Knows where the modules of the alias are, and where the drivers of others are looked for; imports nothing of the real
QCoDeS itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from measurand.compat._names import ROOT, advice, exists, unknown_in
from measurand.errors import ConfigurationError

# What of the real package is run on our core: drivers, and files for pyvisa-sim. Nothing else of it is ever imported.
_OF_OTHERS = ("qcodes.instrument_drivers", "qcodes.instrument.sims")
_CONTRIB = "qcodes_contrib_drivers"


class Alias(MetaPathFinder):
    """Find ``qcodes`` and everything below it.

    Attributes:
        folders: Where packages with drivers are looked for before the places where Python looks.
    """

    def __init__(self) -> None:
        self.folders: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where the module is; None if its name is none of ours.

        Raises:
            ModuleNotFoundError: The alias has no such module; the message says what to do.
        """
        if fullname == _CONTRIB and self.folders:
            return PathFinder.find_spec(fullname, self.folders, target)
        asked = fullname
        if asked.startswith(f"{ROOT}."):  # Python completes `from qcodes import name` by the module's own name
            asked = "qcodes" + asked.removeprefix(ROOT)
        if asked.partition(".")[0] != "qcodes":
            return None
        ours = ROOT + asked.removeprefix("qcodes")
        if not asked.startswith(_OF_OTHERS) and exists(ours):
            return None if asked != fullname else ModuleSpec(fullname, _Known(ours))
        if asked != fullname and asked.startswith(_OF_OTHERS):
            return ModuleSpec(fullname, _Known(asked))
        of_others = self._of_others(asked, path, target) or _instead(asked)
        if of_others is None:
            # Not named by its attribute `name`: an import of a name that is not there would pass over it in silence.
            raise ModuleNotFoundError(advice(f"There is no {asked!r}"))
        return of_others

    def _of_others(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        for top in _OF_OTHERS:
            if fullname == top:
                return self._outside(top, target)
            if fullname.startswith(f"{top}."):
                folders = list(self.places(top)) if fullname.count(".") == top.count(".") + 1 else path
                return PathFinder.find_spec(fullname, folders, target)
        return None

    def _outside(self, top: str, target: ModuleType | None) -> ModuleSpec | None:
        folders = [str(Path(place).parent) for place in self.places(top)]
        return PathFinder.find_spec(top, folders, target)

    def places(self, package: str) -> Iterator[str]:
        """Yield the folders that hold ``package``, e.g. ``"qcodes.instrument_drivers"``, of the real QCoDeS."""
        inner = package.split(".")[1:]
        for top in self._tops():
            folder = Path(top, *inner)
            if folder.is_dir():
                yield str(folder)
        if package == _OF_OTHERS[0]:
            yield from self.folders

    def _tops(self) -> Iterator[str]:
        """Yield the folders of real packages named ``qcodes``, without importing them."""
        for folder in self.folders:
            yield str(Path(folder, "qcodes"))
        for finder in sys.meta_path:
            look = getattr(finder, "find_spec", None)
            if look is None or finder is self:
                continue
            spec = look("qcodes", None)
            if spec is not None:
                yield from spec.submodule_search_locations or ()


def _instead(asked: str) -> ModuleSpec | None:
    """Return what Measurand has in place of drivers of the real package that is not there: its mock instruments."""
    ours = "measurand.compat" + asked.removeprefix("qcodes")
    return ModuleSpec(asked, _Known(ours)) if asked.startswith(_OF_OTHERS[0]) and exists(ours) else None


class _Known(Loader):
    """Give the module that is known by another name: one object under both."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        del spec  # names the alias
        module = import_module(self._name)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # the import system has put that of the alias there
        content: dict[str, Any] = vars(module)
        content.setdefault("__getattr__", unknown_in(module))
        content.setdefault("__path__", [])  # so that importing a name that is not there comes to our finder


_finder = Alias()


def install_as_qcodes(drivers: str | os.PathLike[str] | None = None) -> None:
    """Have ``import qcodes`` mean Measurand in this process, for scripts and drivers written for QCoDeS.

    Call it before anything imports ``qcodes``; calling it again does no harm. Drivers that an installed ``qcodes`` or
    ``qcodes_contrib_drivers`` brings are found and run on Measurand; nothing else of the real QCoDeS is imported.

    Args:
        drivers: A folder with drivers that is not on Python's path: one that holds ``qcodes`` or
            ``qcodes_contrib_drivers`` (an environment's ``site-packages``, a checkout's ``src``), or one that holds
            folders of vendors, which then are in ``qcodes.instrument_drivers``. Default: only what Python finds.

    Raises:
        ConfigurationError: The real QCoDeS is imported already, or there is no such folder.

    Example:
        >>> install_as_qcodes()
        >>> import qcodes as qc
        >>> qc.Parameter("gate", unit="V", set_cmd=None).unit
        'V'
        >>> uninstall_as_qcodes()
    """
    real = sys.modules.get("qcodes")
    if real is not None and real.__name__ != ROOT:
        where = getattr(real, "__file__", None) or "elsewhere"
        raise ConfigurationError(
            f"qcodes cannot become Measurand: the real QCoDeS is imported already, from {where}. Call "
            f"measurand.install_as_qcodes() before anything imports qcodes, in a notebook after restarting the kernel."
        )
    if drivers is not None:
        folder = Path(drivers).resolve()
        if not folder.is_dir():
            raise ConfigurationError(
                f"drivers={os.fspath(drivers)!r}: there is no such folder. Give one that holds qcodes, "
                f"qcodes_contrib_drivers, or folders of vendors."
            )
        if str(folder) not in _finder.folders:
            _finder.folders.append(str(folder))
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def uninstall_as_qcodes() -> None:
    """Take `install_as_qcodes` back: ``import qcodes`` finds the real QCoDeS again. What was imported stays in use."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    _finder.folders.clear()
    for name in [name for name in sys.modules if name.partition(".")[0] in ("qcodes", _CONTRIB)]:
        del sys.modules[name]
