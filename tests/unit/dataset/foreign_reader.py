"""A reader of runs made from docs/reference/run-format.md alone. It must never import Measurand: it proves that page."""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pyarrow as pa

try:
    import fcntl
except ImportError:  # Windows; the page says what to do there
    fcntl = None

FIELDS = {"float": "d", "int": "q", "bool": "?", "complex": "dd", "enum": "i", "datetime": "q"}


def read(folder: Path) -> dict[str, Any]:
    """Return status, header and tables, each a dict of lists; arrays are nested lists."""
    header, tables, _ = journal(folder)
    rows = {name: read_table(folder, table) for name, table in tables.items()}
    return {"status": status(folder), "header": header, "tables": rows}


def journal(folder: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]:
    lines = (folder / "run.jsonl").read_bytes().split(b"\n")[:-1]
    header = json.loads(lines[0])
    assert (header["format"], header["version"]) == ("measurand-run", 1)
    tables = {table["name"]: table for table in header["tables"]}
    end = None
    for line in lines[1:]:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if event["event"] == "table":
            tables[event["table"]["name"]] = event["table"]
        if event["event"] == "end":
            end = event
        if event["event"] == "resumed":
            end = None
            header["host"] = event["host"]
    return header, tables, end


def status(folder: Path) -> str:
    header, _, end = journal(folder)
    if end is not None:
        return str(end["status"])
    with (folder / "run.jsonl").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return "running"
    newest = max(path.stat().st_mtime for path in folder.iterdir())
    if header["host"] != socket.gethostname() and abs(time.time() - newest) < 60:
        return "running"
    end = journal(folder)[2]
    return "lost" if end is None else str(end["status"])


def read_table(folder: Path, table: dict[str, Any]) -> dict[str, list[Any]]:
    pieces = []
    for path in folder.iterdir():
        match = re.fullmatch(re.escape(table["name"]) + r"\.tail-(\d+)\.(rec|arrows)", path.name)
        if match is None:
            continue
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue
        first = int(match[1])
        pieces.append((first, records(data, first) if match[2] == "rec" else batches(data, first, table)[1]))
    parts = re.compile(re.escape(table["name"]) + r"(\.part-\d+)?\.arrow")
    pieces += [batches(path.read_bytes()[8:], None, table) for path in folder.iterdir() if parts.fullmatch(path.name)]
    rows: list[tuple[Any, ...]] = []
    for first, found in sorted(pieces, key=lambda piece: piece[0]):
        if first > len(rows):
            break
        rows += found[len(rows) - first :]
    names = ["_time", "_index", *(column["name"] for column in table["columns"])]
    return {name: [row[number] for row in rows] for number, name in enumerate(names)}


def records(data: bytes, first: int) -> list[tuple[Any, ...]]:
    if len(data) < 64 or data[:8] != b"MSRDTAIL":
        return []
    version, size, row0, capacity, counter, begin, length, crc, counted = struct.unpack_from("<IIQQQIIII", data, 8)
    text = data[64 : 64 + length]
    if version > 1 or zlib.crc32(text) != crc:
        return []
    assert row0 == first
    table = json.loads(text)
    dims = len(table["dims"])
    layout = struct.Struct(f"<QQ{dims}I" + "".join(FIELDS[column["kind"]] for column in table["columns"]))
    found = []
    for k in range(min(capacity, counter) if counted else capacity):
        at = begin + k * size
        record = data[at : at + layout.size]
        if at + size > len(data) or struct.unpack_from("<I", data, at + layout.size)[0] != zlib.crc32(record):
            break
        row, moment, *fields = layout.unpack(record)
        if row != row0 + k:
            break
        values = fields[dims:]
        row_out: list[Any] = [moment, fields[:dims]]
        for column in table["columns"]:
            value = values.pop(0)
            if column["kind"] == "complex":
                value = complex(value, values.pop(0))
            elif column["kind"] == "enum":
                value = column["categories"][value]
            row_out.append(value)
        found.append(tuple(row_out))
    return found


def batches(stream: bytes, first: int | None, table: dict[str, Any]) -> tuple[int, list[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    try:
        reader = pa.ipc.open_stream(stream)
        while True:
            found = reader.read_next_batch_with_custom_metadata()
            r0 = int(found.custom_metadata[b"r0"])
            if crc_of(found.batch, r0) != int(found.custom_metadata[b"crc"], 16):
                break
            first = r0 if first is None else first
            if r0 > first + len(rows):
                break
            rows += unpacked(found.batch, table)[first + len(rows) - r0 :]
    except (StopIteration, pa.ArrowException, OSError):
        pass
    return first or 0, rows


def crc_of(batch: Any, r0: int) -> int:
    crc = zlib.crc32(struct.pack("<qq", r0, batch.num_rows))
    for column in batch.columns:
        for buffer in column.buffers():
            crc = zlib.crc32(buffer or b"", crc)
    return crc


def unpacked(batch: Any, table: dict[str, Any]) -> list[tuple[Any, ...]]:
    index = batch.column("_index").to_pylist() if table["dims"] else [[]] * batch.num_rows
    columns = [batch.column("_time").cast(pa.int64()).to_pylist(), index]
    for column in table["columns"]:
        array = batch.column(column["name"])
        if column["kind"] == "datetime" and not column["shape"]:
            columns.append(array.cast(pa.int64()).to_pylist())
        else:
            columns.append([value_of(column, value) for value in array.to_pylist()])
    return list(zip(*columns, strict=True))


def value_of(column: dict[str, Any], value: Any) -> Any:
    shape = column["shape"]
    if None in shape:
        numbers = value["data"]
        if column["kind"] == "complex":
            numbers = [complex(*pair) for pair in numbers]
        return nested(numbers, value["shape"])
    if column["kind"] == "complex":
        value = [complex(*pair) for pair in zip(value[::2], value[1::2], strict=True)]
        return nested(value, shape) if shape else value[0]
    return nested(value, shape) if shape else value


def nested(numbers: list[Any], shape: list[int]) -> list[Any]:
    if len(shape) == 1:
        return numbers
    step = len(numbers) // shape[0] if shape[0] else 0
    return [nested(numbers[n * step : (n + 1) * step], shape[1:]) for n in range(shape[0])]


if __name__ == "__main__":
    import sys

    print(json.dumps(read(Path(os.fsdecode(sys.argv[1]))), default=str))
