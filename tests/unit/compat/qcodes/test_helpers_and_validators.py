"""The helpers and validators of QCoDeS: small functions with documented behaviour."""

from __future__ import annotations

import importlib
import json
import types
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pytest

from measurand.compat import install_as_qcodes, uninstall_as_qcodes
from measurand.errors import RefusedValue
from measurand.instrument import Instrument
from measurand.parameters import ManualParameter, Parameter


@pytest.fixture(autouse=True)
def _alias() -> Iterator[None]:
    install_as_qcodes()
    yield
    uninstall_as_qcodes()


def utils() -> Any:
    return importlib.import_module("qcodes.utils")


def vals() -> Any:
    return importlib.import_module("qcodes.validators")


class Thing:
    def __init__(self) -> None:
        self.lists = [[1, 2], [3, 4]]
        self.words = {"a": 1}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 + 2j, '{"__dtype__": "complex", "re": 1.0, "im": 2.0}'),
        (np.complex64(1 + 2j), '{"__dtype__": "complex", "re": 1.0, "im": 2.0}'),
        (np.array([1j]), '[{"__dtype__": "complex", "re": 0.0, "im": 1.0}]'),
        (np.int8(3), "3"),
        (np.bool_(True), "true"),
        (np.arange(3), "[0, 1, 2]"),
        (np.datetime64("2020-01-01"), '"2020-01-01"'),
        ({1}, '"{1}"'),
        (b"x", "\"b'x'\""),
    ],
)
def test_what_json_gets(value: Any, text: str) -> None:
    assert json.dumps(value, cls=utils().NumpyJSONEncoder) == text


def test_json_of_objects_that_say_it_themselves() -> None:
    class Own:
        def _JSONEncoder(self) -> dict[str, int]:  # noqa: N802 - its name there
            return {"own": 1}

    class Uncertain:
        nominal_value, std_dev = 1, 0.1

    encoder = utils().NumpyJSONEncoder
    assert json.loads(json.dumps(Own(), cls=encoder)) == {"own": 1}
    assert json.loads(json.dumps(Uncertain(), cls=encoder)) == {
        "__dtype__": "UFloat", "nominal_value": 1.0, "std_dev": 0.1,
    }  # fmt: skip


def test_attributes_by_index_and_type() -> None:
    u, thing = utils(), Thing()
    assert u.getattr_indexed(thing, "lists[1][0]") == 3
    assert u.checked_getattr_indexed(thing, "lists[1]", list) == [3, 4]
    with pytest.raises(TypeError, match=r"lists is \[\[1, 2\], \[3, 4\]\] \(list\)"):
        u.checked_getattr(thing, "lists", int)
    with u.attribute_set_to(thing, "words", 5):
        assert thing.words == 5
    assert thing.words == {"a": 1}
    u.strip_attrs(thing, whitelist=["words"])
    assert vars(thing) == {"words": {"a": 1}}


def test_attributes_that_are_delegated() -> None:
    class Delegating(utils().DelegateAttributes):
        delegate_attr_dicts = ("table",)
        delegate_attr_objects = ("thing",)
        omit_delegate_attrs = ("hidden",)

        def __init__(self) -> None:
            self.table = {"x": 1, "hidden": 2}
            self.thing = Thing()

    made = Delegating()
    assert (made.x, made.words) == (1, {"a": 1})
    assert {"x", "words"} <= set(dir(made))
    assert "hidden" not in dir(made)
    with pytest.raises(AttributeError, match="does not delegate attribute hidden"):
        made.hidden
    with pytest.raises(AttributeError, match="its delegates have no attribute 'nope'"):
        made.nope


async def waits(a: int) -> None: ...


@pytest.mark.parametrize(
    ("function", "count", "coroutine", "verdict"),
    [
        (lambda x: x, 1, False, True),
        (int, 1, False, True),
        (int, 2, False, False),
        (3, 1, False, False),
        (lambda *a: a, 5, False, True),
        (waits, 1, False, False),
        (waits, 1, True, True),
        (waits, 1, None, True),
    ],
)
def test_what_is_a_function(function: Any, count: int, coroutine: bool | None, verdict: bool) -> None:
    assert utils().is_function(function, count, coroutine) is verdict
    with pytest.raises(TypeError, match="non-negative integer"):
        utils().is_function(function, -1)


def test_threads_give_back_what_they_found() -> None:
    u = utils()
    assert u.thread_map([lambda a: a + 1, lambda a: a * 2], [[1], [5]]) == [2, 10]

    def fails() -> None:
        raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        u.thread_map([fails, lambda: 1])
    thread = u.RespondingThread(target=lambda a, b=2: a + b, args=(1,), kwargs={"b": 4})
    thread.start()
    assert thread.output() == 5


@pytest.mark.parametrize(("package", "name"), [("qcodes.utils", "full_class"), ("qcodes.dataset", "dond")])
def test_a_function_is_not_hidden_by_the_module_that_is_called_the_same(package: str, name: str) -> None:
    """In whatever order they are imported."""
    importlib.import_module(f"{package}.{name}")
    assert isinstance(getattr(importlib.import_module(package), name), types.FunctionType)


def test_versions_paths_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    u = utils()
    assert u.convert_legacy_version_to_supported_version("A.02.17-02.40-02.17") == "65.02.17"
    assert u.full_class(3) == "builtins.int"
    monkeypatch.setenv("QCODES_USER_PATH", "place")
    assert u.get_qcodes_user_path("a", "b").replace("\\", "/") == "place/a/b"
    assert u.get_qcodes_path("utils").rstrip("/\\").endswith("utils")
    assert "numpy" in u.get_all_installed_package_versions()
    assert isinstance(u.is_qcodes_installed_editably(), bool)
    filled = u.partial_with_docstring(lambda a, b=1: (a, b), "what it does", b=3)
    assert (filled(1), filled.__doc__) == ((1, 3), "what it does")


def test_arrays_of_what_may_be_ragged() -> None:
    make = utils().list_of_data_to_maybe_ragged_nd_array
    assert make([[1, 2], [3, 4]]).shape == (2, 2)
    assert make([[1, 2], [3]]).dtype == object
    assert list(make([[1, 2], [3]])[1]) == [3]
    assert make([np.zeros((2, 2)), np.zeros((3, 2))]).shape == (2,)
    assert make([1, 2], dtype=float).dtype == float


def test_snapshots_are_compared() -> None:
    u = utils()
    with Instrument("box") as box:
        box.add_parameter("p", set_cmd=None, initial_value=1)
        before = {
            "instruments": {"box": box.snapshot()},
            "parameters": {"m": ManualParameter("m", initial_value=4).snapshot()},
        }
        box.p(2)
        after = {"instruments": {"box": box.snapshot()}, "parameters": {}}
    diff = u.diff_param_values(before, after)
    assert diff == u.ParameterDiff(left_only={"m": 4}, right_only={}, changed={("box", "p"): (1, 2)})


def test_metadata_and_names() -> None:
    thing = importlib.import_module("qcodes.metadatable").Metadatable({"a": {"b": 1}})
    thing.load_metadata({"a": {"c": 2}})
    assert thing.snapshot() == {"metadata": {"a": {"b": 1, "c": 2}}}


class Even:
    """A validator as a driver of others writes it."""

    @staticmethod
    def made() -> Any:
        class EvenNumbers(vals().Validator):
            def validate(self, value: int, context: str = "") -> None:
                if not isinstance(value, int):
                    raise TypeError(f"{value!r} is no number; {context}")
                if value % 2:
                    raise ValueError(f"{value} is odd; {context}")

        return EvenNumbers()


def test_a_validator_of_a_driver_is_asked() -> None:
    sent: list[int] = []
    p = Parameter("p", set_cmd=sent.append, vals=Even.made())
    p(2)
    with pytest.raises(RefusedValue, match="3 refused: 3 is odd"):
        p(3)
    with pytest.raises(TypeError, match="'x' is no number"):
        p("x")
    assert sent == [2]
    assert isinstance(vals().Numbers(0, 1), vals().Validator)


def test_a_rule_that_is_added_to_one_of_ours_is_asked_too() -> None:
    class NotThree(vals().Ints):
        def validate(self, value: int, context: str = "") -> None:
            super().validate(value, context)
            if value == 3:
                raise ValueError("not three")

    p = Parameter("p", set_cmd=None, vals=NotThree(0, 5))
    p(2)
    for refused in (3, 7):
        with pytest.raises(ValueError):
            p(refused)
    assert p() == 2


def test_validators_that_only_qcodes_has() -> None:
    v = vals()
    on_off = v.LiteralValidator[Literal["on", "off"]]()
    on_off.validate("on")
    with pytest.raises(ValueError):
        on_off.validate("auto")
    v.validate_all((v.Ints(), 1), (v.Strings(), "a"))
    with pytest.raises(TypeError, match="here; argument 1"):
        v.validate_all((v.Ints(), 1), (v.Ints(), "a"), context="here")
    ranges = importlib.import_module("qcodes.validators.validators").range_str
    assert [ranges(0, 1, "v"), ranges(0, None, "v"), ranges(None, 1, "v"), ranges(None, None, "v")] == [
        " 0<=v<=1", " v>=0", " v<=1", "",
    ]  # fmt: skip
