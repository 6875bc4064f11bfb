"""What a run says of its parameters: kinds, labels, units, what depends on what. Knows all versions of that JSON, no SQLite.

Version 0 lists old parameter specifications with ``depends_on`` and ``inferred_from``; 1 has the dependencies as a map; 2 and
3 have both, 3 has shapes. Before there was any JSON, the tables ``layouts`` and ``dependencies`` said it; they still do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from measurand.errors import DamagedData


@dataclass(frozen=True)
class Quantity:
    """One parameter: ``paramtype`` is ``"numeric"``, ``"complex"``, ``"text"`` or ``"array"``."""

    name: str
    paramtype: str
    label: str
    unit: str


@dataclass(frozen=True)
class Description:
    """What a run says of its parameters.

    Attributes:
        quantities: The parameters by name.
        dependencies: The setpoints of each that depends on some, outermost first.
        inferences: What each inferred one was inferred from.
        standalones: Those that neither depend nor are depended on.
        shapes: The shape of the grid of a parameter, where it was declared.
    """

    quantities: Mapping[str, Quantity]
    dependencies: Mapping[str, tuple[str, ...]]
    inferences: Mapping[str, tuple[str, ...]]
    standalones: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]

    def tree(self, top: str) -> tuple[str, ...]:
        """Return what is stored together with ``top``: itself, its setpoints, then what is inferred from any of these."""
        found = [top, *self.dependencies.get(top, ())]
        inferred: set[str] = set()
        while new := {
            name
            for name, basis in self.inferences.items()
            if name not in inferred and name not in found and any(b in inferred or b in found for b in basis)
        }:
            inferred |= new
        return (*found, *sorted(inferred))


def described(text: str) -> Description:
    """Return what the JSON of a run says.

    Raises:
        DamagedData: It is no such description.
    """
    try:
        said = json.loads(text)
        shapes = {name: tuple(shape) for name, shape in (said.get("shapes") or {}).items()}
        if "interdependencies_" in said:
            return _from_maps(said["interdependencies_"], shapes)
        inner = said["interdependencies"]
        return _from_specs(inner["paramspecs"], shapes) if "paramspecs" in inner else _from_maps(inner, shapes)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedData(
            f"the description of its parameters cannot be read ({type(error).__name__}: {error})"
        ) from error


def present_text(text: str | None, description: Description) -> str:
    """Return the description of a run as JSON that every present reader takes: its own, unless that is older than versions."""
    if text is not None and "version" in json.loads(text):
        return text
    return description_text(description)


def description_text(description: Description) -> str:
    """Return a description as the JSON that QCoDeS reads, with the form that older releases need beside."""
    old = [
        {
            "name": q.name, "paramtype": q.paramtype, "label": q.label, "unit": q.unit,
            "inferred_from": list(description.inferences.get(q.name, ())),
            "depends_on": list(description.dependencies.get(q.name, ())),
        }
        for q in description.quantities.values()
    ]  # fmt: skip
    new = {
        "parameters": {
            q.name: {"name": q.name, "paramtype": q.paramtype, "label": q.label, "unit": q.unit}
            for q in description.quantities.values()
        },
        "dependencies": {name: list(along) for name, along in description.dependencies.items()},
        "inferences": {name: list(basis) for name, basis in description.inferences.items()},
        "standalones": list(description.standalones),
    }
    shapes = {name: list(shape) for name, shape in description.shapes.items()} or None
    return json.dumps(
        {"version": 3, "interdependencies": {"paramspecs": old}, "interdependencies_": new, "shapes": shapes}
    )


def described_by_tables(
    layouts: Sequence[tuple[int, str, str, str, str]],
    dependencies: Iterable[tuple[int, int, int]],
    types: Mapping[str, str],
) -> Description:
    """Return what the tables of a run say.

    Args:
        layouts: layout_id, name, label, unit, names it is inferred from (separated by commas) of each parameter.
        dependencies: layout_id of the dependent, of the setpoint, number of the axis.
        types: Declared type of each column.
    """
    names = {layout_id: name for layout_id, name, *_ in layouts}
    axes: dict[str, list[tuple[int, str]]] = {}
    for dependent, independent, axis in dependencies:
        if dependent in names and independent in names:
            axes.setdefault(names[dependent], []).append((axis, names[independent]))
    specs = [
        {
            "name": name, "paramtype": types.get(name, "numeric"), "label": label, "unit": unit,
            "depends_on": [setpoint for _, setpoint in sorted(axes.get(name, []))],
            "inferred_from": [basis.strip() for basis in (inferred or "").split(",") if basis.strip() in names.values()],
        }
        for _, name, label, unit, inferred in layouts
    ]  # fmt: skip
    return _from_specs(specs, {})


def _from_maps(said: Mapping[str, Any], shapes: dict[str, tuple[int, ...]]) -> Description:
    quantities = {name: _quantity(spec) for name, spec in said["parameters"].items()}
    dependencies = {name: tuple(setpoints) for name, setpoints in said["dependencies"].items()}
    inferences = {name: tuple(basis) for name, basis in said["inferences"].items()}
    return Description(quantities, dependencies, inferences, tuple(said["standalones"]), shapes)


def _from_specs(specs: Sequence[Mapping[str, Any]], shapes: dict[str, tuple[int, ...]]) -> Description:
    quantities = {spec["name"]: _quantity(spec) for spec in specs}
    dependencies = {spec["name"]: tuple(spec["depends_on"]) for spec in specs if spec["depends_on"]}
    inferences = {spec["name"]: tuple(spec["inferred_from"]) for spec in specs if spec["inferred_from"]}
    used = {name for group in (dependencies, inferences) for key, names in group.items() for name in (key, *names)}
    return Description(quantities, dependencies, inferences, tuple(n for n in quantities if n not in used), shapes)


def _quantity(spec: Mapping[str, Any]) -> Quantity:
    return Quantity(spec["name"], spec["paramtype"], spec.get("label") or "", spec.get("unit") or "")
