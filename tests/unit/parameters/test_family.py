"""The family of parameters: several values, arrays, groups, scaled, combined, time, on/off."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from measurand.errors import DefinitionError, NotGettable, NotSettable, RefusedValue, UndecodableAnswer
from measurand.parameters import (
    ArrayParameter,
    DelegateParameter,
    ElapsedTimeParameter,
    Group,
    GroupParameter,
    ManualParameter,
    MultiParameter,
    Parameter,
    ParameterWithSetpoints,
    ScaledParameter,
    combine,
    create_on_off_val_mapping,
    yield_of,
)
from measurand.testing import FakeClock
from measurand.validators import Arrays, Numbers


class Device:
    """An owner that answers from a dict and remembers every byte it was sent."""

    def __init__(self, name: str = "gen") -> None:
        self.name = name
        self.name_parts = [name]
        self.parameters: dict[str, Any] = {}
        self.lock = threading.RLock()
        self.lane = "bus"
        self.answers: dict[str, str] = {}
        self.sent: list[str] = []

    def ask(self, cmd: str) -> str:
        self.sent.append(cmd)
        return self.answers[cmd]

    def write(self, cmd: str) -> None:
        self.sent.append(cmd)


class Current(MultiParameter):
    """The amplifier parameter of the driver guide (F14)."""

    def __init__(self, measured: Parameter[float], gain: float, **options: Any) -> None:
        super().__init__(
            "curr", names=(f"{measured.name}_raw", "curr"), shapes=((), ()), labels=(measured.label, "Current"),
            units=(measured.unit, "A"), **options,
        )  # fmt: skip
        self._measured = measured
        self._gain = gain

    def get_raw(self) -> tuple[float, float]:
        volt = self._measured.get()
        return volt, volt * self._gain


def test_multi_parameter_without_setpoints() -> None:
    """F14, F15."""
    curr = Current(ManualParameter("volt", unit="V", label="Voltage", initial_value=2.0), 1e-8)
    assert curr() == curr.cache() == (2.0, 2e-8)
    fields = yield_of(curr).fields
    assert [(f.name, f.label, f.unit, f.shape) for f in fields] == [
        ("volt_raw", "Voltage", "V", ()),
        ("curr", "Current", "A", ()),
    ]
    assert "value" not in curr.snapshot()


def test_multi_parameter_names_carry_the_instrument() -> None:
    class Two(MultiParameter):
        def get_raw(self) -> tuple[float, float]:
            return 1.0, 2.0

    assert Two("both", ("a", "b"), ((), ()), Device()).full_names == ("gen_a", "gen_b")  # type: ignore[arg-type]


def test_multi_parameter_with_arrays_and_axes() -> None:
    class Trace(MultiParameter):
        def get_raw(self) -> tuple[Any, ...]:
            return np.arange(3.0), 7.0

    trace = Trace(
        "t", names=("trace", "level"), shapes=((3,), ()), setpoints=(([10, 20, 30],), None),
        setpoint_names=(("time",), None), setpoint_units=(("s",), None),
    )  # fmt: skip
    result = yield_of(trace)
    assert [(f.name, f.dims, f.setpoint) for f in result.fields] == [
        ("time", ("time",), True), ("trace", ("time",), False), ("level", (), False),
    ]  # fmt: skip
    assert result.values is not None
    assert [np.asarray(v).tolist() for v in result.values(trace.get())] == [[10, 20, 30], [0, 1, 2], 7]


@pytest.mark.parametrize(
    "wrong",
    [{"shapes": ((),)}, {"labels": ("one",)}, {"units": ("V", "V", "V")}, {"setpoints": ((),)}],
)
def test_multi_parameter_counts(wrong: dict[str, Any]) -> None:
    """A30, K09: wrong numbers raise when it is made."""

    class Two(MultiParameter):
        def get_raw(self) -> tuple[float, float]:
            return 1.0, 2.0

    with pytest.raises(DefinitionError, match="2 names but"):
        Two("m", **({"names": ("a", "b"), "shapes": ((), ())} | wrong))


def test_multi_parameter_reading_of_wrong_length() -> None:
    class Short(MultiParameter):
        def get_raw(self) -> tuple[float]:
            return (1.0,)

    short = Short("s", ("a", "b"), ((), ()))
    values = yield_of(short).values
    assert values is not None
    with pytest.raises(DefinitionError, match=r"1 values for 2 names \(a, b\)"):
        values(short.get())


def test_a_snapshot_asks_no_device_how_long_an_array_is() -> None:
    """It shows the length that is known, else what knows it."""
    asked: list[int] = []
    count = Parameter("count", get_cmd=lambda: asked.append(1) or 3)
    axis = Parameter("axis", vals=Arrays(shape=(count.get,)), get_cmd=lambda: np.zeros(3))
    trace = ParameterWithSetpoints("trace", vals=Arrays(shape=(count,)), setpoints=(axis,), get_cmd=lambda: np.zeros(3))
    assert (trace.snapshot()["validators"], asked) == (["<Arrays: arrays of shape (count) of real numbers>"], [])
    trace()
    seen = len(asked)
    assert trace.snapshot()["validators"] == ["<Arrays: arrays of shape (3) of real numbers>"]
    assert axis.snapshot()["validators"] == ["<Arrays: arrays of shape (3) of real numbers>"]
    assert len(asked) == seen


def spectrum(points: ManualParameter[int], answer: Any) -> ParameterWithSetpoints:
    frequency = Parameter(
        "freq", unit="Hz", vals=Arrays(shape=(points.get,)), get_cmd=lambda: np.linspace(0, 1, points())
    )
    return ParameterWithSetpoints(
        "spectrum",
        unit="dBm",
        vals=Arrays(shape=(points.get,)),
        setpoints=(frequency,),
        get_cmd=lambda: answer(points()),
    )


def test_array_with_setpoints_follows_the_number_of_points() -> None:
    """F16: lengths are asked at each reading."""
    points: ManualParameter[int] = ManualParameter("points", initial_value=3)
    trace = spectrum(points, np.zeros)
    assert trace().shape == (3,)
    points(5)
    assert trace().shape == (5,)
    fields = yield_of(trace).fields
    assert [(f.name, f.unit, f.setpoint, f.dims) for f in fields] == [
        ("freq", "Hz", True, ("freq",)), ("spectrum", "dBm", False, ("freq",)),
    ]  # fmt: skip


def test_array_of_another_shape_is_refused() -> None:
    points: ManualParameter[int] = ManualParameter("points", initial_value=3)
    with pytest.raises(RefusedValue, match=r"spectrum.*shape is \(4,\)"):
        spectrum(points, lambda n: np.zeros(n + 1))()


def test_shapes_of_setpoints_must_fit() -> None:
    axis = Parameter("axis", vals=Arrays(shape=(4,)), get_cmd=lambda: np.zeros(4))
    trace = ParameterWithSetpoints("trace", vals=Arrays(shape=(3,)), setpoints=(axis,), get_cmd=lambda: np.zeros(3))
    with pytest.raises(DefinitionError, match=r"its shape \(3,\) is not what its setpoints make \(axis \(4,\)\)"):
        trace()
    for bad in (
        {"vals": Numbers()},
        {"vals": Arrays()},
        {"vals": Arrays(shape=(2,)), "setpoints": (ManualParameter("x"),)},
    ):
        with pytest.raises(DefinitionError, match="Arrays with a shape"):
            ParameterWithSetpoints("trace", get_cmd=lambda: 0, **bad)


def test_array_parameter() -> None:
    """F16: kept for old drivers."""

    class Old(ArrayParameter):
        def get_raw(self) -> Any:
            return np.zeros((2, 3))

    old = Old("old", (2, 3), setpoints=([1, 2], [[4, 5, 6], [4, 5, 6]]), setpoint_names=("x", "y"))
    result = yield_of(old)
    assert [(f.name, f.dims) for f in result.fields] == [("x", ("x",)), ("y", ("y",)), ("old", ("x", "y"))]
    assert result.values is not None
    assert result.values(old())[1].tolist() == [4, 5, 6]
    with pytest.raises(DefinitionError, match="1 setpoints for the 2 dimensions"):
        Old("old", (2, 3), setpoints=([1, 2],))
    with pytest.raises(DefinitionError, match="3 setpoints for dimension 0 of length 2"):
        Old("old", (2,), setpoints=([1, 2, 3],))


def test_scaled_by_division_and_gain() -> None:
    dac: ManualParameter[float] = ManualParameter("dac", unit="V", label="DAC", initial_value=5.0)
    divided = ScaledParameter(dac, division=10)
    assert (divided(), divided.unit, divided.label) == (0.5, "V", "DAC_scaled")
    divided(0.2)
    assert (dac(), divided.get_wrapped_parameter_value()) == (2.0, 2.0)
    factor: ManualParameter[float] = ManualParameter("factor", initial_value=30.0)
    amplified = ScaledParameter(dac, gain=factor, name="big", unit="kV")
    assert (amplified(), amplified.gain, amplified.division) == (60.0, 30.0, 1 / 30)
    factor(15.0)
    amplified(45.0)
    assert dac() == 3.0
    amplified.division = 2
    assert (amplified(), amplified.role) == (1.5, "division")
    for wrong in ({}, {"division": 2, "gain": 3}, {"gain": 0}, {"division": "2"}):
        with pytest.raises(DefinitionError):
            ScaledParameter(dac, **wrong)


def grouped(device: Device, **group: Any) -> tuple[GroupParameter, GroupParameter]:
    amplitude = GroupParameter("amplitude", device, get_parser=float, vals=Numbers(0, 5))  # type: ignore[arg-type]
    frequency = GroupParameter("frequency", device, get_parser=float)  # type: ignore[arg-type]
    Group([amplitude, frequency], **group)
    return amplitude, frequency


def test_group_reads_all_with_one_query_and_sets_all_with_one_command() -> None:
    device = Device()
    amplitude, frequency = grouped(device, get_cmd="GET?", set_cmd="SET {amplitude},{frequency}")
    device.answers["GET?"] = "1.5, 2000"
    assert amplitude() == 1.5
    assert frequency.cache() == 2000.0
    assert device.sent == ["GET?"]
    frequency(3000)
    assert device.sent[1:] == ["SET 1.5,3000"]
    with pytest.raises(RefusedValue):
        amplitude(6)
    assert len(device.sent) == 2


def test_group_that_does_not_know_the_others_reads_or_refuses() -> None:
    device = Device()
    device.answers["GET?"] = "1,2"
    amplitude, _ = grouped(device, get_cmd="GET?", set_cmd="SET {amplitude},{frequency}")
    amplitude(4)
    assert device.sent == ["GET?", "SET 4,2"]
    blind = Device()
    amplitude, _ = grouped(blind, set_cmd="SET {amplitude},{frequency}")
    with pytest.raises(NotSettable, match="frequency is not known"):
        amplitude(4)
    with pytest.raises(NotGettable, match="no get_cmd"):
        amplitude()
    assert blind.sent == []


def test_group_answers_that_do_not_fit() -> None:
    device = Device()
    amplitude, _ = grouped(device, get_cmd="GET?")
    device.answers["GET?"] = "1"
    with pytest.raises(UndecodableAnswer, match="1 values, expected 2"):
        amplitude()
    with pytest.raises(NotSettable, match="no set_cmd"):
        amplitude(1)
    amplitude, _ = grouped(Device(), get_cmd=lambda: "x", get_parser=lambda text: {"amplitude": 1})
    with pytest.raises(UndecodableAnswer, match="no value for frequency"):
        amplitude()


def test_groups_that_make_no_sense() -> None:
    loose = GroupParameter("loose")
    with pytest.raises(DefinitionError, match="in no Group"):
        loose()
    with pytest.raises(DefinitionError, match="text commands need an instrument"):
        Group([loose], get_cmd="A?")
    with pytest.raises(DefinitionError, match="different instruments"):
        Group([GroupParameter("a", Device()), GroupParameter("b", Device("other"))])  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="belongs to the Group"):
        GroupParameter("p", set_cmd="A {}")
    with pytest.raises(DefinitionError, match="at least one"):
        Group([])


def test_combined() -> None:
    left, right = ManualParameter("left", vals=Numbers(0, 5)), ManualParameter("right", vals=Numbers(0, 5))
    both = combine(left, right, name="both", aggregator=lambda a, b: a + b)
    both((1, 2))
    assert (left(), right()) == (1, 2)
    with pytest.raises(RefusedValue, match="right"):
        both((3, 7))
    assert (left(), right()) == (1, 2)
    assert list(both.sweep([1, 2], [3, 4])) == list(both.sweep(np.array([[1, 3], [2, 4]]))) == [(1, 3), (2, 4)]
    for wrong in (([1], [1, 2]), ([1],), ([1], [2], [3])):
        with pytest.raises((DefinitionError, TypeError)):
            both.sweep(*wrong)
    with pytest.raises(DefinitionError):
        combine(left, left, name="twice")
    with pytest.raises(DefinitionError, match="cannot be set"):
        combine(Parameter("reading", get_cmd=lambda: 1), name="x")


def test_elapsed_time() -> None:
    clock = FakeClock()
    elapsed = ElapsedTimeParameter("time", clock=clock)
    clock.advance(5)
    assert elapsed() == 5
    elapsed.reset_clock()
    assert (elapsed(), elapsed.unit) == (0, "s")
    with pytest.raises(NotSettable):
        elapsed(3)


@pytest.mark.parametrize(("on", "off"), [("ENABLE", "DISABLE"), (1, 0), (0, 1), ("1", "0"), (True, False)])
def test_on_off(on: Any, off: Any) -> None:
    """A18, A19, A20."""
    sent: list[Any] = []
    p = Parameter(
        "output",
        get_cmd=lambda: sent[-1],
        set_cmd=sent.append,
        val_mapping=create_on_off_val_mapping(on_val=on, off_val=off),
    )
    for word in (True, "On", "ON", "on", 1, "1"):
        p(word)
        assert sent[-1] == on
        assert p() is True
    for word in (False, "Off", "OFF", "off", 0, "0"):
        p(word)
        assert sent[-1] == off
        assert p() is False
    with pytest.raises(RefusedValue):
        p("oFF")


def test_setting_a_group_is_remembered() -> None:
    device = Device()
    amplitude, frequency = grouped(device, set_cmd="SET {amplitude},{frequency}")
    assert amplitude.group is not None
    amplitude.group.set({"amplitude": 2, "frequency": 7})
    assert (amplitude.cache(), frequency.cache()) == (2.0, 7.0)


def test_what_is_behind_a_divider_is_never_another_than_the_source_says() -> None:
    """Limits, ramp and cache are those of the output; looking reads nothing."""
    sent: list[float] = []
    dac = Parameter("dac", set_cmd=sent.append, vals=Numbers(-1, 1), initial_cache_value=0.0)
    reads: list[int] = []
    factor = Parameter("factor", get_cmd=lambda: reads.append(1) or 10.0)
    divided = ScaledParameter(dac, division=factor, step=0.05)
    with pytest.raises(RefusedValue, match="dac"):
        divided(0.3)
    assert sent == []
    divided(0.1)
    assert sent == pytest.approx([0.5, 1.0])
    dac(0.2)
    before = len(reads)
    assert divided.cache.value == pytest.approx(0.02)
    divided.snapshot()
    repr(divided)
    assert len(reads) == before


def test_a_delegate_that_does_not_understand_its_source_can_be_looked_at() -> None:
    source = ManualParameter("source", initial_value=5)
    view = DelegateParameter("view", source, val_mapping={"on": 1, "off": 0})
    assert view.snapshot()["value"] is None
    assert "view" in repr(view)
    view("on")
    assert source() == 1
