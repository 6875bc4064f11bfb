"""Columns and how they are related: which lie along which, which were computed from which. Can be asked, not changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from measurand._core.names import listing
from measurand.compat.description._paramspec import ParamSpecBase
from measurand.errors import DefinitionError

ParamSpecTree = dict[ParamSpecBase, tuple[ParamSpecBase, ...]]
"""For columns, those they lie along or were computed from."""

Edges = Mapping[str, tuple[str, ...]]


class IncompleteSubsetError(DefinitionError):
    """Columns are to be added without others that they depend on.

    Args:
        subset_params: Names of the columns that were given.
        missing_params: Names of those that are missing.
    """

    def __init__(self, subset_params: set[str], missing_params: set[str], *args: Any) -> None:
        super().__init__(subset_params, missing_params, *args)

    def __str__(self) -> str:
        given, missing = (listing(sorted(names)) for names in self.args[:2])
        return (
            f"{given} is not a complete subset. The following interdependencies are missing: {missing}. Give them too."
        )


class Relations:
    """Columns by name, in the order in which they were named first, and what they lie along and were computed from."""

    def __init__(self) -> None:
        self._specs: dict[str, ParamSpecBase] = {}
        self._along: dict[str, tuple[str, ...]] = {}
        self._from: dict[str, tuple[str, ...]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in the order in which they came."""
        return tuple(self._specs)

    @property
    def paramspecs(self) -> tuple[ParamSpecBase, ...]:
        """All columns, in the order in which they came."""
        return tuple(self._specs.values())

    @property
    def dependencies(self) -> ParamSpecTree:
        """For columns that lie along others, those."""
        return self._tree(self._along)

    @property
    def inferences(self) -> ParamSpecTree:
        """For columns that were computed from others, those."""
        return self._tree(self._from)

    @property
    def standalones(self) -> frozenset[ParamSpecBase]:
        """Columns that are related to no other."""
        return frozenset(self._specs[name] for name in self._alone())

    @property
    def top_level_parameters(self) -> tuple[ParamSpecBase, ...]:
        """What was measured, sorted by name: columns that are no setpoints, nor belong to another result.

        A column that was only computed from a setpoint, or from a result, belongs to that.
        """
        sources = {name for names in self._from.values() for name in names}
        setpoints = {name for names in self._along.values() for name in names}
        results = [name for name in self._along if name not in setpoints and name not in self._from]
        near = {*results, *(need for name in results for need in self._along[name])}
        computed = [
            name for name in self._from if name not in sources and near.isdisjoint((name, *reach(self._from, name)))
        ]
        return tuple(self._specs[name] for name in sorted({*results, *computed, *self._alone()}))

    def what_depends_on(self, ps: ParamSpecBase) -> tuple[ParamSpecBase, ...]:
        """Return the columns that lie along ``ps``; none if it is not known."""
        return tuple(self._specs[name] for name, needs in self._along.items() if ps.name in needs)

    def what_is_inferred_from(self, ps: ParamSpecBase) -> tuple[ParamSpecBase, ...]:
        """Return the columns that were computed from ``ps``; none if it is not known."""
        return tuple(self._specs[name] for name, needs in self._from.items() if ps.name in needs)

    def find_all_parameters_in_tree(self, initial_param: ParamSpecBase) -> set[ParamSpecBase]:
        """Return a column with all that belong to it: its setpoints, what those and it came from, and came from those.

        Raises:
            DefinitionError: ``initial_param`` is not known.
        """
        return {self._specs[name] for name in self._belonging(initial_param)}

    def all_parameters_in_tree_by_group(
        self, initial_param: ParamSpecBase
    ) -> tuple[ParamSpecBase, tuple[ParamSpecBase, ...], tuple[ParamSpecBase, ...]]:
        """Return a column, its setpoints, and what else belongs to it, sorted by name.

        Raises:
            DefinitionError: ``initial_param`` is not known.
        """
        belonging = self._belonging(initial_param)
        along = self._along.get(initial_param.name, ())
        rest = sorted(belonging - {initial_param.name, *along})
        specs = self._specs
        return specs[initial_param.name], tuple(specs[one] for one in along), tuple(specs[one] for one in rest)

    def validate_subset(self, paramspecs: Sequence[ParamSpecBase]) -> None:
        """Raise unless ``paramspecs`` may be added together.

        Raises:
            IncompleteSubsetError: Something that they depend on, or were computed from, is missing.
            DefinitionError: One of them is not known.
        """
        given = {spec.name for spec in paramspecs}
        for name in given:
            self._check_known(name)
        both = {name: (*self._along.get(name, ()), *self._from.get(name, ())) for name in self._specs}
        missing = {need for name in given for need in reach(both, name)} - given
        if missing:
            raise IncompleteSubsetError(given, missing)

    def __contains__(self, ps: ParamSpecBase) -> bool:
        return ps.name in self._specs

    def __getitem__(self, name: str) -> ParamSpecBase:
        return self._specs[name]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Relations):
            return False
        mine, others = ((_unordered(one._along), _unordered(one._from)) for one in (self, other))
        return self._specs == other._specs and mine == others

    __hash__ = None  # type: ignore[assignment]  # it may change

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(dependencies={self.dependencies}, inferences={self.inferences}, "
            f"standalones={self.standalones})"
        )

    def _tree(self, edges: Edges) -> ParamSpecTree:
        specs = self._specs
        return {specs[name]: tuple(specs[need] for need in edges[name]) for name in specs if name in edges}

    def _alone(self) -> Iterator[str]:
        related = {*self._along, *self._from}
        for edges in (self._along, self._from):
            related.update(*edges.values())
        return (name for name in self._specs if name not in related)

    def _belonging(self, start: ParamSpecBase) -> set[str]:
        self._check_known(start.name)
        backward = _reversed(self._from)
        first = {start.name, *self._along.get(start.name, ())}
        return first.union(*(reach(edges, name) for name in first for edges in (self._from, backward)))

    def _check_known(self, name: str) -> None:
        if name not in self._specs:
            raise DefinitionError(
                f"Parameter {name!r} is not part of the graph. Available parameters are: {listing(self._specs)}."
            )


def reach(edges: Edges, start: str) -> set[str]:
    """Return all that can be reached from ``start``, without it."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = [need for need in edges.get(waiting.pop(), ()) if need not in found]
        found.update(new)
        waiting += new
    return found


def _reversed(edges: Edges) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, needs in edges.items():
        for need in needs:
            found[need] = (*found.get(need, ()), name)
    return found


def _unordered(edges: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(needs) for name, needs in edges.items()}
