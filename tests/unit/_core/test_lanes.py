"""Work in lanes: order of results, serial per lane, parallel between lanes, failures."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from measurand._core.lanes import Lanes


def _values(lanes: Lanes) -> list[Any]:
    values, done, failures = lanes.read()
    assert (sorted(done), failures) == (list(range(len(values))), [])
    return values


def test_results_come_in_declared_order() -> None:
    """K15."""
    lanes = Lanes([("b", lambda: 1), ("a", lambda: 2), (None, lambda: 3), ("b", lambda: 4)])
    for _ in range(100):
        assert _values(lanes) == [1, 2, 3, 4]
    lanes.close()


def test_a_lane_is_serial_and_lanes_are_parallel() -> None:
    """K15: jobs of one connection never overlap; those of two connections meet at a barrier."""
    busy: dict[str, int] = {"a": 0, "b": 0}
    meeting = threading.Barrier(2, timeout=10)

    def job(lane: str, meet: bool) -> Any:
        def work() -> str:
            busy[lane] += 1
            assert busy[lane] == 1
            if meet:
                meeting.wait()
            busy[lane] -= 1
            return lane

        return work

    lanes = Lanes([("a", job("a", True)), ("a", job("a", False)), ("b", job("b", True)), ("b", job("b", False))])
    for _ in range(50):
        assert _values(lanes) == ["a", "a", "b", "b"]
    lanes.close()


def test_one_lane_needs_no_thread() -> None:
    before = threading.active_count()
    lanes = Lanes([("a", lambda: threading.current_thread()), (None, lambda: 2)])
    assert lanes.read()[0][0] is threading.current_thread()
    assert threading.active_count() == before


def test_a_failure_keeps_the_results_of_other_lanes() -> None:
    """K15."""

    def fail() -> None:
        raise OSError("cable")

    lanes = Lanes([("a", lambda: 1), ("b", fail), ("b", lambda: 3), ("a", lambda: 4)])
    results, done, failures = lanes.read()
    lanes.close()
    assert results == [1, None, None, 4]
    assert sorted(done) == [0, 3]
    assert [(position, str(error)) for position, error in failures] == [(1, "cable")]


def test_threads_end() -> None:
    before = threading.active_count()
    lanes = Lanes([(name, lambda: 0) for name in "abc"])
    lanes.read()
    lanes.close()
    lanes.close()
    assert threading.active_count() == before


def test_interrupted_reading_leaves_no_lane_behind() -> None:
    """A KeyboardInterrupt in the caller's lane still waits for the others, so that the next reading is in step."""
    interrupt = [True]

    def here() -> int:
        if interrupt.pop() if interrupt else False:
            raise KeyboardInterrupt
        return 1

    lanes = Lanes([("a", here), ("b", lambda: 2)])
    *_, failures = lanes.read()
    assert isinstance(failures[0][1], KeyboardInterrupt)
    assert _values(lanes) == [1, 2]
    lanes.close()


@pytest.mark.parametrize("jobs", [[], [(None, lambda: 1)]])
def test_trivial_lists(jobs: list[Any]) -> None:
    assert len(Lanes(jobs).read()[0]) == len(jobs)


def test_a_job_without_a_lane_runs_when_all_others_have_finished() -> None:
    """It may need several connections, as an expression does: no instrument is read by two threads at once."""
    done: list[str] = []
    jobs = [(None, lambda: sorted(done)), ("a", lambda: done.append("a")), ("b", lambda: done.append("b"))]
    lanes = Lanes(jobs)
    try:
        assert _values(lanes) == [["a", "b"], None, None]
    finally:
        lanes.close()
