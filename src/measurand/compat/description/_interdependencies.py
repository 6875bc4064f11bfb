"""Columns and their relations, built up step by step; every step is judged before anything of it is taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from measurand._core.names import listing
from measurand.compat.description._paramspec import ParamSpecBase
from measurand.compat.description._relations import Edges, ParamSpecTree, Relations, reach
from measurand.errors import DefinitionError

_FROZEN = "FrozenInterDependencies_ is immutable: use extend(…), which returns another one."


class InterDependencies_(Relations):  # noqa: N801 - QCoDeS's name
    """The columns of a dataset, what they lie along and what they were computed from.

    Args:
        dependencies: For columns, those they lie along, outermost first.
        inferences: For columns, those they were computed from.
        standalones: Columns that are related to no other.

    Raises:
        DefinitionError: A setpoint has setpoints, something depends on itself, or two columns have one name.

    Example:
        >>> gate, current = ParamSpecBase("gate", "numeric"), ParamSpecBase("current", "numeric")
        >>> InterDependencies_(dependencies={current: (gate,)}).names
        ('current', 'gate')
    """

    def __init__(
        self,
        dependencies: ParamSpecTree | None = None,
        inferences: ParamSpecTree | None = None,
        standalones: tuple[ParamSpecBase, ...] = (),
    ) -> None:
        super().__init__()
        self.add_dependencies(dependencies)
        self.add_inferences(inferences)
        self.add_standalones(standalones)

    @staticmethod
    def validate_paramspectree(
        paramspectree: ParamSpecTree,
        interdep_type: Literal["dependencies", "inferences", "ParamSpecTree"] | None = None,
    ) -> None:
        """Raise unless it is a dict from columns to tuples of columns, none of which is a key itself.

        Raises:
            DefinitionError: It is none; the message says why.
        """
        problem = _problem(paramspectree)
        if problem:
            raise DefinitionError(f"Invalid {interdep_type or 'ParamSpecTree'}: {problem}.")

    def add_dependencies(self, dependencies: ParamSpecTree | None) -> None:
        """Add columns and those they lie along.

        Raises:
            DefinitionError: As for the class; nothing was added.
        """
        self._add("dependencies", self._along, dependencies)

    def add_inferences(self, inferences: ParamSpecTree | None) -> None:
        """Add columns and those they were computed from.

        Raises:
            DefinitionError: As for the class; nothing was added.
        """
        self._add("inferences", self._from, inferences)

    def add_standalones(self, standalones: Sequence[ParamSpecBase]) -> None:
        """Add columns that are related to no other.

        Raises:
            DefinitionError: Something is no column, or has the name of another one; nothing was added.
        """
        strangers = [one for one in standalones if not isinstance(one, ParamSpecBase)]
        if strangers:
            raise DefinitionError(f"Invalid standalones: {strangers[0]!r} is no ParamSpecBase.")
        self._specs = self._with(standalones)

    def add_paramspecs(self, paramspecs: Sequence[ParamSpecBase]) -> None:
        """Add columns; as `add_standalones`."""
        self.add_standalones(paramspecs)

    def extend(
        self,
        dependencies: ParamSpecTree | None = None,
        inferences: ParamSpecTree | None = None,
        standalones: tuple[ParamSpecBase, ...] = (),
    ) -> InterDependencies_:
        """Return one that has these, too; this one stays as it is.

        Raises:
            DefinitionError: As for the class.
        """
        new = self._copy()
        new.add_dependencies(dependencies)
        new.add_inferences(inferences)
        new.add_standalones(standalones)
        return new

    def remove(self, paramspec: ParamSpecBase) -> InterDependencies_:
        """Return one without a column; this one stays as it is.

        Raises:
            DefinitionError: It is not known, or another one depends on it or was computed from it.
        """
        name = paramspec.name
        self._check_known(name)
        needing = [*self.what_depends_on(paramspec), *self.what_is_inferred_from(paramspec)]
        if needing:
            who = listing(one.name for one in needing)
            raise DefinitionError(
                f"Cannot remove {name}, other parameters depend on or are inferred from it: {who}. Remove them first."
            )
        new = self._copy()
        for part in (new._specs, new._along, new._from):
            part.pop(name, None)
        return new

    def to_ipycytoscape_json(self) -> dict[str, list[dict[str, Any]]]:
        """Return it as a graph for drawing."""
        nodes = [{"data": {"value": name, "id": name, "name": name}} for name in self._specs]
        kinds = (("depends_on", self._along), ("inferred_from", self._from))
        edges = [
            {"data": {"interdep_type": kind, "source": name, "target": need}, "classes": kind}
            for name in self._specs
            for kind, edges in kinds
            for need in edges.get(name, ())
        ]
        return {"nodes": nodes, "edges": edges}

    def _to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "parameters": {name: spec._to_dict() for name, spec in self._specs.items()},
            "dependencies": {name: list(self._along[name]) for name in self._specs if name in self._along},
            "inferences": {name: list(self._from[name]) for name in self._specs if name in self._from},
            "standalones": list(self._alone()),
        }

    @classmethod
    def _from_dict(cls, ser: Mapping[str, Any]) -> Self:
        """Return what plain data describes; chains of inferences, which are built step by step, are read, too."""
        new = cls()
        specs = {name: ParamSpecBase._from_dict(one) for name, one in ser["parameters"].items()}
        new.add_standalones(tuple(specs.values()))
        for kind, edges in (("dependencies", new._along), ("inferences", new._from)):
            for name, needs in ser[kind].items():
                tree = {specs[name]: tuple(specs[need] for need in needs)}
                new._add(kind, edges, tree)
        return new

    def _copy(self) -> InterDependencies_:
        new = InterDependencies_()
        new._specs, new._along, new._from = dict(self._specs), dict(self._along), dict(self._from)
        return new

    def _add(self, kind: Any, edges: dict[str, tuple[str, ...]], tree: ParamSpecTree | None) -> None:
        if tree is None:
            return
        self.validate_paramspectree(tree, kind)
        specs = self._with([one for key, needs in tree.items() for one in (key, *needs)])
        new = {key.name: tuple(need.name for need in needs) for key, needs in tree.items()}
        self._check_edges(new, self._from if edges is self._along else self._along)
        merged = dict(edges)
        for name, needs in new.items():
            if needs:
                merged[name] = tuple(dict.fromkeys((*edges.get(name, ()), *needs)))
        along, inferred = (merged, self._from) if edges is self._along else (self._along, merged)
        _check_one_step(along, new)
        _check_acyclic(along, inferred, new)
        self._specs = specs
        edges.clear()
        edges.update(merged)

    def _with(self, paramspecs: Sequence[ParamSpecBase]) -> dict[str, ParamSpecBase]:
        """Return all columns, with these; a name belongs to one."""
        specs = dict(self._specs)
        for one in paramspecs:
            if specs.setdefault(one.name, one) != one:
                raise DefinitionError(
                    f"A ParamSpecBase with name {one.name} already exists in the graph and {one} != {specs[one.name]}."
                )
        return specs

    def _check_edges(self, new: Edges, others: Edges) -> None:
        """Raise if two columns are already related in another way."""
        for name, needs in new.items():
            for need in needs:
                if need in others.get(name, ()) or name in (*others.get(need, ()), *self._along.get(need, ())):
                    raise DefinitionError(
                        f"An edge between {name} and {need} already exists. The relationship between them is not "
                        f"well-defined."
                    )


class FrozenInterDependencies_(InterDependencies_):  # noqa: N801 - QCoDeS's name
    """The same, which cannot be changed any more.

    Args:
        interdeps: What it has.
    """

    def __init__(self, interdeps: InterDependencies_) -> None:
        Relations.__init__(self)
        self._specs, self._along, self._from = dict(interdeps._specs), dict(interdeps._along), dict(interdeps._from)

    def to_interdependencies(self) -> InterDependencies_:
        """Return one that can be changed."""
        return self._copy()

    def add_standalones(self, standalones: Sequence[ParamSpecBase]) -> None:
        """Refuse."""
        raise DefinitionError(f"{_FROZEN} {standalones!r} was not added.")

    def _add(self, kind: Any, edges: dict[str, tuple[str, ...]], tree: ParamSpecTree | None) -> None:
        del kind, edges
        raise DefinitionError(f"{_FROZEN} {tree!r} was not added.")


def _problem(tree: Any) -> str | None:
    """Return what is wrong with the form of a tree."""
    if not isinstance(tree, dict):
        return f"ParamSpecTree must be a dict, not {tree!r}"
    if not all(isinstance(key, ParamSpecBase) for key in tree):
        return "ParamSpecTree must have ParamSpecs as keys"
    if not all(isinstance(needs, tuple) for needs in tree.values()):
        return "ParamSpecTree must have tuple values"
    all_needs = {need for needs in tree.values() for need in needs if isinstance(need, ParamSpecBase)}
    if any(not isinstance(need, ParamSpecBase) for needs in tree.values() for need in needs):
        return "ParamSpecTree can only have tuples of ParamSpecs as values"
    twice = sorted(key.name for key in tree if key in all_needs)
    return f"ParamSpecTree can not have cycles: {listing(twice)} on both sides" if twice else None


def _check_one_step(along: Edges, new: Edges) -> None:
    """Raise if a setpoint has setpoints."""
    setpoints = {need for needs in along.values() for need in needs}
    for name in along:
        if name in setpoints:
            who = [other for other, needs in along.items() if name in needs]
            raise DefinitionError(
                f"Paramspec {name} both depends on {list(along[name])} and is depended upon by {who}. This was caused "
                f"while adding these interdependencies {dict(new)}."
            )


def _check_acyclic(along: Edges, inferred: Edges, new: Edges) -> None:
    """Raise if something depends on itself, over however many steps."""
    both = {name: (*along.get(name, ()), *inferred.get(name, ())) for name in {*along, *inferred}}
    for name in new:
        if name in reach(both, name):
            raise DefinitionError(f"Adding these interdependencies {dict(new)} caused the graph to become cyclic.")
