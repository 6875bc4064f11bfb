"""Several datasets at once that have the same columns as setpoints: what they are, and the block in which they grow."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from measurand.compat.dataset import DataSetDefinition
from measurand.compat.measure._measurement import Measurement
from measurand.compat.measure._runner import Runner
from measurand.compat.measure._saver import DataSaver

Actions = Sequence[Callable[[], Any]]


def measurement_of(definition: DataSetDefinition, experiment: Any = None) -> Measurement:
    """Return the measurement of a dataset, in ``experiment`` unless that is None.

    Raises:
        DefinitionError: The definition contradicts itself.
    """
    chosen = definition.experiment if experiment is None else experiment
    made = Measurement(exp=chosen, name=definition.name)
    for parameter in definition.independent:
        made.register_parameter(parameter)
    for parameter in definition.dependent:
        made.register_parameter(parameter, setpoints=tuple(definition.independent))
    if definition.shapes is not None:
        made.set_shapes(definition.shapes)
    return made


@contextlib.contextmanager
def datasaver_builder(
    dataset_definitions: Sequence[DataSetDefinition], *, override_experiment: Any = None
) -> Iterator[list[DataSaver]]:
    """Begin datasets at the start of a ``with`` block, and end them at its end.

    Args:
        dataset_definitions: What they shall hold.
        override_experiment: The experiment that all of them belong to, whatever they say themselves.

    Yields:
        What adds results to each of them, in the same order.

    Raises:
        DefinitionError: A definition contradicts itself; there is no dataset then.
    """
    measurements = [measurement_of(one, override_experiment) for one in dataset_definitions]
    noted = [one.metadata for one in dataset_definitions]
    with running(measurements, metadata=noted) as savers:
        yield savers


@contextlib.contextmanager
def running(
    measurements: Sequence[Measurement],
    *,
    metadata: Sequence[Mapping[str, Any] | None] = (),
    before: Actions = (),
    after: Actions = (),
    **options: Any,
) -> Iterator[list[DataSaver]]:
    """Run several measurements in one block.

    Args:
        measurements: At least one.
        metadata: What to keep with each of them.
        before: What is done once, before the first of them begins.
        after: What is done once, at the end, however it comes.
        **options: More fields of `Task`, for the first of them.
    """
    tasks = []
    for number, measurement in enumerate(measurements):
        more: dict[str, Any] = dict(options) if number == 0 else {}
        noted = metadata[number] if metadata else None
        task = measurement._task(**more, metadata=dict(noted or {}))
        if number == 0:
            bound = ([(act, ()) for act in acts] for acts in (before, after))
            task = task.also(*bound)
        tasks.append(task)
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Runner(task)) for task in tasks]
