"""``qcodes.dataset.guids``."""

from measurand.compat.dataset import (
    build_guid_from_components,
    filter_guids_by_parts,
    generate_guid,
    parse_guid,
    set_guid_location_code,
    set_guid_work_station_code,
    validate_guid_format,
)

__all__ = [
    "build_guid_from_components",
    "filter_guids_by_parts",
    "generate_guid",
    "parse_guid",
    "set_guid_location_code",
    "set_guid_work_station_code",
    "validate_guid_format",
]
