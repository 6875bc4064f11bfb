"""Settings: values of parameters by path, out of live instruments, out of snapshots, into and out of files."""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from measurand._core.json import to_plain
from measurand.errors import ConfigurationError, StationFileError
from measurand.instrument import InstrumentBase
from measurand.parameters import ParameterBase
from measurand.station._components import is_closed
from measurand.station._document import read_file
from measurand.station._language import STATION
from measurand.station._problems import Tell

_log = logging.getLogger(__name__)
_COMPLEX = "__dtype__"
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def settings_of(node: InstrumentBase) -> Iterator[tuple[str, ParameterBase[Any]]]:
    """Yield the parameters below a node with their paths, each once, in the order in which the driver has them."""
    seen: set[int] = set()
    for path, parameter in _below("", node):
        if isinstance(parameter, ParameterBase) and id(parameter) not in seen:
            seen.add(id(parameter))
            yield path, parameter


def _below(path: str, place: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is below a node, or below a list of channels, which themselves may be submodules too."""
    if isinstance(place, InstrumentBase):
        yield from ((f"{path}{name}", parameter) for name, parameter in place.parameters.items())
        parts = list(place.submodules.items())
        nodes_first = sorted(parts, key=lambda part: not isinstance(part[1], InstrumentBase))
    elif not isinstance(place, Iterable):
        return
    else:
        nodes_first = [(channel.short_name, channel) for channel in place if isinstance(channel, InstrumentBase)]
    for name, part in nodes_first:
        yield from _below(f"{path}{name}.", part)


def known_settings(components: Mapping[str, Any], update: bool) -> dict[str, Any]:
    """Return what settable parameters are at, as far as that is known and can be written down.

    Args:
        components: By name; an instrument gives a table of paths, a parameter one value.
        update: Read what is not known.
    """
    found: dict[str, Any] = {}
    for name, component in components.items():
        if isinstance(component, ParameterBase):
            if (value := _known(component, update)) is not None:
                found[name] = value
        elif isinstance(component, InstrumentBase) and not is_closed(component):
            values = {path: _known(parameter, update) for path, parameter in settings_of(component)}
            found[name] = {path: value for path, value in values.items() if value is not None}
    return found


def _known(parameter: ParameterBase[Any], update: bool) -> tuple[Any, str] | None:
    """Return value and unit of a parameter as a file can hold them; None if there is nothing to write."""
    if not parameter.settable or not parameter.snapshot_value or parameter.snapshot_exclude:
        return None
    if update and parameter.gettable and not parameter.cache.valid:
        try:
            parameter.get()
        except Exception as error:  # noqa: BLE001 - one that cannot be read must not cost the others
            _log.warning("%s cannot be read and is not saved: %s", ".".join(parameter.name_parts), error)
    value = parameter.cache.value if parameter.cache.valid else None
    if value is None:
        return None
    plain = written(value)
    return None if plain is None else (plain, getattr(parameter, "unit", ""))


def written(value: Any) -> Any:
    """Return a value as YAML can hold it; None if it cannot be written so that it can be read back."""
    plain = to_plain(value)
    if isinstance(value, float) and not math.isfinite(value):
        return float(value)
    if isinstance(plain, str) and not isinstance(value, str):
        return None  # a repr, or NaN in disguise
    return plain


def wanted(source: str | os.PathLike[str] | Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a source holds, by path from the station down.

    Args:
        source: A station file, a snapshot as data or JSON file, or paths and values, also nested by instrument.

    Raises:
        ConfigurationError: It cannot be understood.
    """
    if isinstance(source, Mapping):
        return _of_data(source)
    path = Path(source).expanduser()
    if path.suffix.lower() != ".json":
        return _of_file(path, str(source))
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{source}: no snapshot can be read: {error}.") from error
    if not isinstance(data, dict):
        raise ConfigurationError(f"{source}: holds no snapshot of a station or an instrument.")
    return _of_data(data)


def _of_file(path: Path, shown: str) -> dict[str, Any]:
    """Return the settings of a station file; drivers it names need not be there."""
    document = read_file(path, shown)
    tell = Tell(document.spot)
    STATION.check(document.data, (), tell)
    problems = [*document.problems, *tell.problems]
    if problems:
        raise StationFileError(*map(str, problems))
    if "settings" not in document.data:
        raise ConfigurationError(f"{shown}: has no settings. Station.save writes a file that has.")
    found: dict[str, Any] = {}
    for name, values in (document.data["settings"] or {}).items():
        if isinstance(values, dict) and _COMPLEX not in values:
            found.update({f"{name}.{path}": value for path, value in values.items()})
        elif values is not None:
            found[name] = values
    return found


def _of_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a snapshot: of a station, of an instrument, of several by name; or of paths."""
    if isinstance(data.get("instruments"), Mapping):
        found = _of_data(data["instruments"]) if data["instruments"] else {}
        for name, state in (data.get("parameters") or {}).items():
            _enter(found, name, state)
        return found
    if isinstance(data.get("parameters"), Mapping) and "name" in data:
        return _of_node(str(data.get("full_name") or data["name"]), data)
    found = {}
    for name, state in data.items():
        if not isinstance(state, Mapping) or _COMPLEX in state:
            found[name] = state
        elif "parameters" in state or "error" in state:
            found.update(_of_node(name, state))
        else:
            found.update({f"{name}.{path}": value for path, value in state.items()})
    return found


def _of_node(path: str, state: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, known in (state.get("parameters") or {}).items():
        _enter(found, f"{path}.{name}", known)
    for name, module in (state.get("submodules") or {}).items():
        found.update(_of_node(f"{path}.{name}", module))
    for channel in (state.get("channels") or {}).values():
        found.update(_of_node(f"{path}.{channel['name']}", channel))
    return found


def _enter(found: dict[str, Any], path: str, state: Mapping[str, Any]) -> None:
    """Enter a parameter that had a value."""
    if state.get("ts") is not None and state.get("value") is not None:
        found[path] = state["value"]


def understood(value: Any, parameter: ParameterBase[Any]) -> Any:
    """Return a value as ``parameter`` takes it: JSON and YAML know no complex numbers, arrays or tuples."""
    if isinstance(value, Mapping) and value.get(_COMPLEX) == "complex":
        value = complex(value["re"], value["im"])
    candidates = [value]
    if isinstance(value, str) and value in _SPECIAL:
        candidates.insert(0, _SPECIAL[value])
    if isinstance(value, list):
        candidates += [tuple(value), *_as_array(value)]
    return next((candidate for candidate in candidates if _accepts(parameter, candidate)), value)


def _as_array(value: list[Any]) -> list[Any]:
    import numpy as np

    try:
        return [np.asarray(value)]
    except ValueError:  # rows of different lengths
        return []


def _accepts(parameter: ParameterBase[Any], value: Any) -> bool:
    try:
        parameter.validate(value)
    except Exception:  # noqa: BLE001 - a validator of the user's; why not is asked again and told later
        return False
    return True
