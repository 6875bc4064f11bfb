"""What happens around a free loop: actions, subscribers, threads, nesting, Ctrl-C, steering."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from measurand._core.stop import sleep
from measurand.dataset import MemoryStore
from measurand.errors import DefinitionError, RefusedRow
from measurand.measure import DataSaver, Measurement, live, steer
from measurand.testing import FakeClock

# --- around the loop --------------------------------------------------------------------------------------------------


def test_what_is_done_before_and_after(at: Any) -> None:
    steps: list[str] = []
    measurement = at.of(at.gate).add_before_run(steps.append, ("before",)).add_after_run(steps.append, ("after",))
    with at.run(measurement):
        steps.append("loop")
    assert steps == ["before", "loop", "after"]
    with pytest.raises(DefinitionError, match="does not take the arguments"):
        measurement.add_after_run(lambda: None, (1,))
    with pytest.raises(DefinitionError, match="is no function"):
        measurement.add_before_run(None)  # type: ignore[arg-type]  # the mistake tested


def test_everything_after_is_done_and_errors_are_gathered(at: Any) -> None:
    steps: list[str] = []

    def fail(text: str) -> None:
        steps.append(text)
        raise ValueError(text)

    measurement = at.of(at.gate, results=(at.current,))
    measurement.add_after_run(fail, ("one",)).add_after_run(fail, ("two",)).add_after_run(steps.append, ("three",))
    with pytest.raises(ExceptionGroup) as caught, at.run(measurement) as datasaver:
        datasaver.add_result((at.gate, 0), (at.current, 1))
        raise TimeoutError("no answer")
    assert [str(error) for error in caught.value.exceptions] == ["no answer", "one", "two"]
    assert steps == ["one", "two", "three"]
    dataset = at.data.load("last")
    assert (dataset.status, dataset.numpy("current").tolist()) == ("failed", [1])
    assert "TimeoutError: no answer" in dataset.metadata["error"]
    assert f"measurand.load({str(dataset.path)!r})" in caught.value.__notes__[0]


def test_an_exit_action_that_fails_makes_the_run_fail(at: Any) -> None:
    with pytest.raises(ZeroDivisionError), at.run(at.of(at.gate).add_after_run(lambda: 1 / 0)):
        pass
    assert at.data.load("last").status == "failed"


def test_a_run_that_cannot_begin_is_none_but_what_follows_is_done(at: Any) -> None:
    steps: list[str] = []
    measurement = at.of(at.gate).add_before_run(lambda: 1 / 0).add_after_run(steps.append, ("off",))
    with pytest.raises(ZeroDivisionError), at.run(measurement):
        raise AssertionError("not reached")
    assert steps == ["off"]
    assert not at.data.runs()


def test_an_exception_fails_the_run_and_keeps_the_rows(at: Any) -> None:
    with pytest.raises(KeyError) as caught, at.run(at.of(at.gate, results=(at.current,))) as datasaver:
        datasaver.add_result((at.gate, 0), (at.current, 1))
        {}["nothing"]
    path = str(datasaver.dataset.path)  # number 1 of this process's data root would be another run
    assert caught.value.__notes__ == [f"run 1 failed; its data: measurand.load({path!r})"]
    assert at.data.load(1).status == "failed"
    assert at.data.load(1).numpy("current").tolist() == [1]


def test_rows_after_the_end_are_refused(at: Any) -> None:
    with at.run(at.of(at.gate, results=(at.current,))) as datasaver:
        datasaver.add_result((at.gate, 0), (at.current, 1))
    with pytest.raises(RefusedRow, match=r"Run 1 has ended \(completed\) and takes no more rows"):
        datasaver.add_result((at.gate, 0), (at.current, 1))


def test_experiment_station_parents_and_period(at: Any) -> None:
    class Experiment:
        name = "cooldown 3"
        sample_name = "S12"

    class Bench:
        def snapshot(self) -> dict[str, Any]:
            return {"instruments": {"dac": 1}}

    with at.run(at.of(at.gate)) as first:
        pass
    measurement = Measurement(Experiment(), Bench(), "trial").register_parent(
        first.dataset, "calibration", "of the gate"
    )
    measurement.register_parameter(at.gate).write_period = 0.5
    assert measurement.write_period == 0.5
    with measurement.run(data=at.data, metadata={"operator": "Ann"}) as datasaver:
        datasaver.add_result((at.gate, 1))
        datasaver.flush_data_to_database(block=True)
    dataset = datasaver.dataset
    assert (dataset.experiment, dataset.sample, dataset.snapshot) == ("cooldown 3", "S12", {"instruments": {"dac": 1}})
    link = {"parent": first.dataset.id, "type": "calibration", "description": "of the gate"}
    assert dataset.metadata["measurement"]["links"] == [link]
    assert at.data.find(2).parents == (first.dataset.id,)
    assert dataset.metadata["operator"] == "Ann"
    for wrong in (0, "1", True, float("inf")):
        with pytest.raises(DefinitionError, match="write_period"):
            measurement.write_period = wrong  # type: ignore[assignment]  # the mistake tested
    with pytest.raises(DefinitionError, match="is no run"):
        measurement.register_parent(1, "calibration")


def test_the_parameters_themselves_are_in_the_snapshot(at: Any) -> None:
    """K22."""
    at.gate(0.25)
    with at.of(at.gate).run(data=at.data) as datasaver:
        pass
    snapshot = datasaver.dataset.snapshot
    assert snapshot is not None
    assert snapshot["parameters"]["gate"]["value"] == 0.25


def test_subscribers_get_every_row_once(at: Any) -> None:
    """K23: also one that raises disturbs nothing."""
    seen: list[Any] = []
    counts: list[int] = []

    def note(rows: list[tuple[Any, ...]], count: int, state: list[Any]) -> None:
        state.extend(rows)
        counts.append(count)

    measurement = at.of(at.gate).add_subscriber(note, seen).add_subscriber(lambda *_: 1 / 0, None)
    with at.run(measurement, observe_every=0.001) as datasaver:
        for number in range(50):
            datasaver.add_result((at.gate, number), (at.current, number))
            datasaver.add_result((at.gate, number), (at.phase, -number))
    rows = [row for number in range(50) for row in ((number, number, None), (number, None, -number))]
    assert seen == rows
    assert counts[-1] == 100
    assert datasaver.dataset.status == "completed"


def test_two_at_once_and_one_inside(at: Any) -> None:
    measurement = at.of(at.gate, results=(at.current,))
    with at.run(measurement) as first, at.run(measurement) as second:
        for number in range(3):
            first.add_result((at.gate, number), (at.current, number))
            second.add_result((at.gate, number), (at.current, -number))
            with at.run(measurement) as inner:
                inner.add_result((at.gate, 0), (at.current, number))
    assert first.dataset.numpy("current").tolist() == [0, 1, 2]
    assert second.dataset.numpy("current").tolist() == [0, -1, -2]
    assert [at.data.load(number).status for number in range(1, 6)] == ["completed"] * 5


def test_from_any_thread(at: Any) -> None:
    def add(datasaver: DataSaver, worker: int) -> None:
        for number in range(200):
            datasaver.add_result((at.gate, worker), (at.bias, [number, number]), (at.current, [worker, number]))

    with at.run(at.of(at.gate, at.bias, results=(at.current,))) as datasaver:
        threads = [threading.Thread(target=add, args=(datasaver, worker)) for worker in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    values = datasaver.dataset.numpy("current")
    workers = datasaver.dataset.numpy("gate")
    assert len(values) == 1600
    for worker in range(4):
        assert values[workers == worker].tolist() == [part for number in range(200) for part in (worker, number)]
    assert (workers[::2] == workers[1::2]).all()  # rows of one call stay together


def test_in_memory(at: Any) -> None:
    """L12."""
    store = MemoryStore()
    with at.of(at.gate, results=(at.current,)).run(data=store, snapshot=dict) as datasaver:
        datasaver.add_result((at.gate, 0), (at.current, 1))
    assert store.load("last").numpy("current").tolist() == [1]
    assert store.load("last").status == "completed"


# --- stopping ---------------------------------------------------------------------------------------------------------


def interrupting(at: Any, *, twice: bool = False) -> Iterator[int]:
    for number in range(5):
        if number == 2:
            for _ in range(1 + twice):
                signal.raise_signal(signal.SIGINT)
        yield number


@pytest.mark.parametrize("twice", [False, True])
def test_ctrl_c(at: Any, twice: bool) -> None:
    """I05, I06, I07: the first lets the row be stored, the second ends at once; exit actions are done after either."""
    steps: list[str] = []
    before = signal.getsignal(signal.SIGINT)
    measurement = at.of(at.gate, results=(at.current,)).add_after_run(steps.append, ("off",))
    with pytest.raises(KeyboardInterrupt), at.run(measurement) as datasaver:
        for number in interrupting(at, twice=twice):
            datasaver.add_result((at.gate, number), (at.current, number))
        steps.append("completed")
    assert signal.getsignal(signal.SIGINT) is before
    assert steps == ["off"]
    assert datasaver.run.state == datasaver.dataset.status == "interrupted"
    assert datasaver.dataset.numpy("current").tolist() == ([0, 1] if twice else [0, 1, 2])


def test_ctrl_c_ends_a_wait_inside(at: Any) -> None:
    clock = FakeClock()
    with pytest.raises(KeyboardInterrupt, match="interrupted"), at.run(at.of(at.gate)):
        signal.raise_signal(signal.SIGINT)
        sleep(clock, 3600)
    assert clock.slept == []


def test_ctrl_c_in_an_exit_action_ends_none(at: Any) -> None:
    """Once: it is completed. Twice: it is cut short, the next one is done."""
    steps: list[str] = []

    def press(times: int) -> None:
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        steps.append(f"pressed {times}")

    measurement = (
        at.of(at.gate).add_after_run(press, (1,)).add_after_run(press, (1,)).add_after_run(steps.append, ("off",))
    )
    with pytest.raises(KeyboardInterrupt), at.run(measurement) as datasaver:
        pass
    assert steps == ["pressed 1", "off"]
    assert datasaver.dataset.status == "interrupted"


def test_ctrl_c_ends_the_outer_run_too(at: Any) -> None:
    measurement = at.of(at.gate, results=(at.current,))
    with pytest.raises(KeyboardInterrupt), at.run(measurement) as outer:
        for number in range(3):
            outer.add_result((at.gate, number), (at.current, number))
            with at.run(measurement) as inner:
                signal.raise_signal(signal.SIGINT)
                inner.add_result((at.gate, number), (at.current, number))
    assert [at.data.load(number).status for number in (1, 2)] == ["interrupted", "interrupted"]
    assert [at.data.load(number).rows() for number in (1, 2)] == [1, 1]


def test_stop_ends_the_block_and_the_program_goes_on(at: Any) -> None:
    with at.run(at.of(at.gate, results=(at.current,))) as datasaver:
        for number in range(5):
            if number == 2:
                datasaver.run.stop("enough")
            datasaver.add_result((at.gate, number), (at.current, number))
    assert datasaver.run.state == datasaver.dataset.status == "interrupted"
    assert datasaver.dataset.rows() == 3


def _soon(condition: Callable[[], bool]) -> bool:
    """Wait for what another thread does."""
    return any(condition() or threading.Event().wait(0.01) for _ in range(1000))


def test_seen_and_steered_from_outside(at: Any) -> None:
    """DESIGN 9: a free loop has a live record, and obeys the control record."""
    with at.run(at.of(at.gate, results=(at.current,))) as datasaver:
        datasaver.add_result((at.gate, 0), (at.current, 0))
        assert _soon(lambda: (live(datasaver.dataset) or {}).get("done") == 1)
        steer(datasaver.dataset, "stop", "helium is low")
        for number in range(1, 10_000_000):
            datasaver.add_result((at.gate, number), (at.current, number))
        raise AssertionError("not stopped")
    assert datasaver.dataset.status == "interrupted"
    assert [event.why for event in datasaver.run.events if event.what == "stop"] == ["helium is low"]
