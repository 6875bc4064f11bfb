"""``qcodes.dataset.json_exporter``."""

from measurand.compat.measure import (
    export_data_as_json_heatmap,
    export_data_as_json_linear,
    json_template_heatmap,
    json_template_linear,
)

__all__ = [
    "export_data_as_json_heatmap",
    "export_data_as_json_linear",
    "json_template_heatmap",
    "json_template_linear",
]
