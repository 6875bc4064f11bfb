"""Parameters under the alias: what QCoDeS's scripts and drivers rely on beyond Measurand's own parameters."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from measurand import parameters as own
from measurand.compat.parameters import (
    DelegateGroup,
    DelegateGroupParameter,
    DelegateParameter,
    ElapsedTimeParameter,
    Group,
    GroupedParameter,
    GroupParameter,
    InstrumentRefParameter,
    ManualParameter,
    MultiParameter,
    Parameter,
    ParameterBase,
    ParameterSet,
    ParameterWithSetpoints,
    ScaledParameter,
    SweepFixedValues,
    expand_setpoints_helper,
    is_sequence_of,
    permissive_range,
)
from measurand.errors import DefinitionError, NotGettable, NotSettable, RefusedType, RefusedValue
from measurand.instrument import Instrument, close_all
from measurand.validators import Arrays, ComplexNumbers, Numbers, Strings


@pytest.fixture(autouse=True)
def _nothing_left() -> Any:
    yield
    close_all()


class Both(MultiParameter):
    def get_raw(self) -> tuple[int, int]:
        return 1, 2


def test_only_what_works_is_there() -> None:
    read = Parameter("read", get_cmd=lambda: 1)
    written = Parameter("written", get_cmd=False, set_cmd=lambda value: None)
    assert (hasattr(read, "get"), hasattr(read, "set")) == (True, False)
    assert (hasattr(written, "get"), hasattr(written, "set")) == (False, True)
    with pytest.raises(AttributeError, match="read has no set: it is not settable. Define it with set_cmd"):
        read.set(1)
    with pytest.raises(NotSettable):
        read(1)
    with pytest.raises(NotGettable):
        written()


def test_a_parameter_without_commands_of_its_own_remembers_only_as_parameter() -> None:
    class Asked(ParameterBase):
        def get_raw(self) -> int:
            return 3

    class Silent(ParameterBase):
        def set_raw(self, value: int) -> None:
            self.sent = value

    silent = Silent("silent")
    silent(4)
    assert (Asked("asked")(), silent.sent, silent.gettable) == (3, 4, False)
    assert Parameter("kept", set_cmd=None, initial_value=2)() == 2


def test_kinds_are_recognised() -> None:
    source = ManualParameter("source", initial_value=1)
    for one in (source, DelegateParameter("d", source), ScaledParameter(source, gain=2), ElapsedTimeParameter("t")):
        assert isinstance(one, Parameter)
        assert isinstance(one, ParameterBase)
    both = Both("both", names=("a", "b"), shapes=((), ()))
    assert isinstance(both, ParameterBase)
    assert not isinstance(both, Parameter)
    member = DelegateGroupParameter("member", source)
    assert isinstance(member, GroupParameter)
    assert isinstance(member, DelegateParameter)
    assert not isinstance(3, ParameterBase)


def test_parameters_made_without_the_alias_count_too() -> None:
    assert isinstance(own.ManualParameter("p"), Parameter)
    assert isinstance(own.ManualParameter("p"), ParameterBase)
    assert not issubclass(own.MultiParameter, Parameter)


def test_types_in_annotations_are_accepted() -> None:
    class Typed(Parameter[float, "Instrument"]):
        pass

    assert Typed("typed", set_cmd=None, initial_value=1.5)() == 1.5


def test_callbacks_are_told_the_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    p = Parameter("p", set_cmd=None, on_set_callback=lambda which, value: told.append((which.name, value)))
    monkeypatch.setattr(ParameterBase, "global_on_set_callback", staticmethod(lambda which, value: told.append(value)))
    p(3)
    p.on_set_callback = None
    p(4)
    assert told == [("p", 3), 3, 4]


def test_a_snapshot_holds_values_as_they_are_and_what_a_class_adds() -> None:
    class Adding(Parameter):
        def snapshot_base(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
            return {**super().snapshot_base(*args, **kwargs), "more": 1}

    p = Adding("p", set_cmd=None, initial_value=1 + 2j, vals=ComplexNumbers(), metadata={"a": {"b": 1}})
    p.load_metadata({"a": {"c": 2}})
    state = p.snapshot()
    assert (state["value"], state["raw_value"], state["more"]) == (1 + 2j, 1 + 2j, 1)
    assert state["metadata"] == {"a": {"b": 1, "c": 2}}
    assert state["vals"] == state["validators"][0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", state["ts"])
    p._snapshot_value = False
    assert "value" not in p.snapshot()


def test_a_driver_may_update_the_cache() -> None:
    p = Parameter("p", get_cmd=lambda: "7", get_parser=int, set_cmd=lambda value: None, scale=2)
    p.cache._set_from_raw_value("4")
    assert (p.cache.get(), p.cache.raw_value, p.cache.valid) == (2, "4", True)
    then = datetime(2020, 1, 1)  # noqa: DTZ001 - local, as QCoDeS has it
    p.cache._update_with(value=5, raw_value="10", timestamp=then)
    assert (p.get_latest(), p.cache.timestamp) == (5, then)


def test_a_delegate_follows_its_source_and_enters_itself_only_if_told() -> None:
    box = Instrument("box")
    source = ManualParameter("source", initial_value=1, snapshot_value=False)
    DelegateParameter("one", source=source, instrument=box)
    told = DelegateParameter("two", source=source, instrument=box, bind_to_instrument=True, snapshot_value=True)
    assert [name for name in box.parameters if name != "IDN"] == ["two"]
    assert "value" not in told.snapshot()


def test_a_scaled_parameter_has_its_role_and_keeps_its_own_value() -> None:
    output = ManualParameter("output", unit="V", initial_value=1.0)
    scaled = ScaledParameter(output, gain=ManualParameter("gain", initial_value=2))
    scaled(6.0)
    assert (output(), scaled.role, scaled.wrapped_parameter) == (3.0, ScaledParameter.Role.GAIN, output)
    output(1.0)
    assert scaled.cache.get() == 6.0
    assert scaled.get_wrapped_parameter_value() == 1.0
    scaled.division = 10
    assert (scaled.role, scaled()) == (ScaledParameter.Role.DIVISION, 0.1)


def test_a_query_of_a_group_may_be_made_by_a_function() -> None:
    class Box(Instrument):
        def ask_raw(self, cmd: str) -> str:
            return {"Q 3?": "1,2"}[cmd]

    box = Box("box")
    a, b = (GroupParameter(name, instrument=box, get_parser=int, get_cmd=None, set_cmd=None) for name in "ab")
    Group([a, b], get_cmd=lambda: f"Q {3}?")
    assert (a(), b()) == (1, 2)


def test_grouped_parameters_are_read_and_set_by_name() -> None:
    x, y = (ManualParameter(name, initial_value=1) for name in "xy")
    group = DelegateGroup("point", [DelegateGroupParameter("x", x), DelegateGroupParameter("y", y)])
    both = GroupedParameter("both", group=group)
    both({"x": 5})
    assert both() == (5, 1)
    assert both().x == 5
    assert both.source_parameters == (x, y)
    assert repr(both) == "GroupedParameter(name=both, source_parameters=(x, y))"
    with pytest.raises(RefusedType, match="allowed is a dict with values for x, y; nothing was sent"):
        both(3)
    with pytest.raises(DefinitionError, match="1 names for 2 parameters"):
        DelegateGroup("bad", list(group.parameters.values()), parameter_names=["x"])
    one = GroupedParameter("one", group=DelegateGroup("single", [DelegateGroupParameter("only", x)]))
    one(9)
    assert (one(), x()) == (9, 9)
    summed = DelegateGroup("s", [DelegateGroupParameter("x", x)], setter=lambda v: x(v + 1), formatter=lambda v: -v)
    GroupedParameter("t", group=summed)(1)
    assert summed.get() == -2


def test_a_reference_finds_its_instrument() -> None:
    box = Instrument("box")
    p = InstrumentRefParameter("which")
    p("box")
    assert p.get_instr() is box
    with pytest.raises(RuntimeError, match="only remembers a name"):
        InstrumentRefParameter("other", set_cmd=lambda name: None)


@pytest.mark.parametrize(
    ("vals", "kind"),
    [
        (Arrays(), "array"),
        (Strings(), "text"),
        (ComplexNumbers(), "complex"),
        (Numbers(), "numeric"),
        (None, "numeric"),
    ],
)
def test_what_a_dataset_says_of_it(vals: Any, kind: str) -> None:
    p = Parameter("p", set_cmd=None, vals=vals, label="P", unit="V", register_name="other")
    assert (p.paramtype, p.register_name) == (kind, "other")
    spec = p.param_spec
    assert (spec.name, spec.type, spec.label, spec.unit) == ("other", kind, "P", "V")
    p.paramtype = "text"
    assert p.paramtype == "text"
    with pytest.raises(DefinitionError, match="allowed are array, numeric, text, complex"):
        p.paramtype = "integer"


def test_an_array_knows_its_setpoints() -> None:
    axis = Parameter("axis", get_cmd=lambda: np.arange(2.0), vals=Arrays(shape=(2,)))
    trace = ParameterWithSetpoints("trace", get_cmd=lambda: np.ones(2), vals=Arrays(shape=(2,)), setpoints=(axis,))
    assert list(trace.depends_on) == [axis]
    for unpacked in (trace.unpack_self(np.ones(2)), expand_setpoints_helper(trace)):
        assert [(one.name, list(values)) for one, values in unpacked] == [("axis", [0, 1]), ("trace", [1, 1])]
    with pytest.raises(TypeError):
        expand_setpoints_helper(axis)


def test_lengths_are_not_asked_before_the_device_can_say() -> None:
    def too_early() -> int:
        raise RuntimeError("set the timing first")

    axis = Parameter("axis", get_cmd=lambda: np.arange(2.0), vals=Arrays(shape=(too_early,)))
    trace = ParameterWithSetpoints(
        "trace", get_cmd=lambda: np.ones(2), vals=Arrays(shape=(too_early,)), setpoints=(axis,)
    )
    with pytest.raises(RuntimeError, match="timing"):
        trace.validate_consistent_shape()


def test_names_may_be_words_of_python() -> None:
    assert Parameter("None", set_cmd=None).name == "None"
    assert Both("both", names=("", "b"), shapes=((), ())).names == ("", "b")
    with pytest.raises(DefinitionError):
        Parameter("a b")


def test_sets_of_parameters_keep_their_order() -> None:
    a, b, c = (ManualParameter(name) for name in "abc")
    some = ParameterSet([c, a])
    some.update([b], [a])
    assert list(some) == [c, a, b]
    assert list(some.difference([a])) == [c, b]
    assert list(some.intersection([b, c])) == [c, b]
    assert list(ParameterSet([a]).union([b])) == [a, b]
    assert ParameterSet([a]).issubset(some)
    assert some.issuperset([a])
    some.discard(a)
    assert a not in some
    assert repr(ParameterSet()) == "ParameterSet()"


def test_sweeps_of_2016() -> None:
    p = ManualParameter("p", vals=Numbers(0, 10))
    values = SweepFixedValues(p, start=0, stop=1, num=3)
    assert list(values) == [0, 0.5, 1]
    assert values.snapshot()["values"] == [{"first": 0, "last": 1, "num": 3, "type": "linear"}]
    more = values + [2, 5]  # noqa: RUF005 - another sweep, not a list
    more.append(7)
    more.reverse()
    assert list(more) == [7, 5, 2, 1, 0.5, 0]
    assert list(reversed(values)) == [1, 0.5, 0]
    assert list(SweepFixedValues(p, [1, slice(2, 4, 1), [6, 7]])) == [1, 2, 3, 6, 7]
    assert (5 in more, len(values), values[1]) == (True, 3, 0.5)
    with pytest.raises(RefusedValue):
        values.append(11)
    with pytest.raises(RefusedType, match="start:stop:step"):
        SweepFixedValues(p, slice(0, 1))
    with pytest.raises(NotSettable):
        SweepFixedValues(Parameter("q", get_cmd=lambda: 1), [1])
    with pytest.raises(RefusedType, match="values for q"):
        values.extend(SweepFixedValues(ManualParameter("q"), [1]))


def test_ramps_can_be_asked_for() -> None:
    p = Parameter("p", set_cmd=None, initial_value=0.0)
    assert p.get_ramp_values(1.0, 0.3) == pytest.approx([0.3, 0.6, 0.9, 1.0])
    assert p.get_ramp_values(1.0) == [1.0]
    assert permissive_range(0, 5, 2) == [0, 2, 4]


def test_sequences_are_judged() -> None:
    assert is_sequence_of([[1], [2]], int, depth=2)
    assert not is_sequence_of([1, "a"], int)
    assert is_sequence_of([[1, 2]], int, shape=(1, 2))
    assert not is_sequence_of([[1, 2]], int, shape=(2, 1))
    assert not is_sequence_of("text", str)
