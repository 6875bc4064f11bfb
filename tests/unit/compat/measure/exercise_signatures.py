"""What functions and methods take, by the names of either side."""

from __future__ import annotations

import inspect
from typing import Any

NAMES = (
    "plot_dataset",
    "plot_by_id",
    "import_dat_file",
    "InterDependencies_",
    "RunDescriber",
    "ParamSpec",
    "rundescriber_from_json",
)


def everything(qc: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the parameters of everything that can be called."""
    found: dict[str, Any] = {}
    for name in names:
        thing = getattr(qc, name)
        found[name] = parameters(thing)
        if inspect.isclass(thing):
            members = [member for member in dir(thing) if not member.startswith("_")]
            found |= {f"{name}.{member}": parameters(getattr(thing, member)) for member in members}
    del found["LinSweeper"]  # takes anything and hands it to LinSweep
    found.pop("InterDependencies_.graph", None)  # would need networkx
    return found


def parameters(thing: Any) -> Any:
    if not callable(thing):
        return "attribute"
    taken = inspect.signature(thing).parameters.values()
    return [[one.name, one.kind.name, one.default is not one.empty] for one in taken]
