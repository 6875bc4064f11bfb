"""The kinds of parameter beside the plain one, written by hand."""

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
    Reference,
    Words,
    case,
    define,
    function,
    numbered,
    on_off,
    parameter,
    validator,
    whole,
)

NUMBERS = validator("Numbers", -10, 10)
KNOWN = {"VOLT?": "1.5", "register": 1.5}
BOTH = {"get_raw": "register", "set_raw": "register"}
LOOK: tuple[tuple[Any, ...], ...] = (("cache.get", False), ("snapshot",))
ALL_SHAPES = ("name", "names", "shapes", "labels", "units", "full_name", "setpoints", "setpoint_names")


def family() -> list[Case]:
    """Return the cases."""
    return [
        *_manual(), *_delegate(), *_delegate_values(), *_scaled(), *_multi(), *_array(), *_with_setpoints(), *_groups(), *_elapsed(),
        *_on_off(),
    ]  # fmt: skip


FORMS = (
    [True, False, 1, 0, 1.0, 0.0, "on", "off", "On", "Off", "ON", "OFF", "1", "0", "oFF", "true", None, 2, np.bool_(1)]
)  # fmt: skip


def _manual() -> list[Case]:
    return [
        *(
            case(f"manual-{i}", [define("p", "ManualParameter", **words)], ("get",), ("set", 3), ("get",), *LOOK, ("set", 99))
            for i, words in numbered(
                {}, {"initial_value": 1}, {"initial_value": 0, "vals": NUMBERS}, {"label": "L", "unit": "V", "vals": NUMBERS},
                {"instrument": INSTRUMENT}, {"scale": 2, "initial_value": 1}, {"val_mapping": {3: "three"}},
                {"initial_cache_value": 4}, {"step": 1, "initial_value": 1}, {"docstring": "D"},
            )
        ),
        case("manual-refused", [define("p", "ManualParameter", initial_value=99, vals=NUMBERS)]),
        case("manual-get-cmd", [define("p", "ManualParameter", get_cmd=READ)]),
    ]  # fmt: skip


def _delegate() -> list[Case]:
    source: Words = {**FUNCTIONS, "unit": "V", "label": "Source", "vals": NUMBERS}

    def over(name: str, words: dict[str, Any], *actions: Any, under: dict[str, Any] = source, **more: Any) -> Case:
        definitions = [define("s", **under), define("p", "DelegateParameter", source=parameter("s"), **words)]
        return case(f"delegate-{name}", definitions, *actions, **more)

    scaled: Words = {"scale": 0.001}
    return [
        over("plain", {}, ("get",), ("set", 3), ("get",), ("@s", "get"), ("cache.get",), ("set", 99), *LOOK, device=KNOWN),
        *(
            over(f"words-{i}", words, ("read", "label"), ("read", "unit"), ("read", "full_name"), ("read", "gettable"), ("read", "settable"), ("snapshot",))
            for i, words in numbered({}, {"label": "L"}, {"unit": "mV"}, {"label": "", "unit": ""}, {"instrument": INSTRUMENT}, {"docstring": "D"})
        ),
        over("scaled", scaled | {"unit": "mV"}, ("get",), ("set", 3), ("get",), ("@s", "get"), *LOOK, device=KNOWN),
        over("offset", {"offset": 1}, ("get",), ("set", 3), ("@s", "get"), ("cache.set", 4), ("@s", "cache.get"), device=KNOWN),
        over("limits-own", {"vals": validator("Numbers", 0, 1)}, ("set", 0.5), ("set", 2), ("set", "x"), ("validate", 2)),
        over("limits-source", {}, ("validate", 99), ("set", 99), ("cache.get", False)),
        over("limits-scaled", scaled, ("validate", 99_000), ("set", 99_000), ("set", 9_000)),
        over("mapped", {"val_mapping": {"low": 0.0, "high": 5.0}}, ("set", "high"), ("get",), ("@s", "set", 0.0), ("get",), ("@s", "set", 2.0), ("get",)),
        over("source-moves", scaled, ("@s", "set", 2), ("cache.get",), ("@s", "set", 3), ("cache.get", False), ("get",)),
        over("source-cache", {}, ("@s", "cache.set", 2), ("cache.get",), ("@s", "cache.invalidate",), ("cache.get", False), ("cache.get",), device=KNOWN),
        over("invalidate", {}, ("get",), ("cache.invalidate",), ("@s", "cache.get", False), ("cache.get",), device=KNOWN),
        over("cache-set", scaled, ("cache.set", 3000), ("@s", "cache.get",), ("cache.set", 99_000), ("@s", "cache.get",)),
        over("fresh", {}, ("cache.get", False), ("get_latest",), ("cache.get",), device=KNOWN),
        over("fresh-scaled", scaled, ("cache.get", False), ("snapshot",), ("get",), device=KNOWN),
        over("initial", {"initial_value": 2}, ("get",), ("@s", "get")),
        over("initial-scaled", scaled | {"initial_value": 2000}, ("get",), ("@s", "get")),
        over("initial-refused", {"initial_value": 99}),
        over("initial-cache", {"initial_cache_value": 2}, ("cache.get",), ("@s", "cache.get")),
        over("get-cmd", {"get_cmd": READ}, ("get",)),
        over("set-cmd", {"set_cmd": SEND}, ("set", 1)),
        over("parsed", {"get_parser": function("double"), "set_parser": function("half")}, ("set", 4), ("get",), ("@s", "get")),
        over("write-only", {}, ("read", "gettable"), ("call",), ("set", 1), ("cache.get",), under={"get_cmd": False, "set_cmd": SEND}),
        over("read-only", {}, ("read", "settable"), ("call", 1), ("get",), under={"get_cmd": READ}, device=KNOWN),
        over("read-only-set", {}, ("set", 1), under={"get_cmd": READ}, device=KNOWN),
        over("manual", scaled, ("@s", "set", 2), ("get",), ("set", 4), ("@s", "get"), under=MANUAL),
        over("manual-never-set", {}, ("get",), under=MANUAL),
        over("asked", {}, ("get",), ("set", 2), ("get",), under={**TEXT, "get_parser": function("float")}, device=KNOWN),
        over("source-fails", {}, ("set", 2), ("set", 3), under=FUNCTIONS, refused=(3,)),
        over("source-ramps", {}, ("set", 3), ("get",), under={**FUNCTIONS, "step": 1, "initial_cache_value": 0}),
        over("ramps", {"step": 1}, ("set", 3), under={**FUNCTIONS, "initial_cache_value": 0}),
        over("label-later", {}, ("@s", "assign", "label", "New"), ("read", "label"), ("@s", "assign", "unit", "A"), ("read", "unit")),
        over("update-snapshot", scaled, ("snapshot", True), ("snapshot", False), device=KNOWN),
    ]  # fmt: skip


def _delegate_values() -> list[Case]:
    def chain(*middle: dict[str, Any]) -> list[dict[str, Any]]:
        names = ["s", *(f"m{i}" for i in range(len(middle) - 1)), "p"]
        first = define("s", **FUNCTIONS, unit="V")
        links = [
            define(b, "DelegateParameter", source=parameter(a), **w)
            for a, b, w in zip(names, names[1:], middle, strict=False)
        ]
        return [first, *links]

    nothing = define("p", "DelegateParameter", source=None)
    spare = [define("s", **MANUAL, unit="V", label="S"), define("t", **MANUAL, unit="A", label="T")]
    return [
        case("delegate-chain", chain({"scale": 2}, {"offset": 1}), ("set", 3), ("get",), ("@s", "get"), ("@m0", "get"), *LOOK),
        case("delegate-of-nothing", [nothing], ("read", "label"), ("read", "unit"), ("cache.get", False), ("read", "gettable")),
        case("delegate-of-nothing-get", [nothing], ("get",)),
        case("delegate-of-nothing-call", [nothing], ("call",)),
        case("delegate-of-nothing-set", [nothing], ("set", 1)),
        case("delegate-of-nothing-call-set", [nothing], ("call", 1)),
        case("delegate-of-nothing-snapshot", [nothing], ("snapshot",)),
        case("delegate-of-nothing-cache-set", [nothing], ("cache.set", 1)),
        case("delegate-of-nothing-invalidate", [nothing], ("cache.invalidate",)),
        case(
            "delegate-changes-source",
            [*spare, define("p", "DelegateParameter", source=parameter("s"))],
            ("set", 1), ("assign", "source", parameter("t")), ("get",), ("set", 5), ("@s", "get"), ("@t", "get"),
            ("read", "unit"), ("read", "label"), ("assign", "source", None), ("cache.get", False),
        ),
        case(
            "delegate-gets-source", [*spare, nothing],
            ("assign", "source", parameter("t")), ("read", "unit"), ("read", "label"), ("set", 4), ("@t", "get"), ("cache.get",),
        ),
        case(
            "delegate-given-words-stay",
            [*spare, define("p", "DelegateParameter", source=parameter("s"), label="L", unit="mV", scale=2)],
            ("assign", "source", parameter("t")), ("read", "unit"), ("read", "label"), ("set", 4), ("@t", "get"),
        ),
        case("delegate-no-source-keyword", [define("p", "DelegateParameter")]),
    ]  # fmt: skip


def _scaled() -> list[Case]:
    output = define("out", **FUNCTIONS, unit="V", label="Output", vals=NUMBERS)
    factor = define("factor", **MANUAL, initial_value=4)

    def over(name: str, words: dict[str, Any], *actions: Any) -> Case:
        made = define("p", "ScaledParameter", parameter("out"), nameless=True, **words)
        return case(f"scaled-{name}", [output, factor, made], *actions, device=KNOWN)

    reads = [("read", w) for w in ("name", "label", "unit", "full_name", "division", "gain", "role")]
    turns = [("get",), ("set", 2), ("get",), ("@out", "get"), ("cache.get",), ("set", 99), ("snapshot",)]
    return [
        over("division", {"division": 2}, *turns),
        over("gain", {"gain": 4}, *turns),
        over("words", {"division": 2, "name": "q", "label": "L", "unit": "mV"}, *reads),
        over("defaults", {"gain": 2}, *reads),
        over("division-parameter", {"division": parameter("factor")}, *turns, ("@factor", "set", 2), ("get",), ("set", 2)),
        over("gain-parameter", {"gain": parameter("factor")}, *turns, ("@factor", "set", 2), ("get",)),
        over("both", {"division": 2, "gain": 2}),
        over("neither", {}),
        over("changed", {"division": 2}, ("assign", "division", 5), ("get",), ("set", 1), ("read", "division"), ("assign", "gain", 5), ("get",), ("read", "role")),
        over("instrument-value", {"division": 2}, ("set", 2), ("read", "instrument_value")),
        over("output-moves", {"division": 2}, ("@out", "set", 8), ("cache.get", False), ("get",)),
        over("odd-factor", {"division": "x"}),
        over("zero", {"division": 0}, ("get",), ("set", 1)),
    ]  # fmt: skip


def _multi() -> list[Case]:
    pair: Words = {"names": ("i", "q"), "shapes": ((), ())}
    arrays: Words = {
        "names": ("x", "y"), "shapes": ((3,), (3,)), "setpoints": (((1, 2, 3),), ((1, 2, 3),)),
        "setpoint_names": (("t",), ("t",)), "setpoint_labels": (("Time",), ("Time",)), "setpoint_units": (("s",), ("s",)),
    }  # fmt: skip
    reads = [
        ("read", w) for w in (*ALL_SHAPES, "full_names", "setpoint_labels", "setpoint_units", "setpoint_full_names")
    ]
    words: list[Words] = [
        pair,
        pair | {"labels": ("I", "Q"), "units": ("V", "A")},
        arrays,
        arrays | {"instrument": INSTRUMENT},
        pair | {"docstring": "D"},
    ]
    values = [(1.5, 2.5), (1, 2, 3), 5, [1, 2], (whole(3), np.arange(3.0)), None]
    odd: list[Words] = [
        pair | {"names": ()}, pair | {"shapes": ((),)}, pair | {"labels": ("I",)}, pair | {"units": ("V", "A", "s")},
        pair | {"names": "iq"}, pair | {"setpoints": ((),)}, pair | {"shapes": (1, 2)}, pair | {"names": ("1 a", "b")},
        pair | {"unit": "V"}, pair | {"names": ("i", "i")},
    ]  # fmt: skip
    return [
        *(
            case(f"multi-words-{i}", [define("p", "MultiParameter", methods={"get_raw": "register"}, **w)], *reads)
            for i, w in enumerate(words)
        ),
        *(
            case(f"multi-value-{i}", [define("p", "MultiParameter", methods={"get_raw": "register"}, **pair)], ("get",), ("cache.get",), ("snapshot",), device={"register": v})
            for i, v in enumerate(values)
        ),
        *(case(f"multi-odd-{i}", [define("p", "MultiParameter", methods={"get_raw": "register"}, **w)]) for i, w in enumerate(odd)),
        case("multi-set", [define("p", "MultiParameter", methods=BOTH, **pair)], ("set", (1, 2)), ("get",), ("cache.get",)),
        case("multi-no-get", [define("p", "MultiParameter", **pair)], ("call",)),
        case("multi-set-absent", [define("p", "MultiParameter", methods={"get_raw": "register"}, **pair)], ("call", (1, 2)), ("read", "gettable"), ("read", "settable")),
        case("multi-snapshot-value", [define("p", "MultiParameter", methods={"get_raw": "register"}, snapshot_value=True, **pair)], ("get",), ("snapshot",), device={"register": (1, 2)}),
    ]  # fmt: skip


def _array() -> list[Case]:
    plain: Words = {"shape": (3,)}
    full = plain | {
        "label": "L", "unit": "V", "setpoints": ((1, 2, 3),), "setpoint_names": ("t",), "setpoint_labels": ("Time",),
        "setpoint_units": ("s",),
    }  # fmt: skip
    reads = [
        ("read", w)
        for w in (
            "name",
            "shape",
            "label",
            "unit",
            "full_name",
            "setpoints",
            "setpoint_names",
            "setpoint_labels",
            "setpoint_units",
        )
    ]
    words: list[Words] = [plain, full, full | {"instrument": INSTRUMENT}, {"shape": (2, 3)}, {"shape": ()}]
    odd: list[Words] = [
        {},
        {"shape": 3},
        plain | {"setpoints": (1, 2, 3)},
        plain | {"setpoints": ((1, 2),)},
        plain | {"setpoint_names": ("a", "b")},
        {"shape": ("x",)},
    ]
    values = [np.arange(3.0), [1, 2, 3], whole(4), 5, (1, 2, 3)]
    return [
        *(
            case(f"array-words-{i}", [define("p", "ArrayParameter", methods={"get_raw": "register"}, **w)], *reads)
            for i, w in enumerate(words)
        ),
        *(
            case(f"array-value-{i}", [define("p", "ArrayParameter", methods={"get_raw": "register"}, **plain)], ("get",), ("cache.get",), ("snapshot",), device={"register": v})
            for i, v in enumerate(values)
        ),
        *(case(f"array-odd-{i}", [define("p", "ArrayParameter", methods={"get_raw": "register"}, **w)]) for i, w in enumerate(odd)),
        case("array-no-get", [define("p", "ArrayParameter", **plain)], ("call",)),
        case("array-set", [define("p", "ArrayParameter", methods=BOTH, **plain)], ("set", whole(3)), ("get",)),
        case("array-scaled", [define("p", "ArrayParameter", methods={"get_raw": "register"}, scale=2, **plain)], ("get",), device={"register": whole(3)}),
    ]  # fmt: skip


def _with_setpoints() -> list[Case]:
    points = define("points", **MANUAL, initial_value=3)
    arrays: Words = {"vals": validator("Arrays", shape=(3,))}
    axis = define("axis", get_cmd=Reference(device=["read", "axis"]), label="Axis", unit="s", **arrays)
    moving = validator("Arrays", shape=[parameter("points")])
    device = {"axis": np.linspace(0, 1, 3), "register": np.arange(3.0)}

    def over(
        name: str, words: dict[str, Any], *actions: Any, before: list[dict[str, Any]] | None = None, **more: Any
    ) -> Case:
        definitions = [
            *([axis] if before is None else before),
            define("p", "ParameterWithSetpoints", get_cmd=READ, **words),
        ]
        more.setdefault("device", device)
        return case(f"setpoints-{name}", definitions, *actions, **more)

    axes = Reference(parameters=["axis"])
    return [
        over("plain", arrays | {"setpoints": axes}, ("get",), ("cache.get",), ("snapshot",), ("validate", whole(3)), ("validate", whole(4))),
        over("no-setpoints", arrays, ("get",)),
        over("no-arrays", {"setpoints": axes}),
        over("numbers", {"setpoints": axes, "vals": NUMBERS}),
        over("shape-differs", {"setpoints": axes, "vals": validator("Arrays", shape=(4,))}, ("get",)),
        over("no-shape", {"setpoints": axes, "vals": validator("Arrays")}, ("get",)),
        over("wrong-length", arrays | {"setpoints": axes}, ("get",), device={"axis": whole(3), "register": np.arange(4.0)}),
        over("wrong-axis", arrays | {"setpoints": axes}, ("get",), device={"axis": whole(5), "register": np.arange(3.0)}),
        over("axis-not-array", {"setpoints": axes, **arrays}, before=[define("axis", **MANUAL)]),
        over("consistent", arrays | {"setpoints": axes}, ("consistent",)),
        over("list-answer", arrays | {"setpoints": axes}, ("get",), device={"axis": whole(3), "register": [1, 2, 3]}),
        over(
            "moving", {"setpoints": axes, "vals": moving},
            ("get",), ("@points", "set", 4), ("get",), ("device", "register", np.arange(4.0)), ("device", "axis", np.arange(4.0)), ("get",),
            before=[points, define("axis", get_cmd=Reference(device=["read", "axis"]), vals=moving)],
        ),
    ]  # fmt: skip


def _groups() -> list[Case]:
    members = [define(n, "GroupParameter", instrument=INSTRUMENT, get_parser=function("float")) for n in "ab"]
    both = Reference(parameters=["a", "b"])

    def group(
        name: str, words: dict[str, Any], *actions: Any, parts: list[dict[str, Any]] = members, **more: Any
    ) -> Case:
        made = define("g", "Group", both, nameless=True, **words)
        more.setdefault("device", {"AB?": "1,2.5"})
        return case(f"group-{name}", [*parts, made], *actions, **more)

    asked: Words = {"get_cmd": "AB?"}
    sent: Words = asked | {"set_cmd": "AB {a},{b}"}
    scaled = [define(n, "GroupParameter", instrument=INSTRUMENT, get_parser=function("float"), scale=2) for n in "ab"]
    limited = [
        define(n, "GroupParameter", instrument=INSTRUMENT, get_parser=function("float"), vals=NUMBERS) for n in "ab"
    ]
    return [
        group("get", asked, ("@a", "get"), ("@b", "cache.get"), ("@b", "get"), ("@a", "snapshot")),
        group("set", sent, ("@a", "get"), ("@a", "set", 5), ("@b", "cache.get"), ("@b", "set", 7), ("@a", "get")),
        group("set-first", sent, ("@a", "set", 5), ("@b", "cache.get")),
        group("set-only", {"set_cmd": "AB {a},{b}"}, ("@a", "set", 5)),
        group("set-only-known", {"set_cmd": "AB {a},{b}"}, ("@b", "cache.set", 1), ("@a", "set", 5)),
        group("read-only", asked, ("@a", "call", 5)),
        group("no-command", {}, ("@a", "call")),
        group("parser", asked | {"get_parser": function("split a and b")}, ("@a", "get"), ("@b", "get")),
        group("separator", asked | {"separator": ";"}, ("@a", "get"), ("@b", "cache.get"), device={"AB?": "1;2"}),
        group("too-few", asked, ("@a", "get"), device={"AB?": "1"}),
        group("too-many", asked, ("@a", "get"), device={"AB?": "1,2,3"}),
        group("not-a-number", asked, ("@a", "get"), device={"AB?": "1,x"}),
        group("update", asked, ("update",), ("@a", "cache.get"), ("@b", "cache.get")),
        group("scaled", sent, ("@a", "get"), ("@a", "set", 5), ("@a", "get"), ("@b", "get"), parts=scaled),
        group("limited", sent, ("@a", "set", 5), ("@a", "set", 99), ("@b", "cache.get"), parts=limited),
        group("set-fails", sent, ("@a", "get"), ("@a", "set", 5), ("@b", "cache.get"), refused=("AB 5,2.5",)),
        group("doubt", sent, ("@a", "get"), ("@a", "cache.invalidate"), ("@b", "set", 3)),
        case("group-member-alone", [define("a", "GroupParameter", instrument=INSTRUMENT)], ("call",)),
        case("group-member-alone-set", [define("a", "GroupParameter", instrument=INSTRUMENT)], ("call", 1)),
        case("group-member-with-command", [define("a", "GroupParameter", instrument=INSTRUMENT, get_cmd="A?")]),
        case("group-member-with-set-command", [define("a", "GroupParameter", instrument=INSTRUMENT, set_cmd="A {}")]),
        case(
            "group-initial",
            [*(define(n, "GroupParameter", instrument=INSTRUMENT, initial_value=1) for n in "ab"), define("g", "Group", both, nameless=True, **sent)],
            ("@a", "get"), device={"AB?": "1,2"},
        ),
        case("group-without-instrument", [define("a", "GroupParameter"), define("b", "GroupParameter"), define("g", "Group", both, nameless=True, **asked)], ("@a", "call")),
        case("group-empty", [define("g", "Group", [], nameless=True, **asked)]),
    ]  # fmt: skip


def _elapsed() -> list[Case]:
    made = [define("p", "ElapsedTimeParameter")]
    return [
        case("elapsed", made, ("kind",), ("read", "unit"), ("read", "label"), ("read", "name"), ("read", "gettable"), ("read", "settable")),
        case("elapsed-named", [define("p", "ElapsedTimeParameter", label="Since start")], ("read", "label"), ("read", "unit")),
        case("elapsed-set", made, ("call", 1)),
        case("elapsed-reset", made, ("sleep", 0.01), ("reset_clock",), ("kind",)),
        case("elapsed-get-cmd", [define("p", "ElapsedTimeParameter", get_cmd=READ)]),
    ]  # fmt: skip


def _on_off() -> list[Case]:
    asked: list[tuple[Words, str, Words]] = [
        ({"on_val": 1, "off_val": 0}, "1", {"get_parser": function("int")}),
        ({"on_val": 0, "off_val": 1}, "1", {"get_parser": function("int")}),
        ({"on_val": "ON", "off_val": "OFF"}, "ON", {}), ({"on_val": "ON", "off_val": "OFF"}, "on", {}),
        ({"on_val": 1, "off_val": 0}, "1", {}), ({"on_val": 1, "off_val": 0}, "x", {}),

    ]  # fmt: skip
    needs: dict[str, Any] = {"needs": ("create_on_off_val_mapping",)}
    return [
        *(
            case(
                f"on-off-{i}",
                [define("p", **FUNCTIONS, val_mapping=on_off(**codes))],
                *(("set", form) for form in FORMS), ("get",), ("cache.get",),
                **needs,
            )
            for i, codes in numbered(
                {}, {"on_val": 1, "off_val": 0}, {"on_val": 0, "off_val": 1}, {"on_val": "ON", "off_val": "OFF"},
                {"on_val": "1.0", "off_val": "0.0"}, {"on_val": True, "off_val": False}, {"on_val": 5, "off_val": None},
            )
        ),
        *(
            case(
                f"on-off-asked-{i}",
                [define("p", **{**TEXT, **words}, val_mapping=on_off(**codes))],
                ("get",), ("set", "off"), ("get",), ("snapshot",),
                device={"VOLT?": answer}, **needs,
            )
            for i, (codes, answer, words) in enumerate(asked)
        ),
    ]  # fmt: skip
