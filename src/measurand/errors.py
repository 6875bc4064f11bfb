"""Every exception that Measurand raises on purpose.

All of them derive from `MeasurandError`, so one ``except`` catches them all; each also derives from the builtin
that a careful user would catch anyway. They are grouped by what the caller can do about them::

    MeasurandError
    ├── ParameterError                      look at the parameter, or at the value
    │   ├── DefinitionError                 (ValueError, TypeError) the definition contradicts itself
    │   ├── UnknownKeyword                  (TypeError)            a keyword that no parameter knows
    │   ├── NotGettable, NotSettable        (NotImplementedError)  the parameter has no such direction
    │   ├── RefusedValue                    (ValueError)           right type, outside the limits; nothing was sent
    │   │   └── RestoreRefused                                     settings that cannot all be restored; nothing was sent
    │   ├── RefusedType                     (TypeError)            wrong type; nothing was sent
    │   ├── UndecodableAnswer               (KeyError, ValueError) the instrument answered, we cannot read it
    │   ├── NoTrustedValue                  (RuntimeError)         the present value is not known
    │   └── ParameterBusy                   (RuntimeError)         another thread is moving it; nothing was sent
    ├── InstrumentError                     look at the instrument
    │   ├── DuplicateName                   (KeyError, ValueError) the name is taken
    │   ├── UnknownName                     (KeyError, ValueError) nothing has this name
    │   ├── UnknownIndex                    (IndexError)           there are not so many channels
    │   ├── GuardedAttribute                (AttributeError)       would hide a parameter, or is misspelt
    │   ├── InstrumentClosed                (RuntimeError)         it was closed; create it again
    │   ├── MissingParameter                (NotImplementedError)  an abstract parameter was not implemented
    │   ├── NotOnDevice                     (RuntimeError)         the device has no such channel; create it there
    │   └── DeviceError                     (RuntimeError)         the device itself reported an error
    ├── TransportError                      (OSError)              look at cable, power, address
    │   ├── CannotOpen                      (ConnectionError)      the connection could not be opened
    │   ├── TransportTimeout                (TimeoutError)         no answer in time
    │   └── TransportBroken                 (ConnectionError)      the connection was lost
    ├── MeasurementError                    (RuntimeError)         look at the run
    │   └── PlanError                       (ValueError)           the plan has problems; all are listed
    ├── DatasetError                        look at the data
    │   ├── RunNotFound                     (KeyError)             no such run in this data root
    │   ├── RunBusy                         (RuntimeError)         a living writer has the run; wait, or stop it
    │   ├── ColumnNotFound                  (KeyError)             no such column in this run
    │   ├── RefusedRow                      (ValueError, TypeError) the row does not fit its table; nothing stored
    │   ├── QueryError                      (ValueError)           the search cannot be read; its place is shown
    │   ├── DamagedData                     (ValueError)           bytes are not what was written
    │   ├── FormatTooNew                    (ValueError)           written by a later version
    │   ├── ExportFailed                    (OSError)              no file was made or replaced; the run is untouched
    │   └── StorageFailed                   (OSError)              the disk refused; rows not stored are kept
    └── ConfigurationError                  (ValueError)           a setting or environment variable is wrong
        ├── StationFileError                                       a station file has problems; all are listed
        └── UnknownSetting                  (KeyError, AttributeError) there is no setting of this name

The message says where, what was given, what is allowed, and what to do. Context is added with ``add_note``;
``args`` is never edited, so that every exception can be pickled and sent to another process.
"""

from __future__ import annotations


class MeasurandError(Exception):
    """Base of every exception that Measurand raises on purpose."""


class _ReadableKeyError(KeyError):
    """A `KeyError` whose text is its message; the builtin would show it quoted, with escapes."""

    def __str__(self) -> str:
        return Exception.__str__(self)


class ParameterError(MeasurandError):
    """Something about one parameter."""


class DefinitionError(ParameterError, ValueError, TypeError):
    """The arguments that define a parameter or a validator contradict each other."""


class UnknownKeyword(ParameterError, TypeError):
    """A keyword that no parameter knows; the message names the nearest one."""


class NotGettable(ParameterError, NotImplementedError):
    """The parameter cannot be read."""


class NotSettable(ParameterError, NotImplementedError):
    """The parameter cannot be set."""


class RefusedValue(ParameterError, ValueError):
    """The value has the right type but is not allowed; nothing was sent."""


class RestoreRefused(RefusedValue):
    """Settings cannot be restored as they are; the message lists all that are refused, and nothing was sent."""


class RefusedType(ParameterError, TypeError):
    """The value has a type that is not allowed; nothing was sent."""


class UndecodableAnswer(ParameterError, _ReadableKeyError, ValueError):
    """The instrument answered something that the parser or the mapping cannot read."""


class NoTrustedValue(ParameterError, RuntimeError):
    """An operation needs the present value and it is not known."""


class ParameterBusy(ParameterError, RuntimeError):
    """Another thread is ramping the parameter; nothing was sent."""


class InstrumentError(MeasurandError):
    """Something about an instrument."""


class DuplicateName(InstrumentError, _ReadableKeyError, ValueError):
    """An instrument, module or parameter of this name exists already."""


class UnknownName(InstrumentError, _ReadableKeyError, ValueError):
    """No instrument, module or parameter has this name."""


class UnknownIndex(InstrumentError, IndexError):
    """A list of channels is shorter than that."""


class GuardedAttribute(InstrumentError, AttributeError):
    """An assignment would replace a parameter, or sets an attribute that nothing declared."""


class InstrumentClosed(InstrumentError, RuntimeError):
    """The instrument was closed."""


class MissingParameter(InstrumentError, NotImplementedError):
    """A class of instruments has abstract parameters that no subclass implemented."""


class NotOnDevice(InstrumentError, RuntimeError):
    """The channel does not exist on the device, or not any more."""


class DeviceError(InstrumentError, RuntimeError):
    """The device reported an error of its own; the message carries its text."""


class TransportError(MeasurandError, OSError):
    """Something between us and the device."""


class CannotOpen(TransportError, ConnectionError):
    """The connection could not be opened; the message says what to check."""


class TransportTimeout(TransportError, TimeoutError):
    """The device did not answer in time."""


class TransportBroken(TransportError, ConnectionError):
    """The connection was lost while it was used."""


class MeasurementError(MeasurandError, RuntimeError):
    """Something about a run."""


class PlanError(MeasurementError, ValueError):
    """A plan cannot be run as it is; the message lists every problem."""


class DatasetError(MeasurandError):
    """Something about stored data."""


class RunNotFound(DatasetError, _ReadableKeyError):
    """The data root has no such run."""


class RunBusy(DatasetError, RuntimeError):
    """A writer that lives has the run, or may live on another computer; nothing was touched."""


class ColumnNotFound(DatasetError, _ReadableKeyError):
    """The run has no such column; the message lists those it has."""


class RefusedRow(DatasetError, ValueError, TypeError):
    """A row does not fit its table; nothing of it was stored, and nothing stored before is touched."""


class QueryError(DatasetError, ValueError):
    """A search cannot be read; the message shows the place and names the nearest word."""


class DamagedData(DatasetError, ValueError):
    """Stored bytes are not what was written."""


class FormatTooNew(DatasetError, ValueError):
    """The data was written by a later version of Measurand than this one."""


class ExportFailed(DatasetError, OSError):
    """An export could not be written; nothing of it is left, and the run is untouched."""


class StorageFailed(DatasetError, OSError):
    """The disk refused a write; rows that could not be stored are kept in memory."""


class ConfigurationError(MeasurandError, ValueError):
    """A setting is wrong."""


class StationFileError(ConfigurationError):
    """A station file has problems; each argument is one, beginning with file, line and column."""

    def __str__(self) -> str:
        if len(self.args) <= 1:
            return super().__str__()
        return "\n".join([f"{len(self.args)} problems in the station's files:", *map(str, self.args)])


class UnknownSetting(ConfigurationError, _ReadableKeyError, AttributeError):
    """There is no setting of this name."""
