"""Steering a run of another process: ask it to pause, to go on, or to stop, by the control record beside its data."""

from __future__ import annotations

import os
from typing import Literal

from measurand.dataset import CONTROL, LIVE, Dataset, Record, read_record
from measurand.errors import MeasurementError

Order = Literal["pause", "resume", "stop"]


def steer(dataset: Dataset, order: Order, reason: str = "") -> None:
    """Ask the run behind a dataset for something; it obeys within a fraction of a second, at its next safe place.

    Args:
        dataset: Of a run that is going on, in this process or another one on this computer.
        order: ``"pause"``, ``"resume"`` or ``"stop"``.
        reason: Kept with the run.

    Raises:
        MeasurementError: The run has ended, or it was made by hand (`DataRoot.create_run`) and nobody steers it.
        StorageFailed: The record cannot be written.
    """
    if dataset.status != "running":
        raise MeasurementError(f"Run {dataset.number} is not running: {dataset.status}. There is nothing to {order}.")
    if read_record(dataset.path / LIVE) is None:
        raise MeasurementError(
            f"Run {dataset.number} cannot be steered from outside: it has no live record. Runs of plans and "
            f"measurements have one, once they have begun."
        )
    Record(dataset.path / CONTROL).write({"order": order, "reason": reason, "pid": os.getpid()})


def live(dataset: Dataset) -> dict[str, object] | None:
    """Return how a run is doing: state, points done and planned, rate in 1/s, s left; None if it does not say."""
    found = read_record(dataset.path / LIVE)
    return None if found is None else found[1]
