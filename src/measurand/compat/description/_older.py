"""Relations in the form of the first descriptions: each column names those it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from measurand.compat.description._interdependencies import InterDependencies_
from measurand.compat.description._paramspec import ParamSpec, ParamSpecBase
from measurand.errors import DefinitionError


class InterDependencies:
    """Columns, each of which says by name what it depends on and was inferred from.

    Args:
        *paramspecs: The columns.

    Raises:
        DefinitionError: One of them is no `ParamSpec`.
    """

    def __init__(self, *paramspecs: ParamSpec) -> None:
        for one in paramspecs:
            if not isinstance(one, ParamSpec):
                raise DefinitionError(
                    f"Got invalid input. All paramspecs must be ParamSpecs, but {one!r} is of type {type(one)}."
                )
        self.paramspecs = paramspecs

    def _to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"paramspecs": tuple(one._to_dict() for one in self.paramspecs)}

    @classmethod
    def _from_dict(cls, ser: Mapping[str, Any]) -> InterDependencies:
        """Return what plain data describes."""
        return cls(*(ParamSpec._from_dict(one) for one in ser["paramspecs"]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InterDependencies) and sorted(map(repr, self.paramspecs)) == sorted(
            map(repr, other.paramspecs)
        )

    __hash__ = None  # type: ignore[assignment]  # its columns can be replaced

    def __repr__(self) -> str:
        return f"InterDependencies({', '.join(map(repr, self.paramspecs))})"


def new_to_old(idps: InterDependencies_) -> InterDependencies:
    """Return relations in the older form: what others need comes first."""
    along, inferred = idps.dependencies, idps.inferences
    needed = [need for tree in (along, inferred) for needs in tree.values() for need in needs]
    order = dict.fromkeys([*needed, *along, *inferred, *idps.paramspecs])
    return InterDependencies(
        *(
            ParamSpec(
                one.name,
                one.type,
                one.label,
                one.unit,
                [need.name for need in inferred.get(one, ())],
                [need.name for need in along.get(one, ())],
            )
            for one in order
        )
    )


def old_to_new(idps: InterDependencies) -> InterDependencies_:
    """Return relations in the present form.

    Raises:
        DefinitionError: A column names one that is not there, or the relations contradict each other.
    """
    specs: dict[str, ParamSpecBase] = {one.name: one.base_version() for one in idps.paramspecs}
    for one in idps.paramspecs:
        for need in (*one.depends_on_, *one.inferred_from_):
            if need not in specs:
                raise DefinitionError(f"{one.name} names {need}, which is not among {list(specs)}.")
    new = InterDependencies_()
    for one in idps.paramspecs:
        if one.depends_on_:
            new.add_dependencies({specs[one.name]: tuple(specs[need] for need in one.depends_on_)})
    for one in idps.paramspecs:
        if one.inferred_from_:
            new.add_inferences({specs[one.name]: tuple(specs[need] for need in one.inferred_from_)})
    new.add_standalones(tuple(specs.values()))
    return new
