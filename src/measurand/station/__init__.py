"""A laboratory in one file: which instruments there are, with which limits, and how they were set.

`Station` reads station files (YAML, in the words of QCoDeS), loads instruments, records all of them in one snapshot,
saves their settings and restores them after showing a `Preview`. `check_station` judges files without touching
hardware, `station_schema` tells editors what may stand in them. Knows nothing about sweeps or data.
"""

from measurand.station._change import Change
from measurand.station._problems import Problem
from measurand.station._reader import check_station
from measurand.station._restore import Preview
from measurand.station._schema import station_schema, update_schema
from measurand.station._station import Station

__all__ = ["Change", "Preview", "Problem", "Station", "check_station", "station_schema", "update_schema"]
