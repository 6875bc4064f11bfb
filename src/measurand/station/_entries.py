"""What a station file says about instruments, checked and ready to be used, each part with its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from measurand.station._problems import Mark, Problem
from measurand.validators import Validator


@dataclass(frozen=True)
class ParameterEntry:
    """What a file says about one parameter.

    Attributes:
        path: From the instrument down, e.g. ``"ch1.voltage"``.
        options: As in the file, in present spellings.
        vals: What ``limits`` and ``vals`` mean.
        mark: Where the entry stands.
        marks: Where each option stands.
    """

    path: str
    options: Mapping[str, Any]
    vals: tuple[Validator[Any], ...]
    mark: Mark
    marks: Mapping[str, Mark]


@dataclass(frozen=True)
class InstrumentEntry:
    """What a file says about one instrument.

    Attributes:
        name: Its name.
        kind: Its class as the file has it.
        driver: Its class.
        arguments: Of its constructor, beside the name.
        lookup: The argument that takes the station; None: none.
        reconnect: Whether an existing instrument of this name is closed first.
        parameters: What to change on its parameters.
        added: Parameters to add.
        needs: Names of other instruments that it refers to.
        metadata: For snapshots.
        mark: Where the entry stands.
    """

    name: str
    kind: str
    driver: type[Any]
    arguments: Mapping[str, Any]
    lookup: str | None
    reconnect: bool
    parameters: tuple[ParameterEntry, ...]
    added: tuple[ParameterEntry, ...]
    needs: frozenset[str]
    metadata: Mapping[str, Any]
    mark: Mark


@dataclass(frozen=True)
class Configuration:
    """What one or several station files say together.

    Attributes:
        data: Their entries as plain data, merged, in present spellings.
        instruments: By name, in the order of the files.
        restore_order: Patterns of paths.
        notes: Old spellings that were found.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    instruments: Mapping[str, InstrumentEntry] = field(default_factory=dict)
    restore_order: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()
