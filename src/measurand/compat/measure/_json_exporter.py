"""QCoDeS's subscribers that keep a JSON file of what is measured: a line, or a map, for programs that draw it."""

from __future__ import annotations

import json
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

_X = {"data": [], "name": "", "full_name": "", "is_setpoint": True, "unit": ""}
_RESULT = {"data": [], "name": "", "full_name": "", "is_setpoint": False, "unit": ""}

json_template_linear: dict[str, Any] = {"type": "linear", "x": {**_X, "data": []}, "y": {**_RESULT, "data": []}}
"""What the file of a line holds; copy it deeply into ``state["json"]``."""

json_template_heatmap: dict[str, Any] = {
    "type": "heatmap",
    "x": {**_X, "data": []},
    "y": {**_X, "data": []},
    "z": {**_RESULT, "data": []},
}
"""What the file of a map holds; copy it deeply into ``state["json"]``."""


def export_data_as_json_linear(
    data: Sequence[Sequence[Any]], length: int, state: MutableMapping[str, Any], location: str
) -> None:
    """Add points to the file of a line.

    Args:
        data: New points, each ``(x, y)``.
        length: Accepted; how many there are by now.
        state: Holds under ``"json"`` what the file holds.
        location: Path of the file.
    """
    del length
    if not len(data):
        return
    for place, name in enumerate("xy"):
        state["json"][name]["data"] += [_plain(point[place]) for point in data]
    _write(location, state["json"])


def export_data_as_json_heatmap(
    data: Sequence[Sequence[Any]], length: int, state: MutableMapping[str, Any], location: str
) -> None:
    """Add points to the file of a map.

    Args:
        data: New points, each ``(x, y, z)``.
        length: Accepted; how many there are by now.
        state: Holds under ``"json"`` what the file holds, and under ``"data"`` the arrays ``x``, ``y`` and ``z`` of
            ``xlen * ylen`` points, and ``location``, how many of them are filled, from 0.
        location: Path of the file.
    """
    import numpy as np

    del length
    if not len(data):
        return
    kept = state["data"]
    begin, end = kept["location"], kept["location"] + len(data)
    for place, name in enumerate("xyz"):
        kept[name][begin:end] = [_plain(point[place]) for point in data]
    kept["location"] = end
    grid = (kept["xlen"], kept["ylen"])
    shown = state["json"]
    shown["x"]["data"] = np.asarray(kept["x"]).reshape(grid)[:, 0].tolist()
    shown["y"]["data"] = np.asarray(kept["y"]).reshape(grid)[0].tolist()
    shown["z"]["data"] = np.asarray(kept["z"]).reshape(grid).tolist()
    _write(location, shown)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _write(location: str, content: Any) -> None:
    Path(location).write_text(json.dumps(content), encoding="utf-8")
