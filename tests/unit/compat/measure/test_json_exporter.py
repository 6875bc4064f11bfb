"""JSON files that subscribers keep."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np

from measurand.compat.measure import (
    export_data_as_json_heatmap,
    export_data_as_json_linear,
    json_template_heatmap,
    json_template_linear,
)


def test_a_line_grows(tmp_path: Path) -> None:
    file = tmp_path / "line.json"
    state: dict[str, Any] = {"json": copy.deepcopy(json_template_linear)}
    export_data_as_json_linear([], 0, state, str(file))
    assert not file.exists()
    export_data_as_json_linear([(1, 2), (3, np.float64(4.5))], 2, state, str(file))
    export_data_as_json_linear([(5, 6)], 3, state, str(file))
    content = json.loads(file.read_text())
    assert content["type"] == "linear"
    assert (content["x"]["data"], content["y"]["data"]) == ([1, 3, 5], [2, 4.5, 6])
    assert json_template_linear["x"]["data"] == []


def test_a_map_fills_up(tmp_path: Path) -> None:
    file = tmp_path / "map.json"
    data = {name: np.full(4, np.nan) for name in "xyz"} | {"xlen": 2, "ylen": 2, "location": 0}
    state: dict[str, Any] = {"json": copy.deepcopy(json_template_heatmap), "data": data}
    export_data_as_json_heatmap([], 0, state, str(file))
    assert not file.exists()
    export_data_as_json_heatmap([(1, 10, 5), (1, 20, 6)], 2, state, str(file))
    export_data_as_json_heatmap([(2, 10, 7), (2, 20, 8)], 4, state, str(file))
    content = json.loads(file.read_text())
    assert (content["x"]["data"], content["y"]["data"]) == ([1, 2], [10, 20])
    assert content["z"]["data"] == [[5, 6], [7, 8]]
    assert data["location"] == 4
