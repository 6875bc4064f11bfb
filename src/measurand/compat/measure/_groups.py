"""Which datasets a `dond` makes: what it was given, sorted into sweeps and groups of what is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measurand._core.names import listing
from measurand.compat.dataset import DataSetDefinition
from measurand.compat.description import detect_shape_of_measurement
from measurand.compat.measure._points import parts_of
from measurand.compat.measure._sweeps import AbstractSweep, TogetherSweep
from measurand.errors import DefinitionError
from measurand.parameters import Measurable, name_of

Axis = AbstractSweep | TogetherSweep


@dataclass(frozen=True)
class Given:
    """What stands among the arguments of `dond`.

    Attributes:
        sweeps: Outermost first.
        measured: Parameters to read and functions to call at each point, in order.
        groups: The parameters of each dataset.
        grouped: Whether the datasets were told apart by lists.
    """

    sweeps: tuple[Axis, ...]
    measured: tuple[Any, ...]
    groups: tuple[tuple[Any, ...], ...]
    grouped: bool


def sorted_out(params: Sequence[Any]) -> Given:
    """Return what the arguments of `dond` are.

    Raises:
        DefinitionError: One of them is neither an axis nor measurable, lists stand beside single parameters, or nothing
            is measured.
    """
    sweeps = tuple(one for one in params if isinstance(one, (AbstractSweep, TogetherSweep)))
    others = [one for one in params if not isinstance(one, (AbstractSweep, TogetherSweep))]
    lists = [one for one in others if isinstance(one, (list, tuple))]
    if lists and len(lists) < len(others):
        raise DefinitionError(
            f"Got both grouped and non grouped parameters to measure in {others}. This is not supported: put each of them "
            f"in a list, one list for each dataset."
        )
    measured = [part for one in lists for part in one] if lists else others
    for one in measured:
        if not (isinstance(one, Measurable) or callable(one)):
            raise DefinitionError(
                f"{one!r} ({type(one).__name__}) can neither be swept nor measured; allowed are LinSweep, LogSweep, "
                f"ArraySweep, TogetherSweep, parameters, functions, and lists of parameters."
            )
    once = tuple({id(one): one for one in measured if isinstance(one, Measurable)}.values())
    if not once:
        raise DefinitionError("No parameters to measure supplied: give at least one after the sweeps.")
    groups = tuple(tuple(part for part in one if isinstance(part, Measurable)) for one in lists) if lists else (once,)
    kept = {id(one) for one in once}
    calls = [one for one in measured if not isinstance(one, Measurable)]
    order = [one for one in measured if id(one) in kept or one in calls]
    return Given(sweeps, tuple(_first_of_each(order)), groups, bool(lists))


def definitions(
    given: Given,
    names: str | Sequence[str],
    experiments: Any,
    extra: Sequence[Any],
    dependencies: Mapping[str, Sequence[Any]] | None,
) -> list[DataSetDefinition]:
    """Return the datasets that a `dond` makes.

    Args:
        given: Its arguments.
        names: What the datasets are called: one name for all of them, or one each.
        experiments: What they belong to, likewise.
        extra: Further setpoints, which are read.
        dependencies: By name of a dataset the swept and measured parameters that it has; None: each has all that is swept.

    Raises:
        DefinitionError: Something does not fit together.
    """
    steps = [one.num_points for one in given.sweeps]
    swept = [tuple(part.param for part in parts_of(one)) for one in given.sweeps]
    everything = [param for params in swept for param in params]
    if dependencies:
        groups = _depending(given, dependencies, swept)
        if not isinstance(names, str) and set(names) != set(dependencies):
            raise DefinitionError(
                f"Inconsistent measurement names: measurement_name contains {tuple(names)} but dataset_dependencies "
                f"contains {tuple(dependencies)}."
            )
        names = list(dependencies)
    else:
        groups = [(everything, group) for group in given.groups]
    found = []
    own_names = _each(names, len(groups), "measurement names")
    own_experiments = _each(experiments, len(groups), "experiments")
    for (setpoints, group), name, experiment in zip(groups, own_names, own_experiments, strict=True):
        shapes = detect_shape_of_measurement(group, (*steps, *(1 for _ in extra)))
        found.append(DataSetDefinition(name, (*setpoints, *extra), group, experiment, shapes))
    return found


def _depending(
    given: Given, dependencies: Mapping[str, Sequence[Any]], swept: Sequence[tuple[Any, ...]]
) -> list[tuple[list[Any], tuple[Any, ...]]]:
    if given.grouped:
        raise DefinitionError(
            "Measured parameters have been grouped both in input and given in dataset dependencies. This is not supported, "
            "group measurement parameters either in input or in dataset dependencies."
        )
    measured = given.groups[0]
    groups = []
    for name, params in dependencies.items():
        group = tuple(one for one in params if _among(one, measured))
        setpoints = [one for one in params if not _among(one, measured)]
        strangers = [one for one in setpoints if not any(_among(one, dim) for dim in swept)]
        bare = [dim for dim in swept if not any(_among(one, dim) for one in setpoints)]
        if strangers or bare:
            raise DefinitionError(
                f"dataset_dependencies: {name} has the setpoints {listing(map(name_of, setpoints))}, needed is at least one "
                f"of each sweep: {'; '.join(listing(map(name_of, dim)) for dim in swept)}."
            )
        groups.append((setpoints, group))
    for one in measured:
        if not any(_among(one, group) for _, group in groups):
            raise DefinitionError(
                f"Parameter {name_of(one)} is measured but not added to any dataset in dataset_dependencies."
            )
    return groups


def _each(given: Any, count: int, what: str) -> list[Any]:
    if not isinstance(given, (list, tuple)):
        return [given] * count
    if len(given) != count:
        raise DefinitionError(f"Got {len(given)} {what} but should create {count} dataset(s): give one for each.")
    return list(given)


def _among(one: Any, many: Sequence[Any]) -> bool:
    return any(one is other for other in many)


def _first_of_each(things: Sequence[Any]) -> list[Any]:
    """A parameter that belongs to several datasets is read once at each point; a function is called where it stands."""
    seen: set[int] = set()
    found = []
    for one in things:
        if isinstance(one, Measurable):
            if id(one) in seen:
                continue
            seen.add(id(one))
        found.append(one)
    return found
