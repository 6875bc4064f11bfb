"""What every index of runs must do. Run by our tests for ours, and by authors of indexes for theirs."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from measurand.dataset import ColumnSummary, RunRecord
from measurand.dataset.catalogue import Condition, Index, Query, key_of, matches, parse_condition, parse_order

_START = datetime.datetime(2026, 11, 20, 18, 0, tzinfo=datetime.UTC)
_RUNS: tuple[RunRecord, ...] = tuple(
    RunRecord(
        number=number,
        id=f"{number:02x}" * 16,
        name=name,
        path=Path(f"2026/2026-11-{20 + number // 3}/{number:06d}-run-{f'{number:02x}' * 4}"),
        status=status,
        started=_START + datetime.timedelta(hours=8 * number),
        ended=None if status in ("running", "lost") else _START + datetime.timedelta(hours=8 * number, minutes=number),
        rows=10 * number,
        sample=sample,
        experiment="cooldown 3",
        columns=("gate", "current"),
        user="ann",
        host="fridge-pc",
        tags=tags,
        starred=number == 3,
        notes=("the plateau is real", "100 % sure") if number == 2 else (),
        parents=("01" * 16,) if number == 4 else (),
        size=1000 * number or None,
        metadata=metadata,
        summaries={
            "gate": ColumnSummary("V", -1.0, 1.0, 0.0, 10 * number, 0),
            "current": ColumnSummary(unit, 0.0, number * 1e-9 / scale, None, 10 * number, number),
        },
        told=100,
    )
    for number, name, status, sample, tags, unit, scale, metadata in (
        (0, "gate sweep", "lost", "S12", (), "A", 1.0, {}),
        (1, "Gate_sweep 2", "completed", "S12", ("good",), "A", 1.0, {"fridge": {"temperature": 0.02, "name": "Bob"}}),
        (
            2,
            "bias sweep",
            "completed",
            "S13",
            ("good", "paper"),
            "nA",
            1e-9,
            {"fridge": {"temperature": 4}, "on": True},
        ),
        (3, "map", "interrupted", "", (), "V", 1.0, {"gates": ["left", "right"], "n": [1, 2], "none": None}),
        (4, "naïve 100%", "failed", "S12", ("bad",), "A", 1.0, {"fridge": "none", "a.b": {"c": "d'e"}}),
        (5, "map", "running", "S13", (), "A", 1.0, {"long": "x" * 5000}),
    )
)
"""Runs of every kind, with which `check_index` fills an index."""

_SEARCHES = (
    "", "number == 3", "number in (1, 2, 9)", "id like '01%'", "name == map", "name ~ SWEEP", "name like 'gate%'",
    "name like '*sweep*2'", "name ~ '_'", "name ~ '100%'", "not name ~ sweep", "sample != S12", "sample == ''",
    "sample not in (S12, S13)", "tag == good", "tag != good", "not tag == good and not tag == bad", "tag ~ AP",
    "tag like 'go%'", "note ~ plateau", "note ~ '100 %'", "parameter == current", "parameter ~ URR", "parameter == nothing",
    "parent == '01010101010101010101010101010101'", "status == lost or status == running", "starred", "not starred",
    "starred == false", "tagged", "rows > 10 and rows <= 30", "size >= 2 kB", "not size > 1", "duration > 90 s",
    "not duration > 90 s", "since '2026-11-21T00:00+00:00'", "before '2026-11-21T02:00+00:00'",
    "until '2026-11-21T02:00+00:00'", "after '2026-11-21T02:00+00:00'", "started == '2026-11-21T02:00:00+00:00'",
    "started != '2026-11-21T02:00:00+00:00'", "started == 2026-11-21", "ended < '2026-11-21T12:00+00:00'",
    "not ended < '2026-11-21T12:00+00:00'", "max(current) > 1.5e-9", "max(current) > 1.5 nA", "max(current) >= 1000 pA",
    "not max(current) > 1.5 nA", "max(current) == 3 V", "min(gate) < 0 and count(gate) > 0", "nan(current) >= 4",
    "mean(current) > 0", "mean(gate) == 0", "max(other) > 0", "has(current)", "has(other)", "has(metadata.fridge)",
    "has(metadata.fridge.name)", "has(metadata.none)", "has(metadata.lon)", "metadata.fridge.temperature < 0.05",
    "metadata.fridge.temperature != 4", "not metadata.fridge.temperature == 4", "metadata.fridge == none",
    "metadata.fridge.name ~ OB", "metadata.fridge.name like 'b_b'", "metadata.on == true", "metadata.on == false",
    "metadata.gates == right", "metadata.gates != right", "metadata.n > 1", "metadata.a.b.c == \"d'e\"",
    "text ~ 'sweep gat'", "text ~ naive", "text ~ 'plateau real'", "text ~ Bob", "text ~ '100'", "text ~ nothing",
    "text ~ '!'", "(tag == good or starred) and not sample == S13",
)  # fmt: skip
_ORDERS = (
    ["name"], ["-name"], ["sample", "-started"], ["-max(current)"], ["max(current)"], ["ended"], ["-duration"],
    ["metadata.fridge.temperature"], ["-metadata.fridge"], ["starred"], ["-rows"], ["-number"], ["started"],
)  # fmt: skip


def check_index(make: Callable[[], Index]) -> None:
    """Exercise indexes that ``make`` returns, each of them empty.

    Args:
        make: Returns a new, empty index.

    Raises:
        AssertionError: One does not do what `measurand.dataset.catalogue.Index` promises; the message says what.

    Example:
        >>> from measurand.dataset.catalogue import MemoryIndex
        >>> check_index(MemoryIndex)
    """
    _check_empty(make())
    index = make()
    index.put(_RUNS, (), {})
    _check_records(index)
    _check_searches(index)
    _check_names(index)
    _check_changes(make())
    _check_marks(make())


def _check_empty(index: Index) -> None:
    _expect(
        "an empty index knows nothing", (list(index.find(Query())), index.marks(), index.names("tags")), ([], {}, [])
    )
    _expect("what is not known is None", list(index.get([1])), [None])
    _expect("no folder is known", index.folders("2026/2026-11-20"), set())


def _check_records(index: Index) -> None:
    keys = [key_of(run) for run in _RUNS]
    _expect("records come back as they were", list(index.get(keys)), list(_RUNS))
    mixed = [keys[3], 7, keys[0]]
    _expect("in the order that was asked for", [run and run.number for run in index.get(mixed)], [3, None, 0])
    day = "2026/2026-11-20"
    _expect("folders of a day", index.folders(day), {run.path.as_posix() for run in _RUNS[:3]})
    _expect("a day is not the beginning of another", index.folders("2026/2026-11-2"), set())


def _check_searches(index: Index) -> None:
    for text in _SEARCHES:
        condition = parse_condition(text, _START)
        wanted = [run.number for run in _RUNS if matches(condition, run)]
        _expect(f"what {text!r} finds", _numbers(index, Query(condition)), wanted)
    _expect("the newest, oldest first", _numbers(index, Query(limit=2)), [4, 5])
    for words in _ORDERS:
        orders = tuple(parse_order(word) for word in words)
        found = _numbers(index, Query(order=orders))
        _expect(f"all runs sorted by {words}", sorted(found), [0, 1, 2, 3, 4, 5])
        _expect(f"the first ones sorted by {words}", _numbers(index, Query(order=orders, limit=2)), found[:2])
    by_current = (parse_order("-max(current)"),)
    _expect("the greatest first", _numbers(index, Query(_but_lost(), by_current)), [2, 5, 4, 3, 1])
    by_temperature = (parse_order("metadata.fridge.temperature"),)
    _expect("what has no value last, by start", _numbers(index, Query(order=by_temperature)), [1, 2, 0, 3, 4, 5])


def _but_lost() -> Condition:
    return parse_condition("not status == lost", _START)


def _check_names(index: Index) -> None:
    _expect("names of columns", index.names("columns"), ["current", "gate"])
    _expect("tags", index.names("tags"), ["bad", "good", "paper"])
    paths = {"a.b.c", "fridge", "fridge.name", "fridge.temperature", "gates", "long", "n", "none", "on"}
    _expect("paths of metadata", index.names("metadata"), sorted(paths))


def _check_changes(index: Index) -> None:
    first, second = _RUNS[:2]
    index.put([first, second], (), {})
    changed = replace(first, status="completed", tags=("new",), metadata={"x": 1}, columns=(), summaries={}, told=200)
    index.put([changed], (), {})
    _expect("a record replaces the one of its folder", list(index.get([key_of(first)])), [changed])
    for text, wanted in (("tag == new", [0]), ("has(current)", [1]), ("metadata.x == 1", [0]), ("status == lost", [])):
        _expect(f"and everything of it, {text!r}", _numbers(index, Query(parse_condition(text, _START))), wanted)
    index.put([first], (), {})
    _expect("one that was told less does not", list(index.get([key_of(first)])), [changed])
    index.put([replace(changed, rows=7)], (), {})
    _expect("one that was told the same does", _numbers(index, Query(parse_condition("rows == 7", _START))), [0])
    twin = replace(second, path=second.path.with_name("000001-copy-01010101"))
    index.put([twin], (), {})
    _expect("a copy in another folder is another run", _numbers(index, Query()), [0, 1, 1])
    index.put((), [first.path.as_posix(), "2026/2026-11-20/nothing"], {})
    _expect("what was removed is gone", _numbers(index, Query()), [1, 1])
    _expect("so are its words", _numbers(index, Query(parse_condition("text ~ gate or tag == new", _START))), [1, 1])
    _expect("its folder is not known", first.path.as_posix() in index.folders("2026/2026-11-20"), expected=False)


def _check_marks(index: Index) -> None:
    index.put((), (), {"day:2026/2026-11-20": 1_800_000_000_000_000_000, "journal:pc.jsonl": -5})
    index.put((), (), {"journal:pc.jsonl": None, "other": 7, "nothing": None})
    _expect(
        "marks are kept and forgotten", index.marks(), {"day:2026/2026-11-20": 1_800_000_000_000_000_000, "other": 7}
    )
    try:
        index.put(_broken(), (), {"other": 8})
    except ZeroDivisionError:
        _expect("all of it or nothing", (index.marks()["other"], list(index.find(Query()))), (7, []))
    else:
        raise AssertionError("An index promises: what its caller raises while it takes in records is raised.")


def _broken() -> Iterator[RunRecord]:
    yield _RUNS[0]
    raise ZeroDivisionError


def _numbers(index: Index, query: Query) -> list[int]:
    return [run.number for run in index.get(index.find(query)) if run is not None]


def _expect(promise: str, found: object, expected: object) -> None:
    if found != expected:
        raise AssertionError(
            f"An index promises: {promise}. Expected {repr(expected)[:500]}, found {repr(found)[:500]}."
        )
