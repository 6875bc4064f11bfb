"""Differences that nobody intended, each to be mended in Measurand or moved to the written list with its reason.

The comparison passes over them, and the test fails as soon as one is gone, so that its entry goes too.
"""

from __future__ import annotations

from tests.differential.comparison import ABSENT
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
)

OPEN: tuple[Entry, ...] = (
    Entry(
        "snapshot-conversion",
        "A snapshot does not show scale and offset",
        "Keys `scale` and `offset` where given.",
        "Neither.",
        "Without them `raw_value` in a snapshot cannot be understood.",
        lambda d: d.field in {"snapshot.scale", "snapshot.offset"} and d.ours == ABSENT,
    ),
    Entry(
        "snapshot-reads-for-nothing",
        "A snapshot with update reads a parameter whose value it does not show",
        "`snapshot_value=False` is never read by a snapshot.",
        "`snapshot(update=True)` reads it.",
        "The keyword is there because reading or storing is expensive.",
        lambda d: d.keywords.get("snapshot_value") is False and d.verb == "snapshot" and d.seen[0].get("sent") is None,
        parts="for good",
    ),
    Entry(
        "definition-type-error",
        "A wrong kind of argument raises `ValueError` where QCoDeS raises `TypeError`",
        "`TypeError` for a text command without instrument, a command or validator of another type, a step of text.",
        "`DefinitionError`, which is no `TypeError`.",
        "DESIGN.md section 8: each class derives from the builtin that a QCoDeS user catches.",
        lambda d: defining(d) and caught_by(d, "TypeError", "ValueError"),
    ),
    Entry(
        "definition-value-error",
        "A wrong keyword or shape raises a bare `TypeError` where QCoDeS raises `ValueError`",
        "`ValueError` for `ManualParameter(get_cmd=...)`, `shape=3`, `shapes=(1, 2)`.",
        "`TypeError` from the call itself or from iterating a number; no word of advice.",
        "It should be `DefinitionError`.",
        lambda d: defining(d) and (caught_by(d, "ValueError", "TypeError") or odd(d, "age-odd-1")),
        parts="for good",
    ),
    Entry(
        "recalled-value",
        "Reading what is remembered leaves another value in the cache than it returns",
        "`get()` returns the raw value decoded, and the cache has it.",
        "`get()` returns the raw value decoded, the cache keeps the value as it was set.",
        "`p.get()` and `p.cache.get()` differ after `scale` changed, or with parsers that are no inverse.",
        lambda d: (
            known_to_us(d)
            and ((remembered(d) and part_of_cache(d, "value")) or odd(d, "get-parser-and-manual", "manual-5"))
        ),
        parts="for good",
    ),
    Entry(
        "offset-makes-floats",
        "With `offset` alone a whole number comes back as a float",
        "2 comes back as 2.",
        "2 comes back as 2.0, which `Ints` refuses: the golden rule `p(p())` fails.",
        "The division by a scale that was not given.",
        lambda d: "offset" in d.keywords and "scale" not in d.keywords and d.verb == "get" and d.field == "result",
    ),
    Entry(
        "arity",
        "A function of the wrong arity is accepted as command",
        "`TypeError` when the parameter is made.",
        "Fails when it is used.",
        "C01: wrong arity is a `TypeError`.",
        lambda d: odd(d, "function-"),
        parts="for good",
    ),
    Entry(
        "step-passed-by",
        "`step` is passed by in silence for an array",
        "Refused.",
        "Sent in one jump.",
        "What cannot be ramped should not be sent where a step is demanded.",
        lambda d: odd(d, "ramp-to-array"),
        parts="for good",
    ),
    Entry(
        "ramp-before-settable",
        "With `step`, a parameter that cannot be set is read and validated before it says so",
        "Refused at once.",
        "The device is asked for the start of a ramp that cannot be.",
        "Nothing that is refused causes traffic.",
        lambda d: (
            "step" in d.keywords
            and d.keywords.get("set_cmd", False) is False
            and d.verb in {"set", "call"}
            and "error" in d.seen[1]
        ),
        parts="for good",
    ),
    Entry(
        "initial-with-step",
        "A manual parameter with `step` and `initial_value` cannot be made",
        "The initial value is set.",
        "`NoTrustedValue`, as for a ramp from an unknown start.",
        "The first value of a memory is no jump of anything.",
        lambda d: "step" in d.keywords and "initial_value" in d.keywords and d.verb == "new" and only_ours_refuses(d),
        parts="for good",
    ),
    Entry(
        "attributes",
        "Some documented attributes are missing",
        "`inverse_val_mapping`, `short_name`, `raw_value`, `snapshot_value`, `abstract`, `register_name`, "
        "`underlying_instrument`; of a `MultiParameter` `setpoint_full_names`.",
        "`AttributeError`.",
        "Drivers and scripts read them.",
        lambda d: d.verb == "read" and (d.ours == ["AttributeError"] or d.seen[1].get("error") == ["AttributeError"]),
    ),
    Entry(
        "delegate-validate",
        "`validate` of a delegate does not ask its source",
        "The limits of the source count.",
        "They count when it is set, so a sweep of a delegate fails at its first forbidden point.",
        "Every value of a sweep is validated before the first is set.",
        lambda d: d.kind in VIEWS and d.verb == "validate" and only_theirs_refuses(d),
    ),
    Entry(
        "delegate-words",
        "Label and unit of a delegate do not follow its source",
        "Unless given, they are those of the present source.",
        "Those of the first source, for ever.",
        "A delegate that switches from volts to amperes stores amperes as volts.",
        lambda d: (
            d.kind == "DelegateParameter"
            and ((d.verb == "read" and d.field == "result") or d.field in {"snapshot.unit", "snapshot.label"})
        ),
    ),
    Entry(
        "delegate-snapshot",
        "A snapshot of a delegate does not show its source",
        "Key `source_parameter` with the snapshot of the source.",
        "No such key.",
        "Which parameter was really behind it?",
        lambda d: d.kind == "DelegateParameter" and d.verb == "snapshot" and d.field == "snapshot.source_parameter",
    ),
    Entry(
        "delegate-flags",
        "`snapshot_value` of a delegate does not default to that of its source",
        "A source that is not to be read or shown by snapshots is not read or shown by those of its delegate either.",
        "It is.",
        "What is too slow or too large for one snapshot is so for the other.",
        lambda d: (
            d.kind == "DelegateParameter"
            and d.verb == "snapshot"
            and d.case["parameters"][0].get("keywords", {}).get("snapshot_value") is False
        ),
        parts="for good",
    ),
    Entry(
        "setpoints-after-cache",
        "A `ParameterWithSetpoints` keeps a value that it refuses",
        "The shape is checked first.",
        "The value is in the cache, valid, when the check raises.",
        "What `get` refused, `cache.get` should not offer.",
        lambda d: d.kind == "ParameterWithSetpoints" and d.field.startswith("cache.") and "error" in d.seen[1],
        parts="for good",
    ),
    Entry(
        "multi-snapshot",
        "A snapshot of a `MultiParameter` has label and unit instead of names, labels and units",
        "`names`, `labels`, `units`.",
        "`label`, `unit`.",
        "The columns are what the parameter consists of.",
        lambda d: d.kind == "MultiParameter" and d.field.startswith("snapshot."),
    ),
    Entry(
        "multi-words",
        "A `MultiParameter` without setpoints says so once per column",
        "`setpoints` and its names, labels, units are None; default `units` are a list.",
        "A tuple of one None per column; a tuple.",
        "`if p.setpoints is None` is how scripts ask.",
        lambda d: d.kind == "MultiParameter" and d.verb == "read" and d.field == "result",
    ),
    Entry(
        "family-accepts",
        "Definitions of the family that cannot work are accepted",
        'Refused: `names="iq"`, `unit=` of a `MultiParameter`, `setpoint_names` that do not fit, a length of text, neither '
        "`get_raw` nor `set_raw`.",
        "Accepted; without `get_raw` a get returns None.",
        "Refused when made, as elsewhere.",
        lambda d: d.verb == "new" and only_theirs_refuses(d) and odd(d, "multi-", "array-odd", "array-no-get"),
        parts="for good",
    ),
    Entry(
        "group-initial",
        "Initial values of a group are sent one after the other",
        "One command with all of them.",
        "The group is asked, then sent once per member: the device passes through a state nobody wanted.",
        "One command is what a group is for.",
        lambda d: odd(d, "group-initial"),
        parts="for good",
    ),
    Entry(
        "scaled-factor-type",
        "`division` and `gain` of a `ScaledParameter` become floats",
        "They stay as they were given: 5 times 5 is 25.",
        "25.0, which `Ints` refuses.",
        "A value should not change its type for a factor that is a whole number.",
        lambda d: d.kind == "ScaledParameter" and d.verb in {"read", "get"} and d.field == "result",
    ),
    Entry(
        "refused-in-doubt",
        "A set that is refused before anything is sent leaves the cache in doubt",
        "The cache stays valid.",
        "It is in doubt: when the source of a delegate refuses the value or cannot be set, when the command template "
        "cannot take the value.",
        "Only what was sent can be in doubt; a refused value changes nothing.",
        lambda d: (
            part_of_cache(d, "valid")
            and d.ours is False
            and both_refuse(d)
            and known_to_us(d)
            and "sent" not in d.seen[1]
        ),
        parts="for a while",
    ),
    Entry(
        "delegate-never-known",
        "A delegate with a scale cannot be read when its source was never set",
        "None, as from the source.",
        "`UndecodableAnswer`: None cannot be divided.",
        "There is no answer to be converted.",
        lambda d: d.kind in VIEWS and d.verb in {"get", "call"} and only_ours_refuses(d) and not known_to_us(d),
        parts="for good",
    ),
    Entry(
        "delegate-limits-first",
        "A delegate whose source cannot be set validates before it says so",
        "`NotImplementedError`.",
        "`RefusedValue`.",
        "Change the value and the next refusal comes.",
        lambda d: d.kind in VIEWS and caught_by(d, "NotImplementedError", "ValueError"),
    ),
    Entry(
        "set-to-keyword",
        "`set_to` and `restore_at_exit` call their keyword `allow_changed`",
        "`allow_changes`.",
        "`allow_changed`; the documented word is a `TypeError`.",
        "Scripts use the documented word.",
        lambda d: d.verb in {"set_to", "restore_at_exit"} and "allow_changes" in str(d.action),
        parts="for good",
    ),
    Entry(
        "set-to-held",
        "Setting a parameter inside `set_to` raises `ValueError`",
        "`TypeError`.",
        "`RefusedValue`.",
        "To be decided: a refused value is a `ValueError` everywhere, so this may become intended.",
        lambda d: odd(d, "set-to-changed-inside", "set-to-nested") and d.field == "inside",
    ),
    Entry(
        "set-to-unknown",
        "`set_to` from an unknown value sends None to the device at the end",
        "Refused: what shall be restored is not known.",
        "Sets the value, then sends None.",
        "None was never a value of the device.",
        lambda d: odd(d, "set-to-unknown") and d.verb == "set_to",
        parts="for good",
    ),
    Entry(
        "delegate-cache-raises",
        "Time and validity of a delegate's cache cannot be asked when its value cannot be converted",
        "Only the value raises.",
        "`raw_value`, `valid` and `timestamp` raise too.",
        "Looking must not fail.",
        lambda d: d.kind in VIEWS and d.field.startswith("cache.") and "error" in str(d.ours),
        parts="for good",
    ),
)
