"""Makes the folder of a run that is measured through QCoDeS's interface, and notes where it belongs. Knows no dataset."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measurand.compat.dataset._connection import AtomicConnection
from measurand.compat.dataset._current import history
from measurand.compat.dataset._errors import NoSuchRun
from measurand.compat.dataset._folder_run import KEY, FolderRun
from measurand.compat.dataset._guids import generate_guid
from measurand.compat.dataset._history import History
from measurand.compat.dataset._ledger import Known
from measurand.compat.dataset._links import Link, links_to_str
from measurand.compat.dataset._rows import Rows
from measurand.compat.description import InterDependencies_, RunDescriber, to_json_for_storage
from measurand.dataset import Writer
from measurand.errors import MeasurandError


@dataclass(frozen=True)
class OpenRun:
    """A run that is being written.

    Attributes:
        stored: The run as its dataset sees it.
        writer: Its writing end.
        where: The history it belongs to.
        whole_rows: Whether a row counts as one result, whatever is in it.
    """

    stored: FolderRun
    writer: Writer
    where: History
    whole_rows: bool = False

    def rows(self, interdeps: InterDependencies_) -> Rows:
        """Return what takes its results."""
        return Rows(self.writer, interdeps, whole=self.whole_rows)


def open_run(
    name: str,
    description: RunDescriber | None = None,
    *,
    experiment: int | None = None,
    snapshot: Mapping[str, Any] | None = None,
    parents: Sequence[Link] = (),
    metadata: Mapping[str, Any] | None = None,
    started: bool = True,
    whole_rows: bool = False,
    write_period: float = 1.0,
    conn: AtomicConnection | None = None,
) -> OpenRun:
    """Make a run in the current database.

    Args:
        name: What it is called.
        description: Its columns and grid; None: they come later.
        experiment: Number of the experiment; None: the default one.
        snapshot: State of the instruments.
        parents: What it is made from; heads that are empty texts are filled in with its guid.
        metadata: Noted by tag, from the start.
        started: Whether it takes results at once; else `DataSet.mark_started` comes later.
        whole_rows: Whether a row counts as one result, whatever is in it.
        write_period: s, the most that a power loss may take.
        conn: The database; None: the current one.

    Raises:
        NoSuchExperiment: There is no such experiment, or none at all.
        StorageFailed: The disk refuses.
    """
    where = history(conn)
    try:
        where.go_on_after_older()
    except MeasurandError as error:  # a file that was damaged or locked since it was opened stops no measurement
        where.complain(error)
    exp_id = (where.default_experiment or where.last_experiment()) if experiment is None else experiment
    record = where.experiment(exp_id)
    guid = generate_guid()
    said: dict[str, Any] = {"guid": guid, "exp_id": exp_id}
    if description is not None:
        said["description"] = to_json_for_storage(description)
    if parents:
        said["parents"] = links_to_str(_headed(link, guid) for link in parents)
    said |= {"run_timestamp": time.time() if started else None}
    if whole_rows:
        said["whole_rows"] = True
    with where.ledger.exclusive():
        said["captured_counter"] = where.ledger.last_counter(exp_id) + 1
        writer = where.root.create_run(
            name or "results",
            (),
            snapshot=snapshot,
            sample=record.sample,
            experiment=record.name,
            metadata={**(metadata or {}), KEY: said},
            parents=_ids(where, parents),
            write_period=write_period,
        )
        folder = writer.path.relative_to(where.root.path).as_posix()
        where.ledger.add_run(Known(writer.id, writer.number, guid, folder), exp_id)
    return OpenRun(where.stored(writer.dataset), writer, where, whole_rows)


def _headed(link: Link, guid: str) -> Link:
    return link if link.head == guid else Link(guid, link.tail, link.edge_type, link.description)


def _ids(where: History, parents: Sequence[Link]) -> list[str]:
    """Return Measurand's ids of those parents that are run folders here."""
    ids = []
    for link in parents:
        try:
            found = where.run_by_guid(link.tail)
        except NoSuchRun:
            continue
        if isinstance(found, FolderRun):
            ids.append(found.dataset.id)
    return ids
