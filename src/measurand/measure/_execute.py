"""From a plan to a finished run: check, create the folder, run the engine, end with the right status whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from measurand._core.clock import SYSTEM_CLOCK, Clock
from measurand._core.defaults import supplied
from measurand._core.interrupt import on_interrupt
from measurand._core.stop import Stopped, StopToken, current_stop
from measurand.dataset import DataRoot, Writer
from measurand.measure._check import check
from measurand.measure._engine import Engine
from measurand.measure._layout import Group, groups_of
from measurand.measure._level import Level
from measurand.measure._progress import Bar
from measurand.measure._run import Outcome, Run
from measurand.parameters import Parameter

_log = logging.getLogger(__name__)


def run(
    plan: Level,
    name: str = "",
    *,
    sample: str = "",
    experiment: str = "",
    metadata: Mapping[str, Any] | None = None,
    progress: bool | None = None,
    data: DataRoot | None = None,
    snapshot: Callable[[], dict[str, Any]] | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Run:
    """Check a plan, run it in this thread, and return the finished run.

    The first Ctrl-C ends it after the present step, with all rows stored and exit actions done; a second one at once.

    Args:
        plan: What to do.
        name: What the run is called; default made of the swept parameters.
        sample: Name of the sample, kept with the run.
        experiment: Name of the experiment, kept with the run.
        metadata: Anything else to keep with the run.
        progress: Whether to draw a progress bar; None: in terminals and notebooks.
        data: Where to store; default the data root of this process.
        snapshot: Returns the state of the laboratory as plain data; default that of all instruments of this process,
            and of the swept and measured parameters that belong to none.
        clock: Waits and measures time.

    Raises:
        PlanError: The plan has problems; all are listed, nothing was set.
        KeyboardInterrupt: Ctrl-C; the run has status ``interrupted``.
        Exception: What an instrument or action raised, with notes saying at which point and where the data is; the run
            has status ``failed``. Several at once come as an ``ExceptionGroup``.
    """
    check(plan)
    groups = groups_of(plan)
    root: DataRoot = supplied("data_root") if data is None else data
    state = _state(plan, groups) if snapshot is None else snapshot()
    stop, outer = StopToken(), current_stop()
    with on_interrupt(lambda: stop.request("Ctrl-C")) as ctrl_c:  # from here on a run that began also ends
        writer = root.create_run(
            name or " ".join(level.sweep.parameter.full_name for level in plan.levels()),
            [group.table for group in groups],
            plan=plan.to_dict(),
            snapshot=state,
            sample=sample,
            experiment=experiment,
            metadata=dict(metadata or {}),
        )
        finished = Run(plan, writer.dataset, stop)
        with Bar(finished.progress, f"run {writer.number}", progress):
            _run_engine(
                finished, writer, lambda: Engine(plan, groups, writer.adder, clock, stop, finished.progress), stop
            )
    if ctrl_c.interrupted and outer is not None:
        outer.check()  # a run inside a run: the outer one ends in good order, too
    if ctrl_c.interrupted or isinstance(finished.error, KeyboardInterrupt):
        raise KeyboardInterrupt(f"{finished!r}; its data is in {writer.path}") from finished.error
    if finished.error is not None:
        raise finished.error
    return finished


def _state(plan: Level, groups: list[Group]) -> dict[str, Any]:
    """Return what is known of the laboratory, without touching it. A snapshot that fails does not cost the run."""
    things: list[Any] = [level.sweep.parameter for level in plan.levels()]
    things += [thing for group in groups for thing in group.measurables]
    things += [part for thing in things for part in getattr(thing, "inputs", ())]
    free = {p.full_name: p for p in things if isinstance(p, Parameter) and p.instrument is None}
    try:
        return {"instruments": supplied("instruments"), "parameters": {name: p.snapshot() for name, p in free.items()}}
    except Exception as error:  # noqa: BLE001 - a driver's own snapshot may do anything
        _log.exception("The run has no snapshot of the laboratory")
        return {"error": f"{type(error).__name__}: {error}"}


def _run_engine(run: Run, writer: Writer, make: Callable[[], Engine], stop: StopToken) -> None:
    """Execute, and end the data with the status that is true; every step of the end is tried."""
    state: Outcome = "failed"
    errors: list[BaseException] = []
    ends: list[Callable[[], None]] = [lambda: writer.finish(state, _text(errors))]
    try:
        with stop.active():
            engine = make()
            ends.insert(0, engine.close)
            run.state = "running"
            engine.run()
        state = "completed"
    except Stopped:
        state = "interrupted"
    except KeyboardInterrupt as error:
        state = "interrupted"
        run.error = error
    except BaseException as error:  # noqa: BLE001 - kept, and raised by the caller when the data is safe
        state = "interrupted" if _only_stopped(error) else "failed"
        errors.append(error)
    for end in ends:
        try:
            try:
                end()
            except KeyboardInterrupt:  # pressed once more while the run ends: it ends all the same
                end()
        except BaseException as error:  # noqa: BLE001 - gathered, raised by the caller
            state = "failed"
            errors.append(error)
    run.state = state
    if errors:
        run.error = errors[0] if len(errors) == 1 else BaseExceptionGroup("a run failed, and so did its end", errors)
        run.error.add_note(
            f"run {writer.number} {state} after {run.progress!r}; its data: measurand.load({writer.number})"
        )


def _only_stopped(error: BaseException) -> bool:
    """Whether a group came about because a stop was asked for and an exit action then failed."""
    return isinstance(error, BaseExceptionGroup) and isinstance(error.exceptions[0], Stopped)


def _text(errors: list[BaseException]) -> str | None:
    if not errors:
        return None
    return "\n".join(
        "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())]) for error in errors
    )
