"""From a plan to a finished run: check, create the folder, run the engine, end with the right status whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.defaults import supplied
from measurand._core.interrupt import on_interrupt
from measurand._core.stop import Stopped, current_stop
from measurand.dataset import Store
from measurand.errors import MeasurandError
from measurand.measure._around import Surroundings
from measurand.measure._attendant import Attendant
from measurand.measure._check import check, check_room
from measurand.measure._engine import Engine
from measurand.measure._exits import do_all
from measurand.measure._layout import Group, groups_of
from measurand.measure._level import Level
from measurand.measure._observers import Observer, Observers
from measurand.measure._partial import keep_partial
from measurand.measure._past import Past
from measurand.measure._progress import Bar
from measurand.measure._queue import Queue
from measurand.measure._run import Outcome, Run
from measurand.measure._state import state_of
from measurand.measure._suspend import SuspendWhile, guarding
from measurand.measure._writers import Writers

QUEUE = Queue()
"""The runs of this process that were started in the background, in the order in which they are done."""


class Safe(Protocol):
    """What can be brought into a state that harms nothing: an instrument."""

    def safe_state(self) -> None:
        """Bring it there."""
        ...


@dataclass(frozen=True)
class Options:
    """How a plan is run; see `run`."""

    name: str = ""
    sample: str = ""
    experiment: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    parents: Sequence[str] = ()
    progress: bool | None = None
    data: Store | None = None
    snapshot: Callable[[], dict[str, Any]] | None = None
    clock: Clock = SYSTEM_CLOCK
    suspend: Sequence[SuspendWhile] | SuspendWhile = ()
    observers: Sequence[Observer] = ()
    observe_every: float = 0.5
    safe: Sequence[Safe] = ()
    export: Sequence[str] | None = None
    apart: bool = False
    lanes: bool = True
    handle: Run | None = None


def run(plan: Level, name: str = "", **options: Any) -> Run:
    """Check a plan, run it in this thread, and return the finished run.

    The first Ctrl-C ends it after the present step, with all rows stored and exit actions done; a second one at once.

    Args:
        plan: What to do.
        name: What the run is called; default made of the swept parameters.
        **options: ``sample`` and ``experiment``: names kept with the run. ``metadata``: anything else to keep with it.
            ``parents``: ids of the runs that it continues or uses. ``progress``: whether to draw a progress bar; None: in terminals and notebooks. ``data``: where to store;
            default the data root of this process. ``snapshot``: returns the state of the laboratory as plain data;
            default that of all instruments, and of the swept and measured parameters that belong to none. ``clock``:
            waits and measures time. ``suspend``: one or several `SuspendWhile`. ``observers``: functions of the run,
            called every ``observe_every`` s (default 0.5) in threads of their own, and once at the end. ``safe``:
            instruments whose ``safe_state()`` is called at the end, however it ends. ``apart``: whether each group of
            reads is stored as a run of its own. ``lanes``: whether instruments of different connections are read at the
            same time, default yes. ``export``: formats in which the run is written when it has ended; None: those of the
            data root. ``handle``: a `Run` of this plan that somebody looks at already; default a new one.

    Raises:
        PlanError: The plan has problems; all are listed, nothing was set.
        KeyboardInterrupt: Ctrl-C; the run has status ``interrupted``.
        Exception: What an instrument or action raised, with notes saying at which point and where the data is; the run
            has status ``failed``. Several at once come as an ``ExceptionGroup``.
    """
    return carry_out(plan, Options(name=name, **options), begin)


def carry_out(plan: Level, chosen: Options, opening: Opening) -> Run:
    """Do what `run` says, into data that ``opening`` opens."""
    check(plan)
    outer = current_stop()
    handle = chosen.handle or Run(plan, chosen.name, clock=chosen.clock)
    with on_interrupt(lambda: handle.stop("Ctrl-C")) as ctrl_c:  # from here on a run that began also ends
        _perform(handle, chosen, opening)
    handle.over()
    if ctrl_c.interrupted and outer is not None:
        outer.check()  # a run inside a run: the outer one ends in good order, too
    if ctrl_c.interrupted or isinstance(handle.error, KeyboardInterrupt):
        raise KeyboardInterrupt(_with_place(handle)) from handle.error
    if handle.error is not None:
        raise handle.error
    return handle


def start(plan: Level, name: str = "", *, queue: Queue = QUEUE, **options: Any) -> Run:
    """Check a plan, have it run in the background, and return at once; the prompt stays free.

    Several started runs are done one after another. If none is before it, its data exists when this returns.

    Args:
        plan: What to do.
        name: What the run is called; default made of the swept parameters.
        queue: Where it waits; default the one of this process.
        **options: As for `run`.

    Returns:
        The handle: `Run.wait`, `Run.result`, `Run.stop`, `Run.pause`.

    Raises:
        PlanError: The plan has problems; all are listed, nothing was set.
    """
    return line_up(plan, Options(name=name, **{"progress": False, **options}), begin, queue)


def line_up(plan: Level, chosen: Options, opening: Opening, queue: Queue) -> Run:
    """Do what `start` says, into data that ``opening`` opens."""
    check(plan)
    handle = chosen.handle or Run(plan, chosen.name, clock=chosen.clock)
    first = not len(queue)
    queue.add(handle, lambda: _perform(handle, chosen, opening, waited=True))
    if first:
        handle.until_begun()
    return handle


class Stored(NamedTuple):
    """Where rows go.

    Attributes:
        writers: Take them.
        past: What is there already, if the run is resumed.
    """

    writers: Writers
    past: Past | None = None


Opening = Callable[[Run, list[Group], Store, Options, dict[str, Any]], Stored]
"""Opens data, given the handle of a run, its groups, where it is stored, how it is run, and the state of the laboratory."""


def begin(handle: Run, groups: list[Group], root: Store, options: Options, snapshot: dict[str, Any]) -> Stored:
    """Create the run, or the runs."""
    plan = handle.plan
    check_room(plan, root, groups)
    create = partial(
        root.create_run,
        options.name or " ".join(level.moves.parameter.full_name for level in plan.swept_levels()) or "measurement",
        plan=plan.to_dict(),
        snapshot=snapshot,
        sample=options.sample,
        experiment=options.experiment,
        metadata=dict(options.metadata),
        parents=options.parents,
        export=options.export,
    )
    return Stored(Writers(create, [group.table for group in groups], apart=options.apart))


def _perform(handle: Run, options: Options, opening: Opening, *, waited: bool = False) -> None:
    """Do a run from its start to its end; whatever happens is kept by the handle."""
    plan = handle.plan
    try:
        if waited:  # limits may have changed meanwhile
            check(plan)
        groups = groups_of(plan)
        root: Store = supplied("data_root") if options.data is None else options.data
        handle.becomes("starting")
        snapshot = state_of(_things(plan, groups)) if options.snapshot is None else options.snapshot()
        writer, past = opening(handle, groups, root, options, snapshot)
    except BaseException as error:  # noqa: BLE001 - kept, and raised by the caller; there is no data yet
        handle.error = error
        handle.becomes("failed", str(error))
        return
    handle.begins(writer.datasets)
    with ExitStack() as stack:
        stack.enter_context(Attendant(handle, writer.path if writer.path.is_dir() else None))
        stack.enter_context(Bar(handle.progress, f"run {writer.number}", options.progress))
        _with_observers(handle, writer, groups, options, past)


def _with_observers(handle: Run, writer: Writers, groups: list[Group], options: Options, past: Past | None) -> None:
    def note(text: str) -> None:
        writer.event({"event": "note", "text": text})

    observers = Observers(options.observers, handle, options.observe_every, note)
    observers.start()
    try:
        _run_engine(handle, writer, groups, options, past)
    finally:
        observers.end()


def _around(handle: Run, writer: Writers, options: Options) -> Surroundings:
    def tell(waits: bool, why: str) -> None:
        handle.becomes("paused" if waits else "running", why)
        writer.event({"event": "suspended" if waits else "goes on", "text": why})

    def kept(table: str, index: Sequence[int], setpoints: Mapping[str, Any], read: Mapping[str, Any]) -> None:
        keep_partial(writer.event, table, index, setpoints, read)

    conditions = (options.suspend,) if isinstance(options.suspend, SuspendWhile) else tuple(options.suspend)
    return Surroundings(
        writer.adder, options.clock, handle.token.check, handle.progress, guarding(conditions, options.clock, tell),
        handle.account,
        options.lanes,
        kept,
    )  # fmt: skip


def _things(plan: Level, groups: list[Group]) -> list[Any]:
    """Return what is swept and measured."""
    swept: list[Any] = [level.moves.parameter for level in plan.swept_levels()]
    return swept + [read.measurable for group in groups for read in group.reads]


def _run_engine(handle: Run, writer: Writers, groups: list[Group], options: Options, past: Past | None) -> None:
    """Execute, and end the data with the status that is true; every step of the end is tried."""
    state: Outcome = "failed"
    errors: list[BaseException] = []
    ends: list[Callable[[], None]] = [one.safe_state for one in options.safe]
    ends += [
        lambda: writer.event({"event": "account", **handle.account.to_dict()}),
        lambda: writer.finish(state, _text(errors)),
    ]
    try:
        with handle.token.active():
            engine = Engine(handle.plan, groups, _around(handle, writer, options), past)
            ends.insert(0, engine.close)
            handle.becomes("running")
            handle.account.start()
            engine.run()
        state = "completed"
    except Stopped:
        state = "interrupted"
    except KeyboardInterrupt as error:
        state = "interrupted"
        handle.error = error
    except BaseException as error:  # noqa: BLE001 - kept, and raised by the caller when the data is safe
        state = "interrupted" if _only_stopped(error) else "failed"
        errors.append(error)
    handle.account.end()
    for end in ends:
        failures = do_all([lambda end=end: _insisting(end)])  # type: ignore[misc]  # default binds now
        if failures:
            state = "failed"
            errors += failures
    if errors:
        handle.error = errors[0] if len(errors) == 1 else BaseExceptionGroup("a run failed, and so did its end", errors)
        which = repr(writer.number if options.data is None else str(writer.path))
        where = f": measurand.load({which})" if writer.path.is_dir() else " is in memory"
        handle.error.add_note(f"run {writer.number} {state} after {handle.progress!r}; its data{where}")
    handle.becomes(state, handle.token.reason)


def _with_place(handle: Run) -> str:
    """Return what the run is, and where its data is if that is a place."""
    try:
        return f"{handle!r}; its data is in {handle.dataset.path}"
    except MeasurandError:  # it has none yet, or in memory
        return repr(handle)


def _insisting(end: Callable[[], None]) -> None:
    try:
        end()
    except KeyboardInterrupt:  # pressed once more while the run ends: it ends all the same
        end()


def _only_stopped(error: BaseException) -> bool:
    """Whether a group came about because a stop was asked for and an exit action then failed."""
    return isinstance(error, BaseExceptionGroup) and isinstance(error.exceptions[0], Stopped)


def _text(errors: list[BaseException]) -> str | None:
    if not errors:
        return None
    return "\n".join(
        "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())]) for error in errors
    )
