"""Parameters: names, commands, conversion, cache, errors."""

from __future__ import annotations

import copy
import json
import pickle
import threading
from typing import Any

import numpy as np
import pytest

from measurand.errors import (
    DefinitionError,
    DuplicateName,
    NoTrustedValue,
    NotSettable,
    RefusedValue,
    UndecodableAnswer,
    UnknownKeyword,
)
from measurand.parameters import ManualParameter, Parameter
from measurand.testing import FakeClock
from measurand.validators import Enum, Ints, Numbers, Strings


class Device:
    """An owner that answers from a dict and remembers every byte it was sent."""

    def __init__(self) -> None:
        self.name = "dmm"
        self.name_parts = ["dmm"]
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


@pytest.fixture
def device() -> Device:
    return Device()


def test_description_and_its_defaults(device: Device) -> None:
    """A01."""
    p = Parameter("volt", device, label="Voltage", unit="V", vals=Numbers(), docstring="The reading.")
    assert (p.name, p.instrument, p.label, p.unit, p.docstring) == ("volt", device, "Voltage", "V", "The reading.")
    assert isinstance(p.vals, Numbers)
    plain = Parameter("x")
    assert (plain.label, plain.unit, plain.vals, plain.instrument) == ("x", "", None, None)


@pytest.mark.parametrize("name", ["gate 1", "1gate", "", "class", None, 3, "a-b"])
def test_a_bad_name_is_refused_with_a_better_one(name: Any) -> None:
    """A02."""
    with pytest.raises(DefinitionError, match="cannot be the name of a parameter"):
        Parameter(name)
    if name == "gate 1":
        with pytest.raises(ValueError, match="gate_1"):
            Parameter(name)


def test_no_get(device: Device) -> None:
    """A03."""
    p = Parameter("p", device, get_cmd=False, set_cmd="A {}")
    assert not p.gettable
    for read in (p, p.get, p.get_raw):
        with pytest.raises(NotImplementedError, match=r"dmm\.p: cannot be read, it has no get command"):
            read()


def test_no_set() -> None:
    """A04."""
    p = Parameter("p", get_cmd=lambda: 1, set_cmd=False)
    assert not p.settable
    for put in (p, p.set, p.set_raw):
        with pytest.raises(NotSettable, match="cannot be set to 1, it has no set command"):
            put(1)


def test_manual() -> None:
    """A05, F13: remembers; None until set."""
    p = Parameter("p", get_cmd=None, set_cmd=None)
    assert p() is None
    assert not p.cache.valid
    p(3)
    assert p() == 3
    assert ManualParameter("m", initial_value=1e8)() == 1e8


def test_text_commands(device: Device) -> None:
    """A06."""
    device.answers["A?"] = "7"
    p = Parameter("p", device, get_cmd="A?", set_cmd="A {}")
    assert p() == "7"
    p(5)
    assert device.sent == ["A?", "A 5"]


def test_callable_commands() -> None:
    """A07."""
    got: list[Any] = []
    p = Parameter("p", get_cmd=lambda: 4, set_cmd=got.append)
    assert p() == 4
    p(9)
    assert got == [9]


@pytest.mark.parametrize("commands", [{"get_cmd": "A?"}, {"set_cmd": "A {}"}])
def test_text_needs_an_instrument(commands: dict[str, str]) -> None:
    """A08."""
    with pytest.raises(DefinitionError, match="no instrument to send it to"):
        Parameter("p", **commands)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [4, 4.0, np.int64(4), np.float64(4)])
def test_format(device: Device, value: float) -> None:
    """A09."""
    p = Parameter("att", device, set_cmd="ATTN ALL {:02.0f}")
    p(value)
    assert device.sent == ["ATTN ALL 04"]


@pytest.mark.parametrize("template", ["A {} {}", "A {x}", "A {1}", "A {"])
def test_a_template_needs_one_place(device: Device, template: str) -> None:
    with pytest.raises(DefinitionError, match="set_cmd"):
        Parameter("p", device, set_cmd=template)


def test_a_refused_value_sends_nothing_and_leaves_the_cache(device: Device) -> None:
    """A10."""
    p = Parameter("p", device, set_cmd="A {}", vals=Numbers(0, 1), initial_cache_value=0.5)
    for bad in (2, "x", float("nan"), None):
        with pytest.raises((ValueError, TypeError)):
            p(bad)
    assert device.sent == []
    assert p.cache() == 0.5
    assert p.cache.valid


def test_parsers(device: Device) -> None:
    """A11, A12."""
    device.answers["A?"] = " 1.5\r"
    p = Parameter("p", device, get_cmd="A?", set_cmd="A {}", get_parser=float, set_parser=lambda v: f"{v:.2e}")
    assert p() == 1.5
    p(3)
    assert device.sent[-1] == "A 3.00e+00"


def test_mapping(device: Device) -> None:
    """A13, A14, A16: integer codes answered as text or float."""
    p = Parameter("mode", device, get_cmd="M?", set_cmd="M {:d}", get_parser=float, val_mapping={"off": 0, "on": 1})
    device.answers["M?"] = "1.0"
    assert p() == "on"
    p("off")
    assert device.sent[-1] == "M 0"
    assert isinstance(p.vals, Enum)
    with pytest.raises(RefusedValue, match="'off' and 'on'"):
        p("maybe")
    unparsed = Parameter("mode2", device, get_cmd="M?", val_mapping={"off": 0, "on": 1})
    device.answers["M?"] = "1"
    assert unparsed() == "on"


def test_mapping_and_validator_must_both_accept(device: Device) -> None:
    """A15."""
    p = Parameter("r", device, set_cmd="R {}", val_mapping={1: "a", 2: "b", 30: "c"}, vals=Numbers(0, 10))
    p(2)
    for bad in (30, 3):
        with pytest.raises(RefusedValue):
            p(bad)
    assert device.sent == ["R b"]


def test_an_answer_outside_the_mapping(device: Device) -> None:
    """A17."""
    device.answers["M?"] = "7"
    p = Parameter("mode", device, get_cmd="M?", val_mapping={"off": 0, "on": 1})
    with pytest.raises(UndecodableAnswer, match=r"dmm\.mode: the answer '7'") as caught:
        p()
    assert isinstance(caught.value, KeyError)


def test_scale_and_offset() -> None:
    """raw = value · scale + offset, both ways; assigning a new scale takes effect at once."""
    raw: list[float] = []
    p = Parameter("p", get_cmd=lambda: 25.0, set_cmd=raw.append, scale=10, offset=5)
    assert p() == 2.0
    p(3.0)
    assert raw == [35.0]
    p.scale = 20
    assert p() == 1.0
    with pytest.raises(DefinitionError, match="scale=0"):
        p.scale = 0


def test_max_val_age() -> None:
    """A22, A23."""
    clock, reads = FakeClock(), []
    p = Parameter("p", get_cmd=lambda: reads.append(1) or len(reads), max_val_age=10, clock=clock)
    assert p.cache() == 1
    clock.advance(9)
    assert p.cache() == 1
    clock.advance(2)
    assert not p.cache.valid
    assert p.cache() == 2
    for unreadable in (False, None):
        with pytest.raises(ValueError, match="max_val_age"):
            Parameter("q", get_cmd=unreadable, set_cmd=None, max_val_age=1)


def test_cache_without_hardware(device: Device) -> None:
    """A24."""
    clock = FakeClock()
    p = Parameter("p", device, get_cmd="A?", set_cmd="A {}", get_parser=float, clock=clock)
    p(2.0)
    assert (p.cache(), p.get_latest(), p.cache.raw_value, p.cache.time) == (2.0, 2.0, 2.0, clock.time())
    assert device.sent == ["A 2.0"]
    p.cache.invalidate()
    assert p.cache.get(get_if_invalid=False) == 2.0
    device.answers["A?"] = "8"
    assert p.cache() == 8.0


def test_cache_that_cannot_be_refreshed(device: Device) -> None:
    p = Parameter("p", device, get_cmd=False, set_cmd="A {}")
    with pytest.raises(NoTrustedValue, match=r"dmm\.p: no trusted value"):
        p.cache()


def test_cache_set_validates_and_sends_nothing(device: Device) -> None:
    p = Parameter("p", device, set_cmd="A {}", vals=Numbers(0, 1), scale=1000)
    p.cache.set(0.5)
    assert (p.cache(), p.cache.raw_value, device.sent) == (0.5, 500, [])
    with pytest.raises(RefusedValue):
        p.cache.set(3)


def test_cache_listeners() -> None:
    """Change hook: who listens is told value, raw value and time; a failing listener harms nobody."""
    from measurand._core.hook import Hook

    p: Parameter[float] = Parameter("p", set_cmd=None, scale=2, clock=FakeClock(100.0))
    told: list[object] = []
    p.cache.changed = Hook()
    p.cache.changed.add(lambda event: 1 / 0)
    end = p.cache.changed.add(told.append)
    p(1.0)
    end()
    p(2.0)
    assert told == [(1.0, 2.0, 100.0)]


def test_errors_name_parameter_and_value(device: Device) -> None:
    """A26."""

    def fail(*_: object) -> float:
        raise OSError("cable")

    p = Parameter("p", device, get_cmd=fail, set_cmd=fail)
    with pytest.raises(OSError, match="cable") as read:
        p()
    with pytest.raises(OSError, match="cable") as put:
        p(3)
    assert read.value.__notes__ == ["while reading dmm.p"]
    assert put.value.__notes__ == ["while setting dmm.p to 3"]


def test_a_failed_set_leaves_the_cache_in_doubt() -> None:
    """The instrument may have taken the value before the failure, so the next question is asked of it."""
    state = {"value": 1.0}

    def half(value: float) -> None:
        state["value"] = value
        raise TimeoutError

    p = Parameter("p", get_cmd=lambda: state["value"], set_cmd=half, initial_cache_value=1.0)
    with pytest.raises(TimeoutError):
        p(5.0)
    assert not p.cache.valid
    assert p.cache() == 5.0


def test_a_parameter_that_computes() -> None:
    """A27."""
    a, b = ManualParameter("a", initial_value=2.0), ManualParameter("b", initial_value=3.0)
    assert Parameter("product", get_cmd=lambda: a() * b())() == 6.0


def test_subclass_with_raw_methods() -> None:
    """A28: wrapped, validated, cached."""

    class Doubled(Parameter[float]):
        def get_raw(self) -> float:
            return self._held * 2

        def set_raw(self, value: float) -> None:
            self._held = value

    p = Doubled("p", vals=Numbers(0, 10))
    p(4)
    assert (p.cache.value, p(), p.cache.value) == (4, 8, 8)
    with pytest.raises(RefusedValue):
        p(11)


def test_subclass_with_raw_method_and_command_is_refused() -> None:
    class Own(Parameter[float]):
        def get_raw(self) -> float:
            return 1.0

    with pytest.raises(DefinitionError, match="get_raw"):
        Own("p", get_cmd=lambda: 2.0)


@pytest.mark.parametrize("method", ["get", "set"])
def test_overriding_get_or_set_is_refused(method: str) -> None:
    """A29."""
    with pytest.raises(DefinitionError, match=f"Override {method}_raw instead"):
        type("Wrong", (Parameter,), {method: lambda self, *a: None})


def test_misspelt_keyword() -> None:
    """A30: an unknown keyword names the nearest one."""
    with pytest.raises(UnknownKeyword, match="did you mean set_cmd") as caught:
        Parameter("p", set_comand=None)  # type: ignore[call-overload]
    assert isinstance(caught.value, TypeError)


def test_snapshot_is_json(device: Device) -> None:
    """A39."""
    p = Parameter("p", device, get_cmd="A?", set_cmd=None, unit="V", label="P", vals=Numbers(0, 9), scale=2)
    p(1.5)
    state = json.loads(json.dumps(p.snapshot()))
    assert device.sent == []
    assert {k: state[k] for k in ("value", "raw_value", "unit", "label", "name", "full_name", "instrument_name")} == {
        "value": 1.5, "raw_value": 3.0, "unit": "V", "label": "P", "name": "p", "full_name": "dmm_p", "instrument_name": "dmm",
    }  # fmt: skip
    assert state["ts"]
    assert state["validators"] == ["<Numbers: 0 to 9>"]
    assert state["__class__"].endswith("Parameter")


def test_snapshot_update_reads(device: Device) -> None:
    device.answers["A?"] = "4"
    p = Parameter("p", device, get_cmd="A?", get_parser=float)
    assert p.snapshot()["value"] is None
    assert p.snapshot(update=True)["value"] == 4.0
    hidden = Parameter("q", device, get_cmd="A?", snapshot_get=False, snapshot_value=False)
    assert "value" not in hidden.snapshot(update=True)


def test_identity() -> None:
    """A40."""
    p, q = ManualParameter("p"), ManualParameter("p")
    assert p == p  # noqa: PLR0124 - identity is the point
    assert p != q
    assert p in [q, p]
    assert {p: 1}[p] == 1


def test_not_iterable() -> None:
    with pytest.raises(TypeError, match="not iterable"):
        iter(ManualParameter("p"))


def test_duplicate_name(device: Device) -> None:
    """A42, A45: enters itself, once."""
    p = Parameter("p", device, set_cmd=None)
    assert device.parameters["p"] is p
    with pytest.raises(DuplicateName, match="already") as caught:
        Parameter("p", device)
    assert isinstance(caught.value, KeyError)
    Parameter("p", device, bind_to_instrument=False)
    assert device.parameters["p"] is p


def test_old_spelling_of_unit() -> None:
    """A46."""
    with pytest.warns(DeprecationWarning, match="unit="):
        assert Parameter("p", units="A/V").unit == "A/V"
    with pytest.warns(DeprecationWarning, match="units="), pytest.raises(DefinitionError):
        Parameter("p", unit="V", units="A")


def test_not_a_validator() -> None:
    """B05."""
    with pytest.raises(DefinitionError, match="validator such as"):
        Parameter("p", vals=(0, 1))  # type: ignore[call-overload]


def test_initial_values(device: Device) -> None:
    Parameter("sent", device, set_cmd="A {}", initial_value=3)
    Parameter("noted", device, set_cmd="A {}", initial_cache_value=3)
    assert device.sent == ["A 3"]
    with pytest.raises(DefinitionError, match="not both"):
        Parameter("both", device, set_cmd="A {}", initial_value=1, initial_cache_value=1)


def test_label_and_unit_can_be_changed_name_not() -> None:
    p = ManualParameter("p", unit="V")
    p.unit, p.label = "mV", "Gate"
    assert (p.unit, p.label) == ("mV", "Gate")
    with pytest.raises(AttributeError):
        p.name = "q"


def test_validator_can_be_replaced(device: Device) -> None:
    p = Parameter("p", device, set_cmd="A {}", vals=Numbers(0, 1))
    p.vals = Strings()
    p("x")
    p.vals = None
    p(None)
    assert device.sent == ["A x", "A None"]


def test_lane(device: Device) -> None:
    """A quantity that is only remembered needs no connection."""
    assert Parameter("a", device, get_cmd="A?").lane == "bus"
    assert Parameter("b", device, set_cmd=None).lane is None
    assert ManualParameter("c").lane is None


@pytest.mark.parametrize(
    ("options", "value", "expected"),
    [({"scale": 1000}, np.int16(50), 50000), ({"scale": 10}, np.int8(50), 500), ({"offset": 100}, np.uint8(200), 300)],
)
def test_scaling_does_not_wrap_at_the_width_of_numpy(options: dict[str, Any], value: Any, expected: int) -> None:
    sent: list[Any] = []
    Parameter("p", set_cmd=sent.append, **options)(value)
    assert sent == [expected]


@pytest.mark.parametrize("value", [np.float32(0.1), np.float16(1000.5)])
def test_short_floats_do_not_slip_over_a_limit(value: Any) -> None:
    """B01: what is compared is the number that would be sent."""
    with pytest.raises(RefusedValue):
        Numbers(0, 0.1 if value < 1 else 1000.3).validate(value)


def test_a_lasting_validator_survives_its_own_loan() -> None:
    limit = Numbers(-1, 1)
    p = Parameter("p", set_cmd=None, vals=limit)
    with p.extra_validator(limit):
        pass
    with pytest.raises(RefusedValue):
        p(1000)


def test_a_parameter_that_could_not_be_made_leaves_no_trace(device: Device) -> None:
    with pytest.raises(RefusedValue):
        Parameter("p", device, set_cmd=None, vals=Numbers(0, 1), initial_value=5)
    Parameter("p", device, set_cmd=None, vals=Numbers(0, 1), initial_value=0.5)


def test_a_clock_that_is_set_back_proves_nothing() -> None:
    clock = FakeClock(1000.0)
    p = Parameter("p", get_cmd=lambda: 1.0, max_val_age=1, clock=clock)
    p()
    clock.advance(-500)
    assert not p.cache.valid


def test_a_parameter_is_neither_copied_nor_pickled() -> None:
    p = ManualParameter("p", initial_value=1.0)
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="cannot be copied or pickled"):
            attempt(p)


def test_what_does_not_fit_a_command_further_down_leaves_doubt(device: Device) -> None:
    """Something was sent before the second parameter refused."""
    first = Parameter("first", device, set_cmd="A {}")
    second = Parameter("second", device, set_cmd="B {:.2f}")
    both = Parameter("both", set_cmd=lambda v: (first(1), second(v)), initial_cache_value=0)
    with pytest.raises(ValueError, match="does not fit"):
        both("x")
    assert device.sent == ["A 1"]
    assert not both.cache.valid


def test_whole_numbers_behind_a_whole_scale_are_accepted_again() -> None:
    """A21."""
    sent: list[Any] = [40]
    p = Parameter("p", get_cmd=lambda: sent[-1], set_cmd=sent.append, scale=10, vals=Ints(0, 9))
    p(p())
    assert sent == [40, 40]
    assert Parameter("q", get_cmd=lambda: 45, scale=10)() == 4.5
