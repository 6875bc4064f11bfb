"""A reader of runs in nothing but Python's standard library, made from ``docs/reference/run-format.md`` alone.

It shows that the page is enough: it knows that page and the public description of Arrow's streams and flatbuffers
(``Message.fbs``, ``Schema.fbs``), and nothing of Measurand, numpy or pyarrow. It is written to be read and translated,
not to be fast. What it cannot do by itself is to unpack zstd and lz4; whoever can passes ``unpack``.

Values are plain: numbers, bools, complex numbers, texts; of an enum its text; times as ns since 1970-01-01 UTC or None;
arrays as ``Array(shape, values)``, row-major.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import re
import socket
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

Unpack = Callable[[str, bytes, int], bytes]
NO_TIME = -(2**63)


class Array(NamedTuple):
    shape: tuple[int, ...]
    values: list[Any]


class Row(NamedTuple):
    time: int
    index: tuple[int, ...]
    values: tuple[Any, ...]


class Piece(NamedTuple):
    """Rows of one file: the number of the first, the rows, what did not prove itself, and the table as the file tells it."""

    start: int
    rows: list[Row]
    doubts: list[str]
    spec: dict[str, Any] | None = None


@dataclass(frozen=True)
class Table:
    spec: dict[str, Any]
    rows: list[Row]
    doubts: list[str]

    def column(self, name: str) -> list[Any]:
        place = [column["name"] for column in self.spec["columns"]].index(name)
        return [row.values[place] for row in self.rows]


@dataclass
class Run:
    """What ``run.jsonl`` says, remarks laid over the header."""

    folder: Path
    header: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    starred: bool = False
    end: dict[str, Any] | None = None
    host: str = ""
    part: int = 1


def refuse(codec: str, data: bytes, size: int) -> bytes:
    raise NotImplementedError(f"packed with {codec}, which the standard library cannot unpack: pass unpack")


# --- run.jsonl --------------------------------------------------------------------------------------------------------


def open_run(folder: Path) -> Run:
    lines = (folder / "run.jsonl").read_bytes().split(b"\n")[:-1]
    header = json_object(lines[0]) if lines else None
    if header is None or header.get("format") != "measurand-run":
        raise ValueError(f"{folder}: no run")
    if header["version"] > 1:
        raise ValueError(f"{folder}: version {header['version']}, this reader knows 1")
    run = Run(folder, header, metadata=header["metadata"], tags=set(header.get("tags", [])), host=header["host"])
    run.tables = {table["name"]: table for table in header["tables"]}
    for line in lines[1:]:
        event = json_object(line)
        if event is not None:
            take(run, event)
    return run


def json_object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def take(run: Run, event: dict[str, Any]) -> None:
    """Let one event have its effect; those that have none for a reader are only kept."""
    run.events.append(event)
    match event.get("event"):
        case "table":
            run.tables[event["table"]["name"]] = event["table"]
        case "end":
            run.end = event
        case "resumed":
            run.end, run.part, run.host = None, event["part"], event["host"]
        case "tag":
            run.tags.add(event["tag"])
        case "untag":
            run.tags.discard(event["tag"])
        case "star":
            run.starred = event["starred"]
        case "note":
            run.notes.append(event["text"])
        case "set":
            run.header |= {key: event[key] for key in ("name", "sample", "experiment") if key in event}
        case "metadata":
            run.metadata = laid_over(run.metadata, event["values"])


def laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        both[key] = laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return both


def snapshot(run: Run, part: int = 1, unpack: Unpack = refuse) -> Any:
    plain = run.folder / ("snapshot.json" if part == 1 else f"snapshot.part-{part}.json")
    packed = plain.with_name(plain.name + ".zst")
    with contextlib.suppress(FileNotFoundError):  # the plain one counts if both are there
        return json.loads(plain.read_bytes())
    return json.loads(unpack("zstd", packed.read_bytes(), -1)) if packed.exists() else None


# --- status -----------------------------------------------------------------------------------------------------------


def status(folder: Path) -> str:
    run = open_run(folder)
    if run.end is None and lock_is_held(folder / "run.jsonl"):
        return "running"
    run = open_run(folder)  # it may have ended in between
    if run.end is not None:
        return str(run.end["status"])
    newest = max(path.stat().st_mtime for path in folder.iterdir())
    return "running" if run.host != socket.gethostname() and time.time() - newest <= 60 else "lost"


def lock_is_held(path: Path) -> bool:
    with path.open("rb") as file:  # closing it lets the lock go
        if sys.platform == "win32":
            import msvcrt

            file.seek(2**62)
            take = functools.partial(msvcrt.locking, file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            take = functools.partial(fcntl.flock, file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        try:
            take()
        except OSError:
            return True
    return False


# --- the rows of a table ----------------------------------------------------------------------------------------------


def read_table(run: Run, name: str, unpack: Unpack = refuse) -> Table:
    """Read the rows that are there without a gap, whatever a writer does meanwhile: tails before Arrow files."""
    pieces = [*read_files(run.folder, rf"{name}\.tail-(\d+)\.(rec|arrows)", unpack)]
    pieces += read_files(run.folder, rf"{name}(\.part-(\d+))?\.arrow", unpack)
    rows: list[Row] = []
    doubts = [doubt for piece in pieces for doubt in piece.doubts]
    for piece in sorted(pieces, key=lambda piece: piece.start):
        if piece.start > len(rows):
            doubts.append(f"rows {len(rows)} to {piece.start - 1} of {name!r} are in no file")
            break
        rows += piece.rows[len(rows) - piece.start :]
    if run.end is not None and len(rows) < run.end["rows"].get(name, 0):
        doubts.append(f"{len(rows)} rows of {name!r}, where {run.end['rows'][name]} were counted at the end")
    spec = run.tables[name]
    if any(column["dtype"] is None for column in spec["columns"]):  # the event was torn; the files say it too
        spec = next((piece.spec for piece in pieces if piece.rows and piece.spec), spec)
    return Table(spec, rows, doubts)


def read_files(folder: Path, pattern: str, unpack: Unpack) -> Iterator[Piece]:
    for path in sorted(folder.iterdir()):
        found = re.fullmatch(pattern, path.name)
        if found is None:
            continue
        try:
            data = path.read_bytes()
        except FileNotFoundError:  # a tail that was sealed meanwhile
            continue
        if path.suffix == ".rec":
            piece = read_records(data, int(found[1]))
        elif path.suffix == ".arrows":
            piece = read_stream(data, 0, int(found[1]), unpack)
        else:
            piece = read_stream(data, 8, None if found[1] else 0, unpack)
        yield piece._replace(doubts=[f"{path.name}: {doubt}" for doubt in piece.doubts])


# --- <table>.tail-<row>.rec -------------------------------------------------------------------------------------------

FIELDS = {"float": "d", "int": "q", "bool": "B", "complex": "dd", "enum": "i", "datetime": "q"}


def read_records(data: bytes, start: int) -> Piece:
    if len(data) < 64 or data[:8] != b"MSRDTAIL":
        return Piece(start, [], ["no header"])
    version, size, first, capacity, committed, begin, length, crc, counted = struct.unpack_from("<IIQQQIIII", data, 8)
    text = data[64 : 64 + length]
    if version != 1 or len(data) < begin or len(text) < length or zlib.crc32(text) != crc or first != start:
        return Piece(start, [], ["no whole header"])
    spec = json.loads(text)
    layout = struct.Struct("<QQ" + "I" * len(spec["dims"]) + "".join(FIELDS[c["kind"]] for c in spec["columns"]))
    rows: list[Row] = []
    for k in range(min(capacity, committed) if counted else capacity):
        at = begin + k * size
        if len(data) < at + size:
            return Piece(start, rows, [f"{k} of {committed} records are in it"] if counted else [], spec)
        number, *fields = layout.unpack_from(data, at)
        (crc,) = struct.unpack_from("<I", data, at + layout.size)
        if number != start + k or zlib.crc32(data[at : at + layout.size]) != crc:
            return Piece(start, rows, [f"record {k} does not prove itself"], spec)
        rows.append(row_of(spec, fields))
    return Piece(start, rows, [], spec)


def row_of(spec: dict[str, Any], fields: list[Any]) -> Row:
    taken, *rest = fields
    dims = len(spec["dims"])
    left = iter(rest[dims:])
    values: list[Any] = []
    for column in spec["columns"]:
        value = next(left)
        match column["kind"]:
            case "bool":
                value = bool(value)
            case "complex":
                value = complex(value, next(left))
            case "enum":
                value = column["categories"][value]
            case "datetime":
                value = None if value == NO_TIME else value
        values.append(value)
    return Row(taken, tuple(rest[:dims]), tuple(values))


# --- flatbuffers: tables whose fields have slots, as Message.fbs and Schema.fbs number them ---------------------------


class Flat(NamedTuple):
    data: bytes
    at: int

    def get(self, form: str, at: int) -> Any:
        return struct.unpack_from("<" + form, self.data, at)[0]

    def place(self, slot: int) -> int:
        """Where the field is; 0 if it is absent, which means its default."""
        vtable = self.at - self.get("i", self.at)
        if 4 + 2 * slot >= self.get("H", vtable):
            return 0
        offset = self.get("H", vtable + 4 + 2 * slot)
        return self.at + offset if offset else 0

    def number(self, slot: int, form: str) -> Any:
        place = self.place(slot)
        return self.get(form, place) if place else 0

    def table(self, slot: int) -> Flat:
        place = self.place(slot)
        if not place:
            raise ValueError(f"field {slot} is absent")
        return Flat(self.data, place + self.get("I", place))

    def vector(self, slot: int) -> tuple[int, int]:
        """Return where the elements of a vector or the bytes of a text begin, and how many there are."""
        if not self.place(slot):
            return 0, 0
        there = self.table(slot)
        return there.at + 4, self.get("I", there.at)

    def text(self, slot: int) -> str:
        at, length = self.vector(slot)
        return self.data[at : at + length].decode()

    def tables(self, slot: int) -> list[Flat]:
        at, length = self.vector(slot)
        return [Flat(self.data, place + self.get("I", place)) for place in range(at, at + 4 * length, 4)]

    def pairs(self, slot: int) -> list[tuple[int, int]]:
        """Return a vector of structs of two longs: field nodes, or buffers."""
        at, length = self.vector(slot)
        return [struct.unpack_from("<qq", self.data, place) for place in range(at, at + 16 * length, 16)]

    def metadata(self, slot: int) -> dict[str, str]:
        return {pair.text(0): pair.text(1) for pair in self.tables(slot)}


# --- an Arrow stream --------------------------------------------------------------------------------------------------

SCHEMA, RECORD_BATCH = 1, 3  # of the union MessageHeader


class Message(NamedTuple):
    table: Flat
    body: bytes


def read_messages(data: bytes, at: int) -> Iterator[Message]:
    """Yield messages up to the end of the stream, or to the first that is not whole."""
    while len(data) >= at + 8:
        mark, length = struct.unpack_from("<II", data, at)
        flat = data[at + 8 : at + 8 + length]
        if mark != 0xFFFFFFFF or length < 8 or len(flat) < length:
            return
        table = Flat(flat, struct.unpack_from("<I", flat)[0])
        at += 8 + length
        body = data[at : at + table.number(3, "q")]
        if len(body) < table.number(3, "q"):
            return
        yield Message(table, body)
        at += len(body)


def read_stream(data: bytes, at: int, start: int | None, unpack: Unpack) -> Piece:
    """Read batches that follow each other without a gap, from row ``start`` or, if None, from that of the first."""
    rows: list[Row] = []
    doubts: list[str] = []
    fields: list[Field] = []
    spec = None
    try:
        for message in read_messages(data, at):
            kind, header = message.table.number(1, "B"), message.table.table(2)
            if kind == SCHEMA:
                fields = [read_field(each) for each in header.tables(1)]
                spec = json.loads(header.metadata(2)["measurand"])["table"]
            elif kind == RECORD_BATCH:
                r0, batch = read_batch(message, fields, unpack)
                start = r0 if start is None else start
                if r0 > start + len(rows):
                    raise ValueError(f"it begins at row {r0}")
                rows += batch[start + len(rows) - r0 :]
    except (struct.error, ValueError, LookupError, StopIteration) as error:
        doubts.append(f"the message after row {(start or 0) + len(rows)} does not count: {error}")
    return Piece(start or 0, rows, doubts, spec)


def read_batch(message: Message, fields: list[Field], unpack: Unpack) -> tuple[int, list[Row]]:
    header, metadata = message.table.table(2), message.table.metadata(4)
    buffers = [message.body[offset : offset + length] for offset, length in header.pairs(2)]
    if header.place(3):
        codec = ("lz4", "zstd")[header.table(3).number(0, "b")]
        buffers = [unpacked(codec, buffer, unpack) for buffer in buffers]
    r0, length = int(metadata["r0"]), header.number(0, "q")
    crc = zlib.crc32(struct.pack("<qq", r0, length))
    for buffer in buffers:
        crc = zlib.crc32(buffer, crc)
    if crc != int(metadata["crc"], 16):
        raise ValueError("it does not agree with its crc")
    nodes, left = iter(header.pairs(1)), iter(buffers)
    columns = {each.name: of_column(each, arrow_values(each, nodes, left)) for each in fields}
    times = columns.pop("_time")
    index = columns.pop("_index") if "_index" in columns else [()] * length
    return r0, [Row(*row) for row in zip(times, index, zip(*columns.values(), strict=True), strict=True)]


def unpacked(codec: str, buffer: bytes, unpack: Unpack) -> bytes:
    if not buffer:
        return buffer
    (size,) = struct.unpack_from("<q", buffer)
    return buffer[8:] if size == -1 else unpack(codec, buffer[8:], size)


# --- fields and values of Arrow, and of columns -----------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """One field of a schema; ``form`` is how a value of a plain one is packed, ``size`` that of a list of fixed size."""

    name: str
    type: str
    form: str
    size: int
    children: list[Field]
    metadata: dict[str, str]


TYPES = {
    2: "int", 3: "float", 5: "utf8", 6: "bool", 10: "timestamp", 12: "list", 13: "struct", 16: "fixed", 20: "large_utf8",
    21: "large_list",
}  # fmt: skip
FLOATS = "efd"  # HALF, SINGLE, DOUBLE
INTS = {8: "b", 16: "h", 32: "i", 64: "q"}
OFFSETS = {"utf8": "i", "list": "i", "large_utf8": "q", "large_list": "q"}


def read_field(field: Flat) -> Field:
    kind = TYPES[field.number(2, "B")]
    form, size = "", 0
    if field.place(4):  # the values are in a dictionary, which says what the metadata says too; here are places in it
        kind, form = "int", "i"
    elif kind == "int":
        form = INTS[field.table(3).number(0, "i")]
        form = form if field.table(3).number(1, "B") else form.upper()
    elif kind == "float":
        form = FLOATS[field.table(3).number(0, "h")]
    elif kind == "timestamp":
        form = "q"
    elif kind == "fixed":
        size = field.table(3).number(0, "i")
    return Field(field.text(0), kind, form, size, [read_field(child) for child in field.tables(5)], field.metadata(6))


def arrow_values(field: Field, nodes: Iterator[tuple[int, int]], buffers: Iterator[bytes]) -> list[Any]:
    """Return the values of a field: of a list of any kind lists, of a struct tuples of its members."""
    length, nulls = next(nodes)
    if nulls or next(buffers):
        raise ValueError(f"{field.name} has nulls")
    match field.type:
        case "struct":
            return list(zip(*[arrow_values(child, nodes, buffers) for child in field.children], strict=True))
        case "fixed":
            inner = arrow_values(field.children[0], nodes, buffers)
            if len(inner) != length * field.size:
                raise ValueError(f"{field.name} has {len(inner)} values for {length} lists of {field.size}")
            return [inner[k : k + field.size] for k in range(0, len(inner), field.size)] if inner else [[]] * length
        case "bool":
            return bits(next(buffers), length)
        case "utf8" | "large_utf8" | "list" | "large_list":
            offsets = struct.unpack_from(f"<{length + 1}{OFFSETS[field.type]}", next(buffers))
            text = field.type.endswith("utf8")
            inner = next(buffers) if text else arrow_values(field.children[0], nodes, buffers)
            if offsets[-1] > len(inner):  # the crc covers the buffers, not what the message says of them
                raise ValueError(f"{field.name} ends at {offsets[-1]} of {len(inner)}")
            parts = [inner[begin:end] for begin, end in itertools.pairwise(offsets)]
            return [part.decode() for part in parts] if text else parts
    return list(struct.unpack_from(f"<{length}{field.form}", next(buffers)))


def bits(data: bytes, length: int) -> list[bool]:
    if len(data) * 8 < length:
        raise ValueError(f"{length} bits in {len(data)} bytes")
    return [bool(data[k // 8] >> k % 8 & 1) for k in range(length)]


def of_column(field: Field, values: list[Any]) -> list[Any]:
    """Make what a column holds of what Arrow holds."""
    if field.name in {"_time", "_index"}:
        return [tuple(value) for value in values] if field.name == "_index" else values
    kind, shape = field.metadata["kind"], json.loads(field.metadata["shape"])
    categories = json.loads(field.metadata["categories"]) if kind == "enum" else []

    def single(value: Any) -> Any:
        match kind:
            case "complex":
                return complex(*value)
            case "enum":
                return categories[value]
            case "datetime":
                return None if value == NO_TIME else value
        return value

    if not shape:
        return [single(value) for value in values]
    if None in shape:
        return [Array(tuple(each), [single(value) for value in data]) for data, each in values]
    if kind == "complex":
        values = [list(zip(value[::2], value[1::2], strict=True)) for value in values]
    return [Array(tuple(shape), [single(element) for element in value]) for value in values]
