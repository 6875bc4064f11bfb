"""Software ramps: steps, delays, unknown starts, stopping on the way."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from measurand._core.stop import Stopped, StopToken
from measurand.errors import DefinitionError, NoTrustedValue, ParameterBusy, RefusedValue
from measurand.parameters import DelegateParameter, Parameter
from measurand.testing import FakeClock
from measurand.validators import Enum, Ints, MultiType, Numbers, Strings


def ramped(sent: list[Any], **options: Any) -> Parameter[float]:
    options = {"get_cmd": False, "set_cmd": sent.append, "initial_cache_value": 0, "step": 1} | options
    return Parameter("gate", **options)


@pytest.mark.parametrize(
    ("start", "target", "step", "expected"),
    [
        (0, 2.5, 1, [1, 2, 2.5]),
        (0, -2, 1, [-1, -2]),
        (0, 0, 1, [0]),
        (0.0, 0.3, 0.1, [0.1, 0.2, 0.3]),
        (1, 1.2, 5, [1.2]),
    ],
)
def test_steps(start: float, target: float, step: float, expected: list[float]) -> None:
    """A31: increments end exactly on the target."""
    sent: list[float] = []
    gate = ramped(sent, initial_cache_value=start, step=step)
    gate(target)
    assert sent == pytest.approx(expected)
    assert sent[-1] == target
    assert gate.cache() == target


def test_steps_are_validated_before_the_first_is_sent() -> None:
    """A32."""
    sent: list[float] = []
    gate = ramped(sent, vals=MultiType(Ints(0, 3), Enum(10)))
    with pytest.raises(RefusedValue, match="4 refused"):
        gate(10)
    assert sent == []


def test_steps_are_spaced() -> None:
    """A32: inter_delay between starts, post_delay after each start."""
    clock = FakeClock()
    times: list[float] = []
    gate = ramped([], set_cmd=lambda v: times.append(clock.monotonic()), inter_delay=0.5, clock=clock)
    gate(3)
    assert times == [0, 0.5, 1.0]
    after = ramped([], set_cmd=lambda v: times.append(clock.monotonic()), post_delay=2, step=None, clock=clock)
    times.clear()
    begun = clock.monotonic()
    after(1)
    assert clock.monotonic() == begun + 2


@pytest.mark.parametrize("target", [1, 0.5])
def test_unknown_start_is_refused(target: float) -> None:
    """A33."""
    sent: list[float] = []
    gate = ramped(sent, initial_cache_value=None)
    with pytest.raises(NoTrustedValue, match="initial_cache_value"):
        gate(target)
    assert sent == []


def test_unknown_start_is_read_if_possible() -> None:
    """A33."""
    sent: list[float] = []
    gate = ramped(sent, initial_cache_value=None, get_cmd=lambda: 3.0)
    gate(5)
    assert sent == [4, 5]


def test_start_in_doubt_after_a_failure_is_read_again() -> None:
    sent: list[float] = []

    def put(value: float) -> None:
        if value == 2 and not sent.count(2):
            sent.append(value)
            raise OSError("cable")
        sent.append(value)

    gate = ramped([], set_cmd=put, get_cmd=lambda: float(sent[-1]))
    with pytest.raises(OSError, match="cable") as caught:
        gate(4)
    assert any("ramp to 4 stopped at 1 (in doubt)" in note for note in caught.value.__notes__)
    gate(4)
    assert sent == [1, 2, 3, 4]


def test_overrun_is_reported_once(caplog: pytest.LogCaptureFixture) -> None:
    """A34."""
    clock = FakeClock()
    gate = ramped([], set_cmd=lambda v: clock.advance(3), post_delay=1, clock=clock)
    gate(5)
    assert [r.getMessage() for r in caplog.records] == ["gate: a set took up to 2 s longer than post_delay allows"]


@pytest.mark.parametrize(
    "options",
    [
        {"step": 1, "vals": Strings()},
        {"step": 1, "vals": Enum("a", "b")},
        {"step": 0},
        {"step": -1},
        {"step": float("nan")},
        {"step": "1"},
        {"step": True},
        {"step": 0.5, "vals": Ints()},
        {"inter_delay": -1},
        {"post_delay": "1"},
    ],
)
def test_bad_steps_and_delays(options: dict[str, Any]) -> None:
    """A35."""
    with pytest.raises(DefinitionError):
        Parameter("gate", set_cmd=None, **options)


def test_stop_request_ends_the_ramp_between_steps() -> None:
    """The cache tells the true position, the exception says where it stopped."""
    sent: list[float] = []
    token = StopToken()

    def put(value: float) -> None:
        sent.append(value)
        if value == 2:
            token.request("enough")

    gate = ramped([], set_cmd=put)
    with token.active(), pytest.raises(Stopped, match="enough") as caught:
        gate(5)
    assert (sent, gate.cache()) == ([1, 2], 2)
    assert caught.value.__notes__ == ["gate: ramp to 5 stopped at 2"]


def test_text_among_numbers_is_set_at_once() -> None:
    sent: list[Any] = []
    level = ramped(sent, vals=MultiType(Numbers(0, 9), Enum("auto")))
    level("auto")
    assert sent == ["auto"]
    with pytest.raises(NoTrustedValue, match="is 'auto', no number"):
        level(3)


def test_a_second_thread_cannot_make_a_ramp_jump() -> None:
    """Somebody who sets the parameter while another thread moves it is refused, at once and without a lock held."""
    inside, go_on = threading.Event(), threading.Event()
    sent: list[Any] = []

    def put(value: Any) -> None:
        sent.append(value)
        if value == 2:
            inside.set()
            assert go_on.wait(10)

    gate = ramped(sent, set_cmd=put)
    mover = threading.Thread(target=gate.set, args=(4,))
    mover.start()
    assert inside.wait(10)
    with pytest.raises(ParameterBusy, match=r"gate: -4 refused, another thread is moving it \(now at 1\)"):
        gate(-4)
    go_on.set()
    mover.join()
    assert sent == [1, 2, 3, 4]
    gate(3)
    assert sent[-1] == 3


def test_a_refused_target_is_named_and_nothing_is_read() -> None:
    reads: list[int] = []
    gate = ramped([], vals=Numbers(-1, 1), step=0.1, get_cmd=lambda: reads.append(1), initial_cache_value=None)
    with pytest.raises(RefusedValue, match="gate: 2 refused"):
        gate(2)
    assert reads == []


def test_a_start_in_doubt_that_cannot_be_read_is_refused() -> None:
    """A33: what is only remembered is not read by recalling it."""
    sent: list[Any] = []
    gate = Parameter("gate", set_cmd=sent.append, step=0.1, initial_cache_value=0.0)
    gate(0.2)
    gate.cache.invalidate()
    with pytest.raises(NoTrustedValue):
        gate(0.95)
    assert sent == [0.1, 0.2]


@pytest.mark.parametrize(
    ("start", "target", "step"),
    [(np.int16(-30000), np.int16(30000), 5000.0), (np.uint8(100), np.uint8(10), 7), (np.uint8(10), np.uint8(200), 0.5)],
)
def test_ramps_do_not_wrap_at_the_width_of_numpy(start: Any, target: Any, step: float) -> None:
    sent: list[float] = []
    ramped(sent, step=step, initial_cache_value=start)(target)
    path = [int(start), *sent]
    assert max(abs(b - a) for a, b in pairwise(path)) <= step
    assert sent[-1] == int(target)
    assert min(path) >= min(int(start), int(target))


def test_a_chain_of_delegates_keeps_its_ramp() -> None:
    sent: list[float] = []
    source = Parameter("source", set_cmd=sent.append, initial_cache_value=0.0)
    first: DelegateParameter[Any] = DelegateParameter("first", None)
    second = DelegateParameter("second", first, step=0.5)
    first.source = source
    second(1.0)
    assert sent == [0.5, 1.0]


def test_a_change_in_the_middle_of_a_ramp_keeps_pace_and_lock() -> None:
    """Changing a label, or a limit for a while, makes new functions, not a new ramp."""
    clock = FakeClock()
    gate = ramped([], step=None, inter_delay=5, clock=clock)
    gate(1)
    gate.label = "Gate"
    with gate.extra_validator(Numbers()):
        gate(2)
    assert clock.slept == [5]
    inside, go_on = threading.Event(), threading.Event()

    def put(value: Any) -> None:
        inside.set()
        assert go_on.wait(10)

    slow = ramped([], set_cmd=put)
    mover = threading.Thread(target=slow.set, args=(3,))
    mover.start()
    assert inside.wait(10)
    slow.label = "Slow"
    with pytest.raises(ParameterBusy):
        slow(-3)
    go_on.set()
    mover.join()


@pytest.mark.parametrize("target", [float("nan"), float("inf")])
def test_a_ramp_needs_a_finite_target(target: float) -> None:
    sent: list[float] = []
    with pytest.raises(RefusedValue, match="finite"):
        ramped(sent)(target)
    assert sent == []


def test_a_ramp_after_a_change_of_scale_begins_where_the_device_is() -> None:
    """The value that was known is converted with the scale; a ramp from a stale one would jump."""
    sent: list[float] = []
    p = Parameter("p", get_cmd=lambda: 1.0, set_cmd=sent.append, step=0.01)
    assert p() == 1.0
    p.scale = 100
    assert p.cache.value == 0.01
    p(0.04)
    assert sent == pytest.approx([2.0, 3.0, 4.0])


def test_what_cannot_be_converted_after_a_change_of_scale_is_not_known() -> None:
    p = Parameter("p", set_cmd=lambda raw: None, set_parser="{:.1f}".format, scale=1, initial_value=2.0)
    p.scale = 100
    assert not p.cache.valid
    assert p.cache.value is None
