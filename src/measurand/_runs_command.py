"""The commands ``measurand runs``, ``trash`` and ``diff``: words of the command line to a search, and its answer as text."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from measurand._session import compare, data_root
from measurand._watch_command import watch

if TYPE_CHECKING:
    from measurand.dataset import RunRecord, Runs

_DAY = 86_400.0
_FIELD = re.compile(r"""(?:[^,'"]|'[^']*'|"[^"]*")+""")  # a name with a comma in it stands in quotes
_KEYWORDS = ("name", "tag", "sample", "experiment", "parameter", "status", "text", "since", "until", "sort", "limit")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser], where: argparse.ArgumentParser) -> None:
    """Add the commands; ``where`` has the option that names the data root."""
    runs = commands.add_parser("runs", parents=[where], help="list or search the runs")
    runs.add_argument(
        "--where", metavar="SEARCH", help="e.g. \"max(current) > 1 nA and sample == 'S12' and not tag == bad\""
    )
    for word in ("name", "tag", "sample", "experiment", "parameter", "status"):
        runs.add_argument(f"--{word}", action="append", metavar=word.upper(), help="may be given several times")
    runs.add_argument("--text", metavar="WORDS", help="words that begin words of anything said about a run")
    runs.add_argument("--since", metavar="TIME", help="e.g. yesterday, 2026-11-20, last week")
    runs.add_argument("--until", metavar="TIME")
    runs.add_argument("--starred", action="store_true", default=None)
    runs.add_argument("--sort", action="append", metavar="FIELD", help="e.g. started, --sort=-max(current)")
    runs.add_argument("--limit", type=int, metavar="N", help="the newest ones, or the first ones by --sort")
    runs.add_argument("--columns", metavar="FIELDS", help="separated by commas, e.g. number,name,max(current)")
    runs.add_argument("--sizes", action="store_true", help="how much room they take")
    runs.add_argument("--json", action="store_true", help="one JSON object per line")
    runs.add_argument("--statistics", action="store_true", help="first compute those that huge and lost runs lack")
    runs.add_argument("--rebuild", action="store_true", help="read all folders again first")
    runs.add_argument("--watch", action="store_true", help="how the running ones are doing, until none is running")
    runs.set_defaults(answer=_runs)

    trash = commands.add_parser("trash", help="runs put aside: put, list, restore, purge")
    asked = trash.add_subparsers(required=True, metavar="ACTION")
    put = asked.add_parser("put", parents=[where], help="move runs into the trash")
    put.add_argument("runs", nargs="+", metavar="RUN", help="number, id or name")
    put.set_defaults(answer=_put)
    asked.add_parser("list", parents=[where], help="what is in the trash").set_defaults(answer=_list)
    restore = asked.add_parser("restore", parents=[where], help="move runs back")
    restore.add_argument("runs", nargs="+", metavar="RUN", help="number or id")
    restore.set_defaults(answer=_restore)
    purge = asked.add_parser(
        "purge", parents=[where], help="show what would be removed for ever; with --yes, remove it"
    )
    purge.add_argument("--older-than", type=float, default=0.0, metavar="DAYS", help="in the trash for so many days")
    purge.add_argument("--yes", action="store_true")
    purge.set_defaults(answer=_purge)

    diff = commands.add_parser("diff", parents=[where], help="what differs between the settings of two runs")
    diff.add_argument("before", metavar="RUN")
    diff.add_argument("after", metavar="RUN")
    diff.set_defaults(answer=_diff)


def _runs(given: argparse.Namespace) -> None:
    root = data_root()
    if given.watch:
        watch(root)
        return
    if given.rebuild:
        root.rebuild_index()
    if given.statistics:
        _complete(root.runs())
    search = {key: getattr(given, key) for key in (*_KEYWORDS, "starred")}
    found = root.runs(given.where, **search)
    columns = [name.strip() for name in _FIELD.findall(given.columns) if name.strip()] if given.columns else None
    if given.json:
        for line in _json_lines(found, columns):
            print(line)
        return
    if given.sizes:
        print(_sizes(found))
    else:
        print(found.to_text(columns) if columns or search["limit"] else repr(found))
    print(f"in {root.path}")


def _complete(runs: Runs) -> None:
    from measurand.dataset import complete_statistics

    for run in runs:
        if run.status != "running" and any(one.count is None for one in run.summaries.values()):
            complete_statistics(run.path)


def _json_lines(found: Runs, columns: Sequence[str] | None) -> list[str]:
    from measurand.dataset.catalogue import as_plain

    # What reads JSON expects UTF-8, which is not what Windows writes into a file or a pipe.
    is_utf8 = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    return [json.dumps(as_plain(run, columns), ensure_ascii=not is_utf8) for run in found]


def _sizes(found: Runs) -> str:
    from measurand.dataset.catalogue import in_one_line, readable_size

    sizes = [run.measure_size() for run in found]
    rows = [
        (str(run.number), readable_size(size), in_one_line(run.name)) for run, size in zip(found, sizes, strict=True)
    ]
    widths = [max((len(row[i]) for row in rows), default=0) for i in (0, 1)]
    lines = [f"{number:>{widths[0]}}  {size:>{widths[1]}}  {name}" for number, size, name in rows]
    return "\n".join([*lines, f"{len(rows)} runs, {readable_size(sum(sizes))}"])


def _put(given: argparse.Namespace) -> None:
    for which in given.runs:
        run = data_root().find(which)
        run.trash()
        print(f"run {run.number} {run.name!r} is in the trash; back with: measurand trash restore {run.number}")


def _list(given: argparse.Namespace) -> None:
    del given
    trash = data_root().trash
    _print_lines(trash.runs())
    print(f"in {trash.path}")


def _print_lines(runs: Sequence[RunRecord]) -> None:
    from measurand.dataset.catalogue import in_one_line

    for run in runs:
        print(f"{run.number:>6}  {run.started.astimezone():%Y-%m-%d %H:%M}  {in_one_line(run.name)}")


def _restore(given: argparse.Namespace) -> None:
    for which in given.runs:
        print(data_root().trash.restore(which))


def _purge(given: argparse.Namespace) -> int:
    import time

    from measurand.dataset.catalogue import readable_size

    preview = data_root().trash.purge(given.older_than * _DAY, now=time.time())
    _print_lines(preview.runs)
    said = f"{len(preview.runs)} runs, {readable_size(preview.size)}"
    if given.yes:
        preview.confirm()
        print(f"{said}: removed")
        return 0
    print(f"{said} would be removed for ever; nothing was. Say it with --yes.")
    return 0


def _diff(given: argparse.Namespace) -> int:
    found = compare(given.before, given.after)
    sys.stdout.write(f"{found!r}\n")
    return 1 if found else 0
