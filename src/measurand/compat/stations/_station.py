"""`Station` with what QCoDeS documents of it: default files, forced reconnection, monitor, warnings instead of refusals.

What is understood is Measurand's: limits of a file come beside those of the driver, and an instrument about which the
file says something that cannot be understood is not loaded.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from itertools import count
from typing import Any, ClassVar

from measurand.compat.monitor import Monitor
from measurand.compat.stations._config import (
    StationConfig,
    ValidationWarning,
    found,
    get_config_default_file,
    get_config_enable_forced_reconnect,
    get_config_use_monitor,
)
from measurand.errors import StationFileError
from measurand.instrument import Instrument, InstrumentBase, InstrumentModule
from measurand.parameters import Parameter
from measurand.station import Problem
from measurand.station import Station as _Station

_log = logging.getLogger(__name__)
_LOADER = "load_"
_RECONNECT = "enable_forced_reconnect"


class Station(_Station):
    """The instruments of a laboratory, and the file that describes them.

    Files are looked for in the folder of the setting ``station.default_folder``, too; without a name, the file of the
    setting ``station.default_file`` is read. What in a file means nothing is a `ValidationWarning`; an instrument of
    which the file says something that cannot be understood, or whose driver is not installed, is the same, and is
    refused when it is loaded.

    Args:
        *components: Instruments, parameters, anything.
        config_file: One or several station files (YAML); default that of the settings, if they name one.
        use_monitor: Whether a monitor shows the parameters that files mark with ``monitor: true``, from when their
            instrument is loaded; default the setting ``station.use_monitor``.
        default: Whether this is `Station.default` from now on.
        update_snapshot: Whether values of ``components`` that are not known yet are read now.
        metadata: For snapshots.

    Raises:
        FileNotFoundError: There is no such file.
        StationFileError: A file cannot be read, or two files contradict each other.
    """

    delegate_attr_dicts: ClassVar[list[str]] = ["components"]

    def __init__(
        self,
        *components: Any,
        config_file: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
        use_monitor: bool | None = None,
        default: bool = True,
        update_snapshot: bool = True,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.metadata: dict[str, Any] = dict(metadata or {})
        self.use_monitor = get_config_use_monitor() if use_monitor is None else use_monitor
        self._monitor: Monitor | None = None
        self._refused: dict[str, list[Problem]] = {}
        super().__init__(*components, default=default, update_snapshot=update_snapshot)
        if config_file is None or isinstance(config_file, (str, os.PathLike)):
            self.load_config_file(config_file)
        else:
            self.load_config_files(*config_file)

    @property
    def config(self) -> StationConfig | None:  # type: ignore[override]  # documented so: None before a file is read
        """What the files say together; None before one is read."""
        return StationConfig(super().config) if self._documents else None

    def load_config_file(  # type: ignore[override]  # documented so: one file, or that of the settings
        self, filename: str | os.PathLike[str] | None = None
    ) -> None:
        """Read a station file; instruments that are loaded stay as they are.

        Args:
            filename: Its name; default the setting ``station.default_file``, and nothing if there is none.
        """
        file = filename or get_config_default_file()
        if file is not None:
            super().load_config_files(found(file))

    def load_config_files(self, *filenames: str | os.PathLike[str]) -> None:
        """Read several station files together; instruments that are loaded stay as they are.

        Args:
            *filenames: Their names; none: as `load_config_file`.
        """
        if filenames:
            super().load_config_files(*map(found, filenames))
        else:
            self.load_config_file()

    def load_instrument(  # type: ignore[override]  # documented so: the first argument is called identifier
        self, identifier: str, revive_instance: bool = False, update_snapshot: bool = True, **kwargs: Any
    ) -> Any:
        """Make an instrument as the files describe it and add it to the station.

        Args:
            identifier: Its name in the file.
            revive_instance: Take an instrument of this name that exists already, as it is.
            update_snapshot: Not used; what is not known yet is read when it is added.
            **kwargs: Arguments of its constructor in place of those in the file.

        Returns:
            The instrument.

        Raises:
            StationFileError: The file says something about it that cannot be understood, or names no driver that is
                installed.
            UnknownName: No file describes it.
            DuplicateName: An instrument of this name exists, and the file does not say ``enable_forced_reconnect``.
        """
        del update_snapshot
        if identifier in self._refused:
            raise StationFileError(*map(str, self._refused[identifier]))
        instrument = super().load_instrument(identifier, revive_instance, **kwargs)
        self._show()
        return instrument

    def load_all_instruments(
        self, only_names: Iterable[str] | None = None, only_types: Iterable[str] | None = None
    ) -> tuple[str, ...]:
        """Make the instruments that the files describe; those that are loaded already stay as they are.

        Args:
            only_names: Only these; default all.
            only_types: Only those of these classes; default all.

        Returns:
            The names of the instruments that were loaded now.

        Raises:
            ValueError: Both are given.
            StationFileError: The driver of one is not installed, after all others were loaded.
        """
        if only_names is not None and only_types is not None:
            raise ValueError("load_all_instruments: only_names and only_types are given. Give only one of them.")
        everything = only_names is None and only_types is None
        lost = [name for name in self._refused if everything and name not in self._configuration.instruments]
        if not lost:
            return super().load_all_instruments(only_names, only_types)
        reasons = StationFileError(*(str(problem) for name in lost for problem in self._refused[name]))
        try:
            super().load_all_instruments()
        except Exception as error:  # whatever kept another one from being loaded, it is shown with it
            raise reasons from error
        raise reasons

    def add_component(self, component: Any, name: str | None = None, update_snapshot: bool = True) -> str:
        """Make anything a part of the station; without a name it is called ``component0``, ``component1``, ….

        Args:
            component: It.
            name: Its name in the station; default its own.
            update_snapshot: Whether its values that are not known yet are read now.

        Returns:
            The name.
        """
        if not (name or getattr(component, "full_name", None) or getattr(component, "name", None)):
            name = next(free for free in map("component{}".format, count()) if free not in self.components)
        return super().add_component(component, name, update_snapshot)

    def close_and_remove_instrument(self, instrument: Any) -> None:
        """Close an instrument, and take it out of the station and of its monitor.

        Args:
            instrument: Its name, or itself.

        Raises:
            UnknownName: There is no such instrument.
        """
        name = instrument if isinstance(instrument, str) else getattr(instrument, "name", "")
        if name not in self.components and name in Instrument.registry:
            Instrument.registry.find(name).close()  # one that the station does not know
            return
        super().close_and_remove_instrument(instrument)
        self._show()

    def load_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Add to what snapshots keep of the station itself."""
        self.metadata.update(metadata)

    def snapshot_base(
        self, update: bool | None = True, params_to_skip_update: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Return the state of everything as JSON-ready data.

        Args:
            update: True reads every parameter, None those whose value is not valid any more, False none.
            params_to_skip_update: Not used.
        """
        state = super().snapshot_base(update, params_to_skip_update)
        return {**state, "metadata": self.metadata} if self.metadata else state

    def _driver(self, kind: str) -> type[Any]:
        """Return the class at a path as it can be imported here, before one that Measurand has under its name."""
        module, _, name = kind.rpartition(".")
        try:
            cls = getattr(import_module(module), name)
        except (ImportError, AttributeError, ValueError):
            return super()._driver(kind)
        is_driver = isinstance(cls, type) and issubclass(cls, InstrumentBase) and not issubclass(cls, InstrumentModule)
        return cls if is_driver else super()._driver(kind)

    def _weigh(self, problems: Sequence[Problem]) -> None:
        """Refuse what is wrong as a whole, warn of the rest, and remember which instruments cannot be made."""
        whole = [problem for problem in problems if not problem.unknown and not _instrument_of(problem)]
        super()._weigh(whole)
        self._refused = {}
        for problem in problems:
            file, line, _ = problem.mark
            warnings.warn_explicit(ValidationWarning(str(problem)), ValidationWarning, file, line, module="__main__")
            if not problem.unknown:
                self._refused.setdefault(_instrument_of(problem), []).append(problem)

    def _entry(self, name: str) -> Any:
        if name in self._refused:  # load_instrument tells why
            raise StationFileError(*map(str, self._refused[name]))
        entry = super()._entry(name)
        said: Mapping[str, Any] = super().config["instruments"][name]
        return entry if _RECONNECT in said else replace(entry, reconnect=get_config_enable_forced_reconnect())

    def __getattr__(self, name: str) -> Any:
        refused: Mapping[str, Any] = vars(self).get("_refused", {})
        if name.startswith(_LOADER) and name.removeprefix(_LOADER) in refused:
            return partial(self.load_instrument, name.removeprefix(_LOADER))
        return super().__getattr__(name)

    def _show(self) -> None:
        """Have the monitor show what is loaded."""
        if not self.use_monitor:
            return
        if self._monitor is not None:
            self._monitor.stop()
            self._monitor = None
        parameters = [parameter for parameter in self.monitored() if isinstance(parameter, Parameter)]
        if parameters:
            try:
                self._monitor = Monitor(*parameters)
            except ImportError as error:
                _log.warning("%s. The instruments are loaded; there is no monitor.", error)


def _instrument_of(problem: Problem) -> str:
    """Return the name of the instrument that a problem is about; empty if it is about the file as a whole."""
    first, name = (*problem.at, "", "")[:2]
    return str(name) if first == "instruments" else ""
