"""Plain parameters drawn at random, always the same ones: keywords, values that fit them and values that do not.

Every choice is made with ``Random.random`` alone, the one method whose sequence Python promises to keep.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
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
    one,
    parameter,
    validator,
    whole,
)

SEED = 20261120
PLAIN = 240
DELEGATED = 80


class Dice(random.Random):
    """Choices that do not depend on the version of Python."""

    def pick(self, choices: Sequence[Any]) -> Any:
        """Return one of ``choices``."""
        return choices[int(self.random() * len(choices))]

    def chance(self, share: float) -> bool:
        """Return True with this probability."""
        return self.random() < share

    def number(self, low: float, high: float, digits: int = 3) -> float:
        """Return a number with few digits."""
        return round(low + (high - low) * self.random(), digits)


@dataclass
class Draft:
    """A definition in the making: keywords, values the device takes and gives, and values nobody wants."""

    keywords: dict[str, Any] = field(default_factory=dict)
    good: list[Any] = field(default_factory=list)
    bad: list[Any] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)


def generated() -> list[Case]:
    """Return the generated cases."""
    plain = [_plain(Dice(SEED + number), number) for number in range(PLAIN)]
    return plain + [_delegated(Dice(SEED + 1000 + number), number) for number in range(DELEGATED)]


def _plain(dice: Dice, number: int) -> Case:
    draft = dice.pick([_numbers, _numbers, _ints, _mapped, _texts, _anything, _choice, _bools, _complex])(dice)
    path = dice.pick(["text", "text", "function", "function", "manual", "read only", "write only", "kept", "sent"])
    draft.keywords |= _commands(dice, path, draft.answers)
    draft.keywords |= _description(dice)
    if dice.chance(0.3):
        draft.keywords["initial_cache_value"] = dice.pick(draft.good)
    elif dice.chance(0.15):
        draft.keywords["initial_value"] = dice.pick(draft.good)
    if path in {"text", "function", "read only"} and dice.chance(0.2):
        draft.keywords["max_val_age"] = dice.pick([0.5, 1e6])
    refused = (_last_word(dice, path, draft),) if dice.chance(0.1) else ()
    actions = [_action(dice, draft) for _ in range(5 + int(dice.random() * 5))]
    device = {"VOLT?": _as_text(draft.answers[0]), "register": draft.answers[0]}
    return one(f"generated-{number:03}", draft.keywords, *actions, device=device, refused=refused)


def _delegated(dice: Dice, number: int) -> Case:
    """Return a case of a delegate, seen and moved from both of its ends."""
    draft = dice.pick([_numbers, _numbers, _ints, _mapped, _choice, _texts])(dice)
    path = dice.pick(["text", "function", "function", "manual", "read only", "write only"])
    under = draft.keywords | _commands(dice, path, draft.answers) | _description(dice)
    under.pop("step", None)
    if dice.chance(0.5):
        under["initial_cache_value"] = dice.pick(draft.good)
    words: dict[str, Any] = _description(dice) | {"source": parameter("s")}
    numeric = all(isinstance(v, (int, float, np.generic)) and not isinstance(v, bool) for v in draft.good)
    if numeric and "val_mapping" not in under:
        words |= dice.pick([{}, {"scale": 2.0}, {"scale": 0.001, "offset": 1.0}, {"vals": validator("Numbers", -5, 5)}])
    actions = [
        ("@s", *action) if dice.chance(0.3) else action
        for action in (_action(dice, draft) for _ in range(6 + int(dice.random() * 5)))
    ]
    device = {"VOLT?": _as_text(draft.answers[0]), "register": draft.answers[0]}
    definitions = [define("s", **under), define("p", "DelegateParameter", **words)]
    return case(f"generated-delegate-{number:03}", definitions, *actions, device=device)


def _commands(dice: Dice, path: str, answers: list[Any]) -> dict[str, Any]:
    texts = all(isinstance(a, str) for a in answers)
    if path == "text":
        return TEXT | ({} if dice.chance(0.8) or texts else {"set_cmd": "VOLT {:.2f}"})
    paths: dict[str, dict[str, Any]] = {
        "function": FUNCTIONS,
        "manual": MANUAL,
        "read only": {"get_cmd": READ, "set_cmd": False},
        "write only": {"get_cmd": False, "set_cmd": SEND},
        "kept": {},
        "sent": {"instrument": INSTRUMENT, "set_cmd": "VOLT {}"},
    }
    return paths[path]


def _description(dice: Dice) -> dict[str, Any]:
    words: dict[str, Any] = {}
    if dice.chance(0.4):
        words["label"] = dice.pick(["Gate voltage", "", "I_{sd}"])
    if dice.chance(0.4):
        words["unit"] = dice.pick(["V", "mV", "", "A/√Hz"])
    if dice.chance(0.2):
        words["docstring"] = dice.pick(["What it does.", ""])
    if dice.chance(0.1):
        words["metadata"] = {"cable": 7}
    if dice.chance(0.1):
        words["snapshot_value"] = False
    if dice.chance(0.1):
        words["snapshot_get"] = False
    return words


def _action(dice: Dice, draft: Draft) -> tuple[Any, ...]:
    verb = dice.pick([
        "set", "set", "set", "set bad", "get", "get", "get", "call", "call", "cache.get", "cache.get", "cache.set",
        "cache.set bad", "cache.invalidate", "device", "sleep", "validate", "validate bad", "snapshot", "snapshot",
        "get_latest", "assign", "read",
    ])  # fmt: skip
    match verb.split():
        case ["set" | "cache.set" | "validate" as plain, "bad"]:
            return (plain, dice.pick(draft.bad))
        case ["set" | "cache.set" | "validate" as plain]:
            return (plain, dice.pick(draft.good))
        case ["call"]:
            return ("call", dice.pick(draft.good)) if dice.chance(0.5) else ("call",)
        case ["cache.get"]:
            return ("cache.get",) if dice.chance(0.5) else ("cache.get", False)
        case ["device"]:
            answer = dice.pick(draft.answers)
            return ("device", "VOLT?", _as_text(answer)) if dice.chance(0.5) else ("device", "register", answer)
        case ["sleep"]:
            return ("sleep", 0.6) if draft.keywords.get("max_val_age") == 0.5 else ("cache.get", False)
        case ["snapshot"]:
            return ("snapshot", dice.pick([False, True, None]))
        case ["assign"]:
            return ("assign", *dice.pick([("label", "New label"), ("unit", "A")]))
        case ["read"]:
            return (
                "read",
                dice.pick(["name", "full_name", "label", "unit", "step", "scale", "offset", "gettable", "settable"]),
            )
        case [plain]:
            return (plain,)
    raise AssertionError(verb)


def _last_word(dice: Dice, path: str, draft: Draft) -> Any:
    """Return something at which the device will fail, if it is ever sent."""
    value = dice.pick(draft.good)
    return f"VOLT {value}" if path in {"text", "sent"} else value


def _as_text(answer: Any) -> Any:
    return answer if isinstance(answer, str) else str(answer)


def _numbers(dice: Dice) -> Draft:
    low, high = dice.pick([(-10, 10), (0, 1e6), (-1.5, 0.0), (1e-3, 25)])
    inside = [dice.number(low, high) for _ in range(4)]
    draft = Draft(
        good=[low, high, *inside, int(high) // 2, np.float64(inside[0]), np.int32(int(high) // 2)],
        bad=[high * 2 + 1, low - 1, float("nan"), float("inf"), "1", None, 1j, [1.0], True, np.array([1.0])],
        answers=[dice.number(low, high), dice.number(low, high)],
    )
    if dice.chance(0.7):
        draft.keywords["vals"] = validator("Numbers", low, high)
    conversion = dice.pick(["", "parser", "parser", "scale", "offset", "both", "texts", "rounded", "doubled"])
    if conversion in {"scale", "both"}:
        draft.keywords |= {"scale": dice.pick([10, 0.5, 1e-3, -2, 3.0]), "get_parser": function("float")}
    if conversion in {"offset", "both"}:
        draft.keywords |= {"offset": dice.pick([1, -0.25, 100.0]), "get_parser": function("float")}
    draft.keywords |= {
        "parser": {"get_parser": function("float")},
        "texts": {"get_parser": function("number"), "set_parser": function("volts")},
        "rounded": {"get_parser": function("float"), "set_parser": function("three digits")},
        "doubled": {"get_parser": function("half"), "set_parser": function("double")},
    }.get(conversion, {})
    if conversion in {"texts", "rounded"}:
        draft.answers = [f"{a} V" if conversion == "texts" else f"{a}" for a in draft.answers]
    if dice.chance(0.2):
        draft.keywords["step"] = (high - low) / dice.pick([4, 7.5, 10])
    return draft


def _ints(dice: Dice) -> Draft:
    low, high = dice.pick([(0, 7), (-100, 100), (1, 4)])
    draft = Draft(
        good=[low, high, (low + high) // 2, np.int64(high)],
        bad=[low - 1, high + 1, 1.0, 1.5, "1", None, np.float64(1)],
        answers=[high, low],
    )
    draft.keywords = {"vals": validator("Ints", low, high), "get_parser": function("int")}
    if dice.chance(0.3):
        draft.keywords["step"] = dice.pick([1, 2])
    if dice.chance(0.2):
        draft.keywords["scale"] = dice.pick([2, 10])
    return draft


def _mapped(dice: Dice) -> Draft:
    mapping, answers = dice.pick([
        ({"on": 1, "off": 0}, [1, 0]), ({"on": "ON", "off": "OFF"}, ["ON", "OFF"]), ({1: "A", 2: "B", 4: "D"}, ["A", "D"]),
        ({"low": 0.1, "high": 10.0}, [0.1, 10.0]), ({True: 1, False: 0}, [1, 0]), ({"DC": "1", "AC": "2"}, ["1", "2"]),
    ])  # fmt: skip
    draft = Draft({"val_mapping": mapping}, list(mapping), ["other", 17, None, 3.5, [1]], [*answers, "7"])
    if all(isinstance(a, int) for a in answers):
        draft.keywords["get_parser"] = function(dice.pick(["int", "float"]))
    elif all(isinstance(a, float) for a in answers):
        draft.keywords["get_parser"] = function("float")
    return draft


def _texts(dice: Dice) -> Draft:
    draft = Draft({}, ["a", "abc", "", "µ∂"], [1, None, "a" * 50, b"a"], ["abc", "  x "])
    if dice.chance(0.7):
        draft.keywords["vals"] = validator("Strings", *dice.pick([(), (0, 10), (1,)]))
    if dice.chance(0.4):
        draft.keywords["get_parser"] = function("strip")
    return draft


def _anything(dice: Dice) -> Draft:
    del dice
    good = [1, 2.5, "x", None, True, (1, 2), [1.5, 2], {"a": 1}, 1 + 2j, float("inf"), np.float32(0.5), whole(3)]
    return Draft({}, good, [float("nan"), {}, b"1"], [3, "x", 2.5])


def _choice(dice: Dice) -> Draft:
    choices = dice.pick([("a", "b"), (1, 2, 5), (0.1, 1, 10), ("x", 1)])
    draft = Draft({"vals": validator("Enum", *choices)}, list(choices), ["z", 3, None, [1]], list(choices))
    if dice.chance(0.3) and "a" not in choices:
        draft.keywords["vals"] = validator("MultiType", draft.keywords["vals"], validator("Numbers", 100, 200))
        draft.good += [150, 100.0]
    return draft


def _bools(dice: Dice) -> Draft:
    draft = Draft({"vals": validator("Bool")}, [True, False, np.bool_(1)], [1, 0, "True", None], [True, False])
    if dice.chance(0.5):
        draft.keywords |= {"get_parser": function("bool"), "set_parser": function("int")}
        draft.answers = [1, 0]
    return draft


def _complex(dice: Dice) -> Draft:
    draft = Draft({}, [1 + 2j, 2j, 3 + 0j, np.complex128(1j)], ["1", None], [1 + 1j, -2j])
    if dice.chance(0.5):
        draft.keywords["scale"] = dice.pick([2, 0.5])
    if dice.chance(0.5):
        draft.keywords["vals"] = validator("Anything")
    return draft
