"""Writing a station file: what was read, with its comments and its order, and the settings as they are now."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from measurand.station._document import Document

_FLOAT = "tag:yaml.org,2002:float"
_HEAD = "As they were when this was saved. Loading ignores them; station.restore(file) previews and sets them."


def save(path: Path, documents: Sequence[Document], settings: Mapping[str, Any], settings_only: bool) -> None:
    """Write a station file, whole or not at all.

    Args:
        path: Where.
        documents: What was read, in this order.
        settings: As `known_settings` gives them.
        settings_only: Leave what was read out.
    """
    text = dumped([] if settings_only else documents, settings)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def dumped(documents: Sequence[Document], settings: Mapping[str, Any]) -> str:
    """Return the text of the file."""
    from ruamel.yaml.comments import CommentedMap

    yaml = _round_trip()
    trees = [tree for tree in (yaml.load(document.text) for document in documents) if tree]
    whole = trees[0] if trees else CommentedMap()
    for tree in trees[1:]:
        _join(whole, tree)
    if settings:
        kept = {name: values for name, values in (whole.get("settings") or {}).items() if name not in settings}
        table = CommentedMap(kept)
        for name, values in settings.items():
            _enter(table, name, values)
        had_settings = "settings" in whole
        whole["settings"] = table
        if not had_settings:
            whole.yaml_set_comment_before_after_key("settings", before=_HEAD)
    out = io.StringIO()
    yaml.dump(whole, out)
    return out.getvalue()


class _Number(float):
    """A number as it was written; ruamel's own round trip may change the last digit."""

    text: str


def _round_trip() -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import RoundTripConstructor
    from ruamel.yaml.representer import RoundTripRepresenter

    class Constructor(RoundTripConstructor):
        def number(self, node: Any) -> float:
            number = _Number(RoundTripConstructor.construct_yaml_float(self, node))
            number.text = node.value
            return number

    class Representer(RoundTripRepresenter):
        def number(self, number: _Number) -> Any:
            return self.represent_scalar(_FLOAT, number.text)

    Constructor.add_constructor(_FLOAT, Constructor.number)
    Representer.add_representer(_Number, Representer.number)
    yaml = YAML(typ="rt")
    yaml.Constructor, yaml.Representer = Constructor, Representer
    yaml.preserve_quotes = True
    yaml.width = 4096  # lines stay as they were
    return yaml


def _join(into: Any, tree: Any) -> None:
    """Enter what ``into`` does not say, with its comments."""
    for key, value in tree.items():
        if key not in into or into[key] is None:
            into[key] = value
            if key in tree.ca.items:
                into.ca.items[key] = tree.ca.items[key]
        elif isinstance(value, Mapping) and isinstance(into[key], Mapping):
            _join(into[key], value)


def _enter(table: Any, name: str, values: Any) -> None:
    """Enter the value of a parameter, or those of an instrument, each with its unit as comment."""
    from ruamel.yaml.comments import CommentedMap

    if isinstance(values, Mapping):
        inner = CommentedMap()
        for path, value in values.items():
            _enter(inner, path, value)
        table[name] = inner
        return
    value, unit = values
    table[name] = value
    if unit and not isinstance(value, (list, Mapping)):
        table.yaml_add_eol_comment(unit, name)
