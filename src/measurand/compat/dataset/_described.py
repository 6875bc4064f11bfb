"""What every dataset says of itself: what it is called and counted as, its columns, its times. Reads nothing of its data."""

from __future__ import annotations

import json
import time
from typing import Any

from measurand.compat.dataset._stored import StoredRun
from measurand.compat.description import ParamSpec, ParamSpecBase, RunDescriber, new_to_old


class Described:
    """A run, without its data. `DataSetProtocol` goes on from here."""

    _stored: StoredRun

    @property
    def run_id(self) -> int:
        """Its number in this database, from 1."""
        return self._stored.identity.run_id

    @property
    def captured_run_id(self) -> int:
        """Its number in the database in which it was measured."""
        return self._stored.identity.captured_run_id

    @property
    def counter(self) -> int:
        """Which one it is of its experiment, from 1."""
        return self._stored.identity.counter

    @property
    def captured_counter(self) -> int:
        """Which one it was where it was measured."""
        return self._stored.identity.captured_counter

    @property
    def guid(self) -> str:
        """Its identity, the same in every database."""
        return self._stored.identity.guid

    @property
    def name(self) -> str:
        """What it is called."""
        return self._stored.identity.name

    @property
    def exp_id(self) -> int:
        """Number of its experiment in this database."""
        return self._stored.identity.exp_id

    @property
    def exp_name(self) -> str:
        """What its experiment is called."""
        return self._stored.identity.exp_name

    @property
    def sample_name(self) -> str:
        """What was measured."""
        return self._stored.identity.sample_name

    @property
    def path_to_db(self) -> str | None:
        """The database; None: it is in none."""
        return self._stored.identity.path_to_db

    @property
    def table_name(self) -> str:
        """What QCoDeS would call the table of its results."""
        return f"results-{self.exp_id}-{self.counter}"

    @property
    def description(self) -> RunDescriber:
        """Its columns, their relations, and the grid they lie on."""
        return self._stored.description()

    @property
    def paramspecs(self) -> dict[str, ParamSpec]:
        """Its columns by name."""
        return {spec.name: spec for spec in self.get_parameters()}

    @property
    def parameters(self) -> str | None:
        """Names of its columns, with commas between; None: it has none."""
        return ",".join(self.description.interdeps.names) or None

    @property
    def dependent_parameters(self) -> tuple[ParamSpecBase, ...]:
        """Columns that lie along others."""
        return tuple(self.description.interdeps.dependencies)

    def get_parameters(self) -> list[ParamSpec]:
        """Return its columns."""
        return list(new_to_old(self.description.interdeps).paramspecs)

    @property
    def run_timestamp_raw(self) -> float | None:
        """When it was started, s since 1970; None: not yet."""
        return self._stored.started()

    @property
    def completed_timestamp_raw(self) -> float | None:
        """When it was completed, s since 1970; None: not yet."""
        return self._stored.ended()

    def run_timestamp(self, fmt: str = "%Y-%m-%d %H:%M:%S") -> str | None:
        """Return when it was started, in the form that `time.strftime` knows; None: not yet."""
        return _formatted(self._stored.started(), fmt)

    def completed_timestamp(self, fmt: str = "%Y-%m-%d %H:%M:%S") -> str | None:
        """Return when it was completed, likewise."""
        return _formatted(self._stored.ended(), fmt)


def snapshot_of(text: str | None) -> dict[str, Any] | None:
    """Return a snapshot from its text."""
    found: dict[str, Any] | None = None if text is None else json.loads(text)
    return found


def _formatted(at: float | None, fmt: str) -> str | None:
    return None if at is None else time.strftime(fmt, time.localtime(at))
