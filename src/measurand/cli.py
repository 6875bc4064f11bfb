"""The command ``measurand``: what can be asked, and who answers. Does nothing itself."""

from __future__ import annotations

import argparse
import io
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import measurand
from measurand._runs_command import add_commands
from measurand.errors import ConfigurationError, MeasurandError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Words after ``measurand``; default those of the process.

    Returns:
        0 done, 1 an error that was explained, 2 words that are not understood, 130 Ctrl-C.
    """
    _write_anything()
    given = _parser().parse_args(arguments)
    try:
        if given.data is not None:
            measurand.open_data(given.data)
        return int(given.answer(given) or 0)
    except MeasurandError as error:
        sys.stderr.write(f"measurand: {error}\n")
        return 1
    except BrokenPipeError:  # the reader of our output, e.g. `head`, has seen enough
        sys.stdout = None  # nothing is left to be flushed at exit
        return 0
    except KeyboardInterrupt as stopped:
        sys.stderr.write(f"measurand: stopped by Ctrl-C. {stopped}\n")
        return 130


def _write_anything() -> None:
    """Let what cannot be written be a question mark: on Windows, a file or pipe knows 256 letters, and Ω is none."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="measurand", description="Run a physics laboratory from Python.")
    parser.add_argument("--version", action="version", version=f"measurand {measurand.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument(
        "--data", type=Path, metavar="FOLDER", help="data root; default $MEASURAND_DATA or ~/measurand-data"
    )

    demo = commands.add_parser("demo", parents=[where], help="measure a simulated quantum dot, from start to plots")
    demo.add_argument("--keep-lab", action="store_true", help="leave the simulated laboratory running")
    demo.set_defaults(answer=_demo)

    add_commands(commands, where)

    run = commands.add_parser("run", parents=[where], help="run a script, also one that was written for QCoDeS")
    run.add_argument("--as-qcodes", action="store_true", help="`import qcodes` is Measurand; may also come last")
    run.add_argument("script", type=_existing, metavar="SCRIPT", help="path of a Python file")
    run.add_argument("words", nargs=argparse.REMAINDER, metavar="…", help="for the script")
    run.set_defaults(answer=_run)

    for order, does in (("pause", "let a run wait"), ("resume", "let a paused run go on"), ("stop", "end a run early")):
        steered = commands.add_parser(order, parents=[where], help=f"{does}, from any process on this computer")
        steered.add_argument("run", help="number, id, path, or last")
        steered.add_argument("--reason", default="", help="kept with the run")
        steered.set_defaults(answer=_steer, order=order)

    lab = commands.add_parser("lab", help="the simulated laboratory: start, stop, or show it")
    lab.add_argument("action", choices=["start", "stop", "show"])
    lab.set_defaults(answer=_lab, data=None)

    new = commands.add_parser("new-driver", help="write a driver with its simulator, tests and example page")
    new.add_argument("vendor", help="e.g. Keithley")
    new.add_argument("model", help="e.g. 2450")
    new.add_argument("--folder", type=Path, default=Path(), help="where to; default here")
    new.set_defaults(answer=_new_driver, data=None)

    check = commands.add_parser("check-driver", help="judge a driver against its simulator")
    check.add_argument("module", help="dotted name of a module or package, or path of a file")
    check.set_defaults(answer=_check_driver, data=None)
    _add_station(commands)
    _add_exchange(commands, where)
    return parser


def _existing(word: str) -> Path:
    path = Path(word)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {word!r}")
    return path


def _add_exchange(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], where: argparse.ArgumentParser
) -> None:
    export = commands.add_parser("export", parents=[where], help="write runs in the formats of other programs")
    export.add_argument("runs", nargs="+", metavar="RUN", help="number, id, folder, or last")
    export.add_argument("--format", action="append", help="netcdf, zarr, csv, parquet, gnuplot or zip")
    export.add_argument(
        "--to", type=Path, metavar="PATH", help="a folder, default each run's own; or a QCoDeS database, FILE.db"
    )
    export.add_argument("--overwrite", action="store_true", help="replace what is there")
    export.set_defaults(answer=_export)

    plot = commands.add_parser("plot", parents=[where], help="draw every measured column of runs into picture files")
    plot.add_argument("runs", nargs="+", metavar="RUN", help="number, id, folder, or last")
    plot.add_argument("--save", type=Path, metavar="FOLDER", help="default: each run's own folder")
    plot.set_defaults(answer=_plot)

    for verb, text in (
        ("verify", "look at every file of runs and compute every check; changes nothing"),
        ("repair", "mend damaged runs and seal lost ones; the originals are kept beside"),
    ):
        mend = commands.add_parser(verb, parents=[where], help=text)
        mend.add_argument("runs", nargs="+", metavar="RUN", help="number, id, folder, or last")
        mend.set_defaults(answer=_mend, verb=verb)

    add = commands.add_parser(
        "import",
        parents=[where],
        help="add runs to the data root: QCoDeS databases and netCDF files, zipped runs, folders of 2016",
    )
    add.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="*.db, *.nc or zip files, or folders to be searched"
    )
    add.add_argument("--runs", metavar="1,2,5-9", help="which runs of a database; default all")
    add.add_argument("--verify", action="store_true", help="compare each run of a database with its copy, cell by cell")
    add.set_defaults(answer=_import)


def _export(given: argparse.Namespace) -> int:
    if given.format is None:
        return _export_database(given)
    return _each(
        [(run, name) for run in given.runs for name in given.format],
        lambda run, name: [measurand.load(run).export(name, _folder(given.to), overwrite=given.overwrite)],
    )


def _export_database(given: argparse.Namespace) -> int:
    from measurand.compat.database import export_runs

    if given.to is None or given.to.suffix != ".db":
        raise ConfigurationError("export: say --format netcdf (or another), or --to FILE.db for a QCoDeS database.")
    runs = [measurand.load(which) for which in given.runs]
    for run, number in zip(runs, export_runs(runs, given.to), strict=True):
        print(f"run {run.number} {run.name!r}: {'there already' if number is None else f'run {number} of {given.to}'}")
    return 0


def _plot(given: argparse.Namespace) -> int:
    return _each([(run,) for run in given.runs], lambda run: _pictures_of(run, given.save))


def _pictures_of(run: str, folder: Path | None) -> list[Path]:
    pictures = measurand.load(run).plot(save=_folder(folder) or True)
    return [picture.path for picture in pictures if picture.path is not None]


def _each(tasks: list[tuple[str, ...]], do: Callable[..., Iterable[Path]]) -> int:
    """Do every task and print the files it made; one that fails does not keep the others from being done."""
    failed = 0
    for task in tasks:
        try:
            for path in do(*task):
                print(path)
        except (MeasurandError, ImportError) as error:  # a library that an extra installs
            sys.stderr.write(f"measurand: {' '.join(task)}: {error}\n")
            failed = 1
    return failed


def _folder(path: Path | None) -> Path | None:
    """Make the folder, so that it is known to be one."""
    if path is not None:
        path.mkdir(parents=True, exist_ok=True)
    return path


def _mend(given: argparse.Namespace) -> int:
    from measurand import dataset

    bad = 0
    for word in given.runs:
        try:
            path = Path(word) if Path(word).is_dir() else measurand.load(word).path
            done = dataset.repair(path) if given.verb == "repair" else dataset.verify(path)
        except MeasurandError as error:  # the others are looked at all the same
            sys.stderr.write(f"measurand: {word}: {error}\n")
            bad += 1
            continue
        print(done)
        bad += not (done.verdict if isinstance(done, dataset.Repair) else done).good
    return 1 if bad else 0


def _import(given: argparse.Namespace) -> int:
    refused = 0
    for path in given.paths:
        for outcome, source, said in _imported(path, given):
            print(f"{outcome:9} {source}: {said}", flush=True)
            refused += outcome == "refused"
    return 1 if refused else 0


def _imported(path: Path, given: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Import what is at ``path``; yield what became of each thing: outcome, what it was, what it is now, or why not."""
    from measurand.compat.database import import_each, import_netcdf, is_database, numbers
    from measurand.dataset import import_runs

    root = measurand.data_root()
    if is_database(path):
        for run in import_each(path, root, numbers(given.runs), verify=given.verify):
            now = "" if run.dataset is None else f"run {run.dataset.number} {run.dataset.name!r}"
            yield run.outcome, f"{path}, run {run.run_id}", " ".join(filter(None, (now, run.reason)))
        return
    if path.suffix == ".nc":
        one = import_netcdf(path, root)
        yield one.outcome, str(path), "" if one.dataset is None else f"run {one.dataset.number} {one.dataset.name!r}"
        return
    for found in import_runs(root, path):
        said = found.reason if found.dataset is None else f"run {found.dataset.number} {found.dataset.name!r}"
        yield found.outcome, str(found.source), said


def _add_station(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    station = commands.add_parser("station", help="station files: check them, or describe them to editors")
    asked = station.add_subparsers(required=True, metavar="ACTION")
    check = asked.add_parser("check", help="print everything that is wrong in station files; touches no instrument")
    check.add_argument("files", nargs="+", metavar="FILE", help="files that a station reads together")
    check.set_defaults(answer=_check_station, data=None)
    schema = asked.add_parser("schema", help="print the JSON schema for editors, or write it beside a station file")
    schema.add_argument("file", nargs="?", metavar="FILE")
    schema.set_defaults(answer=_station_schema, data=None)


def _new_driver(given: argparse.Namespace) -> None:
    from measurand.driver_kit import new_driver

    for path in new_driver(given.vendor, given.model, given.folder):
        print(path)


def _check_driver(given: argparse.Namespace) -> int:
    from measurand.driver_kit import CHECKS, check_driver, find_drivers

    drivers = list(find_drivers(given.module))
    problems = [problem for driver in drivers for problem in check_driver(driver)]
    for problem in problems:
        print(problem)
    names = ", ".join(driver.__name__ for driver in drivers) or "no driver found"
    print(f"{names}: {len(CHECKS)} checks, {len(problems)} problem(s)")
    return 1 if problems or not drivers else 0


def _demo(given: argparse.Namespace) -> None:
    from measurand.demo import demonstrate

    demonstrate(keep_lab=given.keep_lab)


def _steer(given: argparse.Namespace) -> None:
    from measurand.measure import steer

    which = int(given.run) if given.run.isdecimal() else given.run
    dataset = measurand.load(which)
    steer(dataset, given.order, given.reason)
    print(f"run {dataset.number}: {given.order} asked for")


def _run(given: argparse.Namespace) -> int:
    from measurand.compat import install_as_qcodes, run_script

    words = [word for word in given.words if word != "--as-qcodes"]
    if given.as_qcodes or len(words) < len(given.words):
        install_as_qcodes()
    try:
        run_script(given.script, words, as_qcodes=False)
    except Exception:  # noqa: BLE001 - whatever the script raises is shown as Python shows it
        traceback.print_exc()
        return 1
    return 0


def _lab(given: argparse.Namespace) -> int:
    from measurand.simulation import running_laboratory, start_laboratory

    laboratory = running_laboratory()
    if given.action == "stop":
        if laboratory is not None:
            laboratory.close()
        print("The simulated laboratory is stopped." if laboratory else "No simulated laboratory is running.")
        return 0
    if laboratory is None and given.action == "start":
        laboratory = start_laboratory(detached=True)
    if laboratory is None:
        print("No simulated laboratory is running; start one with: measurand lab start")
        return 1
    for name, address in laboratory.addresses.items():
        print(f"{name:12} {address}")
    return 0


def _check_station(given: argparse.Namespace) -> int:
    from measurand.station import check_station

    problems, notes = check_station(*given.files)
    print("\n".join([*problems, *(f"{note} (a note)" for note in notes), *([] if problems else ["ok"])]))
    return 1 if problems else 0


def _station_schema(given: argparse.Namespace) -> None:
    import json

    from measurand.station import station_schema, update_schema

    if given.file is None:
        print(json.dumps(station_schema(), indent=2, ensure_ascii=False))
        return
    path = update_schema(given.file)
    print(f"Written: {path}\nFirst line of {given.file}, for editors: # yaml-language-server: $schema={path.name}")
