"""What a run is: its identity, state and metadata, and what people say about it. Knows nothing about rows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from measurand._core import json as plain_json
from measurand._core.names import listing
from measurand.dataset._annotate import annotate
from measurand.dataset._format._annotations import captured
from measurand.dataset._format._runfile import RunInfo, read_run
from measurand.errors import DatasetError


class RunCard:
    """The run in one folder, without its rows.

    What is said about a run is appended to it and never replaces anything, by any process that may write the folder,
    also while another one is measuring.

    Args:
        path: The run's folder.

    Raises:
        RunNotFound: No run is there.
        DamagedData: The run's header is not whole.
        FormatTooNew: A later version of Measurand wrote it.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._annotate: Callable[[Mapping[str, Any]], None] = functools.partial(annotate, self._path)
        self._header = self._info().header

    def _info(self) -> RunInfo:
        """Return what the run says of itself now."""
        return read_run(self._path)

    @property
    def path(self) -> Path:
        """The run's folder."""
        return self._path

    @property
    def number(self) -> int:
        """The run's number in its data root."""
        return int(self._header["number"])

    @property
    def id(self) -> str:
        """The run's identity, 32 hexadecimal digits."""
        return str(self._header["id"])

    @property
    def name(self) -> str:
        """What the run is called; assign to rename it."""
        return self._info().annotations.name

    @name.setter
    def name(self, name: str) -> None:
        _assign(self, "name", name)

    @property
    def sample(self) -> str:
        """What was measured; can be assigned to."""
        return self._info().annotations.sample

    @sample.setter
    def sample(self, sample: str) -> None:
        _assign(self, "sample", sample)

    @property
    def experiment(self) -> str:
        """What the run belongs to; can be assigned to."""
        return self._info().annotations.experiment

    @experiment.setter
    def experiment(self, experiment: str) -> None:
        _assign(self, "experiment", experiment)

    @property
    def tags(self) -> tuple[str, ...]:
        """The run's tags, in the order they were given."""
        return self._info().annotations.tags

    @property
    def starred(self) -> bool:
        """Whether somebody gave the run a star."""
        return self._info().annotations.starred

    @property
    def notes(self) -> tuple[str, ...]:
        """All remarks, oldest first."""
        return self._info().annotations.notes

    @property
    def status(self) -> str:
        """``"running"``, ``"completed"``, ``"interrupted"``, ``"failed"``, or ``"lost"``: its process died."""
        return self._info().status()

    @property
    def events(self) -> tuple[dict[str, Any], ...]:
        """What happened to the run, oldest first: each with ``event`` and ``time``."""
        return self._info().events

    @property
    def metadata(self) -> dict[str, Any]:
        """What was noted about the run.

        The metadata the user gave, then or later, and ``sample``, ``experiment``, ``started``, ``ended``, ``host``,
        ``user``, ``versions``, ``error``, and what else was captured when the run began.
        """
        info = self._info()
        header, end, said = info.header, info.end or {}, info.annotations
        before = {"sample": said.sample, "experiment": said.experiment, "started": header.get("started")}
        after = {"host": None, "user": None, "versions": None, **captured(header, info.events)}
        return {**said.metadata, **before, "ended": end.get("time"), **after, "error": end.get("error")}

    def tag(self, *tags: str) -> None:
        """Give the run tags; one it has already changes nothing.

        Args:
            tags: Short texts, e.g. ``"good"``.

        Raises:
            DatasetError: A tag is empty or no text.
            StorageFailed: The disk refuses, or the run may not be written by this user.
        """
        for tag in [_checked("tag", tag) for tag in tags]:
            if tag not in self.tags:
                self._annotate({"event": "tag", "tag": tag})

    def untag(self, *tags: str) -> None:
        """Take tags away; the run's events keep that it had them.

        Raises:
            DatasetError: The run has no such tag.
            StorageFailed: The disk refuses, or the run may not be written by this user.
        """
        for tag in tags:
            if tag not in self.tags:
                raise DatasetError(f"Run {self.number} has no tag {tag!r}; it has {listing(self.tags)}.")
            self._annotate({"event": "untag", "tag": tag})

    def star(self, starred: bool = True) -> None:
        """Give the run a star, or take it away with ``False``."""
        self._annotate({"event": "star", "starred": bool(starred)})

    def note(self, text: str) -> None:
        """Add a remark; those that are there stay."""
        self._annotate({"event": "note", "text": _checked("note", text)})

    def rename(self, name: str) -> None:
        """Call the run ``name``; its folder keeps the name it was made with."""
        _assign(self, "name", name)

    def add_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Lay ``metadata`` over what is known already: ``{"fridge": {"temperature": 0.02}}`` leaves other keys of fridge."""
        if not isinstance(metadata, Mapping):
            raise DatasetError(
                f"{metadata!r} is no metadata; it is a dict of names and values, which may be dicts too."
            )
        self._annotate({"event": "metadata", "values": plain_json.to_plain(metadata)})


def _assign(run: RunCard, key: str, text: str) -> None:
    if not isinstance(text, str) or (key == "name" and not text.strip()):
        raise DatasetError(f"{text!r} cannot be the {key} of run {run.number}: it must be a text.")
    run._annotate({"event": "set", key: text})


def _checked(what: str, text: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise DatasetError(f"{text!r} cannot be a {what}: it must be a text that is not empty.")
    return text.strip()
