"""Parameters: commands, values remembered, scales, mappings, limits, ramps, and some that build on others."""

import numpy as np
import qcodes as qc
from qcodes.parameters import (
    DelegateParameter,
    ElapsedTimeParameter,
    ManualParameter,
    MultiParameter,
    Parameter,
    ScaledParameter,
    combine,
    create_on_off_val_mapping,
)
from qcodes.validators import Enum, Ints, Numbers

sent = []
volts = Parameter(
    "volts", label="Output", unit="V", get_cmd=lambda: float(sent[-1]), set_cmd=sent.append, vals=Numbers(-1, 1)
)
volts(0.5)
assert volts() == 0.5
assert volts.cache() == 0.5
assert volts.get_latest() == 0.5
assert (volts.label, volts.unit, volts.name, volts.full_name) == ("Output", "V", "volts", "volts")
for bad, kind in ((2, ValueError), ("a", TypeError)):
    message = ""
    try:
        volts(bad)
    except kind as error:
        message = str(error)
    assert "volts" in message
assert sent == [0.5]

knob = ManualParameter("knob", initial_value=3, vals=Ints(0, 10))
assert knob() == 3
knob.set(4)
assert knob.get() == 4

gain = Parameter("gain", set_cmd=sent.append, get_cmd=lambda: sent[-1], scale=10, offset=1)
gain(2)
assert sent[-1] == 21
assert gain() == 2
assert gain.raw_value == 21

mode = Parameter("mode", set_cmd=sent.append, get_cmd=lambda: sent[-1], val_mapping={"slow": 0, "fast": 1})
mode("fast")
assert sent[-1] == 1
assert mode() == "fast"
switch = Parameter(
    "switch", set_cmd=sent.append, get_cmd=lambda: sent[-1], val_mapping=create_on_off_val_mapping("ON", "OFF")
)
switch("on")
assert sent[-1] == "ON"
assert switch() is True

answer = Parameter("answer", get_cmd=lambda: "42", get_parser=int)
assert answer() == 42

steps = []
ramped = Parameter("ramped", set_cmd=steps.append, get_cmd=None, step=0.5, inter_delay=0, initial_cache_value=0)
ramped(2)
assert steps == [0.5, 1.0, 1.5, 2]

name = Parameter("name", get_cmd=None, set_cmd=None, vals=Enum("left", "right"))
name("left")
assert name.validators
with knob.set_to(7):
    assert knob() == 7
assert knob() == 4

delegate = DelegateParameter("bias", source=volts, scale=0.001, unit="mV")
delegate(300)
assert abs(volts() - 0.3) < 1e-12
assert abs(delegate() - 300) < 1e-9
assert (delegate.label, delegate.unit) == ("Output", "mV")
attenuated = ScaledParameter(knob, division=2, name="half", unit="V")
assert attenuated() == 2.0


class Both(MultiParameter):
    def get_raw(self):
        return 1.0, 2.0


both = Both("both", names=("one", "two"), shapes=((), ()), labels=("One", "Two"), units=("V", "A"), setpoints=((), ()))
assert both() == (1.0, 2.0)
assert both.names == ("one", "two")

clock = ElapsedTimeParameter("clock")
assert clock() >= 0
x, y = ManualParameter("x"), ManualParameter("y")
diagonal = combine(x, y, name="diagonal")
for _ in diagonal.sweep(np.array([0, 1]), np.array([2, 3])):
    pass
sweep = knob[0:3:1]
assert list(sweep) == [0, 1, 2]
assert [float(value) for value in x.sweep(0, 4, num=3)] == [0, 2, 4]
snapshot = volts.snapshot()
assert snapshot["unit"] == "V"
assert snapshot["value"] == volts.cache()
assert isinstance(qc.Parameter, type)
