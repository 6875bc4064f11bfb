"""The written list: what a parameter of Measurand does differently from one of QCoDeS on purpose, and why.

An entry that no case meets any more is removed; a difference that no entry covers is a mistake of ours. The page
docs/explanation/differences-from-qcodes.md is made from this list.
"""

from __future__ import annotations

from tests.differential.comparison import ABSENT, Difference
from tests.differential.matching import (
    VIEWS,
    Entry,
    both_refuse,
    caught_by,
    defining,
    known_to_us,
    odd,
    only_ours_refuses,
    only_theirs_refuses,
    part_of_cache,
    remembered,
    same_number,
)

FAMILY_REFUSED = (
    "multi-odd",
    "array-odd",
    "scaled-odd",
    "scaled-zero",
    "setpoints-axis",
    "group-without",
    "age-odd-0",
    "age-odd-1",
)
PLAIN_REFUSED = (
    "template-odd",
    "get-parser-no",
    "set-parser-no",
    "scale-zero",
    "ramp-step-",
    "name-",
    "rule-odd",
    "delay-",
)
WORDS = "`SyntaxError`, `AttributeError`, `RuntimeError`, `KeyError` or `IndexError`"


_UNDECODABLE = ["KeyError", "LookupError", "ValueError"]


def _without_numpy(seen: object) -> object:
    """Return what was seen with numpy scalars as the numbers they are."""
    if isinstance(seen, dict):
        return _without_numpy(seen["numpy"][1]) if "numpy" in seen else {k: _without_numpy(v) for k, v in seen.items()}
    return [_without_numpy(item) for item in seen] if isinstance(seen, list) else seen


def _whole_scale(d: Difference) -> bool:
    return any(isinstance(p.get("keywords", {}).get("scale"), int) for p in d.case["parameters"])


def _unknown_start(d: Difference) -> bool:
    error = d.seen[1].get("error", [])
    stepped = d.keywords.get("step") is not None and d.verb in {"set", "call"}
    return stepped and "RuntimeError" in error and "NotImplementedError" not in error


def _absent_direction(d: Difference) -> bool:
    kinds = ("AttributeError", "TypeError") if d.kind in VIEWS else ("AttributeError",)
    return any(caught_by(d, kind, "NotImplementedError") for kind in kinds)


def _never_known(d: Difference) -> bool:
    if part_of_cache(d, "value", "raw_value") and d.ours is None and isinstance(d.theirs, dict):
        return "error" in d.theirs
    shown = d.field in {"result", "error"} or part_of_cache(d, "value") or "error" in d.seen[0]
    unset = remembered(d) and not known_to_us(d) and not only_ours_refuses(d)
    return shown and unset and d.seen[1].get("result") is None


def _converted_by_snapshot(d: Difference) -> bool:
    words = (
        "value",
        "raw_value",
        "val_mapping",
        "metadata",
        "scale",
        "offset",
        "names",
        "labels",
        "units",
        "source_parameter",
    )
    fields = {f"snapshot.{word}" for word in words}
    return d.field in fields and ABSENT not in (d.theirs, d.ours)


INTENDED: tuple[Entry, ...] = (
    Entry(
        "absent-direction",
        "A direction that a parameter does not have raises one kind of error",
        "`p.get()` and `p.set(v)` raise `AttributeError` (a delegate `TypeError`), `p()` and `p(v)` `NotImplementedError`.",
        "All raise `NotGettable` or `NotSettable`, both of them `NotImplementedError` too.",
        "One mistake, one error, however it is spelt. The methods exist on every parameter, so that editors and type "
        "checkers see them.",
        _absent_direction,
    ),
    Entry(
        "failed-set-doubt",
        "A set that failed leaves the cached value in doubt",
        "The cache keeps the value from before as valid, although the device may have taken the new one.",
        "The cache keeps it for information and says `valid == False`; the next `cache.get()` asks the device.",
        "Nobody knows what a device did with a command at which the connection failed.",
        lambda d: part_of_cache(d, "valid") and d.ours is False and both_refuse(d) and "sent" in d.seen[1],
        parts="for a while",
    ),
    Entry(
        "memory-is-no-measurement",
        "Reading what is only remembered teaches nothing",
        "`get()` of a parameter without get command stamps the cache with the time of asking, and makes a value valid that "
        "was invalidated or never set.",
        "Time and trust stay those of the last `set`. A parameter that was never set reads as None and stays untrusted.",
        "A time stamp says when the value was true, not when somebody looked.",
        lambda d: (
            (remembered(d) or odd(d, "set-to-manual-never-set"))
            and d.field.endswith((".valid", ".stamped", ".ts"))
            and d.ours in {False, None}
        ),
        parts="for a while",
    ),
    Entry(
        "never-known-is-none",
        "A value that was never known reads as None, whatever the parser",
        "The None of the empty memory goes through parser, scale and mapping, which fails or makes up a value "
        "(`bool(None)` is `False`); looking at the cache of a delegate without source fails.",
        "`get()` of what is remembered, `cache.get(False)` and `snapshot()` give None.",
        "There is no answer to be converted, and looking must not fail.",
        _never_known,
        parts="for a while",
    ),
    Entry(
        "undecodable",
        "An answer that cannot be converted raises one kind of error",
        "Whatever the parser, the arithmetic or the mapping happened to raise.",
        "`UndecodableAnswer` (a `ValueError` and a `KeyError`) with parameter and answer; the first error is its cause.",
        "One has to look at the answer, whichever of four conversions stumbled over it.",
        lambda d: (both_refuse(d) or part_of_cache(d, "value")) and d.ours in (_UNDECODABLE, {"error": _UNDECODABLE}),
    ),
    Entry(
        "ramp-unknown-start",
        "A ramp does not start from a value that is not known",
        "With `step` and no number as present value the target is set in one jump, or the arithmetic on None fails.",
        "The present value is read if that is possible, else `NoTrustedValue` says how to note it.",
        "`step` is there because a jump can destroy a sample.",
        _unknown_start,
        parts="for good",
    ),
    Entry(
        "ramp-validated-first",
        "Every step of a ramp is validated before the first is sent",
        "A step that the validator refuses ends the ramp half way.",
        "Nothing is sent.",
        "A refused set leaves everything as it was.",
        lambda d: (
            d.keywords.get("step") is not None and both_refuse(d) and "sent" in d.seen[0] and "sent" not in d.seen[1]
        ),
        parts="for good",
    ),
    Entry(
        "mapping-and-vals",
        "`val_mapping` and `vals` both apply",
        "With `vals` nobody asks whether a value is in the mapping; it fails when it is looked up.",
        "A value must satisfy both.",
        "Neither keyword is dropped without a word.",
        lambda d: "vals" in d.keywords and "val_mapping" in d.keywords and d.verb == "set" and "error" in d.seen[1],
        parts="for good",
    ),
    Entry(
        "code-as-text",
        "A code that comes back as text is understood",
        '`"1.0"` is not found in `{"on": 1}`.',
        "It is read as the number 1: the value is `on`.",
        "Many instruments answer every number in one format, and the mapping leaves no doubt what is meant.",
        lambda d: "val_mapping" in d.keywords and only_theirs_refuses(d) and d.verb == "get",
        parts="for good",
    ),
    Entry(
        "refused-definition",
        "A definition that cannot work is refused when it is made",
        "Accepted; the mistake shows when the parameter is used, or never.",
        "`DefinitionError` at once: a command template without exactly one place for the value, a parser that cannot be "
        "called, a scale or division of 0, a step that is 0, NaN or infinite, a negative age, labels or setpoints that do "
        "not fit the names or the shape, a name that is a Python keyword.",
        "The mistake is found where it was made, not in the middle of a night's measurement.",
        lambda d: (
            defining(d)
            and only_ours_refuses(d)
            and "ValueError" in d.seen[1]["error"]
            and odd(d, *PLAIN_REFUSED, *FAMILY_REFUSED)
        ),
        parts="for good",
    ),
    Entry(
        "definition-error",
        "A definition that contradicts itself raises one kind of error",
        f"{WORDS}, as the place has it.",
        "`DefinitionError`, a `ValueError`.",
        "One thing to catch; and a `SyntaxError` in code that parses misleads.",
        lambda d: (
            (defining(d) or d.kind == "GroupParameter")
            and any(
                caught_by(d, kind, "ValueError")
                for kind in ("SyntaxError", "AttributeError", "RuntimeError", "KeyError", "IndexError")
            )
        ),
    ),
    Entry(
        "accepted-definition",
        "A few harmless definitions are accepted",
        "Refused: `Ints(3, 3)`, limits of `Ints` written 1.0, a step written 2.0 for whole numbers, `step` for an `Enum` "
        "or a mapping of numbers, `set_raw` of an `ArrayParameter`.",
        "Accepted; every step of a ramp is validated anyway.",
        "What was meant is clear.",
        lambda d: (
            d.verb == "new"
            and only_theirs_refuses(d)
            and odd(d, "rule-odd", "ramp-step-odd", "mapping-with-step", "array-set")
        ),
        parts="for good",
    ),
    Entry(
        "units",
        "`units=` is still understood",
        "Refused as an unknown keyword.",
        "Taken as `unit=` with a `DeprecationWarning`.",
        "Drivers of the first years use it.",
        lambda d: "units" in d.keywords and d.verb == "new" and only_theirs_refuses(d),
        parts="for good",
    ),
    Entry(
        "combined-validator-error",
        "`MultiType` raises `TypeError` for a value whose type no member accepts",
        "`ValueError` or `TypeError`, as the last member that was asked has it.",
        "`RefusedType`, a `TypeError`, if the type is wrong for all members, else `RefusedValue`, a `ValueError`.",
        "The rule of a single validator, independent of the order of the members.",
        lambda d: (
            "MultiType" in str(d.case["parameters"])
            and (caught_by(d, "ValueError", "TypeError") or caught_by(d, "TypeError", "ValueError"))
        ),
    ),
    Entry(
        "snapshot-json",
        "A snapshot is JSON",
        "Values are in the snapshot as they are: numpy numbers, arrays, complex numbers, keys of any type.",
        "Numbers and arrays become plain ones, complex numbers a dict of `re` and `im`, keys text.",
        "A snapshot is stored and compared; what is in it must not change on the way to the disk.",
        _converted_by_snapshot,
    ),
    Entry(
        "snapshot-validators",
        "A snapshot lists the validators once",
        "As `validators`, and again as `vals`.",
        "As `validators`.",
        "Said twice, it can contradict itself.",
        lambda d: d.field == "snapshot.vals" and d.ours == ABSENT,
    ),
    Entry(
        "sequence-scale",
        "Arrays are scaled, lists and tuples are not",
        "`scale` may be a list of factors, and lists of values come back scaled element by element.",
        "`scale` is one number; values that are scaled together are a numpy array.",
        "`[1, 2] * 2` is `[1, 2, 1, 2]` in Python, and that is what both would send.",
        lambda d: odd(d, "scale-list", "scale-is-a-list"),
        parts="for good",
    ),
    Entry(
        "delegate-read-once",
        "`snapshot(update=True)` of a delegate reads its source once",
        "Twice: for the delegate, and for the snapshot of the source inside.",
        "Once.",
        "The second answer could contradict the first.",
        lambda d: odd(d, "delegate-update", "generated-delegate") and d.verb == "snapshot" and d.field == "sent",
    ),
    Entry(
        "delegate-own-flag",
        "`snapshot_value` given to a delegate counts",
        "That of the source counts.",
        "Its own.",
        "A keyword that is given is not dropped without a word.",
        lambda d: d.kind == "DelegateParameter" and d.verb == "snapshot" and "snapshot_value" in d.keywords,
        parts="for good",
    ),
    Entry(
        "group-refuses-first",
        "A member of a group without set command refuses before it asks",
        "Reads the whole group, then fails.",
        "`NotSettable` at once.",
        "Nothing that is refused causes traffic.",
        lambda d: odd(d, "group-read-only"),
        parts="for good",
    ),
    Entry(
        "group-known",
        "A group that can only be set uses what is known of its other members",
        "Fails, since they cannot be read.",
        "Sends them as the caches have them; fails only if one is not known.",
        "A value noted with `cache.set` is what the group needs to know.",
        lambda d: odd(d, "group-set-only-known"),
        parts="for good",
    ),
    Entry(
        "group-whole-answer",
        "An answer to a group is taken as a whole or not at all",
        "Members before the bad part are updated; parts too many are ignored.",
        "`UndecodableAnswer`; no member is updated.",
        "With a part missing or too many, nobody knows which part belongs to whom.",
        lambda d: odd(d, "group-too-few", "group-too-many", "group-not-a-number"),
        parts="for good",
    ),
    Entry(
        "set-to-restores",
        "`set_to` restores the old value also when setting the new one failed",
        "The device is left with whatever it took.",
        "The old value is sent again.",
        "After a failed set the value is in doubt, and a block that ends leaves the value from before.",
        lambda d: odd(d, "set-to-device-fails"),
        parts="for good",
    ),
    Entry(
        "docstring-readable",
        "A parameter knows its `docstring`",
        "The keyword only becomes part of `__doc__`.",
        "`p.docstring` is the text that was given.",
        "Documentation and blueprints are made from it.",
        lambda d: odd(d, "attribute-docstring"),
    ),
    Entry(
        "held-by-set-to",
        "A value that `set_to` holds refuses others as a validator does",
        "Setting the parameter inside the block raises `TypeError`.",
        "`RefusedValue`, a `ValueError`, which says what it is held at and how to allow changes.",
        "The type of the value is right; it is the value that is not allowed for the moment.",
        lambda d: odd(d, "set-to-changed-inside", "set-to-nested", "restore-and-hold") and d.field == "inside",
    ),
    Entry(
        "no-ramp-of-arrays",
        "An array for a parameter with a step is a wrong type",
        "`RuntimeError`.",
        "`RefusedType`, a `TypeError`.",
        "It is the value that is wrong, not the moment.",
        lambda d: odd(d, "ramp-to-array"),
    ),
    Entry(
        "text-is-not-scaled",
        "Text and lists are not scaled",
        "Python repeats them: a scale of 2 sends `abab` for `ab`.",
        "`RefusedType`; nothing is sent.",
        "Nobody means that.",
        lambda d: "scale" in d.keywords and only_ours_refuses(d) and "TypeError" in d.seen[1].get("error", []),
        parts="for good",
    ),
    Entry(
        "units-are-a-tuple",
        "The units of a `MultiParameter` are a tuple also if none are given",
        "A list.",
        "A tuple, as when they are given.",
        "One kind of thing for one attribute.",
        lambda d: (
            d.kind == "MultiParameter" and d.verb == "read" and d.field == "result" and isinstance(d.theirs, list)
        ),
    ),
    Entry(
        "role-is-a-word",
        "The role of a `ScaledParameter` is a word",
        "A member of an enumeration of its own.",
        '`"gain"` or `"division"`.',
        "It can be compared, stored and shown without importing anything.",
        lambda d: d.kind == "ScaledParameter" and (d.action[1:] == ["role"] or d.field == "snapshot.role"),
    ),
    Entry(
        "numpy-scalars",
        "A numpy scalar that is scaled or ramped becomes the Python number it is",
        "The arithmetic is numpy's: an `int16` of 50 with a scale of 1000 sends -15536, and a ramp of `uint8` wraps around.",
        "It is Python's: 50000 is sent.",
        "Nobody expects the width of an array's elements to decide what a device gets.",
        lambda d: d.theirs != d.ours and _without_numpy(d.theirs) == _without_numpy(d.ours),
        parts="for a while",
    ),
    Entry(
        "arrays-for-a-while",
        "`set_to` works for arrays",
        "Comparing them raises `ValueError`.",
        "They are compared as a whole.",
        "A waveform can be set for a while like a number.",
        lambda d: odd(d, "set-to-array"),
        parts="for good",
    ),
    Entry(
        "scaled-is-a-view",
        "The cache of a `ScaledParameter` is that of its output, scaled",
        "It keeps what was last set or read through it, valid also after the output was moved or the factor changed; its raw "
        "value is the scaled one.",
        "It shows the output's value, time and validity, as a delegate does; its raw value is the output's value.",
        "A voltage behind a divider is never another one than the source says.",
        lambda d: d.kind == "ScaledParameter" and part_of_cache(d, "value", "raw_value", "valid", "stamped"),
        parts="for a while",
    ),
    Entry(
        "whole-stays-whole",
        "A whole number divided by a whole scale stays whole where it can",
        "4 with a scale of 2 comes back as 2.0, which `Ints` refuses.",
        "It comes back as 2.",
        "A parameter accepts what it gave.",
        lambda d: (
            _whole_scale(d) and (same_number(d.theirs, d.ours) or ("error" in d.seen[0] and "error" not in d.seen[1]))
        ),
        parts="for good",
    ),
    Entry(
        "rescaled-cache",
        "A scale that is changed applies to what is known too",
        "After `p.scale = 2` or `p.offset = 1` the cache keeps the value of the old scale as valid, until the next get or set.",
        "The cache shows what its raw value means by the new scale.",
        "A ramp begins where the cache says the parameter is; from a stale value it would jump.",
        lambda d: d.verb == "assign" and part_of_cache(d, "value"),
        parts="for a while",
    ),
)
