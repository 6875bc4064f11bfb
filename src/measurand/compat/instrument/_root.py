"""Instruments with the names of QCoDeS: a root, one behind VISA, one behind a socket."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from measurand import instrument
from measurand.compat.instrument._node import InstrumentBase, InstrumentMeta
from measurand.errors import ConfigurationError, InstrumentError

K = TypeVar("K")
SIMS = "qcodes.instrument.sims"
_UNSET = "Unset"


class Instrument(InstrumentBase, instrument.Instrument, metaclass=InstrumentMeta):
    """An instrument: see `measurand.instrument.Instrument`.

    Args:
        name: Identifier, unique among all instruments.
        **kwargs: ``metadata`` and ``label``.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.parameters["IDN"].label = "IDN"

    def get_idn(self) -> dict[str, str | None]:
        """Return vendor, model, serial and firmware as ``*IDN?`` tells them; the name as model if nobody answers."""
        try:
            return instrument.VisaInstrument.get_idn(self)  # type: ignore[arg-type]  # which only asks
        except (InstrumentError, NotImplementedError):
            return {"vendor": None, "model": self.name, "serial": None, "firmware": None}

    @classmethod
    def record_instance(cls, instance: Any) -> None:
        """Make an instrument known; every one is when its constructor has succeeded, so this is for those removed."""
        if not cls.is_valid(instance):
            instance._claim(instance.name)
            cls.registry.enter(instance)

    @classmethod
    def find_instrument(cls, name: str, instrument_class: type[Any] | None = None) -> Any:
        """Return the instrument ``name``.

        Raises:
            UnknownName: There is none; it is a KeyError.
            TypeError: It is of another class than ``instrument_class``.
        """
        found = cls.registry.find(name)
        if instrument_class is not None and not isinstance(found, instrument_class):
            raise TypeError(f"Instrument {name!r} is a {type(found).__name__}, not a {instrument_class.__name__}.")
        return found


class VisaInstrument(Instrument, instrument.VisaInstrument):
    """An instrument behind a VISA address: see `measurand.instrument.VisaInstrument`.

    Args:
        name: Identifier, unique among all instruments.
        address: VISA resource name.
        timeout: Longest wait for an answer in s, None for ever; default the class's `default_timeout`.
        terminator: Ends what is sent and what is received; default the class's `default_terminator`.
        device_clear: Whether to clear the device's buffers after opening.
        visalib: VISA library in pyvisa's words.
        pyvisa_sim_file: File of pyvisa-sim in ``qcodes.instrument.sims``, ``"module:file.yaml"``, or a path.
        resource: A resource of pyvisa that is open; the address is its own then.
        **kwargs: ``metadata``, ``label``, and what `measurand.instrument.VisaInstrument` takes.
    """

    default_terminator: ClassVar[str | None] = None
    default_timeout: ClassVar[float | None] = 5

    def __init__(
        self,
        name: str,
        address: str | None = None,
        timeout: Any = _UNSET,
        terminator: Any = _UNSET,
        device_clear: bool = True,
        visalib: str | None = None,
        pyvisa_sim_file: str | None = None,
        resource: Any = None,
        **kwargs: Any,
    ) -> None:
        if address is None and resource is not None:
            address = str(resource.resource_name)
        if address is None:
            raise ConfigurationError(f"{name}: give address=, a VISA resource name, or resource=.")
        super().__init__(
            name,
            address=address,
            timeout=self.default_timeout if timeout == _UNSET else timeout,
            terminator=None if terminator == _UNSET else terminator,
            device_clear=device_clear,
            visalib=visalib,
            pyvisa_sim_file=None if pyvisa_sim_file is None else _in_sims(pyvisa_sim_file),
            **({} if resource is None else {"transport": _over(resource, name)}),
            **kwargs,
        )
        self.parameters["timeout"].label = "timeout"

    @property
    def visalib(self) -> str | None:
        """The VISA library that was asked for."""
        return self._visalib

    @property
    def visabackend(self) -> str:
        """What the library is, as pyvisa names it: ``"sim"``, ``"py"``, ``"ivi"``."""
        return (self._visalib or "").rpartition("@")[2] or "ivi"

    @property
    def resource_manager(self) -> Any:
        """The resource manager of pyvisa that opened the connection."""
        return self.visa_handle._resource_manager

    def _get_visa_timeout(self) -> float | None:
        return self.link.transport.timeout

    def _set_visa_timeout(self, timeout: float | None) -> None:
        self.link.transport.timeout = timeout


class IPInstrument(Instrument, instrument.IPInstrument):
    """An instrument behind a bare TCP socket: see `measurand.instrument.IPInstrument`.

    Args:
        name: Identifier, unique among all instruments.
        address: Name or number of the device.
        port: TCP port.
        timeout: Longest wait for an answer in s.
        terminator: Ends what is sent and what is received.
        persistent: Whether one connection is kept.
        write_confirmation: Whether the device answers commands, too.
        **kwargs: ``metadata`` and ``label``.
    """

    def __init__(
        self,
        name: str,
        address: str | None = None,
        port: int | None = None,
        timeout: float = 5,
        terminator: str = "\n",
        persistent: bool = True,
        write_confirmation: bool = True,
        **kwargs: Any,
    ) -> None:
        if address is None or port is None:
            raise ConfigurationError(f"{name}: give address= and port= of the device.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that VISA is better; the script exists already
            super().__init__(
                name,
                address=address,
                port=port,
                timeout=timeout,
                terminator=terminator,
                persistent=persistent,
                write_confirmation=write_confirmation,
                **kwargs,
            )


def find_or_create_instrument(
    instrument_class: type[K], name: str, *args: Any, recreate: bool = False, **kwargs: Any
) -> K:
    """Return the instrument ``name``, creating it if there is none.

    Raises:
        TypeError: An instrument of this name but of another class exists.
    """
    present = instrument.Instrument.registry.get(name)
    if present is not None and not recreate and not isinstance(present, instrument_class):
        raise TypeError(f"Instrument {name!r} is a {type(present).__name__}, not a {instrument_class.__name__}.")
    made: K = instrument.find_or_create_instrument(
        instrument_class,  # type: ignore[type-var]  # any instrument is
        name, *args, recreate=recreate, **kwargs,
    )  # fmt: skip
    return made


def _in_sims(file: str) -> str:
    """Return where a file of pyvisa-sim is: in the real package's folder if it is there, else where Measurand looks."""
    if ":" in file or Path(file).name != file:
        return file
    import importlib
    import importlib.resources

    try:
        folder = importlib.resources.files(importlib.import_module(SIMS))
    except ImportError:
        return file
    return f"{SIMS}:{file}" if (folder / file).is_file() else file


def _over(resource: Any, name: str) -> Any:
    from measurand.transports import VisaTransport

    return VisaTransport(str(resource.resource_name), name=name, resource=resource)
