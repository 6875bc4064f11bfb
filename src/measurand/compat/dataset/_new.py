"""How a run is begun: the one place where runs of QCoDeS's interface are made.

For who measures::

    run = new_run("gate sweep", interdeps, shapes={"current": (11, 5)}, experiment=3, snapshot={...})
    run.dataset  # a DataSet, started: what scripts see
    run.rows.add(("gate", "current"), (0.1, 2e-9))  # what was measured together, stored at once; see `Rows.add`
    run.finish()  # "completed", or "interrupted", "failed" with the reason

`Rows.add` takes results as they come: single values, arrays, several results along different setpoints in one call. It
does not ask whether setpoints are missing, or types are those that were registered; who calls does. The same tuple of
names, with floats, ints, complex numbers and texts, is the quick way (about 1 µs).

Subscribers of the data set are served by it; `NewRun.finish` exports runs as the settings say, and copies them into the
database file if `write_through` was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measurand.compat.dataset._connection import AtomicConnection
from measurand.compat.dataset._dataset import DataSet, Outcome
from measurand.compat.dataset._links import Link
from measurand.compat.dataset._open import open_run
from measurand.compat.dataset._rows import Rows
from measurand.compat.description import InterDependencies_, RunDescriber, Shapes
from measurand.dataset import Writer


@dataclass(frozen=True)
class NewRun:
    """A run that measures.

    Attributes:
        dataset: What scripts see of it.
        rows: What takes its results.
    """

    dataset: DataSet
    rows: Rows

    @property
    def writer(self) -> Writer:
        """Its writing end."""
        return self.dataset._writing().writer

    def flush(self) -> None:
        """Bring everything through a power loss before returning."""
        self.writer.flush()

    def finish(self, status: Outcome = "completed", error: str | None = None) -> None:
        """End it: subscribers hear the rest, and it is exported as the settings say.

        Args:
            status: How it ended.
            error: What went wrong.
        """
        self.dataset._finish(status, error)


def new_run(
    name: str,
    interdeps: InterDependencies_,
    *,
    shapes: Shapes | None = None,
    experiment: int | None = None,
    snapshot: Mapping[str, Any] | None = None,
    parents: Sequence[Link] = (),
    metadata: Mapping[str, Any] | None = None,
    write_period: float = 1.0,
    conn: AtomicConnection | None = None,
) -> NewRun:
    """Begin a run that takes results at once; arguments and errors as `open_run`."""
    opened = open_run(
        name,
        RunDescriber(interdeps, shapes),
        experiment=experiment,
        snapshot=snapshot,
        parents=parents,
        metadata=metadata,
        write_period=write_period,
        conn=conn,
    )
    return NewRun(DataSet._of(opened.stored, opened), opened.rows(interdeps))
