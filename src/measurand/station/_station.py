"""A laboratory from a file: puts together what reads the file, makes instruments, keeps them, and restores settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TextIO

from measurand._core.json import to_plain
from measurand.errors import ConfigurationError, DuplicateName, UnknownName
from measurand.instrument import Instrument, InstrumentBase
from measurand.parameters import ParameterBase
from measurand.station._bench import Bench
from measurand.station._components import is_closed
from measurand.station._document import Document, read_file, read_text
from measurand.station._drivers import driver_named
from measurand.station._entries import Configuration, InstrumentEntry
from measurand.station._loading import in_order_of_need, load, unknown_instrument
from measurand.station._problems import Problem
from measurand.station._reader import read_documents, refuse
from measurand.station._restore import Preview, preview
from measurand.station._safety import to_safe_state
from measurand.station._save import save
from measurand.station._schema import station_schema, update_schema
from measurand.station._settings import known_settings, settings_of

FileName = str | os.PathLike[str]
_LOADER = "load_"


class Station(Bench):
    """The instruments of a laboratory, and the file that describes them.

    ``station.dac`` and ``station["dac"]`` are components; ``station.load_dac()`` loads an instrument that the file
    describes. Reading a file touches no instrument; loading does.

    Args:
        *components: Instruments and parameters that exist already.
        config_file: One or several station files (YAML); they are read together. Default none.
        use_monitor: Accepted as None or False; a station starts no monitor, see `monitored`.
        default: Whether this is `Station.default` from now on.
        update_snapshot: Whether values of ``components`` that are not known yet are read now.

    Raises:
        StationFileError: Something in the files is wrong; everything that is is listed with file, line and column.

    Example:
        >>> from measurand.station import Station
        >>> preamp = Instrument("preamp")
        >>> _ = preamp.add_parameter("gain", unit="V/A", set_cmd=None, initial_value=1e8)
        >>> station = Station(preamp)
        >>> station.preamp.gain()
        100000000.0
        >>> station.get_component("preamp.gain") is preamp.gain
        True
    """

    default: ClassVar[Station | None] = None
    schema = staticmethod(station_schema)
    update_schema = staticmethod(update_schema)

    def __init__(
        self,
        *components: Any,
        config_file: FileName | Sequence[FileName] | None = None,
        use_monitor: bool | None = None,
        default: bool = True,
        update_snapshot: bool = True,
    ) -> None:
        if use_monitor:
            raise ConfigurationError("use_monitor=True refused, a station starts no monitor. Leave it out.")
        super().__init__(*components, update_snapshot=update_snapshot)
        self._documents: tuple[Document, ...] = ()
        self._files: tuple[Path, ...] = ()
        self._configuration = Configuration()
        if config_file is not None:
            files = [config_file] if isinstance(config_file, (str, os.PathLike)) else config_file
            self.load_config_files(*files)
        if default:
            Station.default = self

    @property
    def config(self) -> Mapping[str, Any]:
        """What the files say together, in present spellings; empty without a file."""
        return self._configuration.data

    def load_config(self, config: str | TextIO) -> None:
        """Read a station file from text; instruments that are loaded stay as they are.

        Args:
            config: The text, or an open file.

        Raises:
            StationFileError: Something in it is wrong; everything that is is listed.
        """
        text, name = (
            (config, "<text>") if isinstance(config, str) else (config.read(), getattr(config, "name", "<text>"))
        )
        self._read([read_text(text, str(name))], ())

    def load_config_files(self, *paths: FileName) -> None:
        """Read one or several files together; instruments that are loaded stay as they are.

        Tables are joined in the order of the files. What two files say differently is a problem.

        Raises:
            StationFileError: Something in them is wrong; everything that is is listed, and the station keeps what it
                had read before.
        """
        files = [Path(path).expanduser() for path in paths]
        self._read([read_file(file, str(path)) for file, path in zip(files, paths, strict=True)], files)

    load_config_file = load_config_files

    def reload_config_file(self) -> None:
        """Read the files again, after they were edited.

        Raises:
            StationFileError: Something in them is wrong; the station keeps what it had read before.
        """
        if not self._files:
            raise ConfigurationError("The station has read no file. Read one with load_config_file(path).")
        self.load_config_files(*self._files)

    def get_component(self, full_name: str) -> Any:
        """Return what is at a path from a component down.

        Args:
            full_name: With dots, e.g. ``"dac.ch1.voltage"``, or as runs store it, ``"dac_ch1_voltage"``.

        Raises:
            UnknownName: Nothing is there; the message says how far the path leads, or what has to be loaded first.
        """
        first = full_name.partition(".")[0]
        if first in self._configuration.instruments and first not in self.components:
            raise UnknownName(f"{full_name}: {first} is not loaded yet; load it first with station.load_{first}().")
        return super().get_component(full_name)

    def load_instrument(self, name: str, revive_instance: bool = False, **overrides: Any) -> Any:
        """Make an instrument as the files describe it and add it to the station.

        Args:
            name: Its name in the file.
            revive_instance: Take an instrument of this name and class that exists already, as it is.
            **overrides: Arguments of its constructor in place of those in the file.

        Returns:
            The instrument. If anything fails it is closed and not in the station.

        Raises:
            UnknownName: No file describes it.
            StationFileError: The file says something about it that it does not have or does not accept.
            DuplicateName: An instrument of this name exists.
        """
        entry = self._entry(name)
        if revive_instance and name in Instrument.registry:
            existing = Instrument.registry.find(name, entry.driver)
            self._components.add(existing, name)
            return existing
        present = self.components.get(name)
        if present is not None and not is_closed(present) and not entry.reconnect:
            raise DuplicateName(
                f"{name} is loaded already: {present!r}. To make it anew, close_and_remove_instrument({name!r}) first, or "
                f"write enable_forced_reconnect: true ({entry.mark}); to go on with it, revive_instance=True."
            )
        if present is not None:
            self.close_and_remove_instrument(name)
        instrument = load(entry, self, overrides)
        self.add_component(instrument, name)
        return instrument

    def load_all_instruments(
        self, only_names: Iterable[str] | None = None, only_types: Iterable[str] | None = None
    ) -> tuple[str, ...]:
        """Make the instruments that the files describe; those that are loaded already stay as they are.

        What refers to other instruments comes after them. One that fails does not keep the others from being loaded.

        Args:
            only_names: Only these; default all.
            only_types: Only those whose class is called so, or whose ``type`` in the file is this; default all.

        Returns:
            The names of the instruments that were loaded now.

        Raises:
            UnknownName: A name stands in no file.
            Exception: What kept an instrument from being loaded, after all others were loaded; of several failures an
                ``ExceptionGroup``.
        """
        entries = self._configuration.instruments
        names = list(entries) if only_names is None else [self._entry(name).name for name in only_names]
        types = None if only_types is None else set(only_types)
        chosen = [name for name in names if types is None or types & _types(entries[name])]
        loaded: list[str] = []
        failures: list[Exception] = []
        for name in in_order_of_need(entries, chosen):
            if name in self.components and not is_closed(self.components[name]):
                continue
            try:
                self.load_instrument(name)
                loaded.append(name)
            except Exception as error:  # noqa: BLE001 - the others shall be there; raised below
                failures.append(error)
        if len(failures) == 1:
            raise failures[0]
        if failures:
            raise ExceptionGroup(f"{len(failures)} instruments could not be loaded; loaded: {loaded}", failures)
        return tuple(loaded)

    def monitored(self) -> list[ParameterBase[Any]]:
        """Return the parameters that the files mark with ``monitor: true``, of instruments that are loaded."""
        nodes = [it for it in self.components.values() if isinstance(it, InstrumentBase) and not is_closed(it)]
        found = [parameter for node in nodes for _, parameter in settings_of(node)]
        return [parameter for parameter in found if parameter.metadata.get("monitor")]

    def snapshot(self, update: bool | None = False) -> dict[str, Any]:
        """Return the state of everything as JSON-ready data: instruments, parameters, components, config.

        One component that fails does not cost the others: its error stands in its place.

        Args:
            update: False (default) shows what is known and touches no hardware; True reads every parameter; None reads
                those whose value is not valid any more.
        """
        plain: dict[str, Any] = to_plain(self.snapshot_base(update))
        return plain

    def snapshot_base(
        self, update: bool | None = False, params_to_skip_update: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Return what `snapshot` shows; override it to add to it.

        Args:
            update: As in `snapshot`.
            params_to_skip_update: Not used; instruments decide for themselves.
        """
        del params_to_skip_update
        return {**self._components.snapshot(update), "config": self.config}

    def save(self, path: FileName, *, settings_only: bool = False, update: bool = False) -> None:
        """Write the station's configuration, with the present settings of its instruments, as a station file.

        The comments and the order of the file that was read are kept. Settings stand under ``settings``, where loading
        ignores them and `restore` finds them.

        Args:
            path: The file; one that exists is replaced.
            settings_only: Leave the configuration out.
            update: Read values that are not known first; default no, touch no hardware.
        """
        save(Path(path).expanduser(), self._documents, known_settings(self.components, update), settings_only)

    def restore(self, source: FileName | Mapping[str, Any], *, update: bool = False) -> Preview:
        """Prepare to bring parameters back to where they were, and show first what that means. Sets nothing.

        Args:
            source: A file that `save` wrote, a snapshot of the station or of an instrument, as data or as JSON file, or
                a dict of paths and values.
            update: Read present values also where a valid one is known.

        Returns:
            What would be set, from where to where, in which order, and what cannot be; ``apply()`` does it.

        Raises:
            ConfigurationError: The source cannot be understood.
        """
        return preview(source, self, self._configuration.restore_order, update)

    def safe_state(self) -> None:
        """Move every parameter with a ``safe_value`` there, then have every instrument enter its own safe state.

        Raises:
            ExceptionGroup: Of everything that went wrong, after everything was tried.
        """
        to_safe_state([it for it in self.components.values() if isinstance(it, Instrument) and not it.closed])

    def __getattr__(self, name: str) -> Any:
        """Return a component, or for ``load_dac`` the function that loads ``dac``."""
        configuration: Configuration | None = vars(self).get("_configuration")
        if name.startswith(_LOADER) and configuration and name.removeprefix(_LOADER) in configuration.instruments:
            return partial(self.load_instrument, name.removeprefix(_LOADER))
        return super().__getattr__(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(f"{_LOADER}{name}" for name in self._configuration.instruments)})

    def _read(self, documents: Sequence[Document], files: Iterable[Path]) -> None:
        self._configuration = read_documents(documents, self._driver, self._weigh)
        self._documents = tuple(documents)
        self._files = tuple(files)

    def _driver(self, kind: str) -> type[Any]:
        """Return the class that a file calls ``kind``; a station for files of others may know more."""
        return driver_named(kind)

    def _weigh(self, problems: Sequence[Problem]) -> None:
        """Refuse files with problems; a station for files of others may be more patient."""
        refuse(problems)

    def _entry(self, name: str) -> InstrumentEntry:
        entries = self._configuration.instruments
        if name not in entries:
            raise unknown_instrument(name, entries)
        return entries[name]


def _types(entry: InstrumentEntry) -> set[str]:
    driver = entry.driver
    return {entry.kind, driver.__name__, f"{driver.__module__}.{driver.__qualname__}"}
