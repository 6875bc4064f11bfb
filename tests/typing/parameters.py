"""What type checkers must infer about parameters; read by mypy and pyright, never run."""

from __future__ import annotations

from typing import Any, assert_type

from measurand.parameters import (
    DelegateParameter,
    ElapsedTimeParameter,
    ManualParameter,
    Parameter,
    ScaledParameter,
    Sweep,
)
from measurand.validators import Numbers, Strings


def count() -> int:
    """Return something typed."""
    return 3


# A parser says what the value is (A43).
voltage = Parameter("voltage", get_cmd="VOLT?", get_parser=float)
assert_type(voltage, Parameter[float])
assert_type(voltage(), float)
assert_type(voltage.get(), float)
assert_type(voltage.cache(), float | None)

# So does a mapping, by its keys, whatever the parser makes of the codes.
mode = Parameter("mode", get_cmd="MODE?", set_cmd="MODE {}", get_parser=int, val_mapping={"dc": 0, "ac": 1})
assert_type(mode(), str)

# And a typed validator.
name = Parameter("name", set_cmd=None, vals=Strings())
assert_type(name(), str)

# Setting takes what getting gives.
voltage(0.5)
mode("dc")
mode(3)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]  # an int is no key

# And a typed function.
counter = Parameter("counter", get_cmd=count)
assert_type(counter(), int)

# Nothing said: anything.
raw = Parameter("raw", get_cmd="RAW?")
assert_type(raw(), Any)

# A delegate is what its source is, a manual parameter what it begins with or what its validator lets through.
delegate = DelegateParameter("delegate", source=voltage)
assert_type(delegate(), float)
manual = ManualParameter("manual", initial_value=1.5)
assert_type(manual(), float)
assert_type(ManualParameter("text", vals=Strings())(), str)
assert_type(ManualParameter("anything")(), Any)

# The family says what it yields.
assert_type(ScaledParameter(voltage, division=10)(), float)
assert_type(ElapsedTimeParameter("time")(), float)
assert_type(voltage.sweep(0, 1, num=3), Sweep)
assert_type(voltage[0:1:0.1], Sweep)

# Numbers are floats for a checker, though an int is accepted.
limited = Parameter("limited", set_cmd=None, vals=Numbers(0, 1))
limited(1)
assert_type(limited(), float)

# A misspelt keyword is seen before the code runs.
Parameter("p", set_comand=None)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Parameter("p", get_parser=float, unti="V")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
