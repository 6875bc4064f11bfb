"""How the arguments of 2016 become a run: where it is stored, what is shown, whether it waits. Knows no sweep."""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from measurand._core.clock import SYSTEM_CLOCK
from measurand._core.names import listing, nearest
from measurand._core.stop import current_stop
from measurand.dataset import DataRoot, MemoryStore, Store
from measurand.errors import DefinitionError
from measurand.measure._background_task import BackgroundTask
from measurand.measure._execute import QUEUE, Options, run, start
from measurand.measure._level import Level
from measurand.measure._loop_data import LoopData
from measurand.measure._run import Run

_log = logging.getLogger(__name__)

Location = str | os.PathLike[str] | bool | None

_FOLDER = "Say location='a folder' to store elsewhere than in the data root of this process."
_GONE = {
    "data_manager": "",
    "write_period": "",
    "overwrite": "No run is ever overwritten: each has a folder of its own.",
    "loc_record": "Say name='…' to name the run.",
    "io": _FOLDER,
    "formatter": "Say export=['gnuplot'] for text files of the finished run; it is always stored in Measurand's own format.",
}
"""Arguments of 2016: those without a text are accepted, the others refused unless they ask for nothing."""


@dataclass(frozen=True)
class Setting:
    """What a loop is run with unless `run` says otherwise.

    Attributes:
        station: Whose state is kept with the run, and whose default measurement is taken.
        progress_interval: As for `Loop`.
        task: What looks on.
    """

    station: Any = None
    progress_interval: float | bool | None = None
    task: BackgroundTask | None = None


@dataclass(frozen=True)
class Wish:
    """What one call of `run` asked for, its arguments checked.

    Attributes:
        where: The call, for messages, e.g. ``"Loop.run"``.
        background: Whether it returns at once.
        options: As for `measurand.measure.run`.
        name: What the run is called.
    """

    where: str
    background: bool
    name: str
    options: Mapping[str, Any]


def place_of(location: Location, data: Store | None, where: str) -> Store | None:
    """Return where a run is stored; None: in the data root of this process.

    Args:
        location: A folder; False: memory; None: ``data``.
        data: A data root, or None.
        where: The call, for messages.
    """
    if location is None:
        return data
    if data is not None:
        raise DefinitionError(f"{where}: location={location!r} and data= both say where to store; give one of them.")
    if location is False:
        return MemoryStore()
    if isinstance(location, bool) or not isinstance(location, (str, os.PathLike)):
        raise DefinitionError(f"{where}: location={location!r} refused, allowed are a folder, False and None.")
    if "{" in str(location):
        raise DefinitionError(
            f"{where}: location={str(location)!r} refused: there are no templates. Give a folder; in it every run gets "
            f"one of its own, by date, number and name."
        )
    return DataRoot(Path(location))


def asked(
    where: str,
    setting: Setting,
    *,
    background: bool,
    use_threads: bool,
    quiet: bool,
    station: Any,
    progress_interval: float | bool | None,
    name: str | None,
    options: Mapping[str, Any],
) -> Wish:
    """Return the arguments of a run, checked and in the words of `measurand.measure.run`.

    Raises:
        DefinitionError: One is unknown (the nearest is named), or its value means nothing.
    """
    chosen = _known(where, options)
    chosen.setdefault("progress", _progress(where, setting, progress_interval, quiet=quiet, background=background))
    chosen.setdefault("lanes", use_threads)
    described = setting.station if station is None else station
    if described is not None:
        chosen.setdefault("snapshot", described.snapshot)
    if setting.task is not None:
        chosen["observers"] = (*chosen.get("observers", ()), setting.task.observer())
        chosen["observe_every"] = min(setting.task.min_delay, chosen.get("observe_every", math.inf))
    return Wish(where, background, name or "", chosen)


def perform(plan: Level, data: LoopData, place: Store | None, wish: Wish) -> LoopData:
    """Run a plan as it was wished, and show it in ``data`` from its start on."""
    options = {**wish.options, "data": place}
    handle = Run(plan, wish.name, clock=options.get("clock", SYSTEM_CLOCK))
    data.follow_run(handle)
    if wish.background:
        start(plan, wish.name, handle=handle, **options)
    else:
        _after_background_runs(wish.where)
        run(plan, wish.name, handle=handle, **options)
    return data


def _after_background_runs(where: str) -> None:
    """Wait until no background run moves anything any more; not inside a run, which would wait for itself."""
    if current_stop() is not None or threading.current_thread() is not threading.main_thread():
        return
    for before in QUEUE:
        _log.warning("%s waits for the end of %r, which runs in the background; halt_bg() ends that.", where, before)
        before.wait()


def _known(where: str, options: Mapping[str, Any]) -> dict[str, Any]:
    allowed = [one.name for one in fields(Options) if one.name not in ("name", "handle", "apart")]
    chosen = dict(options)
    for word in options:
        if word in _GONE:
            value = chosen.pop(word)
            if _GONE[word] and value not in (None, False):
                raise DefinitionError(
                    f"{where}: {word}={value!r} refused, there is no such thing any more. {_GONE[word]}"
                )
        elif word not in allowed:
            words = [*allowed, "background", "use_threads", "quiet", "station", "progress_interval", "name", "location"]
            close = nearest(word, words)
            meant = f" Did you mean {close}?" if close else ""
            raise DefinitionError(
                f"{where}: unknown argument {word}={options[word]!r}.{meant} Allowed are {listing(words)}."
            )
    return chosen


def _progress(
    where: str, setting: Setting, interval: float | bool | None, *, quiet: bool, background: bool
) -> bool | None:
    given = setting.progress_interval if interval is None else interval
    if given is not None and (not isinstance(given, (int, float)) or not 0 <= given < math.inf):
        raise DefinitionError(f"{where}: progress_interval={given!r} refused, allowed are numbers from 0 s and None.")
    if quiet:
        return False
    if given is None:
        return False if background else None
    return bool(given)
