"""Make the same relations with the classes of either side, and say what came out. Run with the real QCoDeS it prints JSON."""

from __future__ import annotations

import json
import random
import sys
from types import SimpleNamespace
from typing import Any

NAMES = "abcdef"
Plan = tuple[str, dict[str, list[str]], dict[str, list[str]]]


def plans(number: int) -> list[Plan]:
    """Return names, dependencies and inferences, half of which contradict themselves; the same ones every time."""
    dice = random.Random(7)
    made: list[Plan] = []
    for _ in range(number):
        names = NAMES[: dice.randint(1, len(NAMES))]
        along: dict[str, list[str]] = {}
        inferred: dict[str, list[str]] = {}
        for one in names:
            for other in names:
                draw = dice.random()
                if one != other and draw < 0.3:
                    (along if draw < 0.15 else inferred).setdefault(one, []).append(other)
        made.append((names, along, inferred))
    return made


def build(qc: Any, plan: Plan) -> Any:
    """Return what ``plan`` says, built in one go."""
    names, along, inferred = plan
    specs = {
        name: qc.ParamSpecBase(name, ("numeric", "array", "text", "complex")[n % 4], name.upper(), "µV")
        for n, name in enumerate(names)
    }
    trees = [
        {specs[key]: tuple(specs[need] for need in needs) for key, needs in one.items()} for one in (along, inferred)
    ]
    return qc.InterDependencies_(*trees, standalones=tuple(specs.values()))


def observed(qc: Any, plan: Plan) -> Any:
    """Return everything that can be asked about ``plan``, as plain data; for one that is refused, that."""
    try:
        made = build(qc, plan)
    except ValueError:
        return "refused"
    return {
        "json": [sorted_standalones(qc.to_json_as_version(qc.RunDescriber(made, {"a": (2, 3)}), v)) for v in range(4)],
        "top": [one.name for one in made.top_level_parameters],
        "names": made.names,
        "trees": [sorted(one.name for one in made.find_all_parameters_in_tree(spec)) for spec in made.paramspecs],
        "groups": [
            [[one.name for one in group] for group in made.all_parameters_in_tree_by_group(spec)[1:]]
            for spec in made.paramspecs
        ],
        "needing": [
            [[one.name for one in f(spec)] for f in (made.what_depends_on, made.what_is_inferred_from)]
            for spec in made.paramspecs
        ],
        "subsets": [valid(made, subset) for subset in (made.paramspecs[:1], made.paramspecs[:2], made.paramspecs)],
        "removed": [removed(made, spec) for spec in made.paramspecs],
        "graph": made.to_ipycytoscape_json(),
    }


def sorted_standalones(text: str) -> Any:
    """Return a description with those columns sorted whose order QCoDeS leaves to chance; other orders count."""
    data = json.loads(text)
    for key in ("interdependencies", "interdependencies_"):
        for order in ("standalones", "paramspecs"):
            if order in data.get(key, {}):
                data[key][order] = sorted(data[key][order], key=str) if order == "standalones" else data[key][order]
    alone = set(data.get("interdependencies_", {}).get("standalones", ()))
    specs = data["interdependencies"].get("paramspecs", [])
    alone |= {one["name"] for one in specs if not one["depends_on"] and not one["inferred_from"]}
    ends = len(specs)
    while ends and specs[ends - 1]["name"] in alone:
        ends -= 1
    specs[ends:] = sorted(specs[ends:], key=lambda one: str(one["name"]))
    return json.dumps(data)


def valid(made: Any, subset: Any) -> bool:
    try:
        made.validate_subset(subset)
    except Exception:
        return False
    return True


def removed(made: Any, spec: Any) -> list[str] | None:
    try:
        return sorted(one.name for one in made.remove(spec).standalones)
    except ValueError:
        return None


def main() -> None:
    """Print what the real QCoDeS does, and what it reads from descriptions that come on the standard input."""
    from qcodes.dataset import InterDependencies_, RunDescriber, rundescriber_from_json  # type: ignore[import-not-found]  # there, not here
    from qcodes.dataset.descriptions.versioning.serialization import (  # type: ignore[import-not-found]  # there, not here
        to_json_as_version,
    )
    from qcodes.parameters import ParamSpecBase  # type: ignore[import-not-found]  # there, not here

    qc = SimpleNamespace(
        InterDependencies_=InterDependencies_,
        ParamSpecBase=ParamSpecBase,
        RunDescriber=RunDescriber,
        to_json_as_version=to_json_as_version,
    )
    given = json.load(sys.stdin)
    read = [sorted_standalones(to_json_as_version(rundescriber_from_json(text), 3)) for text in given["texts"]]
    json.dump({"observed": [observed(qc, plan) for plan in plans(given["number"])], "read": read}, sys.stdout)


if __name__ == "__main__":
    main()
