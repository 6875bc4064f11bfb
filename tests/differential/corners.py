"""Plain parameters where definitions and values are awkward, written by hand, a few actions each."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.differential.building import (
    FUNCTIONS,
    INSTRUMENT,
    MANUAL,
    READ,
    SEND,
    TEXT,
    Case,
    case,
    define,
    function,
    numbered,
    one,
    validator,
    whole,
)

NAN, INF = float("nan"), float("inf")
NUMBERS = validator("Numbers", -10, 10)
KNOWN = {"VOLT?": "1.5", "register": 1.5}
AWKWARD: list[Any] = [
    0, 1, 1.0, 10, 10.0, 11, -10.5, True, False, None, "", "1", NAN, INF, -INF, 1j, 1 + 0j, 10**30, np.int8(3), np.float32(0.5),
    np.float64(3), np.bool_(1), np.array(2.0), np.array([1.0, 2.0]), np.float64("nan"), [1], (1,), {},
]  # fmt: skip


def corners() -> list[Case]:
    """Return the cases."""
    return [
        *_commands(), *_names(), *_first_values(), *_validators(), *_parsers(), *_scales(), *_mappings(), *_ramps(),
        *_caches(), *_failures(), *_subclasses(), *_contexts(), *_snapshots(), *_attributes(),
    ]  # fmt: skip


def _commands() -> list[Case]:
    formats = ["VOLT {:02.0f}", "VOLT {}", "VOLT {0}", "VOLT {:.3e}", "VOLT {:d}", "VOLT {{}} {}", "VOLT {:>6}"]
    values = [4, 4.0, np.float64(4), np.int64(4), "x", True]
    wrong = ["VOLT {} {}", "VOLT {value}", "VOLT", "", "VOLT {", "VOLT {0} {0}", "VOLT {1}"]
    return [
        *(
            one(f"template-{i}", TEXT | {"set_cmd": text}, *(("set", v) for v in values), ("get",), device=KNOWN)
            for i, text in enumerate(formats)
        ),
        *(
            one(f"template-odd-{i}", TEXT | {"set_cmd": text}, ("set", 1), device=KNOWN)
            for i, text in enumerate(wrong)
        ),
        one("text-get-without-instrument", {"get_cmd": "VOLT?"}),
        one("text-set-without-instrument", {"set_cmd": "VOLT {}"}),
        one("text-get-empty", {"instrument": INSTRUMENT, "get_cmd": ""}, ("get",)),
        *(
            one(f"command-odd-{word}-{i}", {word: value}, ("get",), ("set", 1))
            for word in ("get_cmd", "set_cmd")
            for i, value in enumerate([5, True, 1.5, [1], 0])
        ),
        one("function-of-wrong-arity", {"get_cmd": function("float"), "set_cmd": function("three")}, ("get",), ("set", 1)),
        one("function-that-needs-an-argument", {"get_cmd": function("double")}, ("get",)),
        one("function-set-returns", {"set_cmd": function("double")}, ("set", 2), ("call", 3), ("get",)),
        one("defaults", {}, ("read", "gettable"), ("read", "settable"), ("get",), ("set", 1), ("call",), ("call", 1)),
        one(
            "no-direction", {"get_cmd": False, "set_cmd": False},
            ("read", "gettable"), ("read", "settable"), ("call",), ("call", 1), ("cache.get",), ("cache.get", False),
            ("cache.set", 3), ("cache.get",), ("get_latest",), ("snapshot",),
        ),
        one("no-direction-get", {"get_cmd": False, "set_cmd": False}, ("get",)),
        one("no-direction-set", {"get_cmd": False, "set_cmd": False}, ("set", 1)),
        one("no-direction-refused", {"set_cmd": False, "vals": NUMBERS}, ("call", 99)),
        one("no-set-with-step", {"get_cmd": READ, "set_cmd": False, "step": 1}, ("call", 3), device=KNOWN),
        one("call-with-two", MANUAL, ("call", 1, 2)),
        one("call-with-none", MANUAL, ("call", 1), ("call", None), ("call",)),
        one("text-path", TEXT | {"get_parser": function("float")}, ("get",), ("set", 2), ("get",), ("call",), device=KNOWN),
        one("front-panel", TEXT | {"get_parser": function("float")}, ("get",), ("device", "VOLT?", "7"), ("cache.get",), ("get",), device=KNOWN),
        one("set-kept-get", {"get_cmd": None, "set_cmd": SEND}, ("set", 3), ("get",), ("device", "register", 8), ("get",)),
        one("get-asked-set-kept", {"get_cmd": READ, "set_cmd": None}, ("set", 3), ("cache.get",), ("get",), device=KNOWN),
    ]  # fmt: skip


def _names() -> list[Case]:
    odd = ["1a", "a b", "", "a-b", "_x", "ünit", "class", "a.b", "A9"]
    names = [
        case(f"name-{i}", [define(name, set_cmd=None)], ("read", "name"), ("read", "full_name"))
        for i, name in enumerate(odd)
    ]
    return [
        *names,
        case("name-not-text", [define("5", "Parameter") | {"name": 5}]),
        case(
            "name-taken", [define("p", instrument=INSTRUMENT), define("p", instrument=INSTRUMENT)], ("read", "full_name")
        ),
        case(
            "name-free-unbound",
            [define("p", instrument=INSTRUMENT), define("p", instrument=INSTRUMENT, bind_to_instrument=False)],
            ("read", "full_name"),
        ),
        *(
            one(f"words-{i}", words, *(("read", w) for w in ("name", "full_name", "label", "unit")), ("snapshot",))
            for i, words in numbered(
                {}, {"label": "L"}, {"label": ""}, {"label": None}, {"unit": "V"}, {"unit": ""}, {"instrument": INSTRUMENT},
                {"instrument": INSTRUMENT, "label": "L", "unit": "mV"}, {"docstring": "D"}, {"metadata": {"a": 1}},
                {"metadata": {}},
            )
        ),
        one("unit-none", {"unit": None}, ("read", "unit")),
        one("unknown-keyword", {"lable": "L"}),
        one("old-units", {"units": "V"}, ("read", "unit")),
    ]  # fmt: skip


def _first_values() -> list[Case]:
    return [
        *(
            one(f"initial-{i}", {**MANUAL, "initial_value": value}, ("get",), ("cache.get",), ("snapshot",))
            for i, value in enumerate([1, 0, 0.0, "", False, "x", [1, 2], np.float64(2)])
        ),
        *(
            one(f"initial-cache-{i}", {**MANUAL, "initial_cache_value": value}, ("get",), ("cache.get",), ("snapshot",))
            for i, value in enumerate([1, 0, "", False, "x", np.float64(2)])
        ),
        one("initial-sent", TEXT | {"initial_value": 2}, ("get",)),
        one("initial-cache-not-sent", TEXT | {"initial_cache_value": 2}, ("cache.get",), ("get",), device=KNOWN),
        one("initial-and-cache", MANUAL | {"initial_value": 1, "initial_cache_value": 2}, ("get",)),
        one("initial-refused", MANUAL | {"initial_value": 99, "vals": NUMBERS}),
        one("initial-refused-type", MANUAL | {"initial_value": "x", "vals": NUMBERS}),
        one("initial-cache-refused", MANUAL | {"initial_cache_value": 99, "vals": NUMBERS}),
        one("initial-not-settable", {"set_cmd": False, "initial_value": 1}),
        one("initial-cache-not-settable", {"get_cmd": READ, "initial_cache_value": 1}, ("cache.get",), ("get",), device=KNOWN),
        one("initial-scaled", FUNCTIONS | {"scale": 10, "offset": 1, "initial_value": 2}, ("get",), ("cache.get",)),
        one("initial-cache-scaled", FUNCTIONS | {"scale": 10, "offset": 1, "initial_cache_value": 2}, ("cache.get",), ("snapshot",)),
        one("initial-mapped", FUNCTIONS | {"val_mapping": {"on": 1, "off": 0}, "initial_value": "on"}, ("get",)),
        one("initial-with-step", MANUAL | {"step": 1, "initial_value": 5}, ("get",)),
        one("initial-device-fails", TEXT | {"initial_value": 2}, refused=("VOLT 2",)),
    ]  # fmt: skip


def _validators() -> list[Case]:
    rules: list[tuple[str, Any]] = [
        ("numbers", NUMBERS),
        ("numbers-open", validator("Numbers")),
        ("ints", validator("Ints", -10, 10)),
        ("strings", validator("Strings", 1, 3)),
        ("strings-any", validator("Strings")),
        ("enum", validator("Enum", 0, 1, "1", 10.0)),
        ("bool", validator("Bool")),
        ("anything", validator("Anything")),
        ("arrays", validator("Arrays", -10, 10)),
        ("arrays-shaped", validator("Arrays", shape=(2,))),
        ("either", validator("MultiType", validator("Ints", 0, 5), validator("Strings"))),
        ("both", validator("MultiType", validator("Numbers", 0, 10), validator("Numbers", 0.75, 20), combiner="AND")),
    ]
    return [
        *(one(f"vals-{name}", FUNCTIONS | {"vals": vals}, *(("set", v) for v in AWKWARD)) for name, vals in rules),
        *(one(f"validate-{name}", {"vals": vals}, *(("validate", v) for v in AWKWARD)) for name, vals in rules),
        one("validate-no-rule", MANUAL, *(("validate", v) for v in AWKWARD)),
        one("set-no-rule", FUNCTIONS, *(("set", v) for v in AWKWARD)),
        one("kept-no-rule", MANUAL, *(("set", v) for v in AWKWARD), ("get",)),
        *(one(f"vals-odd-{i}", {"vals": v}) for i, v in enumerate([5, "x", function("float"), [NUMBERS]])),
        *(
            one(f"rule-odd-{i}", {"vals": v})
            for i, v in enumerate([
                validator("Numbers", 1, 0), validator("Numbers", 1, 1), validator("Numbers", "a"), validator("Ints", 0.5, 2),
                validator("Ints", 3, 3), validator("Ints", 4, 3), validator("Strings", -1), validator("Strings", 5, 2),
                validator("Enum"), validator("MultiType"), validator("MultiType", NUMBERS, combiner="XOR"),
                validator("Arrays", 2, 1), validator("Enum", [1]), validator("Numbers", NAN), validator("Ints", 1.0, 3.0),
            ])
        ),
        one("vals-of-what-is-read", {"get_cmd": READ, "vals": NUMBERS}, ("get",), ("snapshot", True), device={"register": 99}),
    ]  # fmt: skip


def _parsers() -> list[Case]:
    return [
        *(
            one(f"get-parser-{name}", TEXT | {"get_parser": function(name)}, ("get",), ("cache.get",), ("snapshot",), device=KNOWN)
            for name in ("float", "number", "str", "strip", "split")
        ),
        *(
            one(f"set-parser-{name.replace(' ', '-')}", FUNCTIONS | {"set_parser": function(name)}, ("set", 3), ("cache.get",), ("get",))
            for name in ("str", "volts", "three digits", "double", "int", "none")
        ),
        one("get-parser-raises", TEXT | {"get_parser": function("raises")}, ("get",), device=KNOWN),
        one("get-parser-value-error", TEXT | {"get_parser": function("int")}, ("get",), device=KNOWN),
        one("set-parser-raises", FUNCTIONS | {"set_parser": function("raises")}, ("set", 3), ("cache.set", 3)),
        one("get-parser-no-function", {"get_parser": 3}, ("get",)),
        one("set-parser-no-function", {**FUNCTIONS, "set_parser": 3}, ("set", 1)),
        one("get-parser-and-manual", MANUAL | {"get_parser": function("float")}, ("set", 3), ("get",), ("cache.get",)),
        one("parsers-and-manual", MANUAL | {"get_parser": function("half"), "set_parser": function("double")}, ("set", 3), ("get",)),
        one("parser-keeps-cache", TEXT | {"get_parser": function("float")}, ("get",), ("device", "VOLT?", "x"), ("get",), device=KNOWN),
        one("set-parser-after-scale", FUNCTIONS | {"scale": 10, "set_parser": function("str"), "get_parser": function("float")}, ("set", 3), ("get",)),
        one("set-parser-after-mapping", FUNCTIONS | {"val_mapping": {"a": 1}, "set_parser": function("double")}, ("set", "a")),
    ]  # fmt: skip


def _scales() -> list[Case]:
    changes = [("scale", 5), ("offset", 3), ("scale", 1), ("offset", 0)]
    return [
        *(
            one(f"scale-{i}", FUNCTIONS | words, ("set", 2), ("get",), ("cache.set", 3), ("cache.get",), ("snapshot",), device=KNOWN)
            for i, words in numbered(
                {"scale": 2}, {"scale": -0.5}, {"offset": 1}, {"offset": -1.5}, {"scale": 2, "offset": 1}, {"scale": 1},
                {"offset": 0}, {"scale": 3, "offset": 0.1}, {"scale": 1e-9}, {"scale": 2.0}, {"scale": np.float64(2)},
            )
        ),
        one("scale-zero", FUNCTIONS | {"scale": 0}, ("set", 2), ("get",)),
        *(
            one(f"scale-changed-{i}", FUNCTIONS | {"scale": 2, "offset": 1}, ("set", 2), ("assign", *change), ("get",), ("set", 3), device=KNOWN)
            for i, change in enumerate(changes)
        ),
        *(
            one(f"scale-changed-cache-{i}", MANUAL | {"scale": 2, "offset": 1}, ("set", 2), ("assign", *change), ("cache.get",), ("get",))
            for i, change in enumerate(changes)
        ),
        one("scale-text-answer", TEXT | {"scale": 2}, ("get",), device=KNOWN),
        one("scale-parsed", TEXT | {"scale": 2, "get_parser": function("float")}, ("get",), ("set", 4), ("get",), device=KNOWN),
        one("scale-text-value", FUNCTIONS | {"scale": 2}, ("set", "x")),
        one("offset-text-value", FUNCTIONS | {"offset": 2}, ("set", "x")),
        one("scale-none", FUNCTIONS | {"scale": 2}, ("set", None)),
        one("scale-array", FUNCTIONS | {"scale": 2, "offset": 1}, ("set", np.array([1.0, 2.0])), ("get",)),
        one("scale-list", FUNCTIONS | {"scale": 2}, ("set", [1.0, 2.0]), ("get",)),
        one("scale-tuple-of-values", FUNCTIONS | {"offset": 2}, ("set", (1.0, 2.0)), ("get",)),
        one("scale-is-a-list", FUNCTIONS | {"scale": [2, 4]}, ("set", [1.0, 2.0]), ("get",)),
        one("scale-is-text", FUNCTIONS | {"scale": "2"}, ("set", 1.0)),
        one("scale-and-limits", FUNCTIONS | {"scale": 1000, "vals": NUMBERS}, ("set", 9), ("set", 11), ("get",)),
        one("scale-and-mapping", FUNCTIONS | {"scale": 10, "val_mapping": {"a": 1, "b": 2}}, ("set", "a"), ("get",), ("set", "b")),
        one("scale-integers", FUNCTIONS | {"scale": 2}, ("set", 3), ("get",), ("device", "register", 5), ("get",)),
        one("scale-complex", FUNCTIONS | {"scale": 2, "offset": 1}, ("set", 1 + 1j), ("get",)),
        one("scale-huge", FUNCTIONS | {"scale": 10}, ("set", 10**400), ("cache.get", False)),
    ]  # fmt: skip


def _mappings() -> list[Case]:
    on = {"on": 1, "off": 0}
    mapped = {"val_mapping": on}
    return [
        one("mapping", FUNCTIONS | mapped, ("set", "on"), ("get",), ("set", "off"), ("get",), ("set", "ON"), ("set", 1), ("validate", "x")),
        one("mapping-text", TEXT | {"val_mapping": {"on": "ON", "off": "OFF"}}, ("set", "on"), ("get",), ("set", "off"), ("get",)),
        one("mapping-answers-text", TEXT | mapped, ("set", "on"), ("get",)),
        one("mapping-answers-float-text", TEXT | mapped, ("get",), device={"VOLT?": "1.0"}),
        one("mapping-float-parser", TEXT | mapped | {"get_parser": function("float")}, ("get",), device={"VOLT?": "1.0"}),
        one("mapping-int-parser", TEXT | mapped | {"get_parser": function("int")}, ("get",), device={"VOLT?": "0"}),
        one("mapping-unknown-answer", FUNCTIONS | mapped, ("get",), device={"register": 7}),
        one("mapping-unknown-text", TEXT | mapped, ("get",), device={"VOLT?": "x"}),
        one("mapping-unhashable", FUNCTIONS | mapped, ("set", [1])),
        one("mapping-unhashable-answer", FUNCTIONS | mapped, ("get",), device={"register": [1]}),
        one("mapping-none", FUNCTIONS | mapped, ("set", None)),
        one("mapping-to-none", FUNCTIONS | {"val_mapping": {"a": None, "b": 1}}, ("set", "a"), ("get",)),
        one("mapping-of-none", FUNCTIONS | {"val_mapping": {None: 0, "b": 1}}, ("set", None), ("get",)),
        one("mapping-same-codes", FUNCTIONS | {"val_mapping": {"a": 1, "b": 1, "c": 2}}, ("set", "a"), ("get",), ("set", "b"), ("get",)),
        one("mapping-numpy-answer", FUNCTIONS | mapped, ("get",), device={"register": np.int64(1)}),
        one("mapping-true-is-one", FUNCTIONS | {"val_mapping": {True: "A", False: "B"}}, ("set", 1), ("get",), ("set", 0)),
        one("mapping-numpy-value", FUNCTIONS | {"val_mapping": {1: "A", 2: "B"}}, ("set", np.int64(2)), ("set", 2.0), ("get",)),
        one("mapping-empty", FUNCTIONS | {"val_mapping": {}}, ("set", 1)),
        one("mapping-no-dict", FUNCTIONS | {"val_mapping": [1, 2]}, ("set", 1)),
        one("mapping-and-vals", FUNCTIONS | {"val_mapping": {1: "A", 2: "B", 30: "C"}, "vals": NUMBERS}, ("set", 1), ("set", 30)),
        one("mapping-and-wider-vals", FUNCTIONS | mapped | {"vals": validator("Strings")}, ("set", "on"), ("set", "other")),
        one("mapping-cache", FUNCTIONS | mapped, ("cache.set", "on"), ("cache.get",), ("cache.set", "x"), ("snapshot",)),
        one("mapping-manual", MANUAL | mapped, ("set", "on"), ("get",), ("cache.get",), ("snapshot",)),
        one("mapping-with-step", FUNCTIONS | {"val_mapping": {1: "A", 2: "B"}, "step": 1}, ("set", 1)),
        one("mapping-read", mapped, ("read", "val_mapping"), ("read", "inverse_val_mapping")),
    ]  # fmt: skip


def _ramps() -> list[Case]:
    gap = validator("MultiType", validator("Numbers", 0, 1), validator("Numbers", 3, 4))
    from_zero = FUNCTIONS | {"step": 1, "initial_cache_value": 0}
    return [
        *(
            one(f"ramp-{i}", FUNCTIONS | {"step": step, "initial_cache_value": start}, ("set", target), ("cache.get",))
            for i, (step, start, target) in enumerate([
                (1, 0, 3), (1, 0, 3.5), (1, 3, 0), (0.1, 0, 0.3), (0.1, 0.3, 0), (2, 0, 1), (1, 0, 0), (0.5, -1, 1),
                (1, 0, 1), (3, 1, 9), (0.3, 0, 1), (1, 0.0, 2), (1.0, 0, 2), (0.25, 1, 0.1),
            ])
        ),
        one("ramp-ints", from_zero | {"vals": validator("Ints", 0, 9)}, ("set", 3), ("set", 3.0), ("set", 12)),
        one("ramp-limits", from_zero | {"vals": NUMBERS}, ("set", 3), ("set", 12), ("set", "x"), ("set", NAN)),
        one("ramp-through-gap", from_zero | {"vals": gap}, ("set", 3)),
        one("ramp-unknown-start-read", FUNCTIONS | {"step": 1}, ("set", 4.5), device=KNOWN),
        one("ramp-unknown-start-asked", TEXT | {"step": 1, "get_parser": function("float")}, ("set", 3.5), device=KNOWN),
        one("ramp-unknown-start", {"get_cmd": False, "set_cmd": SEND, "step": 1}, ("set", 3)),
        one("ramp-unknown-start-kept", {"get_cmd": None, "set_cmd": SEND, "step": 1}, ("set", 3)),
        one("ramp-unknown-start-manual", MANUAL | {"step": 1}, ("set", 3)),
        one("ramp-invalidated", from_zero, ("cache.invalidate",), ("set", 2), device={"register": 5}),
        one("ramp-moved-behind", from_zero, ("set", 2), ("device", "register", 9), ("set", 0)),
        one("ramp-fails-on-the-way", from_zero, ("set", 3), refused=(2,)),
        one("ramp-scaled", from_zero | {"scale": 10}, ("set", 2), ("get",)),
        one("ramp-texts", from_zero | {"set_parser": function("str"), "get_parser": function("float")}, ("set", 2), ("get",)),
        one("ramp-to-text", from_zero, ("set", "x")),
        one("ramp-to-array", from_zero, ("set", np.array([1.0, 2.0]))),
        one("ramp-to-none", from_zero, ("set", None)),
        one("ramp-to-nan", from_zero, ("set", NAN)),
        one("ramp-to-numpy", from_zero, ("set", np.float64(2)), ("set", np.int64(0))),
        one("ramp-to-true", from_zero, ("set", True)),
        one("ramp-from-text", FUNCTIONS | {"step": 1, "initial_cache_value": "x"}, ("set", 2), ("set", "y")),
        one("ramp-step-changed", from_zero, ("assign", "step", 2), ("set", 4), ("assign", "step", None), ("set", 0), ("read", "step")),
        *(
            one(f"ramp-step-odd-{i}", {**FUNCTIONS, "step": step, **more})
            for i, (step, more) in enumerate([
                (0, {}), (-1, {}), ("1", {}), (0.5, {"vals": validator("Ints")}), (2.0, {"vals": validator("Ints")}),
                (1, {"vals": validator("Strings")}), (1, {"vals": validator("Enum", 1, 2)}), (1, {"vals": validator("Bool")}),
                (NAN, {}), (INF, {}), (True, {}), (1, {"vals": validator("Arrays")}), (1, {"vals": validator("Anything")}),
                (1, {"vals": validator("MultiType", validator("Ints"), validator("Strings"))}),
            ])
        ),
        *(one(f"ramp-step-assigned-{i}", from_zero, ("assign", "step", step), ("read", "step")) for i, step in enumerate([0, -1, "1", 2, None])),
        *(
            one(f"delay-{word}-{i}", {**FUNCTIONS, word: delay}, ("set", 1), ("read", word))
            for word in ("inter_delay", "post_delay")
            for i, delay in enumerate([0, 0.001, -1, "1", None])
        ),
        one("ramp-delayed", from_zero | {"inter_delay": 0.001, "post_delay": 0.001}, ("set", 3), ("set", 1)),
    ]  # fmt: skip


def _caches() -> list[Case]:
    asked = {"get_cmd": READ, "set_cmd": SEND}
    return [
        one("cache-fresh", asked, ("cache.get", False), ("get_latest",), ("cache.get",), ("cache.get",), device=KNOWN),
        one("cache-latest-first", asked, ("get_latest",), device=KNOWN),
        one("cache-call", asked, ("cache.call",), ("cache.call",), device=KNOWN),
        one("cache-invalidate", asked, ("get",), ("cache.invalidate",), ("cache.get", False), ("cache.get",), device=KNOWN),
        one("cache-set-then-get", asked, ("cache.set", 3), ("cache.get",), ("get",), device=KNOWN),
        one("cache-set-refused", asked | {"vals": NUMBERS}, ("cache.set", 3), ("cache.set", 99), ("cache.set", "x")),
        one("cache-set-converted", asked | {"scale": 2, "set_parser": function("str")}, ("cache.set", 3)),
        one("cache-write-only", {"get_cmd": False, "set_cmd": SEND}, ("cache.get",), ("set", 3), ("cache.get",), ("get_latest",)),
        one("cache-write-only-doubt", {"get_cmd": False, "set_cmd": SEND}, ("set", 3), ("cache.invalidate",), ("cache.get", False), ("cache.get",)),
        one("cache-kept-doubt", MANUAL, ("set", 3), ("cache.invalidate",), ("cache.get", False), ("cache.get",)),
        one("cache-kept-never-set", MANUAL, ("cache.get", False), ("cache.get",)),
        one("kept-never-set", MANUAL, ("get",)),
        one("kept-never-set-called", MANUAL, ("call",)),
        one("age", asked | {"max_val_age": 0.5}, ("get",), ("sleep", 0.6), ("cache.get", False), ("cache.get",), device=KNOWN),
        one("age-get-latest", asked | {"max_val_age": 0.5}, ("get",), ("sleep", 0.6), ("get_latest",), device=KNOWN),
        one("age-young", asked | {"max_val_age": 1e6}, ("get",), ("device", "register", 3), ("cache.get",), device=KNOWN),
        one("age-set", asked | {"max_val_age": 0.5}, ("set", 4), ("sleep", 0.6), ("cache.get",), device=KNOWN),
        *(one(f"age-odd-{i}", {**asked, "max_val_age": age}) for i, age in enumerate([-1, "1"])),
        one("age-write-only", {"get_cmd": False, "set_cmd": SEND, "max_val_age": 1}),
        one("age-manual", MANUAL | {"max_val_age": 1}, ("set", 1), ("get",)),
        one("age-default", {"max_val_age": 1}, ("cache.get", False)),
        one("cache-is-read-only", asked, ("assign", "cache", None)),
    ]  # fmt: skip


def _failures() -> list[Case]:
    return [
        one("get-fails", FUNCTIONS, ("get",), ("cache.get",), ("snapshot",)),
        one("get-fails-later", TEXT, ("set", 1), ("cache.get",), ("cache.invalidate",), ("get",)),
        one("snapshot-get-fails", FUNCTIONS, ("snapshot", True)),
        one("set-fails", FUNCTIONS, ("set", 1), ("set", 2), refused=(2,)),
        one("set-fails-first", FUNCTIONS, ("set", 2), refused=(2,)),
        one("set-fails-text", TEXT, ("set", 1), ("set", 2), refused=("VOLT 2",)),
        one("set-fails-recovers", FUNCTIONS, ("set", 2), ("set", 3), ("cache.get",), refused=(2,)),
        one(
            "refused-keeps-cache", FUNCTIONS | {"vals": NUMBERS}, ("set", 1), ("set", 99), ("cache.get",), ("set", None)
        ),
    ]


def _subclasses() -> list[Case]:
    read, both = {"get_raw": "register"}, {"get_raw": "register", "set_raw": "register"}
    return [
        case("raw-get", [define("p", methods=read)], ("get",), ("cache.get",), ("call", 1), device=KNOWN),
        case("raw-both", [define("p", methods=both)], ("get",), ("set", 3), ("get",), ("cache.get",), device=KNOWN),
        case("raw-set", [define("p", methods={"set_raw": "register"})], ("read", "settable"), ("set", 3), ("get",)),
        case("raw-set-no-get", [define("p", methods={"set_raw": "register"}, get_cmd=False)], ("read", "gettable"), ("set", 3)),
        case(
            "raw-converted",
            [define("p", methods=both, scale=2, offset=1, vals=NUMBERS, unit="V")],
            ("get",), ("set", 3), ("set", 99), ("get",), ("snapshot",), device=KNOWN,
        ),
        case("raw-ramped", [define("p", methods=both, step=1, initial_cache_value=0)], ("set", 2)),
        case("raw-mapped", [define("p", methods=both, val_mapping={"a": 1.5, "b": 2})], ("get",), ("set", "b"), device=KNOWN),
        case("raw-get-and-command", [define("p", methods=read, get_cmd=READ)], ("get",), device=KNOWN),
        case("raw-set-and-command", [define("p", methods=both, set_cmd=SEND)], ("set", 1)),
        case("raw-get-and-none", [define("p", methods=read, get_cmd=None)], ("get",), device=KNOWN),
        case("raw-get-and-false", [define("p", methods=read, get_cmd=False)], ("get",), device=KNOWN),
        case("raw-set-and-none", [define("p", methods=both, set_cmd=None)], ("set", 1)),
        case("raw-set-and-false", [define("p", methods=both, set_cmd=False)], ("set", 1)),
        case("own-get", [define("p", methods={"get": "register"})], ("get",), device=KNOWN),
        case("own-set", [define("p", methods={"set": "register"})], ("set", 1)),
        case("raw-age", [define("p", methods=read, max_val_age=1e6)], ("get",), ("cache.get",), device=KNOWN),
    ]  # fmt: skip


def _contexts() -> list[Case]:
    needs: dict[str, Any] = {"needs": ("Parameter.set_to",)}
    start = FUNCTIONS | {"initial_value": 1}
    return [
        one("set-to", start, ("set_to", 5, [("get",)]), ("get",), **needs),
        one("set-to-same", start, ("set_to", 1, [("get",)]), ("get",), **needs),
        one("set-to-fails-inside", start, ("set_to", 5, [("fail",)]), ("get",), **needs),
        one("set-to-refused", start | {"vals": NUMBERS}, ("set_to", 99, [("get",)]), ("get",), **needs),
        one("set-to-changed-inside", start, ("set_to", 5, [("set", 7)]), ("get",), **needs),
        one("set-to-changes-allowed", start, ("set_to", 5, {"allow_changes": True}, [("set", 7), ("get",)]), ("get",), **needs),
        one("set-to-unknown-read", FUNCTIONS, ("set_to", 5, [("get",)]), ("get",), device=KNOWN, **needs),
        one("set-to-unknown", {"get_cmd": False, "set_cmd": SEND}, ("set_to", 5, [("cache.get",)]), **needs),
        one("set-to-manual-never-set", MANUAL, ("set_to", 5, [("get",)]), ("get",), **needs),
        one("set-to-ramped", start | {"step": 1}, ("set_to", 3, [("get",)]), ("get",), **needs),
        one("set-to-nested", start, ("set_to", 5, [("set_to", 6, [("get",)]), ("get",)]), ("get",), **needs),
        one("set-to-mapped", FUNCTIONS | {"val_mapping": {"a": 1, "b": 2}, "initial_value": "a"}, ("set_to", "b", [("get",)]), ("get",), **needs),
        one("set-to-array", FUNCTIONS | {"initial_value": whole(2)}, ("set_to", whole(2) + 1, [("get",)]), ("get",), **needs),
        one("set-to-device-fails", start, ("set_to", 5, [("get",)]), ("get",), refused=(5,), **needs),
        one("restore-and-hold", start, ("restore_at_exit", {"allow_changes": False}, [("set", 7)]), ("get",), needs=("Parameter.restore_at_exit",)),
        one("set-to-not-settable", {"get_cmd": READ}, ("set_to", 5, [("get",)]), device=KNOWN, **needs),
        one("restore", start, ("restore_at_exit", [("set", 7), ("get",)]), ("get",), needs=("Parameter.restore_at_exit",)),
        one("restore-after-failure", start, ("restore_at_exit", [("set", 7), ("fail",)]), ("get",), needs=("Parameter.restore_at_exit",)),
    ]  # fmt: skip


def _snapshots() -> list[Case]:
    asked = FUNCTIONS | {"unit": "V", "label": "L"}
    looks = [("snapshot", False), ("snapshot", None), ("snapshot", True)]
    return [
        *(
            one(f"snapshot-{i}", {**asked, **words}, *looks, ("cache.invalidate",), *looks, device=KNOWN)
            for i, words in numbered(
                {}, {"snapshot_get": False}, {"snapshot_exclude": True}, {"initial_cache_value": 2},
                {"vals": NUMBERS}, {"step": 0.1}, {"inter_delay": 0.001}, {"post_delay": 0.001}, {"metadata": {"a": [1, 2]}},
                {"instrument": INSTRUMENT}, {"max_val_age": 1e6}, {"get_parser": function("float")}, {"docstring": "D"},
                {"val_mapping": {"a": 1.5}},
            )
        ),
        one("snapshot-no-value", asked | {"snapshot_value": False}, ("snapshot", True), device=KNOWN),
        one("snapshot-no-value-known", asked | {"snapshot_value": False}, ("get",), ("snapshot", False), device=KNOWN),
        one("snapshot-scaled", asked | {"scale": 2, "offset": 1}, ("snapshot", True), device=KNOWN),
        one("snapshot-write-only", {"get_cmd": False, "set_cmd": SEND}, ("set", 1), ("snapshot",), ("snapshot", True)),
        one("snapshot-manual", MANUAL, ("set", 1), ("snapshot", True)),
        *(
            one(f"snapshot-value-{i}", MANUAL, ("set", value), ("snapshot",))
            for i, value in enumerate([np.float64(1), whole(3), 1j, (1, 2), {"a": 1}, NAN, np.array([1j]), b"x"])
        ),
    ]  # fmt: skip


def _attributes() -> list[Case]:
    words = [
        "short_name", "name_parts", "inter_delay", "post_delay", "gettable", "settable", "scale", "offset", "step",
        "raw_value", "snapshot_value", "snapshot_exclude", "metadata", "max_val_age", "docstring", "abstract",
        "underlying_instrument", "root_instrument", "register_name",
    ]  # fmt: skip
    assigned = [
        ("label", "L"),
        ("unit", "A"),
        ("name", "q"),
        ("inter_delay", 0.5),
        ("post_delay", 0.5),
        ("inter_delay", -1),
    ]
    return [
        *(one(f"attribute-{word.replace('_', '-')}", {"initial_cache_value": 2, "unit": "V"}, ("read", word)) for word in words),
        *(one(f"assigned-{i}", MANUAL, ("assign", *pair), ("read", pair[0]), ("snapshot",)) for i, pair in enumerate(assigned)),
        one("vals-replaced", FUNCTIONS | {"vals": NUMBERS}, ("set", 9), ("assign", "vals", validator("Numbers", 0, 5)), ("set", 9), ("set", 4)),
        one("vals-removed", FUNCTIONS | {"vals": NUMBERS}, ("assign", "vals", None), ("set", 99)),
    ]  # fmt: skip
