"""The language of station files: which keys there are, what they take, what they mean. Data only.

The words are those that users of QCoDeS's station files know from its documentation; ours beside them are
``safe_value``, ``server_name``, ``restore_order``, ``settings``, and ``vals`` in the data form of validators.
"""

from __future__ import annotations

import re
from typing import Any

from measurand.station._shapes import Either, Key, Leaf, ListOf, Names, Shape, Table

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
DOTTED = rf"{NAME}(\.{NAME})*"
_NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"
_LIMITS = rf"\s*({_NUMBER})?\s*,\s*({_NUMBER})?\s*"


def is_number(value: object) -> bool:
    """Return whether a value read from a file is a number; true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _matches(pattern: str) -> Any:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


ANYTHING = Leaf("anything", lambda _: True, {})
TEXT = Leaf("text", lambda value: isinstance(value, str), {"type": "string"})
YES_NO = Leaf("true or false", lambda value: isinstance(value, bool), {"type": "boolean"})
NUMBER = Leaf("a number", is_number, {"type": "number"})
FACTOR = Leaf(
    "a number other than 0", lambda value: is_number(value) and value != 0, {"type": "number", "not": {"const": 0}}
)
POSITIVE = Leaf(
    "a number above 0", lambda value: is_number(value) and value > 0, {"type": "number", "exclusiveMinimum": 0}
)
SECONDS = Leaf(
    "a time in s, 0 or above", lambda value: is_number(value) and value >= 0, {"type": "number", "minimum": 0}
)
HERE = Leaf(
    "null: instruments live in this process, hosts for them do not exist yet",
    lambda value: value is None,
    {"type": "null"},
)
IDENTIFIER = Leaf(
    "a name of letters, digits and underscores", _matches(NAME), {"type": "string", "pattern": f"^{NAME}$"}
)
PATH = Leaf("a path such as dac.ch1.voltage", _matches(DOTTED), {"type": "string", "pattern": f"^{DOTTED}$"})
CLASS = Leaf(
    "a class such as MeasurandVS4 or package.module.Class",
    _matches(DOTTED),
    {"type": "string", "pattern": f"^{DOTTED}$"},
)
FREE = Leaf("a table", lambda value: value is None or isinstance(value, dict), {"type": ["object", "null"]})
SETTING = Leaf(
    "a number, text, true or false",
    lambda value: isinstance(value, (str, bool, int, float)),
    {"type": ["number", "string", "boolean"]},
)
SAFE = Either(
    (
        SETTING,
        Table(
            {
                "value": Key(SETTING, "What is set."),
                "step": Key(POSITIVE, "Largest change at once."),
                "inter_delay": Key(SECONDS, "Least time between two steps in s."),
            },
            one_of=("value",),
            empty=False,
        ),
    ),
    "a number, text, true or false; or a table of value, step and inter_delay",
)
LIMITS = Either(
    (
        Leaf("", _matches(_LIMITS), {"type": "string", "pattern": f"^{_LIMITS}$"}),
        ListOf(
            Leaf("", lambda value: value is None or is_number(value), {"type": ["number", "null"]}),
            "",
            length=2,
        ),
    ),
    "lowest and highest value, e.g. [-1, 1] or -1, 1; leave one empty (null) for no limit",
)
VALS = Either(
    (
        ListOf(SETTING, "", least=1),
        Leaf(
            "",
            lambda value: isinstance(value, dict) and isinstance(value.get("kind"), str),
            {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
        ),
    ),
    "a list of the allowed values, or a validator as data, e.g. {kind: Ints, min_value: 1, max_value: 4}",
)

OPTIONS: dict[str, Key] = {
    "label": Key(TEXT, "Text for axes."),
    "unit": Key(TEXT, "SI text."),
    "units": Key(TEXT, "Old spelling of unit.", now="unit"),
    "scale": Key(FACTOR, "raw = value * scale + offset."),
    "offset": Key(NUMBER, "In raw units; see scale."),
    "limits": Key(LIMITS, "Lowest and highest value, beside the limits of the driver: a value must satisfy both."),
    "vals": Key(VALS, "The allowed values, beside the limits of the driver: a value must satisfy both."),
    "step": Key(POSITIVE, "Largest change at once; larger ones are ramped."),
    "inter_delay": Key(SECONDS, "Least time in s between two sets."),
    "delay": Key(SECONDS, "Old spelling of inter_delay.", now="inter_delay"),
    "post_delay": Key(SECONDS, "Time in s to wait after the start of each set."),
    "initial_value": Key(ANYTHING, "Set when the instrument is loaded, after everything else was applied."),
    "safe_value": Key(SAFE, "Where Station.safe_state() moves it, with its own step or with one given here."),
    "alias": Key(IDENTIFIER, "A second name of the parameter, on its instrument."),
    "monitor": Key(YES_NO, "Whether Station.monitored() lists it."),
    "metadata": Key(FREE, "Anything to keep in snapshots."),
}
SOURCE = {
    "source": Key(PATH, "The parameter this one is another name of: magnet.x.field, or x.field on the magnet itself.")
}

INSTRUMENT = Table(
    {
        "type": Key(CLASS, "The driver: a class with its module, or the name of a class that is known."),
        "driver": Key(CLASS, "Old: the module of the class that type names.", now="type", beside=True),
        "address": Key(TEXT, "Where the instrument is, e.g. a VISA resource name."),
        "enable_forced_reconnect": Key(YES_NO, "Whether loading closes an instrument of this name that exists."),
        "auto_reconnect": Key(YES_NO, "Old spelling of enable_forced_reconnect.", now="enable_forced_reconnect"),
        "init": Key(FREE, "Further arguments of the driver."),
        "parameters": Key(
            Names(Table(OPTIONS), DOTTED, "a path such as ch1.voltage"), "What to change on parameters of the driver."
        ),
        "add_parameters": Key(
            Names(Table({**OPTIONS, **SOURCE}), DOTTED, "a path such as ch1.bias"),
            "Parameters to add: other names of existing ones (source), or remembered values.",
        ),
        "server_name": Key(HERE, "Where the instrument lives; null is this process."),
        "metadata": Key(FREE, "Anything to keep in snapshots."),
    },
    one_of=("type", "driver"),
    empty=False,
)
PATTERNS = ListOf(
    Leaf("text such as magnet.* or dac.ch1.voltage", lambda value: isinstance(value, str), {"type": "string"}),
    "a list of paths, in which * stands for anything",
)
SETTINGS = Either(
    (
        Names(ANYTHING, DOTTED, "a path such as ch1.voltage"),
        Leaf(
            "",
            lambda value: not isinstance(value, dict),
            {"type": ["number", "string", "boolean", "array", "null"]},
        ),
    ),
    "a table of paths and values, or the value of a parameter",
)
STATION: Shape = Table(
    {
        "instruments": Key(Names(INSTRUMENT, NAME, "letters, digits and underscores"), "The instruments, by name."),
        "restore_order": Key(PATTERNS, "What restoring settings sets first; '*' alone stands for all others."),
        "settings": Key(
            Names(SETTINGS, NAME, "the name of an instrument or of a parameter of the station"),
            "Values of parameters as they were; Station.restore previews and sets them, loading does not.",
        ),
    }
)
