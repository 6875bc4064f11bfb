"""One YAML file as plain data that remembers the line of every entry. Knows YAML, and nothing of what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from measurand.station._problems import Mark, Path, Problem, Spot

_MERGE = "tag:yaml.org,2002:merge"  # the key <<


@dataclass
class Document:
    """What a file holds.

    Attributes:
        file: Its name, as it was given.
        text: Its text.
        data: Its entries as dicts, lists and plain values.
        spots: Where each entry stands, by its path.
        problems: What cannot be read.
    """

    file: str
    text: str
    data: dict[Any, Any] = field(default_factory=dict)
    spots: dict[Path, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def spot(self, at: Path) -> Spot:
        """Return where an entry stands, or else the nearest entry above it."""
        while at and at not in self.spots:
            at = at[:-1]
        start = Mark(self.file, 1, 1)
        return self.spots.get(at, Spot(start, start))


def read_file(path: FilePath, shown: str | None = None) -> Document:
    """Return the document in a file; a file that cannot be read is a document with that problem."""
    name = str(path) if shown is None else shown
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows editors begin a file with a mark of its encoding
    except OSError as error:
        return Document(name, "", problems=[Problem(Mark(name, 1, 1), f"cannot be read: {error.strerror}.")])
    except UnicodeDecodeError as error:
        why = f"is no UTF-8 text (byte {error.start}). Save it as UTF-8."
        return Document(name, "", problems=[Problem(Mark(name, 1, 1), why)])
    return read_text(text, name)


def read_text(text: str, file: str) -> Document:
    """Return the document in a text; ``file`` is what messages call it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    document = Document(file, text)
    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        where = error.problem_mark or error.context_mark
        mark = Mark(file, where.line + 1, where.column + 1) if where else Mark(file, 1, 1)
        document.problems.append(Problem(mark, f"no valid YAML: {error.problem or error.context}."))
        return document
    except YAMLError as error:
        document.problems.append(Problem(Mark(file, 1, 1), f"no valid YAML: {error}."))
        return document
    if root is None:
        return document
    data = _Builder(document, yaml.constructor).build(root, (), ())
    if isinstance(data, dict):
        document.data = data
    else:
        document.problems.append(
            Problem(_mark(file, root), f"the file holds {data!r}; a station file is a table, e.g. 'instruments:'.")
        )
    return document


class _Builder:
    """Turns the nodes of one document into plain data.

    Args:
        document: Receives spots and problems.
        constructor: Makes the value of a scalar.
    """

    def __init__(self, document: Document, constructor: Any) -> None:
        self._document = document
        self._constructor = constructor

    def build(self, node: Any, at: Path, above: tuple[Any, ...]) -> Any:
        """Return what a node holds; ``above`` are the nodes it stands in."""
        if any(node is it for it in above):
            self._tell(node, "a part of the file that contains itself.")
            return None
        if isinstance(node.value, str):
            return self._scalar(node)
        above = (*above, node)
        if all(isinstance(item, tuple) for item in node.value) and node.tag.endswith(":map"):
            return self._mapping(node, at, above)
        items = []
        for index, item in enumerate(node.value):
            mark = _mark(self._document.file, item)
            self._document.spots[*at, index] = Spot(mark, mark)
            items.append(self.build(item, (*at, index), above))
        return items

    def _mapping(self, node: Any, at: Path, above: tuple[Any, ...]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        own: dict[Any, int] = {}
        for key_node, value_node in self._entries(node):
            key = self._scalar(key_node) if isinstance(key_node.value, str) else str(key_node.value)
            mark = _mark(self._document.file, key_node)
            if key in own:
                self._tell(key_node, f"{key!r} is given twice, first on line {own[key]}. Keep one of them.")
                continue
            own[key] = mark.line
            self._document.spots[*at, key] = Spot(mark, _mark(self._document.file, value_node))
            found[key] = self.build(value_node, (*at, key), above)
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                self._merge(value_node, at, found, above)
        return found

    def _entries(self, node: Any) -> Iterator[tuple[Any, Any]]:
        return ((key, value) for key, value in node.value if key.tag != _MERGE)

    def _merge(self, node: Any, at: Path, found: dict[Any, Any], above: tuple[Any, ...]) -> None:
        """Enter what ``<<`` brings in, where the mapping itself says nothing."""
        for source in node.value if node.tag.endswith(":seq") else [node]:
            if not source.tag.endswith(":map"):
                self._tell(source, "<< takes a table, or a list of tables.")
                continue
            before = dict(self._document.spots)
            merged = self._mapping(source, at, above)
            self._document.spots.update(before)  # what stands here itself counts
            for key, value in merged.items():
                found.setdefault(key, value)

    def _scalar(self, node: Any) -> Any:
        from ruamel.yaml.error import YAMLError

        try:
            value = self._constructor.construct_object(node)
        except (YAMLError, ValueError) as error:  # ValueError: a date that does not exist
            self._tell(node, f"{node.value!r} cannot be read: {getattr(error, 'problem', None) or error}.")
            return None
        return value if value is None or isinstance(value, (str, bool, int, float)) else node.value

    def _tell(self, node: Any, text: str) -> None:
        self._document.problems.append(Problem(_mark(self._document.file, node), text))


def _mark(file: str, node: Any) -> Mark:
    return Mark(file, node.start_mark.line + 1, node.start_mark.column + 1)
